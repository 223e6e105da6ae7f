"""A file of rows and columns as text, however it is encoded and divided."""

import csv
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from gcrm.platform.errors import InputRejected

MOST_BYTES = 200_000_000
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
"""More than this is no list of accounts; a page that shows them all would be too long for a browser."""
LONGEST_CELL = 32_767
"""Characters; the most that spreadsheets hold in a cell."""
LONGEST_FIELD = 1_000_000
"""Characters at which reading stops: a quote was opened and never closed."""
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "iso8859_2",
    "iso8859_5",
    "iso8859_15",
    "mac_roman",
    "koi8_r",
    "shift_jis",
    "gb18030",
)
"""One-byte and East Asian encodings tried when a file is not UTF-8."""
WESTERN = frozenset({"cp1252", "iso8859_15", "mac_roman"})
HEADER_WITHIN = 15
"""Rows in which the headings are looked for; exports often put a title above them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number in the file (1 is the first line), and its cells as they were."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings and rows of a file. encoding and delimiter say how it was read; blank rows are left out."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str


def read_csv(path: Path, heading_fields: "HeadingScore") -> Table:
    """Read a delimited text file, finding out encoding, delimiter and the row of headings.

    Raises InputRejected where the file is empty, too large, holds NUL bytes, mixes encodings, or has a quote that is
    never closed.
    """
    text, encoding = read_text(path)
    delimiter = _delimiter(text, heading_fields)
    numbered = _records(text, delimiter, path.name)
    if not numbered:
        raise InputRejected(f"{path.name} is empty.", "Give a file with a row of headings and a row for each account.")
    first = max(
        range(min(HEADER_WITHIN, len(numbered))), key=lambda index: (heading_fields(numbered[index].cells), -index)
    )
    return Table(as_headings(numbered[first].cells), tuple(numbered[first + 1 :]), encoding, delimiter)


class HeadingScore:
    """Counts how many cells of a row are headings that are understood."""

    def __init__(self, known: frozenset[str], fold: "Folding") -> None:
        """known: folded headings; fold: how a heading is folded."""
        self.known, self.fold = known, fold

    def __call__(self, cells: Sequence[str]) -> int:
        """How many different known headings there are among the cells."""
        return len({folded for cell in cells if len(cell) < 60 and (folded := self.fold(cell)) in self.known})


class Folding:
    """How headings are compared: lower-case ASCII letters and digits."""

    def __call__(self, heading: str) -> str:
        """Fold one heading: that of "Straße / Haus-Nr." is "strassehausnr"."""
        from gcrm.common.text import joined, tokens

        return joined(tokens(heading))


def read_text(path: Path) -> tuple[str, str]:
    """The text of a file and the encoding it was in. Raises InputRejected where it is no text."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputRejected(
                f"{path.name} has {size / 1e6:,.0f} MB.", f"Split it into files of at most {MOST_BYTES / 1e6:,.0f} MB."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise InputRejected(
            f"{path} cannot be read: {error.strerror or error}.", "Check the name of the file."
        ) from error
    if not raw.strip():
        raise InputRejected(f"{path.name} is empty.", "Give a file with a row of headings and a row for each account.")
    return decode(raw, path.name)


def decode(raw: bytes, name: str) -> tuple[str, str]:
    """Bytes as text: UTF-8 or UTF-16 with or without a mark, else the one-byte encoding that fits best.

    Raises InputRejected for NUL bytes and for a file that is partly UTF-8.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return _strictly(raw, encoding, name), encoding
    sample = raw[:4_000]
    if sample.count(0) > len(sample) // 4 and len(raw) % 2 == 0:
        encoding = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        return _strictly(raw, encoding, name), encoding
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise InputRejected(
            f"{name} holds a NUL byte in line {line}: it is damaged, or no text.", "Save it anew as CSV (UTF-8)."
        )
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_a_mixture(raw, error, name)
    text, encoding = _best_guess(raw, name)
    if encoding in WESTERN:
        _refuse_stray_utf8(raw, name)
    return text, encoding


def _strictly(raw: bytes, encoding: str, name: str) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputRejected(
            f"{name} begins as {encoding} and is something else from line {line} on.", "Save it anew as CSV (UTF-8)."
        ) from error
    if "\0" in text:
        raise InputRejected(
            f"{name} holds a NUL character in line {text[: text.index(chr(0))].count(chr(10)) + 1}.",
            "Save it anew as CSV (UTF-8).",
        )
    return text


def _refuse_a_mixture(raw: bytes, error: UnicodeDecodeError, name: str) -> None:
    """Two encodings in one file would give wrong names in silence."""
    beyond = [line for line in raw.split(b"\n") if any(byte > 127 for byte in line)]
    utf8 = 0
    for line in beyond:
        try:
            line.decode("utf-8")
            utf8 += 1
        except UnicodeDecodeError:
            continue
    if utf8 > len(beyond) / 2:
        line_number = raw[: error.start].count(b"\n") + 1
        others = len(beyond) - utf8 - 1
        raise InputRejected(
            f"{name} is UTF-8 but for line {line_number}{f' and {others} more' if others else ''}.",
            "Two files of different encodings were put together. Save it anew as CSV (UTF-8).",
        )


def _refuse_stray_utf8(raw: bytes, name: str) -> None:
    """A line of UTF-8 among others would come out as letters that nobody wrote."""
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if any(byte > 127 for byte in line):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                continue
            raise InputRejected(
                f"Line {number} of {name} is UTF-8, and others are not.",
                "Two files of different encodings were put together. Save it anew as CSV (UTF-8).",
            )


def _best_guess(raw: bytes, name: str) -> tuple[str, str]:
    try:
        western = raw.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    best = from_bytes(raw[:200_000], cp_isolation=list(ENCODINGS), threshold=0.4).best()
    encoding = best.encoding if best else "cp1252"
    if western and (
        best is None or encoding not in {"cp1251", "koi8_r", "iso8859_5", "cp1253", "shift_jis", "gb18030"}
    ):
        # Western letters share their bytes with Central European ones; only letters that are not Western decide.
        central = raw.decode(encoding, errors="replace")
        western_is_odd = sum(character in "¹³¿æê¶¼ñŸœ£¥¯" for character in western)
        # Czech and Hungarian in the wrong encoding: no Western language has these letters side by side.
        lowered = western.casefold()
        for first, others in (("ø", "èìùï"), ("õ", "û")):
            if first in lowered and any(other in lowered for other in others):
                western_is_odd += sum(lowered.count(letter) for letter in first + others)
        central_letters = sum(character in "ąćęłńóśźżěščřžýůďťňőűțșăîâ" for character in central.lower())
        if western_is_odd <= central_letters / 2 or encoding in WESTERN:
            return western, "cp1252"
        return central, encoding
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError as error:
        raise InputRejected(f"The encoding of {name} cannot be found out.", "Save it anew as CSV (UTF-8).") from error


def _delimiter(text: str, heading_fields: HeadingScore) -> str:
    """The delimiter under which most headings are understood, then the one that divides the first lines most evenly."""
    sample = text[:200_000]

    def merit(delimiter: str) -> tuple[int, float]:
        try:
            rows = [
                cells
                for _, cells in zip(
                    range(60), csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), strict=False
                )
            ]
        except csv.Error:
            return (0, 0.0)
        widths = [len(cells) for cells in rows if cells]
        if not widths or max(widths) == 1:
            return (0, 0.0)
        usual = max(set(widths), key=widths.count)
        return (
            max(heading_fields(cells) for cells in rows[:HEADER_WITHIN]),
            widths.count(usual) / len(widths) * min(usual, 10),
        )

    best = max(DELIMITERS, key=merit)
    return best if merit(best) > (0, 0.0) else ","


def _records(text: str, delimiter: str, name: str) -> list[Row]:
    """All rows that are not blank, with the line each begins in."""
    previous = csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    rows: list[Row] = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS:
                    raise InputRejected(
                        f"{name} has over {MOST_COLUMNS:,} columns, in line {begins}.",
                        "Take out what is not of accounts; one row is one account.",
                    )
                rows.append(Row(begins, tuple(cells)))
                if len(rows) > MOST_ROWS:
                    raise InputRejected(f"{name} has over {MOST_ROWS:,} rows.", "Split it into smaller files.")
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputRejected(
            f"{name} cannot be read from line {begins} on: it has a cell of over {LONGEST_FIELD:,} characters.",
            "A quote is opened there and never closed, or a cell is far too long. Mend that line.",
        ) from error
    finally:
        csv.field_size_limit(previous)
    if rows and _ends_inside_a_quote(text, rows[-1].number, delimiter):
        raise InputRejected(
            f"{name} ends in the middle of a quoted cell, in the row that begins in line {rows[-1].number}.",
            "The file was cut off, or a quote is missing. Export it again.",
        )
    return rows


def _ends_inside_a_quote(text: str, line: int, delimiter: str) -> bool:
    """Whether the quote opened in the last row, which begins in that line, is never closed."""
    last_row = itertools.islice(io.StringIO(text, newline=""), line - 1, None)
    try:
        list(csv.reader(last_row, delimiter=delimiter, strict=True))
    except csv.Error as error:
        return "unexpected end of data" in str(error)
    return False


def as_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Headings without spaces around them and line breaks in them."""
    return tuple(re.sub(r"\s+", " ", cell).strip() for cell in cells)

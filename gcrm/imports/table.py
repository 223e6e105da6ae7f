"""A file of rows and columns as text, however it is encoded and divided."""

import codecs
import csv
import io
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gcrm.common.language import number, say
from gcrm.imports.encodings import EAST_ASIAN, NAMES, Encoding, guess
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
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks; that of UTF-32 begins as that of UTF-16 does."""
HEADER_WITHIN = 15
"""Rows in which the headings are looked for; exports often put a title above them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number in the file (1 is the first line), and its cells as they were."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The headings and rows of a file. encoding and delimiter say how it was read; blank rows are left out.

    remarks say what of the file was not read or was odd. encodings: those that a person has to choose from, none where
    the encoding is sure or was said. sheets: worksheets that hold accounts, where there are several; sheet: the one
    that a person has chosen. of_cells: it comes from a book of worksheets, or a table of a page, and not from lines.
    """

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    encoding: str
    delimiter: str
    remarks: tuple[str, ...] = ()
    encodings: tuple[Encoding, ...] = ()
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    of_cells: bool = False

    @property
    def is_of_spreadsheet(self) -> bool:
        """Whether the file is one that spreadsheets open, and not a layer of places or business cards."""
        return bool(self.delimiter) or self.of_cells


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What a person has said of how to read a file: its encoding, its worksheet or ALL_SHEETS; "" for nothing.

    subject: what the file is read for, None for accounts.
    """

    encoding: str = ""
    sheet: str = ""
    subject: "Subject | None" = None


ALL_SHEETS = "all"
AS_FOUND = ReadAs()


@dataclass(frozen=True, slots=True)
class Subject:
    """What a file is read for: how it is called, how many headings of a row are understood, and which tell of it.

    noun: in the plural, as messages say it. is_told_by: whether headings are those of such a table.
    """

    noun: str
    score: "HeadingScore"
    is_told_by: Callable[[Sequence[str]], bool]


def read_csv(path: Path, heading_fields: "HeadingScore", read_as: ReadAs = AS_FOUND) -> Table:
    """Read a delimited text file, finding out encoding, delimiter and the row of headings.

    Raises InputRejected where the file is empty, too large, holds NUL bytes, mixes encodings, has a quote that is
    never closed, or is not in the encoding that a person has said.
    """
    found = read_text(path, read_as.encoding)
    text = found.text
    hint = re.match(r"sep=(.)\r?\n", text)
    delimiter = hint[1] if hint else _delimiter(text, heading_fields)
    numbered = _records(text, delimiter, path.name)
    if not numbered:
        raise InputRejected(
            say("{path} is empty.", path=path.name), say("Give a file with a row of headings and rows below it.")
        )
    first = max(
        range(min(HEADER_WITHIN, len(numbered))), key=lambda index: (heading_fields(numbered[index].cells), -index)
    )
    headings = as_headings(numbered[first].cells)
    rows = tuple(numbered[first + 1 :])
    while headings and not headings[-1] and all(not any(row.cells[len(headings) - 1 :]) for row in rows):
        headings = headings[:-1]
    remarks = (found.remark,) if found.remark else ()
    return Table(headings, rows, found.encoding, delimiter, remarks, found.encodings)


class HeadingScore:
    """Counts how many cells of a row are headings that are understood."""

    def __init__(self, known: Callable[[str], bool], fold: "Folding") -> None:
        """known: whether a folded heading is understood; fold: how a heading is folded."""
        self.known, self.fold = known, fold

    def __call__(self, cells: Sequence[str]) -> int:
        """How many different known headings there are among the cells."""
        return len({folded for cell in cells if len(cell) < 60 and self.known(folded := self.fold(cell))})


class Folding:
    """How headings are compared: lower-case ASCII letters and digits."""

    def __call__(self, heading: str) -> str:
        """Fold one heading: that of "Straße / Haus-Nr." is "strassehausnr"."""
        from gcrm.common.text import joined, tokens

        return joined(tokens(heading))


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, the encoding it was in, and those that it may be in as well, with their first lines."""

    text: str
    encoding: str
    encodings: tuple[Encoding, ...] = ()
    remark: str = ""


def read_text(path: Path, encoding: str = "") -> Text:
    """The text of a file. encoding: as a person has said. Raises InputRejected where it is no text."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputRejected(
                say("{path} has {size} MB.", path=path.name, size=number(size / 1e6)),
                say("Split it into files of at most {most_bytes} MB.", most_bytes=number(MOST_BYTES / 1e6)),
            )
        raw = path.read_bytes()
    except OSError as error:
        raise InputRejected(
            say("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error),
            say("Check the name of the file."),
        ) from error
    if not raw.strip():
        raise InputRejected(
            say("{path} is empty.", path=path.name), say("Give a file with a row of headings and rows below it.")
        )
    return decode_as(raw, encoding, path.name) if encoding else decode(raw, path.name)


def decode_as(raw: bytes, encoding: str, name: str) -> Text:
    """Bytes as text in the encoding that a person has said. Raises InputRejected where there is none of that name."""
    try:
        # Asking for text tells encodings from transformations such as "hex".
        "".encode(encoding)
        codec = codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise InputRejected(
            say("There is no encoding {encoding!r}.", encoding=encoding),
            say("Choose one, such as {names}.", names=", ".join(NAMES[:8])),
        ) from error
    text = _strictly(raw, codec.name if codec.name != "utf-8" else "utf-8-sig", name, said=True)
    return Text(text, codec.name)


def decode(raw: bytes, name: str) -> Text:
    """Bytes as text: UTF-8, UTF-16 or UTF-32 with or without a mark, else the encoding that fits best.

    Raises InputRejected for NUL bytes and for a file that is partly UTF-8.
    """
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return Text(_strictly(raw, encoding, name), encoding)
    sample = raw[:4_000]
    if sample.count(0) > len(sample) // 2 and len(raw) % 4 == 0:
        encoding = "utf-32-le" if sample[3::4].count(0) > sample[::4].count(0) else "utf-32-be"
        return Text(_strictly(raw, encoding, name), encoding)
    if len(raw) % 2 == 0 and (wide := _without_mark(raw, sample)):
        return Text(_strictly(raw, wide, name), wide)
    if b"\0" in raw:
        line = raw[: raw.index(b"\0")].count(b"\n") + 1
        raise InputRejected(
            say("{name} holds a NUL byte in line {line}: it is damaged, or no text.", name=name, line=line),
            say("Save it anew as CSV (UTF-8)."),
        )
    try:
        return _without_double_encoding(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        _refuse_a_mixture(raw, error, name)
    _refuse_stray_utf8(raw, name)
    found = guess(raw)
    if found is None:
        raise InputRejected(
            say("The encoding of {name} cannot be found out.", name=name), say("Save it anew as CSV (UTF-8).")
        )
    return Text(raw.decode(found.name), found.name, found.others)


def _without_mark(raw: bytes, sample: bytes) -> str:
    """UTF-16 without a mark: every other byte is zero, or the line ends are those of two bytes."""
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    little, big = raw.count(b"\n\0"), raw.count(b"\0\n")
    if not (little or big) or b"\0" not in raw:
        return ""
    encoding = "utf-16-le" if little >= big else "utf-16-be"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return ""
    return encoding if "\0" not in text and "\n" in text else ""


def _without_double_encoding(text: str) -> Text:
    """UTF-8 that was taken for Windows text and encoded once more, so that Müller became MÃ¼ller."""
    lines = [line for line in text.splitlines() if not line.isascii()]
    if not lines:
        return Text(text, "utf-8")
    for encoding in ("cp1252", "iso8859_1", "mac_roman"):
        try:
            again = text.encode(encoding).decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            continue
        return Text(
            again, "utf-8", remark=say("The text was encoded twice, as in MÃ¼ller; it is read as it was meant.")
        )
    return Text(text, "utf-8")


def _strictly(raw: bytes, encoding: str, name: str, *, said: bool = False) -> str:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        if said:
            raise InputRejected(
                say(
                    "{name} is not in {encoding}: line {line} is no text of it.",
                    name=name,
                    encoding=encoding,
                    line=line,
                ),
                say("Choose another encoding."),
            ) from error
        raise InputRejected(
            say(
                "{name} begins as {encoding} and is something else from line {line} on.",
                name=name,
                encoding=encoding,
                line=line,
            ),
            say("Save it anew as CSV (UTF-8)."),
        ) from error
    if "\0" in text:
        raise InputRejected(
            say(
                "{name} holds a NUL character in line {line}.",
                name=name,
                line=text[: text.index(chr(0))].count(chr(10)) + 1,
            ),
            say("Save it anew as CSV (UTF-8)."),
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
        at = raw[: error.start].count(b"\n") + 1
        others = len(beyond) - utf8 - 1
        raise InputRejected(
            say("{name} is UTF-8 but for line {line} and {others} more.", name=name, line=at, others=others)
            if others
            else say("{name} is UTF-8 but for line {line}.", name=name, line=at),
            say("Two files of different encodings were put together. Save it anew as CSV (UTF-8)."),
        )


def _refuse_stray_utf8(raw: bytes, name: str) -> None:
    """A line of UTF-8 among others would come out as letters that nobody wrote.

    Two bytes of East Asian letters are UTF-8 by chance; where the other lines are such, nothing is refused.
    """
    strays, others = list[int](), list[bytes]()
    for at, line in enumerate(raw.split(b"\n"), start=1):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            strays.append(at)
        except UnicodeDecodeError:
            others.append(line)
    if strays and (found := guess(b"\n".join(others[:200]))) and found.name not in EAST_ASIAN:
        raise InputRejected(
            say("Line {line} of {name} is UTF-8, and others are not.", line=strays[0], name=name),
            say("Two files of different encodings were put together. Save it anew as CSV (UTF-8)."),
        )


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
                        say(
                            "{name} has over {most_columns} columns, in line {begins}.",
                            name=name,
                            most_columns=number(MOST_COLUMNS),
                            begins=begins,
                        ),
                        say("Take out what is not of accounts; one row is one account."),
                    )
                rows.append(Row(begins, tuple(cells)))
                if len(rows) > MOST_ROWS:
                    raise InputRejected(
                        say("{name} has over {most_rows} rows.", name=name, most_rows=number(MOST_ROWS)),
                        say("Split it into smaller files."),
                    )
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputRejected(
            say(
                "{name} cannot be read from line {begins} on: it has a cell of over {longest_field} characters.",
                name=name,
                begins=begins,
                longest_field=number(LONGEST_FIELD),
            ),
            say("A quote is opened there and never closed, or a cell is far too long. Mend that line."),
        ) from error
    finally:
        csv.field_size_limit(previous)
    if rows and _ends_inside_a_quote(text, rows[-1].number, delimiter):
        raise InputRejected(
            say(
                "{name} ends in the middle of a quoted cell, in the row that begins in line {line}.",
                name=name,
                line=rows[-1].number,
            ),
            say("The file was cut off, or a quote is missing. Export it again."),
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


def stacked(tables: Sequence[tuple[tuple[str, ...], tuple[Row, ...]]]) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """The rows of several tables under the headings of all; the lines of a later one are counted on."""
    if len(tables) == 1:
        return tables[0]
    headings: dict[str, None] = {}
    for own, _ in tables:
        headings.update((heading, None) for heading in own if heading)
    rows: list[Row] = []
    for own, some in tables:
        at = {heading: place for place, heading in reversed(list(enumerate(own)))}
        before = rows[-1].number if rows else 0
        for row in some:
            cells = tuple(row.cells[at[one]] if one in at and at[one] < len(row.cells) else "" for one in headings)
            rows.append(Row(before + row.number, cells))
    return tuple(headings), tuple(rows)

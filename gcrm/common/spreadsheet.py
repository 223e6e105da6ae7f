"""Text for files that spreadsheets open, so that no cell is run as a formula."""

import codecs
import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
"""What divides the cells of a line: by name, as a person chooses it."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width forms work too
_HARMLESS = re.compile(r"[+-]?[\d\s().,/-]*\d[\d\s().,/-]*")
_INSIDE = re.compile(r"([,;|\t\r\n]\s*)('*[=+\-@＝＋－＠][^,;|\t\r\n]*)")  # noqa: RUF001
"""What begins a cell where a spreadsheet divides lines by another sign than the file does."""
_GUARDED = re.compile(r"([,;|\t\r\n]\s*)'('*[=+\-@＝＋－＠])")  # noqa: RUF001


def harmless(text: str) -> str:
    """The text with an apostrophe in front of all that a spreadsheet would run; numbers and phone numbers stay.

    That is the cell itself, and what stands behind a comma, a semicolon or a line break in it: a spreadsheet that
    divides lines by semicolons makes two cells of "x;=1+1". Source: OWASP, CSV Injection.
    """
    bare = text.lstrip("'")
    inside = _INSIDE.sub(_guarded, text)
    if bare.startswith(("\t", "\r", "\n")) or (
        bare.lstrip().startswith(_DANGEROUS) and not (bare == text and _HARMLESS.fullmatch(text.strip()))
    ):
        return f"'{inside}"
    return inside


def _guarded(found: re.Match[str]) -> str:
    before, cell = found.groups()
    number = not cell.startswith("'") and _HARMLESS.fullmatch(cell.strip())
    return found[0] if number else f"{before}'{cell}"


def original(text: str) -> str:
    """What `harmless` was given, so that a file written here and read again is the same."""
    if "'" not in text:
        return text
    for start in (text.removeprefix("'"), text):
        for plain in (_GUARDED.sub(r"\1\2", start), start):
            if harmless(plain) == text:
                return plain
    return text


def no_json(text: str) -> str:
    """The text with an apostrophe in front where GDAL would write it to GeoJSON as a list or an object."""
    return f"'{text}" if text.lstrip("'").lstrip().startswith(("[", "{")) else text


def of_no_json(text: str) -> str:
    """What `no_json` was given."""
    return text[1:] if text.startswith("'") and no_json(text[1:]) == text else text


def write_csv(
    path: Path,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
) -> None:
    """Write a file whose cells are all harmless; in UTF-8 with the mark that Excel needs to show umlauts, if not told.

    Raises InputRejected for an encoding there is none of, or that lacks a letter.
    """
    try:
        "".encode(encoding)
        codecs.lookup(encoding)
    except (LookupError, ValueError) as error:
        raise InputRejected(
            say("There is no encoding {encoding!r}.", encoding=encoding), say("Take utf-8, utf-16 or cp1252.")
        ) from error
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("w", encoding=encoding, newline="") as file:
            writer = csv.writer(file, delimiter=delimiter)
            writer.writerow([harmless(heading) for heading in headings])
            writer.writerows([harmless(cell) for cell in row] for row in rows)
    except UnicodeEncodeError as error:
        unfinished.unlink(missing_ok=True)
        letter = error.object[error.start]
        raise InputRejected(
            say("{encoding} has no {letter!r}.", encoding=encoding, letter=letter),
            say("Take utf-8 or utf-16, which have every letter."),
        ) from error
    unfinished.replace(path)


def write_xlsx(path: Path, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a workbook of one worksheet: numbers as numbers, all else as text, which no spreadsheet runs."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if value is None or isinstance(value, (int, float)):
            return value
        made = WriteOnlyCell(sheet, harmless(str(value)))
        made.data_type = "s"
        return made

    sheet.append([cell(heading) for heading in headings])
    for row in rows:
        sheet.append([cell(value) for value in row])
    unfinished = path.with_name(f".{path.name}.part")
    book.save(unfinished)
    unfinished.replace(path)

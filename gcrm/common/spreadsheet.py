"""Text for files that spreadsheets open, so that no cell is run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - full-width forms work too
_HARMLESS = re.compile(r"[+-]?[\d\s().,/-]*\d[\d\s().,/-]*")


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it; numbers and phone numbers stay.

    Source: OWASP, CSV Injection.
    """
    bare = text.lstrip("'")
    if text.startswith(("\t", "\r", "\n")) or (
        bare.lstrip().startswith(_DANGEROUS) and not (bare == text and _HARMLESS.fullmatch(text.strip()))
    ):
        return f"'{text}"
    return text


def original(text: str) -> str:
    """What `harmless` was given, so that a file written here and read again is the same."""
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a UTF-8 file with a byte order mark, which Excel needs to show umlauts; every cell harmless."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([harmless(heading) for heading in headings])
        writer.writerows([harmless(cell) for cell in row] for row in rows)
    unfinished.replace(path)

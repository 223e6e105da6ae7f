"""Tables of web pages, which CRMs and ERPs write under the name of an Excel file, alone or packed as a web archive."""

import codecs
import email
import email.policy
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from gcrm.common.language import number, say, to_say
from gcrm.imports.columns import subject_of
from gcrm.imports.table import AS_FOUND, MOST_COLUMNS, MOST_ROWS, ReadAs, Row, Table, Text, decode, decode_as
from gcrm.imports.worksheets import Sheet, sheet_of, table_of_sheets
from gcrm.platform.errors import InputRejected

_AGAIN = to_say("Open it in a spreadsheet and save it as XLSX or CSV.")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_NAMED_WITHIN = 4_096
DEEPEST = 20
"""Tables within tables; no export has more."""
_BREAKS = frozenset({"br", "p", "div", "li"})
_UNSEEN = frozenset({"script", "style", "title", "template"})
_ARCHIVE = re.compile(rb"\s*(?:MIME-Version|From|Content-Type|Subject|Date)\s*:", re.IGNORECASE)


def is_web_archive(head: bytes) -> bool:
    """Whether a file begins as a page that was saved with all that belongs to it (MHTML)."""
    return _ARCHIVE.match(head) is not None and b"mime-version" in head.lower()


def read_page(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The table of a web page that holds accounts; where several do, a person is asked, as for worksheets.

    Nothing that the page names is opened, and nothing of it is run. Raises InputRejected for a page without a table
    of accounts, a damaged one, and one that is larger than a list may be.
    """
    raw = path.read_bytes()
    texts = _pages_of(raw, path.name) if is_web_archive(raw[:_NAMED_WITHIN]) else [_text_of(raw, read_as, path.name)]
    sheets: list[Sheet] = []
    for text in texts:
        reader = _Tables(path.name)
        reader.feed(text.text)
        reader.close()
        for table in reader.finished():
            rows = [Row(number, cells) for number, cells in table if any(cells)]
            sheets += sheet_of(f"Table {len(sheets) + 1}", rows, read_as)
    if not any(sheet.is_of_subject for sheet in sheets):
        raise InputRejected(
            say("{path} is a web page without a table of {noun}.", path=path.name, noun=say(subject_of(read_as).noun)),
            say(_AGAIN),
        )
    found = [sheet for sheet in sheets if sheet.is_of_subject]
    first = texts[0]
    return table_of_sheets(found, path.name, read_as, first.encoding, encodings=first.encodings)


def _text_of(raw: bytes, read_as: ReadAs, name: str) -> Text:
    """The page as text: as a person has said, as its bytes show, as it says itself, or as it is guessed."""
    if read_as.encoding:
        return decode_as(raw, read_as.encoding, name)
    said = _CHARSET.search(raw[:_NAMED_WITHIN])
    if said and not raw.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        try:
            codec = codecs.lookup(said[1].decode("ascii"))
            # A page says iso-8859-1 where it means what Windows writes.
            encoding = "cp1252" if codec.name == "iso8859-1" else codec.name
            text = raw.decode(encoding)
            if "\0" not in text:
                return Text(text, encoding)
        except (LookupError, UnicodeError, ValueError):
            pass
    return decode(raw, name)


def _pages_of(raw: bytes, name: str) -> list[Text]:
    """The pages of a web archive. Raises InputRejected where it holds none."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    pages = []
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                pages.append(_text_of(content, AS_FOUND, name))
    if not pages:
        raise InputRejected(say("{name} is a web archive without a page.", name=name), say(_AGAIN))
    return pages


@dataclass
class _OpenTable:
    """A table while its tags are read. below: cells of rows above that reach into later ones, by column."""

    rows: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    cells: list[str] | None = None
    text: list[str] | None = None
    across: int = 1
    down: int = 1
    count: int = 0
    below: dict[int, tuple[int, str]] = field(default_factory=dict)


class _Tables(HTMLParser):
    """Collects the tables of a page, each as its rows of text, innermost first."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self._name = name
        self._open: list[_OpenTable] = []
        self._done: list[_OpenTable] = []
        self._unseen = 0

    def finished(self) -> list[list[tuple[int, tuple[str, ...]]]]:
        """The tables read so far, those that were never closed too."""
        while self._open:
            self._end_table()
        return [table.rows for table in self._done]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            if len(self._open) >= DEEPEST:
                raise InputRejected(
                    say("{name} has tables within tables, too deep for a list.", name=self._name), say(_AGAIN)
                )
            self._open.append(_OpenTable())
        elif not self._open:
            return
        elif tag == "tr":
            self._end_row()
            self._open[-1].cells = []
        elif tag in {"td", "th"}:
            self._end_cell()
            table = self._open[-1]
            if table.cells is None:
                table.cells = []
            spans = dict(attrs)
            table.text = []
            table.across, table.down = _span(spans.get("colspan")), _span(spans.get("rowspan"))
        elif tag in _BREAKS:
            self._write("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif not self._open:
            return
        elif tag == "table":
            self._end_table()
        elif tag == "tr":
            self._end_row()
        elif tag in {"td", "th"}:
            self._end_cell()
        elif tag in {"thead", "tbody", "tfoot"}:
            self._end_row()

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._write(data)

    def _write(self, text: str) -> None:
        if self._open and self._open[-1].text is not None:
            self._open[-1].text.append(text)

    def _end_table(self) -> None:
        self._end_row()
        self._done.append(self._open.pop())

    def _end_cell(self) -> None:
        table = self._open[-1]
        if table.text is None or table.cells is None:
            return
        lines = ("".join(table.text)).replace("\xa0", " ").split("\n")
        text = "\n".join(said for line in lines if (said := " ".join(line.split())))
        table.text = None
        self._fill_from_above(table)
        at = len(table.cells)
        if at + table.across > MOST_COLUMNS:
            raise InputRejected(
                say("{name} has over {most_columns} columns.", name=self._name, most_columns=number(MOST_COLUMNS)),
                say("Take out what is not of accounts."),
            )
        # What stands across several columns is of the first; what reaches down is of every row.
        table.cells += [text, *[""] * (table.across - 1)]
        if table.down > 1:
            table.below[at] = (table.down - 1, text)

    def _fill_from_above(self, table: _OpenTable) -> None:
        assert table.cells is not None
        while (above := table.below.get(len(table.cells))) is not None:
            left, text = above
            if left <= 1:
                del table.below[len(table.cells)]
            else:
                table.below[len(table.cells)] = (left - 1, text)
            table.cells.append(text)

    def _end_row(self) -> None:
        table = self._open[-1]
        self._end_cell()
        if table.cells is None:
            return
        self._fill_from_above(table)
        table.count += 1
        if table.count > MOST_ROWS:
            raise InputRejected(
                say("{name} has over {most_rows} rows.", name=self._name, most_rows=number(MOST_ROWS)),
                say("Split it into smaller files."),
            )
        table.rows.append((table.count, tuple(table.cells)))
        table.cells = None


def _span(written: str | None) -> int:
    """How many columns or rows a cell takes, 1 where that is not said or no such number."""
    is_number = written is not None and written.isascii() and written.isdecimal() and len(written) < 8
    return min(max(int(written or 1), 1), MOST_ROWS) if is_number else 1

"""Workbooks as XML of 2003 (SpreadsheetML), which older programs write under the name .xls or .xml."""

from pathlib import Path
from xml.etree import ElementTree as ET

from gcrm.common.language import number, say, to_say
from gcrm.imports.table import AS_FOUND, MOST_COLUMNS, MOST_ROWS, ReadAs, Row, Table
from gcrm.imports.worksheets import Sheet, cell_text, sheet_of, table_of_sheets
from gcrm.platform.errors import InputRejected
from gcrm.platform.files.xml_text import check_xml

SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
_AGAIN = to_say("Open it in a spreadsheet and save it as XLSX or CSV.")


def read_xml_spreadsheet(path: Path, read_as: ReadAs = AS_FOUND) -> Table:
    """The worksheet that holds accounts. Raises InputRejected as `read_xlsx` does, and where entities are declared."""
    check_xml(path)
    sheets: list[Sheet] = []
    try:
        # No entity is declared, which check_xml has made sure of, so none can grow or name a file.
        reading = ET.iterparse(path, events=("start", "end"))  # noqa: S314
        for event, element in reading:
            if event == "start" and element.tag == f"{SPACE}Worksheet":
                rows, at = list[Row](), 0
                named, hidden = element.get(f"{SPACE}Name", ""), False
            elif event == "start":
                continue
            elif element.tag == f"{SPACE}Row":
                at = _index(element.get(f"{SPACE}Index")) or at + 1
                cells = _cells(element, path.name)
                if any(cells):
                    rows.append(Row(at, cells))
                if len(rows) > MOST_ROWS:
                    raise InputRejected(
                        say("{path} has over {most_rows} rows.", path=path.name, most_rows=number(MOST_ROWS)),
                        say("Split it into smaller files."),
                    )
                element.clear()
            elif element.tag.endswith("}Visible"):
                hidden = (element.text or "").startswith("SheetHidden") or (element.text or "") == "SheetVeryHidden"
            elif element.tag == f"{SPACE}Worksheet":
                sheets += sheet_of(named or f"Sheet {len(sheets) + 1}", rows, read_as, is_hidden=hidden)
                element.clear()
    except (ET.ParseError, UnboundLocalError) as error:
        raise InputRejected(say("{path} is damaged or cut off.", path=path.name), say(_AGAIN)) from error
    return table_of_sheets(sheets, path.name, read_as, "xml")


def _cells(row: ET.Element, name: str) -> tuple[str, ...]:
    cells: list[str] = []
    for cell in row.iter(f"{SPACE}Cell"):
        place = (_index(cell.get(f"{SPACE}Index")) or len(cells) + 1) - 1
        width = 1 + _index(cell.get(f"{SPACE}MergeAcross"))
        if place + width > MOST_COLUMNS:
            raise InputRejected(
                say("{name} has over {most_columns} columns.", name=name, most_columns=number(MOST_COLUMNS)),
                say("Take out what is not of accounts."),
            )
        cells += [""] * (place - len(cells))
        data = cell.find(f"{SPACE}Data")
        cells += [_text(data) if data is not None else "", *[""] * (width - 1)]
    return tuple(cells)


def _index(written: str | None) -> int:
    """A number of rows or columns, 0 where none is said."""
    return int(written) if written and written.isascii() and written.isdecimal() and len(written) < 9 else 0


def _text(data: ET.Element) -> str:
    """A cell as a person reads it: 9490.0 is 9490, a day has no time."""
    text = "".join(data.itertext()).strip()
    kind = data.get(f"{SPACE}Type", "")
    if kind == "DateTime":
        return text.removesuffix(".000").removesuffix("T00:00:00")
    if kind == "Number":
        try:
            return cell_text(float(text)) if any(letter in text for letter in ".eE") else text
        except ValueError:
            return text
    if kind == "Boolean":
        return "True" if text == "1" else "False"
    return "" if kind == "Error" else text

"""A cut as a file for spreadsheets."""

from pathlib import Path

from gcrm.common.language import say
from gcrm.common.spreadsheet import write_csv, write_xlsx
from gcrm.markets.cube.answer_json import sheet_of
from gcrm.markets.cube.model import CubeAnswer
from gcrm.platform.errors import InputRejected


def write_sheet(file: Path, answer: CubeAnswer) -> None:
    """Write a cut with its totals as CSV or XLSX, by the ending of the file. Raises InputRejected for another one."""
    headings, rows = sheet_of(answer)
    noted = [[say("Records as of"), f"{answer.as_of:%Y-%m-%d %H:%M} UTC"], *([remark] for remark in answer.remarks)]
    if len(answer.currencies) == 1:
        noted.append([say("Currency"), answer.currencies[0] or say("not stated")])
    if file.suffix.casefold() == ".csv":
        table = [["" if cell is None else str(cell) for cell in row] for row in rows]
        write_csv(file, headings, [*table, [], *noted])
    elif file.suffix.casefold() == ".xlsx":
        write_xlsx(file, say("Cube"), headings, [*rows, [], *noted])
    else:
        raise InputRejected(say("{file} is neither .csv nor .xlsx.", file=file.name), say("Name the file so."))

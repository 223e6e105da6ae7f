"""Accounts that a rep keeps, that stay together or apart: out of small files, or as typed on the page."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gcrm.common.language import number, say, to_say
from gcrm.platform.errors import InputRejected

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

MOST_LINES = 100_000


def lines_of(file: Path) -> list[list[str]]:
    """The cells of a small CSV file, without empty lines. Raises InputRejected."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputRejected(
            say("{file} cannot be read: {strerror}.", file=file.name, strerror=error.strerror or error),
            say("Check its name."),
        ) from error
    except UnicodeDecodeError as error:
        raise InputRejected(
            say("{file} is not UTF-8 text.", file=file.name), say("Save it as CSV in UTF-8.")
        ) from error
    return cells_of(text)


def cells_of(text: str) -> list[list[str]]:
    """Lines of cells with commas, semicolons or tabs between."""
    rows = text.splitlines()
    if len(rows) > MOST_LINES:
        raise InputRejected(
            say("There are over {most_lines} lines.", most_lines=number(MOST_LINES)), say("Give fewer.")
        )
    sign = next((one for one in "\t;" if one in text), ",")
    read = csv.reader(io.StringIO(text), delimiter=sign)
    return [cells for row in read if (cells := [cell.strip() for cell in row]) and any(cells)]


def locks(tx: "Transaction", rows: Sequence[Sequence[str]]) -> tuple[tuple[tuple[int, str], ...], list[str]]:
    """Lines of account and rep. Returns account to key of the rep, and what of it cannot be followed.

    A heading is passed over. An account is named by its number or its external number, a rep by the key or the name.
    """
    named = _Named(tx)
    reps = {word.casefold(): rep.key for rep in tx.reps.all() for word in (rep.name, rep.key)}
    found: dict[int, str] = {}
    faults = []
    for line, row in enumerate(rows, 1):
        account = named.account(row[0])
        key = reps.get(row[1].casefold()) if len(row) > 1 else None
        if account is not None and key is not None:
            found[account] = key
        elif line > 1 or (account is not None or key is not None):
            if account is None:
                fault = say("Line {line} of the locks: there is no account {given!r}.", line=line, given=row[0][:40])
            else:
                rep = (row[1] if row[1:] else "")[:40]
                fault = say("Line {line} of the locks: there is no rep {rep!r}.", line=line, rep=rep)
            faults.append(fault)
    return tuple(found.items()), faults


_MISSING = {
    "together": to_say("Line {line} of those kept together: there is no account {given!r}."),
    "apart": to_say("Line {line} of those kept apart: there is no account {given!r}."),
}


def groups(
    tx: "Transaction", rows: Sequence[Sequence[str]], what: str
) -> tuple[tuple[tuple[int, ...], ...], list[str]]:
    """Lines of accounts that belong with each other, or do not: what is "together" or "apart", for the faults."""
    named = _Named(tx)
    found, faults = [], []
    for line, row in enumerate(rows, 1):
        accounts = [(cell, named.account(cell)) for cell in row if cell]
        missing = [cell for cell, account in accounts if account is None]
        known = tuple(dict.fromkeys(account for _, account in accounts if account is not None))
        if missing and (known or line > 1):
            faults.append(say(_MISSING[what], line=line, given=missing[0][:40]))
        if len(known) > 1:
            found.append(known)
    return tuple(found), faults


class _Named:
    def __init__(self, tx: "Transaction") -> None:
        accounts = tx.accounts.all()
        self._ids = {str(one.id): one.id for one in accounts}
        self._external = {one.external_id.casefold(): one.id for one in accounts if one.external_id}

    def account(self, text: str) -> int | None:
        return self._external.get(text.casefold(), self._ids.get(text))

"""What all repositories share."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, insert, update

from gcrm.common.language import say, to_say
from gcrm.platform.database.backend import Backend
from gcrm.platform.database.unit_of_work import UnitOfWork
from gcrm.platform.errors import InputRejected, NotFound

T = TypeVar("T")

CHUNK = 5_000
"""Numbers in one IN list; SQLite's own limit on what one statement may be given is 32,766."""


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    """The items in pieces of at most `size`."""
    return (items[start : start + size] for start in range(0, len(items), size))


def refuse_nul(*texts: str) -> None:
    """Raises InputRejected for a NUL letter, which PostgreSQL cannot hold and no text needs."""
    if "\0" in "".join(texts):
        text = next(text for text in texts if "\0" in text)
        raise InputRejected(say("The text {value!r} holds a NUL letter.", value=text[:40]), say("Take it out."))


def listed(words: Sequence[str]) -> str:
    """Words in one column, as a person writes them in QGIS: "cold chain, coffee"."""
    return ", ".join(words)


def words_of(text: str) -> tuple[str, ...]:
    """The words of such a column."""
    return tuple(word for part in text.split(",") if (word := part.strip())) if text else ()


class Repository:
    """One kind of thing inside one transaction."""

    def __init__(self, transaction: UnitOfWork) -> None:
        self._transaction = transaction

    @property
    def _connection(self) -> Connection:
        return self._transaction.connection

    @property
    def _backend(self) -> Backend:
        return self._transaction.backend

    def _insert(self, table: Table, values: dict[str, Any]) -> int:
        """Add one row; its new id."""
        key = self._connection.execute(insert(table).values(values)).inserted_primary_key
        assert key is not None
        return int(key[0])

    def _update(self, table: Table, row_id: int, values: dict[str, Any], noun: str) -> None:
        """Change one row. Raises NotFound."""
        if not self._connection.execute(update(table).where(table.c.id == row_id).values(values)).rowcount:
            raise not_found(noun, row_id)


def not_found(noun: str, key: object) -> NotFound:
    """The error for a missing one."""
    return NotFound(
        say(MISSING[noun], key=key), say("Look at the list: `{command}`.", command=f"gcrm {PLURALS[noun]} list")
    )


MISSING = {
    "account": to_say("There is no account {key!r}."),
    "case": to_say("There is no case {key!r}."),
    "activity": to_say("There is no activity {key!r}."),
    "appointment": to_say("There is no appointment {key!r}."),
    "import": to_say("There is no import {key!r}."),
    "job": to_say("There is no job {key!r}."),
    "person": to_say("There is no person {key!r}."),
    "plan": to_say("There is no plan {key!r}."),
    "proposal": to_say("There is no proposal {key!r}."),
    "region": to_say("There is no region {key!r}."),
    "rep": to_say("There is no rep {key!r}."),
    "scenario": to_say("There is no scenario {key!r}."),
    "territory": to_say("There is no territory {key!r}."),
    "token": to_say("There is no token {key!r}."),
    "user": to_say("There is no user {key!r}."),
    "webhook": to_say("There is no webhook {key!r}."),
}
"""What is said where a thing is not there, by its noun."""
PLURALS = {
    "account": "accounts",
    "activity": "accounts",
    "appointment": "plan appointments",
    "case": "cases",
    "import": "imports",
    "job": "jobs",
    "person": "people",
    "plan": "reps",
    "proposal": "reps",
    "region": "regions",
    "rep": "reps",
    "scenario": "territories scenarios",
    "territory": "territories",
    "token": "tokens",
    "user": "users",
    "webhook": "tokens",
}
"""The command that lists a thing, by its noun."""

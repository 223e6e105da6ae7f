"""People, deals and interactions of an old CRM, put aside and written at once by a few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, bindparam, delete, insert, literal, select, update

from gcrm.platform.database.repository import chunks, refuse_nul
from gcrm.platform.database.schema import (
    account_extra,
    consent,
    custom_field,
    deal,
    deal_person,
    external_ref,
    interaction,
    interaction_person,
    person,
    person_account,
    record_change,
)

if TYPE_CHECKING:
    from gcrm.platform.database.staging import Stage
    from gcrm.transaction import Transaction

RECORDS: dict[str, Table] = {"person": person, "deal": deal, "activity": interaction}
_LINKS: dict[str, tuple[Table, str]] = {
    "accounts": (person_account, "person_id"),
    "consents": (consent, "person_id"),
    "deal_people": (deal_person, "deal_id"),
    "interaction_people": (interaction_person, "interaction_id"),
}
_ORDER: tuple[tuple[str, Table], ...] = (
    ("person", person),
    ("accounts", person_account),
    ("consents", consent),
    ("deal", deal),
    ("deal_people", deal_person),
    ("activity", interaction),
    ("interaction_people", interaction_person),
    ("extra", account_extra),
    ("refs", external_ref),
    ("custom", custom_field),
)
_AT_ONCE = 10_000


def reserve_ids(tx: Transaction, kind: str, count: int) -> Sequence[int]:
    """Ids for so many records, which no other one will get."""
    return tx.backend.reserve_ids(tx.connection, RECORDS[kind], count) if count else ()


class StagedRecords:
    """New records on a stage, and changes of those that are there."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._tables = {
            name: stage.table(f"staged_{table.name}", [one for one in table.columns if one.name not in _given(table)])
            for name, table in _ORDER
        }
        self.clear()

    def clear(self) -> None:
        """Forget all of it; the tables are cleared with the stage."""
        self._held: dict[str, list[dict[str, Any]]] = {name: [] for name, _ in _ORDER}
        self.changes: list[tuple[str, int, dict[str, Any], dict[str, Any]]] = []
        self.updates: list[tuple[str, int, dict[str, Any], dict[str, list[dict[str, Any]]]]] = []
        self.digests: list[dict[str, Any]] = []
        self.gone_extras: list[int] = []

    def put(self, name: str, row: Mapping[str, Any]) -> None:
        """Put a row aside."""
        held = self._held[name]
        held.append(dict(row))
        if len(held) >= _AT_ONCE:
            self._flush(name)

    def put_record(self, kind: str, number: int, row: dict[str, Any], links: dict[str, list[dict[str, Any]]]) -> None:
        """Put a new record aside, with what links it."""
        refuse_nul(*(value for value in row.values() if isinstance(value, str)))
        self.put(kind, {**row, "id": number, "revised": 0})
        for name, rows in links.items():
            key = _LINKS[name][1]
            for one in rows:
                self.put(name, {**one, key: number})

    def flush(self) -> None:
        """Put aside what is still held."""
        for name, _ in _ORDER:
            self._flush(name)

    def _flush(self, name: str) -> None:
        if self._held[name]:
            self.stage.put(self._tables[name], self._held[name])
            self._held[name] = []

    @property
    def has_changes(self) -> bool:
        """Whether anything that is there changes."""
        return bool(self.changes or self.updates)

    def apply(self, tx: Transaction, set_id: int) -> None:
        """Write all of it as of one change set, in a transaction that writes."""
        connection = tx.connection
        for name, table in _ORDER:
            staged = self._tables[name]
            columns = [one.name for one in staged.columns]
            values: list[Any] = [staged.c[one] for one in columns]
            if "import_id" in table.c:
                columns, values = [*columns, "import_id"], [*values, literal(set_id)]
            connection.execute(insert(table).from_select(columns, select(*values)))
        for kind, number, row, links in self.updates:
            self._update(tx, kind, number, row, links)
        if self.changes:
            rows = [
                {"set_id": set_id, "kind": kind, "record_id": number, "before": before, "after": after}
                for kind, number, before, after in self.changes
            ]
            for some in chunks(rows):
                connection.execute(insert(record_change), list(some))
        if self.digests:
            said = (
                update(external_ref)
                .where(
                    external_ref.c.system == bindparam("of_system"),
                    external_ref.c.kind == bindparam("of_kind"),
                    external_ref.c.external_id == bindparam("of_id"),
                )
                .values(digest=bindparam("reads"))
            )
            for some in chunks(self.digests):
                connection.execute(said, list(some))
        for name in ("person", "deal", "interaction"):
            tx.touch(name)

    def _update(
        self, tx: Transaction, kind: str, number: int, row: dict[str, Any], links: dict[str, list[dict[str, Any]]]
    ) -> None:
        connection = tx.connection
        if kind == "account":
            connection.execute(update(account_extra).where(account_extra.c.account_id == number).values(**row))
            return
        table = RECORDS[kind]
        refuse_nul(*(value for value in row.values() if isinstance(value, str)))
        connection.execute(update(table).where(table.c.id == number).values(**row, revised=table.c.revised + 1))
        for name, rows in links.items():
            link, key = _LINKS[name]
            connection.execute(delete(link).where(link.c[key] == number))
            if rows:
                connection.execute(insert(link), [{**one, key: number} for one in rows])


def _given(table: Table) -> set[str]:
    """Columns that come of themselves: numbers of rows that nobody names, and the change set."""
    own = {"import_id"}
    return own | {"id"} if table.name in {"consent", "custom_field"} else own

"""The record as a whole: people, deals and interactions with all that links them, read and undone."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, insert, select, update

from gcrm.accounts.person import AccountExtra, AtAccount, Consent, ConsentState, CustomField, Person, Reached
from gcrm.activities.model import Channel, Interaction
from gcrm.common.language import say
from gcrm.platform.database.repository import Repository, chunks
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
from gcrm.sales.model import SCALE, Deal, DealOutcome

TABLES: dict[str, Table] = {"person": person, "deal": deal, "activity": interaction}
"""Kind of record to its table."""


def person_of(row: Any) -> Person:
    """The person in a row, without what links it."""
    return Person(
        row.first_name,
        row.last_name,
        row.salutation,
        row.title,
        row.email,
        row.phone,
        row.mobile,
        tuple(Reached(*one) for one in row.more or ()),
        row.language,
        row.note,
        row.owner,
        row.owner_id,
        row.created_on,
        custom=row.custom or {},
        import_id=row.import_id,
        revised=row.revised,
        updated_at=row.updated_at,
        id=row.id,
    )


def deal_of(row: Any) -> Deal:
    """The deal in a row, without its people."""
    return Deal(
        row.name,
        row.account_id,
        (),
        row.pipeline,
        row.stage,
        DealOutcome(row.outcome),
        None if row.amount_e4 is None else Decimal(row.amount_e4) / SCALE,
        row.currency,
        row.probability,
        row.close_date,
        row.closed_on,
        row.created_on,
        row.owner,
        row.owner_id,
        row.loss_reason,
        row.next_step,
        row.source,
        row.note,
        row.custom or {},
        row.import_id,
        row.revised,
        row.updated_at,
        row.id,
    )


def interaction_of(row: Any) -> Interaction:
    """The interaction in a row, without its people."""
    return Interaction(
        Channel(row.kind),
        row.day,
        row.at,
        row.done,
        row.direction,
        row.subject,
        row.text,
        row.minutes,
        row.account_id,
        row.deal_id,
        (),
        row.owner,
        row.owner_id,
        row.custom or {},
        row.import_id,
        row.revised,
        row.updated_at,
        row.id,
    )


class Record(Repository):
    """People, deals and interactions together, as imports, undoing and merging need them."""

    def state(self) -> tuple[Any, ...]:
        """Differs after any record was added, changed or taken away."""
        found: list[Any] = []
        for table in (person, deal, interaction):
            row = self._connection.execute(
                select(func.count(), func.max(table.c.id), func.max(table.c.updated_at)).select_from(table)
            ).one()
            found += list(row)
        refs = self._connection.execute(select(func.count()).select_from(external_ref)).scalar()
        return (*found, refs)

    def refs(self, systems: Collection[str]) -> dict[tuple[str, str, str], tuple[int, str]]:
        """(system, kind, external id) to the record's id and the digest of what was said last."""
        rows = self._connection.execute(
            select(
                external_ref.c.system,
                external_ref.c.kind,
                external_ref.c.external_id,
                external_ref.c.record_id,
                external_ref.c.digest,
            ).where(external_ref.c.system.in_(sorted(systems)))
        )
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in rows}

    def refs_of(self, kind: str, ids: Sequence[int]) -> dict[int, dict[str, list[str]]]:
        """Record id to what each system calls it; records that no other program told are not in it."""
        found: dict[int, dict[str, list[str]]] = {}
        for some in chunks(ids):
            rows = self._connection.execute(
                select(external_ref.c.record_id, external_ref.c.system, external_ref.c.external_id)
                .where(external_ref.c.kind == kind, external_ref.c.record_id.in_(some))
                .order_by(external_ref.c.system, external_ref.c.external_id)
            )
            for record_id, system, number in rows:
                if not number.startswith("row:"):
                    found.setdefault(record_id, {}).setdefault(system, []).append(number)
        return found

    def people(self, ids: Sequence[int] | None = None) -> list[Person]:
        """Persons with their accounts and consents, by id; all of them for None."""
        rows = self._rows(person, person.c.id, ids)
        found = {row.id: person_of(row) for row in rows}
        for row in self._rows(person_account, person_account.c.person_id, ids, person_account.c.position):
            if one := found.get(row.person_id):
                one.accounts += (AtAccount(row.account_id, row.role),)
        for row in self._rows(consent, consent.c.person_id, ids, consent.c.id):
            if one := found.get(row.person_id):
                one.consents += (Consent(row.channel, row.purpose, ConsentState(row.state), row.source, row.day),)
        return [found[key] for key in sorted(found)]

    def deals(self, ids: Sequence[int] | None = None) -> list[Deal]:
        """Deals with their people, by id; all of them for None."""
        found = {row.id: deal_of(row) for row in self._rows(deal, deal.c.id, ids)}
        for row in self._rows(deal_person, deal_person.c.deal_id, ids, deal_person.c.position):
            found[row.deal_id].people += (row.person_id,)
        return [found[key] for key in sorted(found)]

    def interactions(self, ids: Sequence[int]) -> list[Interaction]:
        """Interactions with their people, by id."""
        found = {row.id: interaction_of(row) for row in self._rows(interaction, interaction.c.id, ids)}
        for row in self._rows(
            interaction_person, interaction_person.c.interaction_id, ids, interaction_person.c.position
        ):
            found[row.interaction_id].people += (row.person_id,)
        return [found[key] for key in sorted(found)]

    def interaction_keys(self) -> list[tuple[int, str, Any, str, int | None]]:
        """Id, kind, day, subject and account of every interaction: by what the same one of another program is told."""
        rows = self._connection.execute(
            select(
                interaction.c.id, interaction.c.kind, interaction.c.day, interaction.c.subject, interaction.c.account_id
            )
        )
        return [(row[0], row[1], row[2], row[3], row[4]) for row in rows]

    def extras(self, ids: Sequence[int] | None = None) -> dict[int, AccountExtra]:
        """Account id to what is known beyond its own fields; all of them for None."""
        return {
            row.account_id: AccountExtra(
                row.account_id, row.parent_id, row.status, row.owner, row.owner_id, row.created_on, row.custom or {}
            )
            for row in self._rows(account_extra, account_extra.c.account_id, ids)
        }

    def children_of(self, account_id: int) -> list[AccountExtra]:
        """What is known of accounts that belong to one."""
        rows = self._connection.execute(
            select(account_extra.c.account_id).where(account_extra.c.parent_id == account_id)
        )
        found = self.extras([row[0] for row in rows])
        return [found[key] for key in sorted(found)]

    def custom_fields(self) -> list[CustomField]:
        """The fields of the company's own."""
        rows = self._connection.execute(select(custom_field).order_by(custom_field.c.id))
        return [CustomField(row.record, row.name, row.label, row.type, row.source, row.id) for row in rows]

    def _rows(
        self, table: Table, key: ColumnElement[Any], ids: Sequence[int] | None, order: ColumnElement[Any] | None = None
    ) -> Iterable[Any]:
        columns = [one for one in (key, order) if one is not None]
        if ids is None:
            return self._connection.execute(select(table).order_by(*columns)).all()
        return [
            row
            for some in chunks(sorted(set(ids)))
            for row in self._connection.execute(select(table).where(key.in_(some)).order_by(*columns))
        ]

    # Undoing an import

    def holding(self, account_ids: Sequence[int], but_of: int) -> dict[int, str]:
        """Accounts that have people, deals or history that an import has not made or that changed since; and why."""
        found: dict[int, str] = {}
        for some in chunks(account_ids):
            for table in (deal, interaction):
                rows = self._connection.execute(
                    select(table.c.account_id).where(table.c.account_id.in_(some), ~_fresh(table, but_of)).distinct()
                )
                for row in rows:
                    found.setdefault(row.account_id, say("It has deals or history that came or changed later."))
            rows = self._connection.execute(
                select(person_account.c.account_id)
                .join(person, person.c.id == person_account.c.person_id)
                .where(person_account.c.account_id.in_(some), ~_fresh(person, but_of))
                .distinct()
            )
            for row in rows:
                found.setdefault(row.account_id, say("It has people that came or changed later."))
        return found

    def withdraw(self, set_id: int) -> tuple[dict[str, int], dict[str, int], list[tuple[str, int, str]]]:
        """Take out what an import made and set back what it changed, but for what changed since.

        Returns how many of each kind went, how many were set back, and what stays: (kind, id, why).
        """
        removed, kept = {}, list[tuple[str, int, str]]()
        for kind, table in (("activity", interaction), ("deal", deal), ("person", person)):
            later = say("It was changed later.")
            kept += [(kind, row[0], later) for row in self._connection.execute(
                select(table.c.id).where(table.c.import_id == set_id, table.c.revised > 0)
            )]  # fmt: skip
            wanted = [table.c.import_id == set_id, table.c.revised == 0]
            if (used := _used(kind)) is not None:
                still = say("Later deals or history name it.")
                kept += [(kind, row[0], still) for row in self._connection.execute(
                    select(table.c.id).where(*wanted, used)
                )]  # fmt: skip
                wanted.append(~used)
            gone = select(table.c.id).where(*wanted)
            self._connection.execute(
                delete(external_ref).where(external_ref.c.kind == kind, external_ref.c.record_id.in_(gone))
            )
            removed[kind] = self._connection.execute(delete(table).where(*wanted)).rowcount
        restored = self._set_back(set_id, kept)
        self._connection.execute(
            delete(external_ref).where(
                external_ref.c.import_id == set_id,
                ~and_(external_ref.c.kind.in_(["person", "deal", "activity"]), _of_kept(kept)),
            )
        )
        if not kept:
            self._connection.execute(delete(custom_field).where(custom_field.c.import_id == set_id))
        return removed, restored, kept

    def _set_back(self, set_id: int, kept: list[tuple[str, int, str]]) -> dict[str, int]:
        """Fields that an import changed, where they still have the value that it gave."""
        restored: dict[str, int] = {}
        rows = self._connection.execute(
            select(record_change).where(record_change.c.set_id == set_id).order_by(record_change.c.id.desc())
        ).all()
        for kind in dict.fromkeys(row.kind for row in rows):
            some = [row for row in rows if row.kind == kind]
            now = self.documents(kind, [row.record_id for row in some])
            for row in some:
                current = now.get(row.record_id)
                if current is None:
                    continue
                same = {name: old for name, old in row.before.items() if current.get(name) == row.after.get(name)}
                if others := sorted(row.before.keys() - same.keys()):
                    kept.append((kind, row.record_id, say("Changed since: {fields}.", fields=", ".join(others))))
                if same:
                    self.write_document(kind, row.record_id, {**current, **same})
                    restored[kind] = restored.get(kind, 0) + 1
                # The same file once more has to be looked at again.
                self._connection.execute(
                    update(external_ref)
                    .where(external_ref.c.kind == kind, external_ref.c.record_id == row.record_id)
                    .values(digest="")
                )
        return restored

    def documents(self, kind: str, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        """Records as plain values, with what links them."""
        from gcrm.accounts.record_values import document_of

        if kind == "account":
            return {key: document_of(one) for key, one in self.extras(ids).items()}
        if kind == "person":
            return {one.id: document_of(one) for one in self.people(ids)}
        if kind == "deal":
            return {one.id: document_of(one) for one in self.deals(ids)}
        return {one.id: document_of(one) for one in self.interactions(ids)}

    def write_document(self, kind: str, record_id: int, told: dict[str, Any]) -> None:
        """Write a record as plain values say it, with what links it."""
        from gcrm.accounts.record_values import row_values

        values, links = row_values(kind, told)
        if kind == "account":
            wanted = account_extra.c.account_id == record_id
            self._connection.execute(update(account_extra).where(wanted).values(**values))
            return
        self._connection.execute(update(TABLES[kind]).where(TABLES[kind].c.id == record_id).values(**values))
        self._write_links(record_id, links)

    def _write_links(self, record_id: int, links: dict[str, list[dict[str, Any]]]) -> None:
        for name, rows in links.items():
            table = LINKS[name]
            key = table.c[KEYS[name]]
            self._connection.execute(delete(table).where(key == record_id))
            if rows:
                self._connection.execute(insert(table), [{**row, KEYS[name]: record_id} for row in rows])

    # Merging accounts

    def move_account(self, source: int, target: int) -> dict[str, Any]:
        """Give people, deals and history of one account to another; what was moved, to give it back."""
        moved: dict[str, Any] = {}
        for name, table in (("deals", deal), ("interactions", interaction)):
            rows = self._connection.execute(select(table.c.id).where(table.c.account_id == source))
            moved[name] = [row[0] for row in rows]
            self._connection.execute(update(table).where(table.c.account_id == source).values(account_id=target))
        there = {
            row[0]
            for row in self._connection.execute(
                select(person_account.c.person_id).where(person_account.c.account_id == target)
            )
        }
        people = self._connection.execute(select(person_account).where(person_account.c.account_id == source)).all()
        moved["people"] = [[row.person_id, row.role, row.position, row.person_id in there] for row in people]
        self._connection.execute(delete(person_account).where(person_account.c.account_id == source))
        new = [row for row in people if row.person_id not in there]
        if new:
            self._connection.execute(
                insert(person_account),
                [
                    {"person_id": row.person_id, "account_id": target, "role": row.role, "position": row.position}
                    for row in new
                ],
            )
        rows = self._connection.execute(
            select(external_ref.c.system, external_ref.c.external_id).where(
                external_ref.c.kind == "account", external_ref.c.record_id == source
            )
        )
        moved["refs"] = [list(row) for row in rows]
        self._connection.execute(
            update(external_ref)
            .where(external_ref.c.kind == "account", external_ref.c.record_id == source)
            .values(record_id=target)
        )
        moved["extra"] = self.documents("account", [source]).get(source)
        rows = self._connection.execute(select(account_extra.c.account_id).where(account_extra.c.parent_id == source))
        moved["children"] = [row[0] for row in rows]
        self._connection.execute(
            update(account_extra).where(account_extra.c.parent_id == source).values(parent_id=target)
        )
        if moved["extra"] and target not in self.extras([target]):
            self._connection.execute(
                update(account_extra).where(account_extra.c.account_id == source).values(account_id=target)
            )
            moved["extra_moved"] = True
        return moved

    def give_account_back(self, moved: dict[str, Any], source: int, target: int) -> None:
        """Give back what `move_account` moved; what is not there any more is passed over."""
        for name, table in (("deals", deal), ("interactions", interaction)):
            for some in chunks(moved.get(name, [])):
                self._connection.execute(update(table).where(table.c.id.in_(some)).values(account_id=source))
        ids = [one[0] for one in moved.get("people", [])]
        alive = {row[0] for some in chunks(ids) for row in self._connection.execute(
            select(person.c.id).where(person.c.id.in_(some))
        )}  # fmt: skip
        for person_id, role, position, was_there in moved.get("people", []):
            if person_id not in alive:
                continue
            if not was_there:
                self._connection.execute(
                    delete(person_account).where(
                        person_account.c.person_id == person_id, person_account.c.account_id == target
                    )
                )
            row = {"person_id": person_id, "account_id": source, "role": role, "position": position}
            self._connection.execute(insert(person_account).values(row))
        for system, number in moved.get("refs", []):
            self._connection.execute(
                update(external_ref)
                .where(
                    external_ref.c.system == system,
                    external_ref.c.kind == "account",
                    external_ref.c.external_id == number,
                )
                .values(record_id=source)
            )
        if moved.get("extra"):
            from gcrm.accounts.record_values import row_values

            values, _ = row_values("account", moved["extra"])
            if moved.get("extra_moved"):
                self._connection.execute(delete(account_extra).where(account_extra.c.account_id == target))
            self._connection.execute(insert(account_extra).values(account_id=source, **values))
        for child in moved.get("children", []):
            self._connection.execute(
                update(account_extra).where(account_extra.c.account_id == child).values(parent_id=source)
            )


LINKS: dict[str, Table] = {
    "accounts": person_account,
    "consents": consent,
    "deal_people": deal_person,
    "interaction_people": interaction_person,
}
KEYS = {
    "accounts": "person_id",
    "consents": "person_id",
    "deal_people": "deal_id",
    "interaction_people": "interaction_id",
}


def _fresh(table: Table, set_id: int) -> ColumnElement[bool]:
    """Whether a record is as an import has made it."""
    return and_(table.c.import_id.is_not_distinct_from(set_id), table.c.revised == 0)


def _used(kind: str) -> ColumnElement[bool] | None:
    """Whether records that stay name a deal or a person: what an import made itself has gone by then."""
    if kind == "deal":
        return exists().where(interaction.c.deal_id == deal.c.id)
    if kind == "person":
        return exists().where(deal_person.c.person_id == person.c.id) | exists().where(
            interaction_person.c.person_id == person.c.id
        )
    return None


def _of_kept(kept: Sequence[tuple[str, int, str]]) -> ColumnElement[bool]:
    return external_ref.c.record_id.in_(sorted({number for _, number, _ in kept}))

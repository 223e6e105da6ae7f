"""What the record holds of persons: read whole, and erased with the talks that they took part in."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, func, select, update

from gcrm.accounts.record_values import name_key
from gcrm.accounts.repository.record import Record
from gcrm.common.language import to_say
from gcrm.platform.database.repository import Repository, chunks
from gcrm.platform.database.schema import (
    account,
    case_entry,
    consent,
    deal,
    deal_person,
    external_ref,
    interaction,
    interaction_person,
    person,
    person_account,
    record_change,
    service_case,
)


class PrivateRecord(Repository):
    """Persons at accounts, and what was said with them."""

    def person_ids_at(self, account_id: int) -> list[int]:
        """Who belongs to an account."""
        rows = self._connection.execute(
            select(person_account.c.person_id).where(person_account.c.account_id == account_id)
        )
        return [row[0] for row in rows]

    def rows_of_people(self, ids: Sequence[int]) -> dict[str, list[dict[str, Any]]]:
        """Table name to rows about these persons: themselves, their consents, deals, talks, and changes of all that."""
        found: dict[str, list[dict[str, Any]]] = {}
        deals = self._linked(deal_person.c.deal_id, deal_person.c.person_id, ids)
        talks = self._linked(interaction_person.c.interaction_id, interaction_person.c.person_id, ids)
        cases = self._cases(service_case.c.person_id, ids)
        for name, table, key, some in (
            ("person", person, person.c.id, ids),
            ("person_account", person_account, person_account.c.person_id, ids),
            ("consent", consent, consent.c.person_id, ids),
            ("deal", deal, deal.c.id, deals),
            ("interaction", interaction, interaction.c.id, talks),
            ("service_case", service_case, service_case.c.id, cases),
            ("case_entry", case_entry, case_entry.c.case_id, cases),
        ):
            columns = [one for one in table.c if not one.name.endswith("_key")]
            rows = [
                {key: _plain(value) for key, value in row._mapping.items()}  # noqa: SLF001
                for part in chunks(some)
                for row in self._connection.execute(select(*columns).where(key.in_(part)))
            ]
            found |= {name: rows} if rows else {}
        for name, table in (("external_ref", external_ref), ("record_change", record_change)):
            rows = [
                {key: _plain(value) for key, value in row._mapping.items() if key != "digest"}  # noqa: SLF001
                for part in chunks(ids)
                for row in self._connection.execute(
                    select(table).where(table.c.kind == "person", table.c.record_id.in_(part))
                )
            ]
            found |= {name: rows} if rows else {}
        return found

    def erase_people(self, ids: Sequence[int]) -> list[tuple[str, int]]:
        """Take persons out, with what they said and what was said of them; (what, how many)."""
        talks = self._linked(interaction_person.c.interaction_id, interaction_person.c.person_id, ids)
        deals = self._linked(deal_person.c.deal_id, deal_person.c.person_id, ids)
        emptied = self._empty_talks(talks) + self._empty_deals(deals)
        reported = self._empty_cases(self._cases(service_case.c.person_id, ids))
        contacts = self._forget_contacts(ids)
        self._forget_changes("person", ids)
        gone = 0
        for some in chunks(ids):
            self._connection.execute(
                delete(external_ref).where(external_ref.c.kind == "person", external_ref.c.record_id.in_(some))
            )
            gone += self._connection.execute(delete(person).where(person.c.id.in_(some))).rowcount
        self._transaction.touch("person")
        return [
            (to_say("persons, with addresses, numbers and consents"), gone),
            (to_say("texts of talks and deals that they took part in"), emptied),
            (to_say("accounts that named one as their contact"), contacts),
            (to_say("texts of cases"), reported),
        ]

    def erase_at_account(self, account_id: int) -> list[tuple[str, int]]:
        """The same for whoever belongs to one account alone; who belongs to others too is only parted from it."""
        ids = self.person_ids_at(account_id)
        elsewhere = {
            row[0]
            for some in chunks(ids)
            for row in self._connection.execute(
                select(person_account.c.person_id)
                .where(person_account.c.person_id.in_(some))
                .group_by(person_account.c.person_id)
                .having(func.count() > 1)
            )
        }
        talks = [row[0] for row in self._connection.execute(
            select(interaction.c.id).where(interaction.c.account_id == account_id)
        )]  # fmt: skip
        deals = [row[0] for row in self._connection.execute(select(deal.c.id).where(deal.c.account_id == account_id))]
        done = self.erase_people([one for one in ids if one not in elsewhere])
        parted = self._connection.execute(
            delete(person_account).where(person_account.c.account_id == account_id)
        ).rowcount
        reported = self._empty_cases(self._cases(service_case.c.account_id, [account_id]))
        done.append((to_say("texts of cases of the account"), reported))
        done.append((to_say("persons of other accounts, parted from this one"), parted))
        done.append(
            (to_say("texts of talks and deals of the account"), self._empty_talks(talks) + self._empty_deals(deals))
        )
        return [one for one in done if one[1]]

    def _linked(self, wanted: Any, key: Any, ids: Sequence[int]) -> list[int]:
        return [
            row[0]
            for some in chunks(ids)
            for row in self._connection.execute(select(wanted).where(key.in_(some)).distinct())
        ]

    def _empty_talks(self, ids: Sequence[int]) -> int:
        emptied = 0
        for some in chunks(ids):
            emptied += self._connection.execute(
                update(interaction)
                .where(interaction.c.id.in_(some), (interaction.c.text != "") | (interaction.c.subject != ""))
                .values(text="", subject="", custom=None, revised=interaction.c.revised + 1)
            ).rowcount
        self._forget_changes("activity", ids)
        return emptied

    def _empty_deals(self, ids: Sequence[int]) -> int:
        emptied = 0
        for some in chunks(ids):
            emptied += self._connection.execute(
                update(deal)
                .where(deal.c.id.in_(some), (deal.c.note != "") | (deal.c.next_step != ""))
                .values(note="", next_step="", custom=None, revised=deal.c.revised + 1)
            ).rowcount
        self._forget_changes("deal", ids)
        return emptied

    def entries_of_cases(self, account_id: int) -> list[dict[str, Any]]:
        """What was done about the cases of an account."""
        cases = self._cases(service_case.c.account_id, [account_id])
        return [
            {key: _plain(value) for key, value in row._mapping.items()}  # noqa: SLF001
            for some in chunks(cases)
            for row in self._connection.execute(select(case_entry).where(case_entry.c.case_id.in_(some)))
        ]

    def _cases(self, key: Any, ids: Sequence[int]) -> list[int]:
        return [
            row[0]
            for some in chunks(ids)
            for row in self._connection.execute(select(service_case.c.id).where(key.in_(some)))
        ]

    def _empty_cases(self, ids: Sequence[int]) -> int:
        """Take the words out of cases; when what was done stays. A link to a survey leads nowhere then."""
        emptied = 0
        for some in chunks(ids):
            for number in some:
                nothing = {"title": f"C-{number}", "text": "", "order_number": "", "survey_remark": ""}
                nothing |= {"search_key": "", "survey_key": ""}
                emptied += self._connection.execute(
                    update(service_case).where(service_case.c.id == number).values(nothing)
                ).rowcount
            told = case_entry.c.case_id.in_(some) & case_entry.c.kind.in_(["note", "answer", "state", "survey"])
            self._connection.execute(update(case_entry).where(told).values(text=""))
            titles = case_entry.c.case_id.in_(some) & (case_entry.c.kind == "title")
            self._connection.execute(update(case_entry).where(titles).values(before="", after=""))
        if ids:
            self._transaction.touch("service_case")
        return emptied

    def _forget_changes(self, kind: str, ids: Collection[int]) -> None:
        for some in chunks(sorted(ids)):
            self._connection.execute(
                delete(record_change).where(record_change.c.kind == kind, record_change.c.record_id.in_(some))
            )

    def _forget_contacts(self, ids: Sequence[int]) -> int:
        """Take a person out of the accounts that name the person as their contact."""
        forgotten = 0
        for one in Record(self._transaction).people(ids):
            for at in one.accounts:
                row = self._connection.execute(select(account).where(account.c.id == at.account_id)).one()
                values: dict[str, Any] = {}
                if row.contact and name_key(row.contact) == name_key(one.name):
                    values["contact"] = ""
                if row.email and row.email.lower() == one.email.lower():
                    values["email"] = ""
                if row.phone and row.phone == one.mobile:
                    values["phone"] = ""
                if values:
                    values |= {"search_key": None, "name_key": None, "city_key": None}
                    self._connection.execute(update(account).where(account.c.id == row.id).values(values))
                    self._transaction.touch("account")
                    forgotten += 1
        return forgotten


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value

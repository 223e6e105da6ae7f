"""People, a page at a time, with the accounts that they belong to and what they refuse."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from gcrm.accounts.person import Consent, Person

if TYPE_CHECKING:
    from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PersonAccount:
    """An account that a person belongs to, and as what."""

    id: int
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as lists show it. external_ids: what each other program calls the person."""

    id: int
    name: str
    salutation: str
    first_name: str
    last_name: str
    title: str
    email: str
    phone: str
    mobile: str
    more: tuple[dict[str, str], ...]
    language: str
    accounts: tuple[PersonAccount, ...]
    refuses_email: bool
    refuses_phone: bool
    consents: tuple[dict[str, Any], ...]
    owner: str
    created: date | None
    note: str
    custom: dict[str, Any]
    external_ids: dict[str, list[str]]

    @property
    def account(self) -> str:
        """The name of the main account, "" for a private person."""
        return self.accounts[0].name if self.accounts else ""


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """One page of people, and how many there are in all."""

    people: tuple[PersonRow, ...]
    total: int


def list_people(
    tx: "Transaction",
    seen: Collection[int] | None,
    *,
    text: str = "",
    account_id: int | None = None,
    refuses: str = "",
    after: int = 0,
    limit: int = 50,
) -> PeoplePage:
    """People by name. seen: the territories whose accounts may be seen, None for all; private persons then too."""
    ids, total = tx.people.page(
        text=text, account_id=account_id, territory_ids=seen, refuses=refuses, after=after, limit=limit
    )
    return PeoplePage(tuple(rows_of(tx, ids, seen)), total)


def rows_of(tx: "Transaction", ids: Sequence[int], seen: Collection[int] | None) -> list[PersonRow]:
    """The persons of these ids, in that order; of their accounts those that may be seen."""
    people = {one.id: one for one in tx.record.people(ids)}
    accounts = {
        one.id: one
        for one in tx.accounts.by_ids([at.account_id for one in people.values() for at in one.accounts])
        if seen is None or one.territory_id in seen
    }
    refs = tx.record.refs_of("person", list(people))
    return [
        _row(people[number], {key: one.name for key, one in accounts.items()}, refs.get(number, {}))
        for number in ids
        if number in people
    ]


def _row(one: Person, names: dict[int, str], refs: dict[str, list[str]]) -> PersonRow:
    return PersonRow(
        one.id,
        one.name,
        one.salutation,
        one.first_name,
        one.last_name,
        one.title,
        one.email,
        one.phone,
        one.mobile,
        tuple({"kind": each.kind, "label": each.label, "value": each.value} for each in one.more),
        one.language,
        tuple(
            PersonAccount(at.account_id, names[at.account_id], at.role) for at in one.accounts if at.account_id in names
        ),
        one.refuses("email"),
        one.refuses("phone"),
        tuple(_said(each) for each in one.consents),
        one.owner,
        one.created_on,
        one.note,
        one.custom,
        refs,
    )


def _said(one: Consent) -> dict[str, Any]:
    return {"channel": one.channel, "purpose": one.purpose, "state": one.state, "source": one.source, "day": one.day}

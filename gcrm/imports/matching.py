"""Which account a row of a file is, so that importing a file again changes nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gcrm.accounts.cells import days_before
from gcrm.accounts.model import PERSON, Account, Address
from gcrm.common.language import say, to_say
from gcrm.common.text import joined, tokens
from gcrm.imports.cleaning import Draft
from gcrm.imports.eaten_numbers import less_eaten
from gcrm.imports.identity import either_alike, is_same, loose_number, may_be_same_number
from gcrm.imports.places import metres_apart

SAME_SPOT_M = 200.0


def account_key(name: str, address: Address) -> str:
    """The same for rows that say the same firm at the same address, however they are spelled in case and signs."""
    where = joined(tokens(address.line)) or joined(
        tokens(f"{address.street} {address.house_number} {address.postcode} {address.city}")
    )
    return f"{joined(tokens(name))}|{where}"


@dataclass(frozen=True, slots=True)
class Match:
    """The account that a row is, None for a new one, and what to say of how it was told.

    doubt: an account that it may be as well, for a person to say.
    """

    account: Account | None = None
    remark: str = ""
    doubt: Account | None = None


@dataclass
class Known:
    """The accounts of the database, to be found by external id, else by name and address.

    Of several accounts of one name and address each is found once, in the order of their ids. same: line of a row
    to the id of the account that a person says it is, 0 for a new one. closed: ids of those that are closed down.
    """

    by_external_id: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_key: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[int, Account] = field(default_factory=dict)
    closed: Collection[int] = frozenset()
    same: Mapping[int, int] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)
    _ids_hold: bool = True

    @classmethod
    def of(
        cls, accounts: Iterable[Account], closed: Collection[int] = frozenset(), same: Mapping[int, int] | None = None
    ) -> "Known":
        """Index the accounts."""
        known = cls(closed=closed, same=same or {})
        for account in sorted(accounts, key=lambda one: one.id):
            known.by_id[account.id] = account
            if account.external_id:
                known.by_external_id[loose_number(account.external_id)].append(account)
            known.by_key[account_key(account.name, account.address)].append(account)
        return known

    def look_at_ids(self, drafts: Iterable[Draft]) -> None:
        """See whether the ids of an exported file are those of this workspace: most then have their name and address.

        In a file of another workspace an id may hit a namesake, as one branch of a chain, by accident.
        """
        claimed = [(account, one) for one in drafts if (account := self.by_id.get(one.gcrm_id))]
        exact = sum(_has_key(account, one) for account, one in claimed)
        self._ids_hold = 2 * exact >= len(claimed)

    def match(self, draft: Draft) -> Match:
        """The account that a row is. One of another external id is another account; no account is found twice."""
        said = self.same.get(draft.row.number)
        if said is not None:
            found = Match(self.by_id.get(said))
        else:
            found = self._exported(draft) or self._by_number(draft) or Match()
            if found.account is None:
                found = replace(found, account=self._by_key(draft), doubt=found.doubt)
                found = _with_number_told(found, draft)
            if found.account is not None:
                found = replace(found, doubt=None)
        if found.account is not None:
            self._taken.add(found.account.id)
        return found

    def _exported(self, draft: Draft) -> Match | None:
        account = self.by_id.get(draft.gcrm_id)
        if account is None or not self._is_free(account) or not _still_the_same(account, draft):
            return None
        if not self._ids_hold and not _has_key(account, draft) and self._by_key(draft) is not None:
            return None
        return Match(account)

    def _is_free(self, account: Account) -> bool:
        return account.id not in self._taken

    def _by_number(self, draft: Draft) -> Match | None:
        """By the number where name or address agree; else what to say, and whom to ask about."""
        number = draft.values.get("external_id", "")
        if not number:
            return None
        if draft.of_company:
            return next((Match(one) for one in self.by_external_id.get(loose_number(number), ())), None)
        free = [one for one in self.by_external_id.get(loose_number(number), ()) if self._is_free(one)]
        name = draft.values["name"]
        for account in sorted(free, key=lambda one: one.external_id != number):
            if account.external_id == number:
                if either_alike(name, draft.address, account.name, account.address):
                    return Match(account)
            elif is_same(name, draft.address, account.name, account.address):
                return Match(account, _same_number(number, account))
        if not free:
            return None
        other = free[0]
        where = f"{other.name}, {other.address.text}" if other.address else other.name
        if other.external_id != number:
            if either_alike(name, draft.address, other.name, other.address):
                said = say(
                    "May be account {id} ({number}, {where}); taken as new.",
                    id=other.id,
                    number=other.external_id,
                    where=where,
                )
                return Match(None, said, other)
            return None
        said = say(
            "Number {number} is that of {where}: another name and address, so taken as another account.",
            number=number,
            where=where,
        )
        return Match(None, said, other)

    def _by_key(self, draft: Draft) -> Account | None:
        number = draft.values.get("external_id", "")
        for account in self.by_key.get(account_key(draft.values["name"], draft.address), ()):
            other = number and account.external_id and not may_be_same_number(number, account.external_id)
            if self._is_free(account) and not other and not _far_apart(account, draft):
                return account
        return None


def _with_number_told(found: Match, draft: Draft) -> Match:
    """What was found by name and address, with what to say where the number is written in another way."""
    number, account = draft.values.get("external_id", ""), found.account
    if account is None or not number or account.external_id in {"", number} or found.remark:
        return found
    return replace(found, remark=_same_number(number, account))


def _same_number(number: str, account: Account) -> str:
    return say(
        "Number {number} is taken as {known}: name and address are the same.", number=number, known=account.external_id
    )


def _far_apart(account: Account, draft: Draft) -> bool:
    """Whether a row without an address states a place that is not the account's: branches of one name."""
    if draft.address or account.address or draft.given is None or account.place is None:
        return False
    return metres_apart(draft.given, account.place) > SAME_SPOT_M


def _has_key(account: Account, draft: Draft) -> bool:
    return account_key(account.name, account.address) == account_key(draft.values["name"], draft.address)


def _still_the_same(account: Account, draft: Draft) -> bool:
    """Whether the account of an exported row's id is the one exported: ids of another workspace mean others."""
    if account.external_id != draft.values.get("external_id", ""):
        return False
    same_name = joined(tokens(account.name)) == joined(tokens(draft.values["name"]))
    return same_name or (bool(draft.address) and account_key("", account.address) == account_key("", draft.address))


def apply(draft: Draft, existing: Account | None, today: date) -> tuple[Account, tuple[str, ...]]:
    """The account as the row wants it, and what it does not get: a blank cell, an older visit, a worse phone."""
    values = dict(draft.values)
    told: list[str] = []
    if existing is None:
        account = replace(Account(name=values["name"], address=draft.address), **values)
    elif draft.of_company:
        return _with_person(draft, existing)
    else:
        if draft.of_person:
            told += _put_aside(values, existing, draft.person)
        if "note" in values and set(values["note"].split("\n")) <= {*draft.remarks, *told}:
            # What is put aside stands beside what somebody wrote, and does not replace it.
            lines = [line for line in values["note"].split("\n") if line not in existing.note]
            values["note"] = "\n".join([*([existing.note] if existing.note else []), *lines])
        if draft.address:
            values["address"] = draft.address
        known_visit, new_visit = existing.last_visit, values.get("last_visit")
        if known_visit and new_visit and new_visit < known_visit:
            del values["last_visit"]
        if may_be_same_number(values.get("external_id", ""), existing.external_id) and existing.external_id:
            # Zeros and digits that a spreadsheet has eaten are not taken away from the account.
            values["external_id"] = less_eaten(existing.external_id, values["external_id"])
        if "phone" in values and not _is_better(values["phone"], existing.phone):
            if joined(tokens(values["phone"])) not in joined(tokens(existing.phone)):
                told.append(
                    say(
                        "Phone {phone!r} does not replace {known}, which is a whole number.",
                        phone=values["phone"],
                        known=existing.phone,
                    )
                )
            del values["phone"]
        account = replace(existing, **values)
    if draft.visited_days_ago is not None and account.last_visit is None:
        account = replace(account, last_visit=days_before(today, draft.visited_days_ago))
    return account, tuple(told)


_NOT_REPLACED = {
    "contact": to_say("{value} as contact does not replace {known}; kept in the note."),
    "phone": to_say("{value} as phone of {person} does not replace {known}; kept in the note."),
    "email": to_say("{value} as e-mail of {person} does not replace {known}; kept in the note."),
}
_ALSO = {
    "contact": to_say("Also {value} as contact."),
    "phone": to_say("Also {value} as phone."),
    "email": to_say("Also {value} as email."),
    "website": to_say("Also {value} as website."),
}


def _put_aside(values: dict[str, Any], existing: Account, person: str) -> list[str]:
    """Take out of a row about a person what would replace the account's own phone, e-mail or contact; what to say."""
    told = []
    for name, said in _NOT_REPLACED.items():
        value, known = str(values.get(name, "")), str(getattr(existing, name))
        if not value or not known or joined(tokens(value)) == joined(tokens(known)):
            continue
        del values[name]
        if value not in existing.note:
            told.append(say(said, value=value, person=person, known=known))
    if told:
        values["note"] = "\n".join([*filter(None, [str(values.get("note", ""))]), *told])
    return told


def _with_person(draft: Draft, existing: Account) -> tuple[Account, tuple[str, ...]]:
    """The account with a person of it: what is known of the account itself stays, and the rest goes to the note."""
    filled: dict[str, Any] = {}
    notes = [existing.note] if existing.note else []
    for name, said in _ALSO.items():
        value, known = str(draft.values.get(name, "")), str(getattr(existing, name))
        if value and not known:
            filled[name] = value
        elif value and value != known and value not in existing.note:
            notes.append(say(said, value=value))
    notes += [line for line in str(draft.values.get("note", "")).split("\n") if line and line not in existing.note]
    account = replace(existing, **filled, note="\n".join(notes))
    if draft.address and not existing.address:
        account = replace(account, address=draft.address)
    return account, ()


def _is_better(new: str, known: str) -> bool:
    """Whether a phone may take the place of another: not one without its country that of a whole one."""
    if not known.startswith("+"):
        return True
    if not new.startswith("+"):
        return False
    return not known.startswith(f"{new};ext=")


def needs_placing(account: Account, existing: Account | None) -> bool:
    """Whether the address has to be looked up: a new account, or one whose address is another now."""
    if existing is None:
        return True
    if existing.placement.source == PERSON:
        return False
    return account_key("", existing.address) != account_key("", account.address)

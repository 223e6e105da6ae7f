"""Rows of one file that are one account, put together without losing a cell."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from gcrm.accounts.model import Address
from gcrm.common.language import say, to_say
from gcrm.common.text import joined, tokens
from gcrm.imports.aside import Aside
from gcrm.imports.cleaning import Draft
from gcrm.imports.identity import is_same, loose_number
from gcrm.imports.matching import account_key
from gcrm.imports.places import metres_apart

BELIEVED_SHARE = 0.5
"""Of rows that repeat a number: more than this share with other names or addresses, and it is no number of accounts."""
LEAST_SHARE = 0.2
"""Such rows have to be at least this share of all; a few slips of the pen do not discredit a column."""
SAME_SPOT_M = 200.0
_ALSO = {
    "contact": to_say("Also {value} as contact, in line {line}."),
    "phone": to_say("Also {value} as phone, in line {line}."),
    "email": to_say("Also {value} as email, in line {line}."),
    "website": to_say("Also {value} as website, in line {line}."),
    "segment": to_say("Also {value} as segment, in line {line}."),
    "opening_hours": to_say("Also {value} as opening hours, in line {line}."),
}
"""Fields of which a second row may have another value that must not be lost."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a column of numbers is believed: repeats and how many of them have other names or addresses."""

    repeats: int
    others: int
    values: int
    rows: int

    @property
    def believed(self) -> bool:
        """Whether equal numbers mean one account."""
        return self.others <= BELIEVED_SHARE * self.repeats or self.others < LEAST_SHARE * self.rows


def judge(drafts: Sequence[Draft]) -> Judged:
    """Look through the whole file at rows that share a number."""
    first: dict[str, Draft] = {}
    repeats = others = rows = 0
    for draft in drafts:
        number = draft.values.get("external_id", "")
        if not number or draft.of_company:
            continue
        rows += 1
        known = first.setdefault(loose_number(number), draft)
        if known is not draft:
            repeats += 1
            others += not same_account(known, draft)
    return Judged(repeats, others, len(first), rows)


def same_account(one: Draft, other: Draft) -> bool:
    """Whether two rows with the same number are one account."""
    return is_same(one.values["name"], one.address, other.values["name"], other.address)


def grouped(drafts: Sequence[Draft], *, trusting: bool, by_person: bool) -> list[list[Draft]]:
    """The rows of each account, in the order in which the first of each stands.

    trusting: equal numbers are enough, as in a list of orders. by_person: the file lists people, whose numbers may be
    theirs and not their firm's.
    """
    groups = _Groups(trusting, by_person)
    for draft in drafts:
        groups.add(draft)
    return groups.rows


class _Groups:
    """Rows put together as they come, found again by their number, else by name and address."""

    def __init__(self, trusting: bool, by_person: bool) -> None:
        self.rows: list[list[Draft]] = []
        self._trusting, self._by_person = trusting, by_person
        self._by_number: dict[str, list[int]] = defaultdict(list)
        self._by_key: dict[str, list[int]] = defaultdict(list)
        self._by_gcrm_id: dict[int, int] = {}

    def add(self, draft: Draft) -> None:
        number = loose_number(draft.values.get("external_id", ""))
        key = account_key(draft.values["name"], draft.address)
        at = self._by_gcrm_id.get(draft.gcrm_id) if draft.gcrm_id else self._found(draft, number, key)
        if at is None:
            at = len(self.rows)
            self.rows.append([])
            self._by_key[key].append(at)
        if self.rows[at] and _is_of_person(self.rows[at][0]) and not _is_of_person(draft):
            # The account itself comes after its people.
            self.rows[at].insert(0, draft)
        else:
            self.rows[at].append(draft)
        if draft.gcrm_id:
            self._by_gcrm_id[draft.gcrm_id] = at
        if number and at not in self._by_number[number]:
            self._by_number[number].append(at)
            if not self.rows[at][0].values.get("external_id"):
                self.rows[at][0] = _with_number(self.rows[at][0], draft)

    def _found(self, draft: Draft, number: str, key: str) -> int | None:
        for at in self._by_number[number] if number else ():
            if self._trusting or draft.of_company or self.rows[at][0].of_company:
                return at
            if same_account(self.rows[at][0], draft):
                return at
        if draft.of_company:
            return None
        for at in self._by_key[key]:
            if self.rows[at][0].of_company:
                continue
            has = loose_number(self.rows[at][0].values.get("external_id", ""))
            another = bool(number and has) and has != number and not self._by_person
            if not another and not _far_apart(self.rows[at][0], draft):
                return at
        return None


def _is_of_person(draft: Draft) -> bool:
    return bool(draft.of_company) or draft.of_person


def _with_number(first: Draft, later: Draft) -> Draft:
    return replace(first, values={**first.values, "external_id": later.values["external_id"]})


def _far_apart(one: Draft, other: Draft) -> bool:
    """Whether two rows without addresses state places that are two: branches of one name."""
    if one.address or other.address or one.given is None or other.given is None:
        return False
    return metres_apart(one.given, other.given) > SAME_SPOT_M


def merged(first: Draft, later: Draft, *, keep_others: bool) -> tuple[Draft, bool]:
    """The first row with what it leaves blank taken from a later one, and whether that added anything.

    keep_others: what the later row says otherwise, a second phone or person, goes to the note.
    """
    values: dict[str, Any] = {**later.values, **first.values}
    address = _filled(first.address, later.address)
    given, placement, outside = first.given, first.placement, first.given_outside
    if given is None and later.given is not None:
        given, placement, outside = later.given, later.placement, later.given_outside
    remarks = list(first.remarks)
    if keep_others:
        notes = [str(values.get("note", ""))]
        known = joined(tokens(notes[0]))
        for name, said in _ALSO.items():
            other = str(later.values.get(name, ""))
            if other and joined(tokens(other)) not in {joined(tokens(str(values[name]))), ""} and other not in notes[0]:
                notes.append(Aside(say(said, value=other, line=later.row.number)))
        other_note = str(later.values.get("note", ""))
        if other_note and joined(tokens(other_note)) not in known:
            notes.append(other_note)
        if len(notes) > 1:
            remarks += [
                say("{said} It is kept in the note.", said=note) for note in notes[1:] if isinstance(note, Aside)
            ]
            values["note"] = "\n".join(note for note in notes if note)
    closed, days = first.closed or later.closed, first.visited_days_ago
    made = replace(
        first,
        values=values,
        address=address,
        given=given,
        placement=placement,
        given_outside=outside,
        remarks=tuple(dict.fromkeys(remarks)),
        closed=closed,
        visited_days_ago=later.visited_days_ago if days is None else days,
    )
    return made, made != first


def _filled(first: Address, later: Address) -> Address:
    """The first address, with the parts that only the later one has; a whole line is not mixed with parts."""
    if not first or not later:
        return first or later
    if first.line or later.line:
        return first if first.line or first.street else later
    parts = ["postcode", "city", "country"]
    if not (first.street and later.street and first.street != later.street):
        parts += ["street", "house_number"]
    return replace(first, **{part: getattr(first, part) or getattr(later, part) for part in parts})

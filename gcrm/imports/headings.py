"""Headings of one part or of several: "Street", "Billing Street", "Straße geschäftlich", "Address 1 - Postal Code"."""

import re
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from gcrm.imports.columns import ADDRESS, ADDRESSES, SEVERAL, fold_heading, synonyms

LONGEST = 120
"""Characters of a heading in which parts are looked for."""
LEAST_IN_BRACKETS = 3
"""Letters in brackets that may be a heading; fewer are a unit."""
_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
DEEPEST = 4
"""Words that are taken off a heading before it is given up."""
REACHABLE = frozenset({"phone", "email", "website", "first_name", "last_name", "middle_name", "lon", "lat"})
"""Fields whose heading may say of which address or person they are: "Business Phone", "Billing Latitude"."""
OF_SUBJECT = frozenset(
    {"external_id", "name", "kind", "status", "segment", "priority", "contact", "note", "opening_hours"}
)
"""Fields whose heading may only name the account besides: "Account Type", but not "Address 1 - Type"."""
SUBJECTS = frozenset(
    {"account", "customer", "client", "company", "organization", "organisation", "kunde", "kunden", "firma", "firmen"}
    | {"entreprise", "societe", "empresa", "azienda", "bedrijf", "primary", "main", "primare", "partner"}
)
TOO_SHORT = frozenset({"nr", "no", "number", "numero", "by", "n", "e", "x", "y", "ad", "is"})
"""Headings too short or too general to be the rest of another: "Invoice Number" is no house number."""
_BLOCK = re.compile(r"(address|adresse|anschrift|addr|adres|endereco|direccion|indirizzo)([1-9])(\D.*)")
_NUMBERED = re.compile(r"(.*\D)([1-9])")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a heading may mean: a field, whose it is ("" where the heading does not say), and how surely.

    taken_off counts the words beside the field's own; number is that of a second line or phone, 1 for the first;
    place: of the heading among those of the field. in_address: the heading names an address. known_as: the field's own
    word in it.
    """

    field: str
    group: str = ""
    taken_off: int = 0
    number: int = 1
    place: int = 0
    in_address: bool = False
    known_as: str = ""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("gcrm.imports").joinpath("headings.toml").read_text(encoding="utf-8"))


@cache
def _group_words() -> tuple[tuple[str, str], ...]:
    """Words that say whose a field is, and their group, the longest first."""
    words = [(word, group) for group, some in _tables()["groups"].items() for word in dict.fromkeys(some)]
    return tuple(sorted(words, key=lambda pair: -len(pair[0])))


@cache
def group_order() -> dict[str, int]:
    """From a group to its place in the order of preference; a heading that names none comes first."""
    return {group: place for place, group in enumerate(("", *_tables()["groups"]))}


@cache
def _exact() -> dict[str, tuple[Meaning, ...]]:
    found: dict[str, list[Meaning]] = {}
    for field, known in synonyms().items():
        for place, heading in enumerate(known):
            found.setdefault(heading, []).append(Meaning(field, place=place, known_as=heading))
    return {heading: tuple(meanings) for heading, meanings in found.items()}


@lru_cache(maxsize=20_000)
def meanings_of(folded: str) -> tuple[Meaning, ...]:
    """All that a folded heading may mean, the likeliest first; none where nobody understands it."""
    if not folded or len(folded) > 80:
        return ()
    if folded in _exact():
        return _exact()[folded]
    best: dict[str, Meaning] = {}
    for meaning in _compound(folded, DEEPEST):
        known = best.get(meaning.field)
        if known is None or meaning.taken_off < known.taken_off:
            best[meaning.field] = meaning
    return tuple(sorted(best.values(), key=lambda one: one.taken_off))


def is_understood(folded: str) -> bool:
    """Whether a folded heading means anything."""
    return bool(meanings_of(folded))


@lru_cache(maxsize=20_000)
def understood_as(heading: str) -> str:
    """A heading folded, without what people put around it where only that makes it understood.

    "Fréquence (jours)", "Firma / Name", "Organisation - Ort von Adresse", "Lage (Straße u. Hausnr.)".
    """
    whole = fold_heading(heading)
    kept = next((word for word in _tables()["kept_from_change"]["words"] if whole.startswith(word)), "")
    if kept and whole not in _exact():
        rest = whole.removeprefix(kept)
        return "externalid" if any(one.field == "name" for one in meanings_of(rest)) else whole
    if len(heading) > LONGEST or is_understood(whole):
        return whole
    return next((folded for part in _parts_of_text(heading) if is_understood(folded := fold_heading(part))), whole)


def _parts_of_text(heading: str) -> Iterator[str]:
    """What of a heading may be what it means, the likeliest first.

    What stands before a dash says whose it is, and stays: "Phone 1 - Type" is no type of an account.
    """
    bare = _IN_BRACKETS.sub(" ", heading)
    yield bare
    *before, last = re.split(r"\s[-–:>|]\s|::|>", bare)  # noqa: RUF001
    pieces = re.split(r"[/|+,;]|\s(?:u\.|und|and|et|y|e|i|a)\s", last)
    if before or len(pieces) > 1:
        yield from (" ".join([*before, piece]) for piece in pieces if len(piece.strip()) > 1)
    yield from (found[1] for found in _IN_BRACKETS.finditer(heading) if len(found[1]) > LEAST_IN_BRACKETS)


def _compound(folded: str, depth: int) -> Iterator[Meaning]:
    """What a heading may mean that has more words than its field's own."""
    if depth == 0 or not folded:
        return
    if depth < DEEPEST:
        yield from _bare(folded)
    if block := _BLOCK.fullmatch(folded):
        for part in _parts(block[3], depth):
            if part.field in ADDRESS:
                yield _with(part, group=part.group or f"n{block[2]}", in_address=True)
        return
    yield from _numbered(folded, depth)
    for word, group in _group_words():
        for rest in _without(folded, word):
            yield from _of_group(rest, word, group, depth)
    for word in _tables()["connectors"]["words"]:
        for rest in _without(folded, word):
            yield from _in_address(rest, depth)
    for word in _tables()["connectors"]["fillers"]:
        if folded.endswith(word):
            yield from (_with(part) for part in _parts(folded.removesuffix(word), depth))


def _of_group(rest: str, word: str, group: str, depth: int) -> Iterator[Meaning]:
    """The rest of a heading that says whose it is besides."""
    for part in _compound(rest, depth - 1):
        if _goes_together(part, word, group):
            yield _with(part, group=_inner(group, part.group))


def _bare(folded: str) -> Iterator[Meaning]:
    """What is left of a heading is a field's own word."""
    if folded not in TOO_SHORT:
        yield from _exact().get(folded, ())
    for field, words in _tables()["only_compound"].items():
        if folded in words:
            yield Meaning(field, place=50, known_as=folded)


def _numbered(folded: str, depth: int) -> Iterator[Meaning]:
    """Street 2 is a second line, Phone 2 a second phone."""
    numbered = _NUMBERED.fullmatch(folded)
    if not numbered:
        return
    number = int(numbered[2])
    for part in _parts(numbered[1], depth):
        if part.field in {"line", "street"} and number <= 3:
            yield _with(part, field="street" if number == 1 else f"street_{number}", place=part.place + 1)
        elif part.field in SEVERAL:
            yield _with(part, number=number)


def _in_address(rest: str, depth: int) -> Iterator[Meaning]:
    """The rest of a heading that says "address" besides."""
    for part in _compound(rest, depth - 1):
        if part.field in ADDRESS:
            yield _with(part, in_address=True)
    if rest in TOO_SHORT:
        yield from (_with(one, in_address=True) for one in _exact().get(rest, ()) if one.field in ADDRESS)


def _parts(rest: str, depth: int) -> Iterator[Meaning]:
    """What is left of a heading: known as it is, or compound itself."""
    yield from _exact().get(rest, ())
    yield from _compound(rest, depth - 1)


def _inner(outer: str, inner: str) -> str:
    """Of "Person - Email - Work" the work counts; the account's own words say nothing of which address it is."""
    return inner if outer in {"person", "business"} and inner else outer


def _goes_together(part: Meaning, word: str, group: str) -> bool:
    if part.field in ADDRESS:
        return True
    if part.field in REACHABLE:
        return not part.in_address
    if group == "person":
        return part.field in {"name", "contact", "external_id"}
    return part.field in OF_SUBJECT and word in SUBJECTS


def _without(folded: str, word: str) -> Iterator[str]:
    if len(word) < len(folded):
        if folded.startswith(word):
            yield folded[len(word) :]
        if folded.endswith(word):
            yield folded[: -len(word)]


def _with(part: Meaning, **changes: Any) -> Meaning:
    values = {name: getattr(part, name) for name in part.__slots__} | changes
    return Meaning(**{**values, "taken_off": part.taken_off + 1})


def assign(folded: Sequence[str], wanted: Collection[str], taken: set[int], *, has_name: bool) -> dict[str, int]:
    """Field to position for folded headings. wanted: fields without a column yet; taken: columns that have a field."""
    meanings = {at: list(meanings_of(heading)) for at, heading in enumerate(folded) if at not in taken}
    _tell_persons_from_companies(folded, meanings, has_name=has_name)
    columns: dict[str, int] = {}
    used = set(taken)
    for field in synonyms():
        if field in ADDRESS:
            if field == ADDRESS[0]:
                _assign_addresses(meanings, wanted, columns, used)
            continue
        found = sorted(
            (
                (*_merit(one), at)
                for at, some in meanings.items()
                if at not in used
                for one in some
                if one.field == field
            )
        )
        names = [field, *(f"{field}_{number}" for number in range(2, SEVERAL.get(field, 1) + 1))]
        free = [name for name in names if name in wanted]
        for name, (*_, at) in zip(free, found, strict=False):
            columns[name] = at
            used.add(at)
        if field == "kind" and "kind" in wanted and "kind" not in columns:
            _status_as_kind(meanings, columns, used)
    return columns


def _merit(one: Meaning) -> tuple[float, int, int]:
    """Less for the likelier column of a field: a phone at work before a mobile phone, and both before that at home."""
    order = group_order()
    if one.field == "phone" and not one.group and one.known_as in _tables()["mobile"]["words"]:
        return order["other"] - 0.5, one.number, one.place
    if one.field in REACHABLE:
        return order.get(one.group, 9), one.number, one.place
    return float(one.taken_off > 0), one.number, one.place


def _status_as_kind(meanings: dict[int, list[Meaning]], columns: dict[str, int], used: set[int]) -> None:
    """Without a column of kinds, the status says who is a customer."""
    for at, some in meanings.items():
        if at not in used and any(one.field == "status" for one in some):
            columns["kind"] = at
            used.add(at)
            return


def _assign_addresses(
    meanings: dict[int, list[Meaning]], wanted: Collection[str], columns: dict[str, int], used: set[int]
) -> None:
    """Parts of addresses, those of one address together; parts that only one address has belong to the first."""
    groups: dict[str, dict[str, tuple[tuple[int, int, int], int]]] = {}
    for at, some in meanings.items():
        part = next((one for one in some if one.field in ADDRESS), None)
        if at in used or part is None or (some[0].field not in ADDRESS and some[0].taken_off == 0):
            continue
        merit = (part.taken_off, part.place, at)
        group = groups.setdefault(part.group, {})
        if part.field in group:
            # "Street Address" beside "Address" of the same group: the likelier one, and the other as a further line.
            known = group[part.field]
            if merit >= known[0]:
                continue
        group[part.field] = (merit, at)
    telling = {"line", "street", "postcode", "city"}
    whole = [name for name, parts in groups.items() if parts.keys() & telling]
    order = group_order() | {f"n{number}": 1 + number / 10 for number in range(1, 10)}
    whole.sort(key=lambda name: (order.get(name, 9), name))
    for before, name in zip(ADDRESSES, whole, strict=False):
        for field, (_, at) in groups[name].items():
            if f"{before}{field}" in wanted:
                columns[f"{before}{field}"] = at
                used.add(at)
    for name in groups.keys() - set(whole):
        for field, (_, at) in groups[name].items():
            if field in wanted and field not in columns and name in {"", *whole[:1]}:
                columns[field] = at
                used.add(at)


def _tell_persons_from_companies(folded: Sequence[str], meanings: dict[int, list[Meaning]], *, has_name: bool) -> None:
    """A column "Name" beside "Vorname", "Company" or "Account Name" holds the person, or a part of its name."""
    of = _tables()["persons"]
    has = {
        field: any(one.field == field for some in meanings.values() for one in some)
        for field in ("first_name", "last_name")
    }
    persons = [at for at in meanings if folded[at] in of["any"]]
    companies = [
        at
        for at, some in meanings.items()
        if folded[at] not in of["any"]
        and any(one.field == "name" and not (one.group == "person" and one.known_as in of["any"]) for one in some)
    ]
    for at, some in meanings.items():
        of_person = [one for one in some if one.field == "name" and one.group == "person"]
        if any(one.known_as in of["any"] for one in of_person):
            # "Person - Name", "Contact Name": who is spoken to.
            meanings[at] = [Meaning("contact", taken_off=1, place=60)]
    people = has["first_name"] or has["last_name"] or any("is_company" in _fields(some) for some in meanings.values())
    _tell_companies_of_persons(folded, meanings, people=people, named=bool(companies) or has_name)
    if not (has["first_name"] or has["last_name"]):
        return
    with_ids = companies and any(folded[at] in of["company_ids"] for at in meanings)
    for at, some in meanings.items():
        is_persons = any(one.field == "external_id" and one.group == "person" for one in some)
        if (with_ids and (folded[at] in of["own_ids"] or is_persons)) or (companies and folded[at] in of["person_ids"]):
            # The number of a person is none of the firm.
            meanings[at] = []
    for at in persons:
        if not any(one.field == "name" for one in meanings[at]):
            continue
        if has["first_name"] and not has["last_name"] and folded[at] in of["last"]:
            meanings[at] = [Meaning("last_name")]
            has["last_name"] = True
        elif has["last_name"] and not has["first_name"] and folded[at] in of["first"]:
            meanings[at] = [Meaning("first_name")]
            has["first_name"] = True
        elif companies or has_name:
            meanings[at] = [Meaning("contact", place=70)]


def _tell_companies_of_persons(
    folded: Sequence[str], meanings: dict[int, list[Meaning]], *, people: bool, named: bool
) -> None:
    """In a list of people that names no companies, the number beside their own is that of the company."""
    of = _tables()["persons"]
    own = any(folded[at] in of["own_ids"] for at in meanings)
    at = next((at for name in of["company_ids"] for at in meanings if folded[at] == name), None)
    if people and own and not named and at is not None:
        meanings[at] = [Meaning("company_id")]
    elif not people:
        for some in meanings.values():
            some[:] = [one for one in some if one.field != "company_id"]


def _fields(some: Sequence[Meaning]) -> set[str]:
    return {one.field for one in some}


def is_list_of_activities(folded: Sequence[str], columns: dict[str, int]) -> bool:
    """Whether a file tells of appointments, tasks or deals, and nothing of where an account is or how it is reached."""
    words = frozenset(_tables()["activities"]["words"])
    of_account = {"street", "line", "postcode", "city", "phone", "website", "lon", "coordinates"}
    return sum(heading in words for heading in folded) >= 2 and not of_account & columns.keys()

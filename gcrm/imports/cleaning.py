"""A row's cells made into the fields of an account. What is changed or cannot be used is said, never dropped."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import phonenumbers

from gcrm.accounts.cells import (
    EMAIL,
    LONGEST_NAME,
    clean_date,
    clean_phone,
    clean_url,
    code_of_country,
    given_by_file,
    region_codes,
)
from gcrm.accounts.model import Address, Kind, Level, Placement, Priority
from gcrm.common.language import number, say, to_say
from gcrm.common.opening_hours.understand import DEFAULT_IN_WORDS, LONGEST, understand
from gcrm.common.public_holidays import read_region
from gcrm.common.skills import read_languages, read_skills
from gcrm.common.spreadsheet import original
from gcrm.common.text import joined, tokens
from gcrm.common.zones import country_of_zone, zone_at
from gcrm.imports.aside import Aside
from gcrm.imports.clean_address import address_of, short
from gcrm.imports.columns import ADDRESS, ADDRESSES, SEVERAL, Mapping
from gcrm.imports.contents import looked_into, meanings
from gcrm.imports.coordinates import in_grid, read_cell, read_pair
from gcrm.imports.dates import DAYS_FIRST, DateOrder, order_of
from gcrm.imports.persons import Named, is_person, named
from gcrm.imports.places import Box, Chosen, choose
from gcrm.imports.row_shapes import unlike_headings
from gcrm.imports.table import LONGEST_CELL, Row, Table
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

CLOSED, INACTIVE = "closed", "inactive"
"""Meanings of a status beside the kinds."""
YES = frozenset({"yes", "y", "true", "1", "ja", "oui", "si", "x", "wahr", "vrai", "tak", "sim", "kylla", "ano"})
_TELLS_NOTHING = frozenset({"a", "i", "c", "p", "k", "yes", "no", "open", "new"})
"""Too short or too general for a status beside a kind."""
_WHOLE_ADDRESS = ("line", "street", "house_number", "postcode", "city", "country")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_PHONE_SEPARATOR = re.compile(r"\s*(?::::|;(?!\s*ext=)|[|\n])\s*|\s+/\s+|,\s*(?=\+|00)")
_MARKUP = re.compile(r"</(?:p|div|b|i|li|ul|span|strong|em|a)>|<br\s*/?>", re.IGNORECASE)
_CHANGEABLE = ("phone", "email", "website", "opening_hours", "last_visit")
_PLAIN_TEXT = ("external_id", "segment")


_FIELDS = {
    "kind": to_say("Kind"),
    "status": to_say("Status"),
    "priority": to_say("Priority"),
    "skills": to_say("Skills"),
    "languages": to_say("Languages"),
    "holiday_region": to_say("Holiday region"),
    "visit_every_days": to_say("Visit every days"),
    "visit_minutes": to_say("Visit minutes"),
    "last_visit_days_ago": to_say("Last visit days ago"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A row understood. values holds fields of Account that the file sets, and nothing that it leaves blank.

    given is the place that the row states, with the placement that one of our own exports states; gcrm_id is the id in
    such a file. remarks say what was put aside; cleaned holds, by field, what was written where it was changed;
    visited_days_ago sets the last visit of an account that has none. given_outside: what to say of a given place
    outside the area, where the address, if it is found, counts more. closed: what the file says where it says that the
    account is closed down. territory: the name of the one that an export says the account is locked to. of_company:
    the row is a person of the account with this number, which the row does not name. of_person: the row is about a
    person of the account that it names, so its phone and e-mail may be theirs.
    """

    row: Row
    values: dict[str, Any]
    address: Address
    given: LonLat | None = None
    placement: Placement = field(default_factory=given_by_file)
    gcrm_id: int = 0
    visited_days_ago: int | None = None
    remarks: tuple[str, ...] = ()
    cleaned: dict[str, str] = field(default_factory=dict)
    given_outside: str = ""
    closed: str = ""
    territory: str = ""
    of_company: str = ""
    of_person: bool = False

    @property
    def person(self) -> str:
        """Who is spoken to at the account."""
        return str(self.values.get("contact", ""))


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans the rows of one table.

    country is the ISO code that phone numbers without a prefix belong to; dates: how its column of dates is read; box
    is the area that the company works in; own: the file is an export of ours, taken as it is. status_heading: folded,
    of the column that tells the kind. guarded: cells may have the apostrophe of `harmless`; latest: the day after which
    nobody has been visited yet.
    """

    mapping: Mapping
    width: int
    country: str = ""
    dates: DateOrder = DAYS_FIRST
    region_of_country: dict[str, str] = field(default_factory=dict)
    box: Box | None = None
    own: bool = False
    status_heading: str = ""
    guarded: bool = True
    latest: date = date.max

    @classmethod
    def of(
        cls,
        table: Table,
        mapping: Mapping,
        country: str,
        box: Box | None = None,
        *,
        latest: date = date.max,
        dates: str = "",
    ) -> "Cleaner":
        """A cleaner that has looked through the table to see how it writes dates, and what its columns really hold.

        latest: the day after which nobody has been visited yet; dates: their order, where a person has said it.
        """
        mapping = looked_into(table, mapping)
        position = mapping.columns.get("last_visit")
        cells = [] if position is None else [row.cells[position] for row in table.rows if position < len(row.cells)]
        order = order_of(cells, latest, country, dates)
        own = "gcrm_id" in mapping.columns
        at = mapping.columns.get("kind", mapping.columns.get("status"))
        status = joined(tokens(table.headings[at])) if at is not None else ""
        return cls(
            mapping,
            len(table.headings),
            country,
            order,
            region_codes(),
            box,
            own,
            status,
            table.is_of_spreadsheet,
            latest,
        )

    def clean(self, row: Row) -> Draft:
        """The row as a draft. Raises InputRejected with the reason if it cannot be an account."""
        self._refuse_odd_shape(row)
        if self._says_yes(row, "deleted"):
            raise InputRejected(say("Is deleted in the system that it comes from."))
        remarks: list[str] = []
        who = self._named(row)
        if not who.account:
            raise InputRejected(say("Has no name."))
        if len(who.account) > LONGEST_NAME:
            raise InputRejected(
                say(
                    "The name has {count} characters; {longest_name} is the most.",
                    count=number(len(who.account)),
                    longest_name=LONGEST_NAME,
                )
            )
        if not tokens(who.account):
            raise InputRejected(say("The name {account!r} has no letter or digit.", account=who.account))
        values: dict[str, Any] = {"name": who.account}
        values |= {each: text for each in _PLAIN_TEXT if (text := self._text(row, each))}
        if who.contact:
            values["contact"] = who.contact
        other = self._text(row, "name_2")
        if other and not self.own and joined(tokens(other)) not in joined(tokens(who.account)):
            remarks.append(Aside(say("Also {other} as name; kept in the note.", other=short(other))))
        company = self._company_of(row)
        if company:
            values |= {"external_id": company, "contact": who.account}
        address = self._address(row, remarks)
        choices, closed = self._choices(row, remarks)
        values |= choices
        values |= self._contact(row, address, remarks)
        values |= self._visits(row, remarks)
        misplaced: list[str] = []
        given = self._given(row, misplaced)
        values |= self._needs(row, address, given.place, remarks)
        note = self._note(row)
        aside = [remark for remark in remarks if isinstance(remark, Aside)]
        if note or aside:
            values["note"] = "\n".join(part for part in (note, *aside) if part)
        days_ago = self._whole_number(row, "last_visit_days_ago", 0, 36_500, remarks)
        remarks += misplaced
        gcrm_id = self._text(row, "gcrm_id")
        return Draft(
            row,
            values,
            address,
            given.place,
            self._placement(row) if given.place or self.own else given_by_file(),
            int(gcrm_id) if gcrm_id.isascii() and gcrm_id.isdecimal() and len(gcrm_id) < 16 else 0,
            days_ago,
            tuple(remarks),
            self._cleaned(row, values),
            given.remark if given.outside else "",
            closed,
            self._text(row, "territory") if self._says_yes(row, "territory_locked") else "",
            company,
            not self.own and not company and self._is_of_person(row) and who.contact not in {"", who.account},
        )

    def _is_of_person(self, row: Row) -> bool:
        return is_person(self._text(row, "is_company")) or any(
            self._text(row, part) for part in ("first_name", "last_name")
        )

    def _refuse_odd_shape(self, row: Row) -> None:
        if len(row.cells) != self.width:
            lines = max(cell.count("\n") for cell in row.cells)
            raise unlike_headings(len(row.cells), self.width, lines)
        longest = max(map(len, row.cells))
        if longest > LONGEST_CELL:
            raise InputRejected(
                say(
                    "A cell has {longest} characters; {longest_cell} is the most.",
                    longest=number(longest),
                    longest_cell=number(LONGEST_CELL),
                )
            )

    def _company_of(self, row: Row) -> str:
        """The number of the account that a row is a person of, "" for a row that is an account itself."""
        company = self._text(row, "company_id")
        if not company:
            return ""
        return company if self._is_of_person(row) else ""

    def _named(self, row: Row) -> Named:
        cells = {name: self._text(row, name) for name in ("name", "contact")}
        if self.own:
            return Named(cells["name"], cells["contact"])
        more = {name: self._text(row, name) for name in ("first_name", "middle_name", "last_name", "is_company")}
        return named(**cells, **more, second=self._text(row, "name_2"))

    def _note(self, row: Row) -> str:
        note = self._text(row, "note", lines=True)
        if self.own or not _MARKUP.search(note):
            return note
        bare = re.sub(r"<br\s*/?>|</(?:p|div|li)>", "\n", note, flags=re.IGNORECASE)
        return re.sub(r"\n{2,}", "\n", html.unescape(re.sub(r"<[^<>]+>", "", bare))).strip()

    def _says_yes(self, row: Row, name: str) -> bool:
        return joined(tokens(self._text(row, name))) in YES

    def _cleaned(self, row: Row, values: dict[str, Any]) -> dict[str, str]:
        """What stood in the file where the account gets something else."""
        written = ((name, self.mapping.cell(row.cells, name)) for name in _CHANGEABLE if name in values)
        return {name: text for name, text in written if text and text != str(values[name])}

    def _text(self, row: Row, name: str, *, lines: bool = False) -> str:
        """A cell with control characters and doubled spaces gone, and the apostrophe of our own exports."""
        if self.own:
            position = self.mapping.columns.get(name)
            text = row.cells[position] if position is not None and position < len(row.cells) else ""
            return original(text) if self.guarded else text
        text = self.mapping.cell(row.cells, name)
        if text.isprintable() and "  " not in text and not text.startswith("'"):
            return text
        text = _CONTROL.sub("", original(text))
        if lines:
            return "\n".join(line.strip() for line in text.splitlines()).strip()
        return re.sub(r"\s+", " ", text).strip()

    def _address(self, row: Row, remarks: list[str]) -> Address:
        """The first address that the row fills; a whole line only where nothing else says the town."""
        if self.own:
            return Address(**{part: self._text(row, part) for part in _WHOLE_ADDRESS})
        for before in ADDRESSES:
            parts = {part: _first_of(self._text(row, f"{before}{part}")) for part in ADDRESS}
            if any(parts[part] for part in ("line", "street", "street_2", "street_3", "postcode", "city")):
                parts["country"] = parts["country"] or self._text(row, "country")
                return address_of(parts, self._iso(parts["country"]), remarks)
        return Address(country=self._text(row, "country"))

    def _iso(self, country: str) -> str:
        """The ISO code of a row's country, that of the area where it says none."""
        return code_of_country(self.region_of_country, country) or self.country

    def _choices(self, row: Row, remarks: list[str]) -> tuple[dict[str, Any], str]:
        """Kind and priority, and what the row says where it says that the account is closed down."""
        found: dict[str, Any] = {}
        closed = "yes" if self._says_yes(row, "closed_down") else ""
        for name in ("kind", "status", "priority"):
            written = self._text(row, name)
            if not written or (name == "status" and joined(tokens(written)) in _TELLS_NOTHING):
                continue
            meaning = self._meaning(name, written)
            if meaning == CLOSED:
                closed = closed or written
            elif meaning == INACTIVE:
                found.setdefault("kind", Kind.PROSPECT)
                remarks.append(
                    say(
                        "{field} {written}: taken as a prospect, not as closed down.",
                        field=say(_FIELDS[name]),
                        written=short(written),
                    )
                )
            elif meaning is None:
                if name != "status":
                    remarks.append(
                        say(
                            "{field} {written} is not known; the usual one is taken.",
                            field=say(_FIELDS[name]),
                            written=short(written),
                        )
                    )
            elif name == "priority":
                found[name] = Priority(meaning)
            elif name == "kind":
                found[name] = Kind(meaning)
        if closed:
            if closed == "yes":
                remarks.append(say("The account is closed down."))
            else:
                remarks.append(say("The account is closed down ({written}).", written=short(closed)))
        return found, closed

    def _meaning(self, name: str, written: str) -> str | None:
        known = meanings()["priority" if name == "priority" else "kind"]
        folded = joined(tokens(written))
        if folded == "f" and "etatadministratif" in self.status_heading:
            return CLOSED
        found = known.get(folded)
        if found is None and name != "priority":
            # "Active - Proposal to Strike off", "Closed (moved)": the first word that means something.
            found = next((known[word] for word in tokens(written) if len(word) > 3 and word in known), None)
        return found

    def _contact(self, row: Row, address: Address, remarks: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        region = self._iso(address.country)
        found |= self._phones(row, region, remarks)
        found |= self._emails(row, remarks)
        found |= self._websites(row, remarks)
        if hours := "; ".join(self._text(row, "opening_hours", lines=True).split("\n")):
            if len(hours) > LONGEST:
                remarks.append(
                    Aside(
                        say(
                            "Opening hours {written} are longer than {longest} characters; kept in the note.",
                            written=short(hours),
                            longest=LONGEST,
                        )
                    )
                )
            else:
                # As typed: what is understood of it is shown beside it.
                found["opening_hours"] = hours
                understood = understand(hours, region)
                if understood.closed:
                    remarks.append(
                        say("Opening hours {written}: {sentence}.", written=short(hours), sentence=understood.sentence)
                    )
                elif not understood.known:
                    remarks.append(
                        say(
                            "Opening hours {written} are not understood; visits are planned {usual} until they are"
                            " corrected.",
                            written=short(hours),
                            usual=say(DEFAULT_IN_WORDS),
                        )
                    )
        return found

    def _cells(self, row: Row, name: str) -> list[str]:
        """What a row says in the columns of a field of which there may be several."""
        names = (name, *(f"{name}_{number}" for number in range(2, SEVERAL[name] + 1)))
        return [text for each in names if each in self.mapping.columns and (text := self._text(row, each))]

    def _phones(self, row: Row, region: str, remarks: list[str]) -> dict[str, Any]:
        """The first number of the cells; others are put aside."""
        taken, others = "", list[str]()
        for written in self._cells(row, "phone"):
            if self.own:
                return {"phone": clean_phone(written, region) or written}
            if _SHORTENED.fullmatch(written):
                remarks.append(
                    Aside(
                        say(
                            "Phone {phone} lost its last digits in a spreadsheet; kept in the note.",
                            phone=short(written),
                        )
                    )
                )
                continue
            for part in [part for part in _PHONE_SEPARATOR.split(written) if part] or [written]:
                number = clean_phone(part, region)
                if not taken:
                    if not number:
                        remarks.append(_no_phone(part, region))
                    elif not re.match(r"\W*(\+|00)", part) and not _is_of(number, region):
                        remarks.append(
                            say("Phone {phone} has lost its plus; {taken} is taken.", phone=short(part), taken=number)
                        )
                    taken = number or part[:60]
                elif (number or part) != taken and part not in others:
                    others.append(part)
        if others:
            remarks.append(Aside(say("Also {other} as phone; kept in the note.", other=short(", ".join(others)))))
        return {"phone": taken} if taken else {}

    def _emails(self, row: Row, remarks: list[str]) -> dict[str, Any]:
        found: list[str] = []
        for written in self._cells(row, "email"):
            if self.own:
                return {"email": written}
            addresses = [each.lower() for each in EMAIL.findall(written.removeprefix("mailto:"))]
            found += [each for each in addresses if each not in found]
            if not addresses:
                remarks.append(Aside(say("E-mail {written} is none; kept in the note.", written=short(written))))
        if len(found) > 1:
            remarks.append(Aside(say("Also {other} as e-mail; kept in the note.", other=short(", ".join(found[1:])))))
        return {"email": found[0]} if found else {}

    def _websites(self, row: Row, remarks: list[str]) -> dict[str, Any]:
        found: list[str] = []
        for written in self._cells(row, "website"):
            url = clean_url(written)
            if self.own:
                return {"website": url or written}
            if not url:
                remarks.append(Aside(say("Website {written} is none; kept in the note.", written=short(written))))
            elif not any(_host(url) == _host(other) for other in found):
                found.append(url)
        if len(found) > 1:
            remarks.append(Aside(say("Also {other} as website; kept in the note.", other=short(found[1]))))
        return {"website": found[0]} if found else {}

    def _visits(self, row: Row, remarks: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, most in (("visit_every_days", 3_650), ("visit_minutes", 1_440)):
            number = self._whole_number(row, name, 1, most, remarks)
            if number is not None:
                found[name] = number
        if written := self._text(row, "last_visit"):
            day = clean_date(written, day_first=self.dates.day_first)
            if day and day > self.latest and not self.own:
                remarks.append(
                    Aside(say("Last visit {written} is in the future; kept in the note.", written=short(written)))
                )
            elif day:
                found["last_visit"] = day
            elif clean_date(written, day_first=not self.dates.day_first):
                remarks.append(_dated_otherwise(written, day_first=self.dates.day_first))
            else:
                remarks.append(Aside(say("Last visit {written} is no date; kept in the note.", written=short(written))))
        return found

    def _needs(self, row: Row, address: Address, place: LonLat | None, remarks: list[str]) -> dict[str, Any]:
        """What an account asks of whoever visits it, and whose holidays it keeps."""
        readers: dict[str, Callable[[str], Any]] = {
            "skills": read_skills,
            "languages": read_languages,
            "holiday_region": lambda text: read_region(text, self._country_at(address, place)),
        }
        found: dict[str, Any] = {}
        for name, read in readers.items():
            if written := self._text(row, name):
                try:
                    found[name] = read(written)
                except InputRejected as refused:
                    remarks.append(
                        Aside(
                            say(
                                "{field} {written}: {fault} It is kept in the note.",
                                field=say(_FIELDS[name]),
                                written=short(written),
                                fault=refused.fault,
                            )
                        )
                    )
        return found

    def _country_at(self, address: Address, place: LonLat | None) -> str:
        """The ISO code of the country that a row names, else of that where its place is, else of the area's."""
        named = code_of_country(self.region_of_country, address.country)
        return named or (country_of_zone(zone_at(place)) if place else "") or self.country

    def _whole_number(self, row: Row, name: str, least: int, most: int, remarks: list[str]) -> int | None:
        written = self._text(row, name)
        if not written:
            return None
        found = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?(?:\s*[a-zA-Z]+\.?)?", written)
        if found and least <= int(found.group(1)) <= most:
            return int(found.group(1))
        remarks.append(
            say(
                "{field} {written} is no number from {least} to {most}; left out.",
                field=say(_FIELDS[name]),
                written=short(written),
                least=least,
                most=most,
            )
        )
        return None

    def _given(self, row: Row, remarks: list[str]) -> Chosen:
        """The place that the row states, held against the area; what was odd about it is said."""
        lon_text, lat_text = self._text(row, "lon"), self._text(row, "lat")
        written, readings = "", []
        if lon_text or lat_text:
            written, readings = f"{lat_text}, {lon_text}", read_pair(lon_text, lat_text)
            if self.own and readings:
                return Chosen(readings[0].place)
        elif text := self._text(row, "coordinates"):
            written, readings = text, read_cell(text)
        elif (east := self._text(row, "easting")) and (north := self._text(row, "northing")):
            written, readings = f"{east}, {north}", in_grid(east, north, self._text(row, "crs"))
        if not written:
            return Chosen(None)
        chosen = choose(short(written), readings, self.box)
        if chosen.remark and not chosen.outside:
            remarks.append(chosen.remark)
        return chosen

    def _placement(self, row: Row) -> Placement:
        """How one of our own exports says that the account was placed."""
        level, source = self._text(row, "placement_level"), self._text(row, "placement_source")
        if level not in set(Level) or (not source and not self.own):
            return given_by_file()
        try:
            confidence = min(max(float(self._text(row, "placement_confidence")), 0.0), 1.0)
        except ValueError:
            confidence = 0.0
        matched, ignored = self._text(row, "placement_matched"), self._text(row, "placement_ignored")
        reason = self._text(row, "placement_reason")
        return Placement(Level(level), confidence, matched, ignored, source, reason, self._placed_at(row))

    def _placed_at(self, row: Row) -> datetime | None:
        try:
            return datetime.fromisoformat(self._text(row, "placed_at"))
        except ValueError:
            return None


def _no_phone(part: str, region: str) -> str:
    if region:
        return say("Phone {phone} is no phone number of {country}; left as it is.", phone=short(part), country=region)
    return say("Phone {phone} is no phone number of any country; left as it is.", phone=short(part))


def _dated_otherwise(written: str, *, day_first: bool) -> Aside:
    """A day that is one only where day and month stand the other way round than in the column."""
    if day_first:
        said = to_say("Last visit {written} is no date as the column writes the day before month; kept in the note.")
    else:
        said = to_say("Last visit {written} is no date as the column writes the month before day; kept in the note.")
    return Aside(say(said, written=short(written)))


def _first_of(text: str) -> str:
    """The first of several values that an export puts into one cell, as Google writes them."""
    return text.split(" ::: ", 1)[0]


def _is_of(number: str, region: str) -> bool:
    """Whether a number is of a region, or is written without its country, so that it is taken as such."""
    code = phonenumbers.country_code_for_region(region) if region else 0
    return not number.startswith("+") or not code or number.startswith(f"+{code}")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")

"""A row's cells made into the fields of an account. What is changed or cannot be used is said, never dropped."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gcrm.accounts.cells import (
    DATE,
    EMAIL,
    LONGEST_NAME,
    clean_date,
    clean_phone,
    clean_url,
    given_by_file,
    region_codes,
)
from gcrm.accounts.model import Address, Kind, Level, Placement, Priority
from gcrm.common.opening_hours.understand import DEFAULT_IN_WORDS, LONGEST, understand
from gcrm.common.postcodes import clean_postcode
from gcrm.common.public_holidays import read_region
from gcrm.common.skills import read_languages, read_skills
from gcrm.common.spreadsheet import original
from gcrm.common.text import joined, tokens
from gcrm.imports.columns import Mapping
from gcrm.imports.contents import looked_into, meanings
from gcrm.imports.table import LONGEST_CELL, Row, Table
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORTENED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_PHONE_SEPARATOR = re.compile(r"\s*[;|\n]\s*|\s+/\s+|,\s*(?=\+|00)")
_PAIR = re.compile(r"\(?\s*(-?\d{1,2}\.\d+)\s*[,; ]\s*(-?\d{1,3}\.\d+)\s*\)?\s*$")
"""Latitude and longitude at the end of a cell, in the order that people and their devices write them."""
_CHANGEABLE = ("phone", "email", "website", "opening_hours", "last_visit")
_PLAIN_TEXT = ("external_id", "contact", "segment")


@dataclass(frozen=True, slots=True)
class Draft:
    """A row understood. values holds fields of Account that the file sets, and nothing that it leaves blank.

    given is the place that the row states, with the placement that one of our own exports states; gcrm_id is the id in
    such a file. remarks say what was put aside; cleaned holds, by field, what was written where it was changed;
    visited_days_ago sets the last visit of an account that has none.
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


@dataclass(frozen=True, slots=True)
class Cleaner:
    """Cleans the rows of one table.

    country is the ISO code that phone numbers without a prefix belong to; day_first says how 3/4/2026 is read in this
    file.
    """

    mapping: Mapping
    width: int
    country: str = ""
    day_first: bool = True
    region_of_country: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, table: Table, mapping: Mapping, country: str) -> "Cleaner":
        """A cleaner that has looked through the table to see how it writes dates, and what its columns really hold."""
        mapping = looked_into(table, mapping)
        position = mapping.columns.get("last_visit")
        day_first = country not in {"US", "PH"}
        if position is not None:
            pairs = [
                (int(found.group(1)), int(found.group(2)))
                for row in table.rows
                if position < len(row.cells) and (found := DATE.fullmatch(row.cells[position].strip()))
            ]
            if any(first > 12 for first, _ in pairs):
                day_first = True
            elif any(second > 12 for _, second in pairs):
                day_first = False
        return cls(mapping, len(table.headings), country, day_first, region_codes())

    def clean(self, row: Row) -> Draft:
        """The row as a draft. Raises InputRejected with the reason if it cannot be an account."""
        if len(row.cells) != self.width:
            lines = max(cell.count("\n") for cell in row.cells)
            if lines:
                cut = f"a quote is opened in it and closed only {lines} line{'s' if lines > 1 else ''} further on"
            elif len(row.cells) < self.width:
                cut = "it is cut off"
            else:
                cut = "a cell holds the delimiter and is not quoted"
            raise InputRejected(f"Has {len(row.cells)} cells where the headings have {self.width}: {cut}.")
        longest = max(map(len, row.cells))
        if longest > LONGEST_CELL:
            raise InputRejected(f"A cell has {longest:,} characters; {LONGEST_CELL:,} is the most.")
        remarks: list[str] = []
        name = self._text(row, "name")
        if not name:
            raise InputRejected("Has no name.")
        if len(name) > LONGEST_NAME:
            raise InputRejected(f"The name has {len(name):,} characters; {LONGEST_NAME} is the most.")
        if not tokens(name):
            raise InputRejected(f"The name {name!r} has no letter or digit.")
        values: dict[str, Any] = {"name": name}
        values |= {each: text for each in _PLAIN_TEXT if (text := self._text(row, each))}
        address = self._address(row, remarks)
        values |= self._choices(row, remarks)
        values |= self._contact(row, address, remarks)
        values |= self._visits(row, remarks)
        values |= self._needs(row, address, remarks)
        note = self._text(row, "note", lines=True)
        aside = [remark for remark in remarks if remark.endswith("kept in the note.")]
        if note or aside:
            values["note"] = "\n".join(part for part in (note, *aside) if part)
        days_ago = self._whole_number(row, "last_visit_days_ago", 0, 36_500, remarks)
        given = self._given(row, remarks)
        gcrm_id = self._text(row, "gcrm_id")
        return Draft(
            row,
            values,
            address,
            given,
            self._placement(row) if given else given_by_file(),
            int(gcrm_id) if gcrm_id.isascii() and gcrm_id.isdecimal() and len(gcrm_id) < 16 else 0,
            days_ago,
            tuple(remarks),
            self._cleaned(row, values),
        )

    def _cleaned(self, row: Row, values: dict[str, Any]) -> dict[str, str]:
        """What stood in the file where the account gets something else."""
        written = ((name, self.mapping.cell(row.cells, name)) for name in _CHANGEABLE if name in values)
        return {name: text for name, text in written if text and text != str(values[name])}

    def _text(self, row: Row, name: str, *, lines: bool = False) -> str:
        """A cell with control characters and doubled spaces gone, and the apostrophe of our own exports."""
        text = self.mapping.cell(row.cells, name)
        if text.isprintable() and "  " not in text and not text.startswith("'"):
            return text
        text = _CONTROL.sub("", original(text))
        if lines:
            return "\n".join(line.strip() for line in text.splitlines()).strip()
        return re.sub(r"\s+", " ", text).strip()

    def _address(self, row: Row, remarks: list[str]) -> Address:
        """A whole line only where nothing else says the town; otherwise the line is the street."""
        country, written = self._text(row, "country"), self._text(row, "postcode")
        line, street = self._text(row, "line"), self._text(row, "street")
        postcode, city = clean_postcode(written, self._iso(country)), self._text(row, "city")
        if postcode.startswith("0") and not written.startswith("0"):
            remarks.append(f"Postcode {_short(written)} has lost its zero in front; {postcode} is taken.")
        if line and not street and (postcode or city):
            line, street = "", line
        elif line and street:
            line = ""
        return Address(
            line=line,
            street=street,
            house_number=self._text(row, "house_number"),
            postcode=postcode,
            city=city,
            country=country,
        )

    def _iso(self, country: str) -> str:
        """The ISO code of a row's country, that of the area where it says none."""
        return self.region_of_country.get(joined(tokens(country)), "") or self.country

    def _choices(self, row: Row, remarks: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, kind_of in (("kind", Kind), ("priority", Priority)):
            written = self._text(row, name)
            if not written:
                continue
            meaning = meanings()[name].get(joined(tokens(written)))
            if meaning is None:
                remarks.append(f"{name.capitalize()} {_short(written)} is not known; the usual one is taken.")
            else:
                found[name] = kind_of(meaning)
        return found

    def _contact(self, row: Row, address: Address, remarks: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        region = self._iso(address.country)
        if phone := self._text(row, "phone"):
            found |= self._phone(phone, region, remarks)
        if email := self._text(row, "email"):
            address_in_it = EMAIL.search(email.removeprefix("mailto:"))
            if address_in_it:
                found["email"] = address_in_it.group().lower()
            else:
                remarks.append(f"E-mail {_short(email)} is none; kept in the note.")
        if website := self._text(row, "website"):
            url = clean_url(website)
            if url:
                found["website"] = url
            else:
                remarks.append(f"Website {_short(website)} is none; kept in the note.")
        if hours := "; ".join(self._text(row, "opening_hours", lines=True).split("\n")):
            if len(hours) > LONGEST:
                remarks.append(f"Opening hours {_short(hours)} are longer than {LONGEST} characters; kept in the note.")
            else:
                # As typed: what is understood of it is shown beside it.
                found["opening_hours"] = hours
                if not understand(hours, region).known:
                    remarks.append(
                        f"Opening hours {_short(hours)} are not understood; "
                        f"visits are planned {DEFAULT_IN_WORDS} until they are corrected."
                    )
        return found

    def _phone(self, written: str, region: str, remarks: list[str]) -> dict[str, Any]:
        """The first number of a cell; others are put aside."""
        first, *rest = [part for part in _PHONE_SEPARATOR.split(written) if part] or [written]
        if _SHORTENED.fullmatch(written):
            remarks.append(f"Phone {_short(written)} lost its last digits in a spreadsheet; kept in the note.")
            return {}
        number = clean_phone(first, region)
        if not number:
            remarks.append(f"Phone {_short(first)} is no phone number of {region or 'any country'}; left as it is.")
        if rest:
            remarks.append(f"Also {_short(', '.join(rest))} as phone; kept in the note.")
        return {"phone": number or first[:60]}

    def _visits(self, row: Row, remarks: list[str]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, most in (("visit_every_days", 3_650), ("visit_minutes", 1_440)):
            number = self._whole_number(row, name, 1, most, remarks)
            if number is not None:
                found[name] = number
        if written := self._text(row, "last_visit"):
            day = clean_date(written, day_first=self.day_first)
            if day:
                found["last_visit"] = day
            else:
                remarks.append(f"Last visit {_short(written)} is no date; kept in the note.")
        return found

    def _needs(self, row: Row, address: Address, remarks: list[str]) -> dict[str, Any]:
        """What an account asks of whoever visits it, and whose holidays it keeps."""
        country = self._iso(address.country)
        readers: dict[str, Callable[[str], Any]] = {
            "skills": read_skills,
            "languages": read_languages,
            "holiday_region": lambda text: read_region(text, country),
        }
        found: dict[str, Any] = {}
        for name, read in readers.items():
            if written := self._text(row, name):
                try:
                    found[name] = read(written)
                except InputRejected as refused:
                    field_name = name.replace("_", " ").capitalize()
                    remarks.append(f"{field_name} {_short(written)}: {refused.fault} It is kept in the note.")
        return found

    def _whole_number(self, row: Row, name: str, least: int, most: int, remarks: list[str]) -> int | None:
        written = self._text(row, name)
        if not written:
            return None
        found = re.fullmatch(r"(\d{1,6})(?:[.,]0+)?(?:\s*[a-zA-Z]+\.?)?", written)
        if found and least <= int(found.group(1)) <= most:
            return int(found.group(1))
        remarks.append(
            f"{name.replace('_', ' ').capitalize()} {_short(written)} is no number from {least} to {most}; left out."
        )
        return None

    def _given(self, row: Row, remarks: list[str]) -> LonLat | None:
        lon_text, lat_text = self._text(row, "lon"), self._text(row, "lat")
        if not lon_text and not lat_text:
            written = _PAIR.search(self._text(row, "coordinates"))
            if not written:
                return None
            lat_text, lon_text = written.groups()
        try:
            lon, lat = (float(text.replace(",", ".")) for text in (lon_text, lat_text))
        except ValueError:
            lon = lat = math.nan
        if not (abs(lon) <= 180 and abs(lat) <= 90) or (lon == 0 and lat == 0):
            remarks.append(f"Coordinates {_short(f'{lon_text}, {lat_text}')} are no place; the address is used.")
            return None
        return LonLat(lon, lat)

    def _placement(self, row: Row) -> Placement:
        """How one of our own exports says that the account was placed."""
        level, source = self._text(row, "placement_level"), self._text(row, "placement_source")
        if not source or level not in {each.value for each in Level if each is not Level.NONE}:
            return given_by_file()
        try:
            confidence = min(max(float(self._text(row, "placement_confidence")), 0.0), 1.0)
        except ValueError:
            confidence = 0.0
        matched, ignored = self._text(row, "placement_matched"), self._text(row, "placement_ignored")
        return Placement(Level(level), confidence, matched, ignored, source)


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

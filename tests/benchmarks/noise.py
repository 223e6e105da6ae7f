"""Addresses made dirty the way people make them dirty, from a seed. Shares no table with the geocoder."""

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

# What the ends and beginnings of street names are cut down to, by people who type fast.
SHORT_ENDS = {
    "strasse": ("str.", "str", "-Str."),
    "straße": ("str.", "str"),
    "weg": ("w.", "wg"),
    "platz": ("pl.", "plz"),
    "gasse": ("g.", "gs."),
    "katu": ("k.", "kt."),
    "tie": ("t.",),
    "gatan": ("g.",),
    "vej": ("v.",),
    "gade": ("gd.",),
    "straat": ("str.",),
    "ranta": ("r.",),
}
SHORT_WORDS = {
    "street": ("St", "St.", "Str"),
    "avenue": ("Ave", "Av."),
    "road": ("Rd", "Rd."),
    "boulevard": ("Blvd", "Bd"),
    "drive": ("Dr", "Dr."),
    "lane": ("Ln",),
    "north": ("N", "N."),
    "south": ("S", "S."),
    "east": ("E",),
    "west": ("W",),
    "sankt": ("St.", "Skt."),
    "doktor": ("Dr.",),
    "straße": ("Str.", "Str"),
    "strasse": ("Str.", "Str"),
    "rue": ("R.",),
    "via": ("V.",),
}
FLOORS = (
    "2. Stock",
    "3. OG",
    "1. Etage",
    "EG",
    "2nd floor",
    "Floor 4",
    "4. krs",
    "5th Floor",
    "UG",
    "Top 7",
    "Apt 3",
    "Suite 21",
)
PEOPLE = ("Meier", "Anna Hasler", "Frau Beck", "J. Virtanen", "Smith", "Dr. Kaiser", "Lampert Peter", "Nipp", "Wolf")
FIRMS = (
    "Muster AG",
    "Alpha Treuhand Anstalt",
    "Bäckerei Sonnenschein",
    "Oy Testi Ab",
    "Hasler & Söhne GmbH",
    "Delta Systems Inc.",
    "Restaurant zum Goldenen Löwen",
    "Northwind Traders",
    "Elektro Nord KG",
    "Studio 54",
)
UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ø": "o", "æ": "ae"}
)


@dataclass(frozen=True)
class Parts:
    """An address "street number, postcode city" in pieces; before and after are what stands around them."""

    street: str
    number: str
    postcode: str
    city: str

    @classmethod
    def of(cls, text: str) -> "Parts":
        """Take apart; what is not there is ""."""
        line, _, town = text.partition(",")
        found = re.search(r"\s(\d\S*(?:\s[a-zA-Z])?)$", line.strip()) or re.match(r"(\d\S*)\s", line.strip())
        number = found.group(1) if found else ""
        street = (line.replace(found.group(), " ", 1) if found else line).strip()
        code = re.search(r"\b[A-Z]{0,2}-?\d[\d ]{2,5}\d\b", town)
        postcode = code.group().strip() if code else ""
        return cls(street, number, postcode, re.sub(r"\s+", " ", town.replace(postcode, " ")).strip(" ,"))

    def __str__(self) -> str:
        """The address in its usual order."""
        return _joined(f"{self.street} {self.number}", f"{self.postcode} {self.city}")


def _joined(*parts: str) -> str:
    return ", ".join(part for part in (re.sub(r"\s+", " ", each).strip() for each in parts) if part)


def _letters(text: str, of: random.Random, change: Callable[[str, int], str]) -> str:
    """Change one letter inside a word of four letters or more; the first stays, as people get that one right."""
    places = [
        found.start() + offset
        for found in re.finditer(r"[^\W\d_]{4,}", text)
        for offset in range(1, len(found.group()) - 1)
    ]
    return change(text, of.choice(places)) if places else text


def transposed(parts: Parts, of: random.Random) -> str:
    """Two neighbouring letters swapped."""
    return _letters(str(parts), of, lambda text, at: text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def dropped(parts: Parts, of: random.Random) -> str:
    """A letter left out."""
    return _letters(str(parts), of, lambda text, at: text[:at] + text[at + 1 :])


def doubled(parts: Parts, of: random.Random) -> str:
    """A letter typed twice."""
    return _letters(str(parts), of, lambda text, at: text[:at] + text[at] + text[at:])


def abbreviated(parts: Parts, of: random.Random) -> str:
    """The kind of street cut short."""
    words = parts.street.split()
    for position, word in enumerate(words):
        if word.casefold() in SHORT_WORDS:
            words[position] = of.choice(SHORT_WORDS[word.casefold()])
            return str(replace(parts, street=" ".join(words)))
    for end, shorts in SHORT_ENDS.items():
        if parts.street.lower().endswith(end) and len(parts.street) > len(end) + 1:
            return str(replace(parts, street=parts.street[: -len(end)] + of.choice(shorts)))
    return str(parts)


def floor(parts: Parts, of: random.Random) -> str:
    """A floor, flat or suite behind the number or in front of all."""
    said = of.choice(FLOORS)
    line = f"{parts.street} {parts.number}"
    town = f"{parts.postcode} {parts.city}"
    return of.choice((_joined(line, said, town), _joined(said, line, town), _joined(f"{line} {said}", town)))


def care_of(parts: Parts, of: random.Random) -> str:
    """A person in whose care it is sent."""
    who = of.choice(("c/o ", "C/O ", "c/o: ", "z.Hd. ", "attn. ")) + of.choice(PEOPLE)
    return of.choice((_joined(who, str(parts)), f"{who} {parts}"))


def company(parts: Parts, of: random.Random) -> str:
    """A firm's name in front."""
    firm = of.choice(FIRMS)
    return of.choice((_joined(firm, str(parts)), f"{firm} {parts}", f"{firm} - {parts}"))


def ascii_only(parts: Parts, of: random.Random) -> str:
    """No letter beyond ASCII: written out, or with the marks taken off."""
    text = str(parts)
    if of.random() < 0.5:
        text = text.translate(UMLAUTS)
    return unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()


def no_postcode(parts: Parts, of: random.Random) -> str:  # noqa: ARG001 - all kinds are called alike
    """The postcode left out."""
    return str(replace(parts, postcode=""))


def wrong_postcode(parts: Parts, of: random.Random) -> str:
    """One digit of the postcode wrong."""
    digits = [at for at, letter in enumerate(parts.postcode) if letter.isdecimal()]
    if not digits:
        return str(parts)
    at = of.choice(digits[1:] or digits)
    other = of.choice([digit for digit in "0123456789" if digit != parts.postcode[at]])
    return str(replace(parts, postcode=parts.postcode[:at] + other + parts.postcode[at + 1 :]))


def no_city(parts: Parts, of: random.Random) -> str:  # noqa: ARG001 - all kinds are called alike
    """The town left out where a postcode says it."""
    return str(replace(parts, city="")) if parts.postcode else str(parts)


def number_first(parts: Parts, of: random.Random) -> str:
    """The number in front of the street."""
    comma = of.choice(("", ","))
    return _joined(f"{parts.number}{comma if parts.number else ''} {parts.street}", f"{parts.postcode} {parts.city}")


def upper_case(parts: Parts, of: random.Random) -> str:  # noqa: ARG001 - all kinds are called alike
    """Capital letters throughout."""
    return str(parts).upper()


def no_comma(parts: Parts, of: random.Random) -> str:  # noqa: ARG001 - all kinds are called alike
    """Nothing between street and town."""
    return str(parts).replace(",", "")


KINDS: dict[str, Callable[[Parts, random.Random], str]] = {
    "transposed letter": transposed,
    "dropped letter": dropped,
    "doubled letter": doubled,
    "abbreviation": abbreviated,
    "floor": floor,
    "c/o": care_of,
    "company in front": company,
    "ASCII only": ascii_only,
    "postcode dropped": no_postcode,
    "postcode wrong": wrong_postcode,
    "city dropped": no_city,
    "number first": number_first,
    "upper case": upper_case,
    "no comma": no_comma,
}


def made_dirty(addresses: list[str], kind: str, seed: int) -> list[str]:
    """The addresses with one kind of noise each. The same seed gives the same noise."""
    of = random.Random(f"{seed} {kind}")
    return [KINDS[kind](Parts.of(address), of) for address in addresses]

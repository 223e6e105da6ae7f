"""An address as a person wrote it, taken apart into words with what each may be."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from gcrm.common.text import fold
from gcrm.geocoding.compound import BUILDING, BUILDING_ALONE, SUFFIXED, SUFFIXES, together
from gcrm.geocoding.words import abbreviations, words

MAX_CHARACTERS = 400
"""Longer texts are no addresses; the rest is not read."""
MAX_WORDS = 40

_PARTS = re.compile(r"[,;|\n\r\t•·()\[\]\"]+|\s[-\u2013\u2014/]\s")
_WORD = re.compile(r"\d+[a-z]?(?:\s?[-\u2013/+&]\s?\d+[a-z]?){1,3}(?![a-z0-9])|\d+[a-z]?(?![a-z0-9])|[a-z0-9]+")
_ORDINAL = re.compile(r"\d+(st|nd|rd|th|er|ere|eme)")
_NUMBER = re.compile(rf"\d+[a-z]{{0,2}}([-/+&]\d+[a-z]?){{0,3}}|{BUILDING.pattern}|{SUFFIXED.pattern}")
_SPACED_OUT = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")
"""A town as on old letters: "V a d u z"."""
_NUMERO = re.compile(r"\bn\s?[°º]|№|#(?=\s?\d)|\b(?:nr|no)\.?(?=\d)", re.IGNORECASE)
"""What stands before a number and is no word: "n° 12", "#12", "Nr12"."""
_CONSCRIPTION = re.compile(r"\b(?:[čc]|ev|s)\.\s?[pčc]\.?(?=\s?\d)|\b[čs]p\.?(?=\s?\d)", re.IGNORECASE)
"""Czech and Slovak houses by their number in the village: "č. p. 12", "čp. 12"."""
_CONTRACTED = re.compile(r"\b([pvcl])\.\s?(?=(?:za|zza|le|so|lo|go)\b)", re.IGNORECASE)
"""As Italians shorten words: "P.za", "V.le"."""
_GLUED = re.compile(r"(?<!\w)(\d{4,6})(?=[^\W\d_]{3})|(?<!\w)([^\W\d_]{4,})(?=\d{1,4}[a-z]?(?!\w))", re.IGNORECASE)
"""A missing space: "9495Triesen", "Landstrasse12"."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the text: folded, which part between commas it is in, whether a full stop follows."""

    text: str
    part: int
    stop: bool
    number: bool
    shown: str


@dataclass
class Query:
    """A text taken apart. Positions are indices into `words`."""

    words: list[Word]
    taken_by_unit: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Find floors, flats, c/o and the like once."""
        self.taken_by_unit = frozenset(_unit_positions(self.words))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The folded words."""
        return tuple(word.text for word in self.words)

    def spans(self, longest: int) -> list[tuple[int, int]]:
        """All runs of words within one part, [start, end), longest first."""
        count = len(self.words)
        found = [
            (start, end)
            for start in range(count)
            for end in range(start + 1, min(count, start + longest) + 1)
            if self.words[start].part == self.words[end - 1].part
        ]
        found.sort(key=lambda span: span[0] - span[1])
        return found

    def writings(self, start: int, end: int) -> list[tuple[str, ...]]:
        """The run of words as it stands, and with its abbreviations written out; a few at most."""
        choices = [(text, *abbreviations().get(text, ())) for text in self.texts[start:end]]
        if all(len(choice) == 1 for choice in choices):
            return [self.texts[start:end]]
        ways = 1
        for choice in choices:
            ways *= len(choice)
        if ways > 60:
            choices = [choice[:2] for choice in choices]
        return list(product(*choices))[:64]

    def house_numbers(self, start: int, end: int) -> list[tuple[str, frozenset[int]]]:
        """What may be the house number of a street written at [start, end): number and its words, best first."""
        return [*self._after(end), *self._before(start)]

    def _usable(self, position: int) -> bool:
        return 0 <= position < len(self.words) and self.words[position].number and position not in self.taken_by_unit

    def _alone(self, position: int) -> bool:
        """Whether a number fills its part between commas, but for a letter that belongs to it."""
        part = self.words[position].part
        others = [word for other, word in enumerate(self.words) if word.part == part and other != position]
        return all(len(word.text) == 1 or word.text in words("number_marks") for word in others)

    def _after(self, end: int) -> list[tuple[str, frozenset[int]]]:
        position = end
        marks: list[int] = []
        while position < len(self.words) and self.words[position].text in words("number_marks") and len(marks) < 2:
            if position + 1 < len(self.words) and self.words[position + 1].number:
                marks.append(position)
                position += 1
                break
            marks.append(position)
            position += 1
        if not self._usable(position):
            return []
        if self.words[position].part != self.words[end - 1].part and not self._alone(position):
            return []
        return [(number, took | frozenset(marks)) for number, took in self._with_suffix(position)]

    def _before(self, start: int) -> list[tuple[str, frozenset[int]]]:
        position = start - 1
        found: list[tuple[str, frozenset[int]]] = []
        if (
            position >= 1
            and len(self.texts[position]) == 1
            and self.texts[position].isalpha()
            and self._usable(position - 1)
        ):
            found.append((self.texts[position - 1] + self.texts[position], frozenset({position - 1, position})))
        if position >= 1 and self.texts[position] in SUFFIXES and self._usable(position - 1):
            found.append((self.texts[position - 1] + self.texts[position], frozenset({position - 1, position})))
        if not self._usable(position) or (
            self.words[position].stop and self.words[position].part == self.words[start].part
        ):
            return found
        if self.words[position].part != self.words[start].part and not self._alone(position):
            return found
        marks = (
            frozenset({position - 1}) if position and self.texts[position - 1] in words("number_marks") else frozenset()
        )
        return [*found, (self.texts[position], frozenset({position}) | marks)]

    def _with_suffix(self, position: int) -> list[tuple[str, frozenset[int]]]:
        """The number with a letter after it ("12 A"), then by itself."""
        number, following = self.texts[position], position + 1
        found = []
        if following < len(self.words) and self.words[following].part == self.words[position].part:
            text = self.texts[following]
            if (len(text) == 1 and text.isalpha() and number[-1].isdecimal()) or text in SUFFIXES:
                found.append((number + text, frozenset({position, following})))
            if BUILDING_ALONE.fullmatch(text) or text in SUFFIXES:
                return [(number + text, frozenset({position, following}))]  # a building of its own, not the number's
        found.append((number, frozenset({position})))
        return found


def parse(text: str) -> Query:
    """Take a text apart. Never fails; what is too long is cut off."""
    found: list[Word] = []
    text = together(text[:MAX_CHARACTERS])
    text = _SPACED_OUT.sub(lambda spaced: spaced.group().replace(" ", ""), text)
    text = _GLUED.sub(lambda word: f"{word.group()} ", _CONSCRIPTION.sub("cp ", _NUMERO.sub("nr ", text)))
    text = _CONTRACTED.sub(r"\1", text)
    for part, piece in enumerate(_PARTS.split(text)):
        folded = fold(piece)
        same_length = len(folded) == len(piece)
        for match in _WORD.finditer(folded):
            word = match.group().replace(" ", "").replace("\u2013", "-").replace("+", "-").replace("&", "-")
            stop = folded[match.end() : match.end() + 1] == "."
            shown = piece[match.start() : match.end()] if same_length else match.group()
            found.append(Word(word, part, stop, bool(_NUMBER.fullmatch(word)), shown))
    return Query(found[:MAX_WORDS])


def _unit_positions(text: list[Word]) -> set[int]:
    """Positions of words that say a floor, flat, door or post box, and of the numbers that belong to them."""
    taken: set[int] = set()
    for position, word in enumerate(text):
        glued = re.fullmatch(r"(\d+)([a-z]{2,})", word.text)
        if (glued and glued.group(2) in words("units")) or (
            word.text in words("storeys") and position and text[position - 1].number
        ):
            taken.add(position)
        if word.text not in words("units") or (len(word.text) <= 2 and not _marked(text, position)):
            continue
        before, after = position - 1, position + 1
        number_before = before >= 0 and text[before].part == word.part and _counts(text[before])
        number_after = after < len(text) and text[after].part == word.part and text[after].number
        behind_number = number_before
        if number_before and not _ORDINAL.fullmatch(text[before].text) and not text[before].stop:
            if before and text[before - 1].part == word.part:
                # "Landstrasse 12 Stock 2", "Landstrasse 12 OG": the 12 belongs to the street.
                number_before = text[before - 1].number or text[before - 1].text in words("units")
            elif after < len(text) and text[after].part == word.part and not text[after].number:
                continue  # "12 Tower Road"
        if number_before:
            taken.update((before, position))
        elif number_after:
            taken.update((position, after))
        elif behind_number:
            taken.add(position)
    return taken


def _counts(word: Word) -> bool:
    return word.number or bool(_ORDINAL.fullmatch(word.text))


def _marked(text: list[Word], position: int) -> bool:
    """Whether a short unit word ("p", "as", "og") can be one: after an ordinal or before a number."""
    before, after = position - 1, position + 1
    ordinal = before >= 0 and (text[before].stop or bool(_ORDINAL.fullmatch(text[before].text)))
    alone = before >= 0 and text[before].number and (before == 0 or text[before - 1].part != text[position].part)
    second = before >= 1 and text[before].number and text[before - 1].number
    before_number = after < len(text) and text[after].number and len(text[position].text) > 1
    return ordinal or alone or second or before_number

"""How much each thing that two accounts share, or do not, says about their being one business.

Weights are in bits, as in the model of Fellegi and Sunter (1969): log2 of how much more often it is seen between two
records of one business than between two of the same block that are not. They are fixed, and the same for every file.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import JaroWinkler

from gcrm.accounts.linkage.profile import Profile
from gcrm.common.language import say, to_say
from gcrm.common.text import joined
from gcrm.geocoding.likeness import likeness
from routing.geodesy import distance_m

PRIOR = -3.0
"""Of pairs that share a block, about one in nine is one business."""
OTHER_PERSON, SAME_PERSON = -12.0, 0.6
"""Two people with titles and other names are two, though they share a practice and its phone."""
SAME_ADDRESS, ALIKE_ADDRESS = 6.0, 4.5
NEXT_DOOR, OTHER_NUMBER, OTHER_ADDRESS = -2.0, -4.0, -6.5
NAME_STEPS = ((0.8, 4.0), (0.6, 3.0), (0.4, 1.5), (0.2, -1.5), (0.0, -5.0))
"""From how much of the shorter name's telling words are in the other: at least this share, these bits."""
SAME_PHONE, OTHER_PHONE = 4.0, -0.8
SAME_POSTCODE, OTHER_POSTCODE = 1.0, -2.5
SAME_EMAIL, SAME_SITE = 4.0, 2.0
SAME_SPOT, FAR_APART = 3.0, -4.0
SAME_SPOT_M, FAR_APART_M = 30.0, 500.0
ALIKE_WORD, ALIKE_STREET = 0.9, 0.8
NEXT_DOOR_WITHIN = 4
_LEADING = re.compile(r"\d{1,9}")
"""12 of 12a: the letter is another door of the house."""

APART = to_say("{metres} m apart")
_APART = re.compile(r"(\d+) m apart")


def said_why(reason: str) -> str:
    """A reason in the language at hand."""
    metres = _APART.fullmatch(reason)
    return say(APART, metres=metres.group(1)) if metres else say(reason)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How likely two accounts are one business, 0 to 1, and the reasons, the weightiest first."""

    probability: float
    why: tuple[str, ...]


class Comparer:
    """Compares profiles; knows how common words and phones are among all of them."""

    def __init__(self, profiles: Iterable[Profile]) -> None:
        """profiles: all that are compared, whose words are counted."""
        everything = list(profiles)
        self._count = max(len(everything), 2)
        words = Counter(word for profile in everything for word in profile.name)
        self._word_bits = {word: math.log(1 + self._count / times) for word, times in words.items()}
        at: dict[str, set[tuple[str, tuple[str, ...]]]] = {}
        for profile in everything:
            for key in (profile.phone, profile.site):
                if key:
                    at.setdefault(key, set()).add((profile.number, profile.street))
        self._spread = {key: len(addresses) for key, addresses in at.items()}

    def compare(self, one: Profile, other: Profile) -> Verdict:
        """Weigh everything that both say."""
        weights = [
            *self._name(one, other),
            *_address(one, other),
            *self._phone(one, other),
            *_postcode(one, other),
            *self._online(one, other),
            *_distance(one, other),
        ]
        bits = PRIOR + sum(weight for weight, _ in weights)
        telling = sorted(weights, key=lambda each: -abs(each[0]))
        return Verdict(1 / (1 + 2.0**-bits), tuple(reason for weight, reason in telling if weight))

    def name_bits(self, one: Profile, other: Profile) -> float:
        """What their names alone say."""
        share = self._shared(one.name, other.name)
        if one.titled and other.titled and share < SAME_PERSON:
            return OTHER_PERSON
        return next(bits for least, bits in NAME_STEPS if share >= least)

    def _name(self, one: Profile, other: Profile) -> list[tuple[float, str]]:
        weight = self.name_bits(one, other)
        alike = to_say("alike names") if weight > 0 else to_say("different names")
        return [(weight, to_say("same name") if self._shared(one.name, other.name) >= 0.99 else alike)]

    def _shared(self, name: tuple[str, ...], other: tuple[str, ...]) -> float:
        """The share of the shorter name's telling words that is in the other."""
        if "".join(name) == "".join(other):
            # "Mc Donalds" and "McDonalds", "Bäckerei Müller" and "Bäckereimüller".
            return 1.0
        return max(self._covered(name, other), self._covered(other, name))

    def _covered(self, words: tuple[str, ...], by: tuple[str, ...]) -> float:
        """The share of a name's information that is in another: rare words count more."""
        total = found = 0.0
        for word in words:
            bits = self._word_bits.get(word) or math.log(1 + self._count)
            total += bits
            if word in by:
                found += bits
            elif (near := max((JaroWinkler.similarity(word, each) for each in by), default=0.0)) >= ALIKE_WORD:
                found += bits * near * 0.9
        return found / total if total else 0.0

    def _phone(self, one: Profile, other: Profile) -> list[tuple[float, str]]:
        if not one.phone or not other.phone:
            return []
        length = min(len(one.phone), len(other.phone), 9)
        if one.phone[-length:] != other.phone[-length:]:
            return [(OTHER_PHONE, to_say("different phones"))]
        # The number of a head office is that of many addresses.
        spread = max(self._spread.get(one.phone, 1), self._spread.get(other.phone, 1))
        return [(max(SAME_PHONE - math.log2(max(spread / 2, 1)), 0.5), to_say("same phone"))]

    def _online(self, one: Profile, other: Profile) -> list[tuple[float, str]]:
        found = []
        if one.email and one.email == other.email:
            found.append((SAME_EMAIL, to_say("same e-mail")))
        if one.site and one.site == other.site:
            spread = self._spread.get(one.site, 1)
            found.append((max(SAME_SITE - math.log2(max(spread / 2, 1)), 0.0), to_say("same website")))
        return found


def _address(one: Profile, other: Profile) -> list[tuple[float, str]]:
    if not one.street or not other.street or not one.number or not other.number:
        return []
    same_street = one.street == other.street or (
        # "16 E 92nd" of "3012-16 E 92nd", "King" of "Dr Martin Luther King".
        set(one.street) <= set(other.street) or set(other.street) <= set(one.street)
    )
    alike = same_street or (
        # West 53rd is no slip of the pen for West 63rd.
        _digits(one.street) == _digits(other.street)
        and max(_alike(one.street, other.street), _alike(other.street, one.street)) >= ALIKE_STREET
    )
    if one.number == other.number:
        if same_street:
            return [(SAME_ADDRESS, to_say("same address"))]
        return [(ALIKE_ADDRESS, to_say("alike addresses"))] if alike else [(OTHER_ADDRESS, to_say("different streets"))]
    if not alike:
        return [(OTHER_ADDRESS, to_say("different addresses"))]
    numbers = [int(found.group()) for number in (one.number, other.number) if (found := _LEADING.match(number))]
    if len(numbers) == 2 and abs(numbers[0] - numbers[1]) <= NEXT_DOOR_WITHIN:
        return [(NEXT_DOOR, to_say("next door"))]
    return [(OTHER_NUMBER, to_say("another number of the street"))]


def _alike(written: tuple[str, ...], street: tuple[str, ...]) -> float:
    return likeness(written, (False,) * len(written), street, joined(street))


def _digits(street: tuple[str, ...]) -> str:
    return "".join(letter for word in street for letter in word if letter.isdecimal())


def _postcode(one: Profile, other: Profile) -> list[tuple[float, str]]:
    if one.postcode and other.postcode:
        if one.postcode == other.postcode:
            return [(SAME_POSTCODE, to_say("same postcode"))]
        return [(OTHER_POSTCODE, to_say("different postcodes"))]
    if one.city and other.city and one.city != other.city:
        return [(OTHER_POSTCODE, to_say("different towns"))]
    return []


def _distance(one: Profile, other: Profile) -> list[tuple[float, str]]:
    """Counts where the addresses do not say it already, and against two that are far apart."""
    if one.place is None or other.place is None:
        return []
    metres = distance_m(one.place, other.place)
    if metres > FAR_APART_M:
        return [(FAR_APART, APART.format(metres=f"{metres:.0f}"))]
    if metres <= SAME_SPOT_M and not (one.number and other.number):
        return [(SAME_SPOT, APART.format(metres=f"{metres:.0f}"))]
    return []

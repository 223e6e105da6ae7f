"""How alike a few written words and a name are, 0 to 1, forgiving slips of the pen and abbreviations."""

from functools import lru_cache

from rapidfuzz.distance import OSA

from gcrm.common.text import joined
from gcrm.geocoding.words import endings, kinds_of_street, words

LEAST_PREFIX = 3
LEAST_ALONE = 4
OTHER_ENDING_AT_MOST = 0.7
LEAST_FIRST_NAME = 4
"""Letters: "rue de Lyon" is no rue Lyon with a first name."""
WITHOUT_FIRST_NAME = 0.86
SHORT_STEM = 2
SHORT_NAME = 3
"""Letters: a name as short as this, behind a word for street, is told by each of them."""


@lru_cache(maxsize=200_000)
def slip(written: str, name: str) -> float:
    """1 less the share of letters that were swapped, dropped, doubled or changed; 0 for anything far off.

    An ending that both have, as "strasse", tells nothing: what stands before it has to be alike. Source: optimal string
    alignment distance, Damerau (1964): a swap of neighbours is one slip.
    """
    ending = _shared_ending(written, name)
    if ending:
        written, name = written[: -len(ending)], name[: -len(ending)]
    longest = max(len(written), len(name))
    if not longest:
        return 1.0 if ending else 0.0
    if longest <= SHORT_STEM and written != name:
        return 0.0  # "Auweg" is no slip for "Euweg"
    allowed = 1 if longest <= 8 else 2 if longest <= 14 else 3
    distance = OSA.distance(written, name, score_cutoff=allowed)
    if distance > allowed:
        return 0.0
    alike = 1.0 - distance / (longest + len(ending))
    # Kunigundengasse and Kunigundenstrasse are two streets, however much they share.
    return alike if ending or not _other_endings(written, name) else min(alike, OTHER_ENDING_AT_MOST)


def _other_endings(written: str, name: str) -> bool:
    """Whether both end like a street, but not in the same way."""
    first = next((ending for ending in endings() if written.endswith(ending)), "")
    second = next((ending for ending in endings() if name.endswith(ending)), "")
    return bool(first and second) and not first.startswith(second) and not second.startswith(first)


@lru_cache(maxsize=200_000)
def _shared_ending(written: str, name: str) -> str:
    for ending in endings():
        if name.endswith(ending) and written.endswith(ending):
            return ending
    return ""


@lru_cache(maxsize=200_000)
def shortened(written: str, name: str, stop: bool, alone: bool = False) -> float:
    """How well a word stands for a longer one: "landstr." for "landstrasse", "blvd" for "boulevard", else 0.

    alone: nothing else is written of the name, so that "St." cannot be Stieg, nor "a." Ahornstrasse.
    """
    if len(written) >= len(name) or not written or written[0] != name[0]:
        return 0.0
    if name.startswith(written):
        rest = name[len(written) :]
        if alone and len(written) < LEAST_ALONE and not any(rest == ending[-len(rest) :] for ending in endings()):
            return 0.0
        if stop:
            return 0.97 if len(written) >= LEAST_PREFIX or len(name) <= 7 else 0.9
        for ending in endings():
            # "landstr", "mannerheimint": cut within the last part of a compound.
            if name.endswith(ending) and len(rest) < len(ending) and len(name) > len(ending):
                return 0.95
        return 0.7 if len(written) >= 4 or len(written) == 1 else 0.0
    for ending in endings():
        # "bahnhofs.", "hollgs": of the last part only some letters.
        stem = len(name) - len(ending)
        if name.endswith(ending) and stem > 2 and written.startswith(name[:stem]):
            tail = written[stem:]
            if (stop or len(tail) > 1) and tail[:1] == ending[0] and _in_order(tail, ending):
                return 0.93
    if (stop or len(written) <= 4) and not alone and len(written) >= 2 and _in_order(written, name):
        return 0.9 if stop else 0.8
    return 0.0


def _in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


def likeness(written: tuple[str, ...], stops: tuple[bool, ...], name: tuple[str, ...], name_joined: str) -> float:
    """How well these words, with or without a full stop after each, stand for a name."""
    if told_apart_by_a_letter(written, name):
        return 0.0
    best = slip(joined(written), name_joined)
    if len(written) == len(name) and best < 1.0:
        length = total = 0.0
        for word, stop, target in zip(written, stops, name, strict=True):
            one = 1.0 if word == target else max(slip(word, target), shortened(word, target, stop, len(name) == 1))
            if not one:
                return best
            length += len(target)
            total += one * len(target)
        best = max(best, total / length)
    if best < WITHOUT_FIRST_NAME and _without_first_name(written, name):
        return WITHOUT_FIRST_NAME
    return best


def told_apart_by_a_letter(written: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether a letter or two is all that one of them has to tell it from other streets, and the other lacks it."""
    return _lacks_its_short_name(written, name) or _lacks_its_short_name(name, written)


def _lacks_its_short_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether all that tells `one` from other streets is a letter or two, and `other` is without them.

    "Carrer R" and "Carrer" share all but a letter, and so do "Avenue B" and "Avenue D"; they are as different as any.
    """
    own = [word for word in one if word not in kinds_of_street()]
    if not own or len(own) == len(one) or len("".join(own)) > SHORT_NAME:
        return False
    rest = [word for word in other if word not in kinds_of_street()]
    letters = "".join(own)
    return not set(own) <= set(rest) and (len(letters) == 1 or letters not in "".join(rest))


def _without_first_name(written: tuple[str, ...], name: tuple[str, ...]) -> bool:
    """Whether only the first name is left out: "via garibaldi" for "via giuseppe garibaldi"."""
    return (
        len(name) >= 3
        and written == (name[0], *name[2:])
        and name[0] in words("before_persons")
        and len(name[1]) >= LEAST_FIRST_NAME
        and name[1] not in words("modifiers")
        and len(name[-1]) >= LEAST_ALONE
    )

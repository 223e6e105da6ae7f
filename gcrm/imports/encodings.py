"""The encoding of a text file, found out from its letters, and asked where they do not tell.

Every encoding that takes the bytes is tried. Texts are weighed by what languages write: letters that belong together,
none from two scripts in one word, no signs inside words, capitals only where they begin a word or fill it. Encodings
that give the same text are one answer. Where two different texts are nearly as likely, a person is asked.
"""

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from charset_normalizer import from_bytes

SINGLE = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_2"),
    *("iso8859_3", "iso8859_5", "iso8859_6", "iso8859_7", "iso8859_9", "iso8859_13", "iso8859_15", "iso8859_16"),
    *("mac_roman", "mac_latin2", "mac_cyrillic", "mac_greek", "mac_turkish", "mac_iceland", "koi8_r", "koi8_u"),
    *("cp437", "cp850", "cp852", "cp855", "cp857", "cp858", "cp862", "cp865", "cp866", "cp737", "cp775", "cp874"),
)
"""Encodings of one byte a letter, the likelier first where they give the same text."""
EAST_ASIAN = ("shift_jis", "cp932", "euc_jp", "gb18030", "big5hkscs", "euc_kr", "cp949", "iso2022_jp")
NAMES = (*SINGLE, *EAST_ASIAN, "utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
"""What `--encoding` and the page offer; Python knows more."""
SURE = 0.06
"""How much better, a telling letter, the best text has to be than the next for nobody to be asked."""
SAMPLE = 4_000
"""Bytes with letters beyond ASCII that are weighed."""
SHOWN = 4
"""Encodings among which a person chooses."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding that may be the file's, how likely it is beside the others (more is better), and its first lines."""

    name: str
    merit: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest encoding; others are those that nobody can rule out, the likelier first, none where it is sure."""

    name: str
    others: tuple[Encoding, ...] = ()


def guess(raw: bytes, known_words: Iterable[str] = ()) -> Guess | None:
    """The encoding of bytes that are not UTF-8. known_words: towns and streets of the area, in lower case.

    None where no encoding gives a text.
    """
    sample = _telling(raw)
    words = frozenset(known_words)
    texts: dict[str, str] = {}
    for name in (*SINGLE, *EAST_ASIAN):
        try:
            text = sample.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\ufffd" in text or any("\x80" <= letter <= "\x9f" for letter in text):
            continue
        texts.setdefault(text, name)
    if not texts:
        return None
    merits = sorted(((_merit(text, words) + _prior(name), name, text) for text, name in texts.items()), reverse=True)
    merits = _with_second_opinion(sample, merits)
    best, name, _ = merits[0]
    near = [one for one in merits[1:] if best - one[0] < SURE]
    if not near:
        return Guess(name)
    chosen = [merits[0], *near][:SHOWN]
    return Guess(name, tuple(Encoding(one, merit, _first_lines(raw, one)) for merit, one, _ in chosen))


def _telling(raw: bytes) -> bytes:
    """The lines that hold anything beyond ASCII, as many as are weighed."""
    found: dict[bytes, None] = {}
    size = 0
    for line in raw.splitlines():
        if not line.isascii() and line not in found:
            found[line] = None
            size += len(line)
            if size > SAMPLE:
                break
    return b"\n".join(found) or raw[:SAMPLE]


def _first_lines(raw: bytes, name: str) -> tuple[str, ...]:
    """The headings and the first lines that look different in other encodings."""
    lines = raw.splitlines()
    shown = [lines[0], *[line for line in lines[1:2000] if not line.isascii()][:4]] if lines else []
    return tuple(line.decode(name, errors="replace")[:160] for line in shown)


def _prior(name: str) -> float:
    """Encodings that files really come in, before those of old machines."""
    if name == "cp1252":
        return 0.06
    if name in {"cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "shift_jis", "gb18030"}:
        return 0.04
    if name in {"euc_kr", "big5hkscs", "mac_roman", "koi8_r", "cp850", "cp866", "cp852", "cp1258"}:
        return 0.02
    return -0.03


def _with_second_opinion(sample: bytes, merits: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """A little more for the text that charset-normalizer prefers among the best."""
    best = from_bytes(sample[:1_500], cp_isolation=[name for _, name, _ in merits[:6]], threshold=0.5).best()
    if best is None:
        return merits
    text = str(best)
    return sorted(((merit + (0.03 if one == text else 0.0), name, one) for merit, name, one in merits), reverse=True)


def _merit(text: str, known: frozenset[str]) -> float:
    """How much a text looks like one that people write, a telling letter: 1 for perfect, far below 0 for garbage."""
    beyond = [letter for letter in text if letter > "\x7f"]
    if not beyond:
        return 0.0
    points = 0.0
    words = _words(text)
    found = 0
    for word in words:
        points += _points_of_word(word)
        if known and word.casefold() in known:
            found += 1
    for letter in beyond:
        if not letter.isalpha() and not unicodedata.combining(letter):
            points += _points_of_sign(letter)
    scripts = Counter(script for letter in beyond if letter.isalpha() and (script := _script(letter)) != "Latin")
    if len(scripts) > 1 and set(scripts) - {"Han", "Hiragana", "Katakana"}:
        # Two scripts beside Latin: Greek and Cyrillic in one list is a wrong encoding.
        points -= sum(scripts.values()) - max(scripts.values()) * 1.0
    merit = points / len(beyond) + _language(words)
    return merit + min(found, 4) * 0.15


def _words(text: str) -> list[str]:
    words, word = [], ""
    for letter in text:
        if letter.isalpha() or unicodedata.combining(letter) or (word and letter in "'’`´"):  # noqa: RUF001
            word += letter
        elif word:
            if not word.isascii():
                words.append(word)
            word = ""
    if word and not word.isascii():
        words.append(word)
    return words


def _points_of_word(word: str) -> float:
    """Of a word with letters beyond ASCII: a point for each that fits, less for those that do not."""
    scripts = {_script(letter) for letter in word if letter.isalpha()}
    points = 0.0
    for at, letter in enumerate(word):
        if letter <= "\x7f" or not letter.isalpha():
            continue
        if letter in RARE:
            points += 0.35
        elif _script(letter) == "Han":
            points += 0.9
        elif letter in "ﾊﾟｦ" or "\uff61" <= letter <= "\uff9f":
            points -= 0.3
        else:
            points += 1.0
        before = word[at - 1] if at else ""
        if letter.isupper() and before.islower():
            # MÃ¼ller, KafÉ: a capital in the middle.
            points -= 1.2
        if letter.islower() and len(word) > 3 and before.isupper() and at > 1 and word[:at].isupper():
            points -= 1.0
    if len(scripts - {"Han", "Hiragana", "Katakana", "Common"}) > 1:
        points -= 1.5 * sum(letter > "\x7f" for letter in word)
    if word[0].islower() and word[0] > "\x7f" and len(word) > 1 and word[1:2].isupper():
        points -= 1.0
    return points


def _points_of_sign(letter: str) -> float:
    if letter in "«»„“”‚‘’–—…•·°§№€£×½²³¼¾®©™¿¡ªº、。・「」（）－ー　，：；":  # noqa: RUF001
        return 0.3
    category = unicodedata.category(letter)
    if category in {"Cc", "Cn", "Co", "Cs"}:
        return -3.0
    return -1.5 if category in {"So", "Sm", "Sk", "Sc"} else -0.6


RARE = frozenset("ÿŸþÞðÐýÝĵĴĥĤŵŷŔŕĹĺľĽďĎŒƒ")
"""Letters that few languages have, and that wrong encodings are full of."""


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads(files("gcrm.imports").joinpath("languages.toml").read_text(encoding="utf-8"))


@cache
def _alphabets() -> dict[str, frozenset[str]]:
    return {name: frozenset(letters + letters.upper()) for name, letters in _tables()["letters"].items()}


def _language(words: Sequence[str]) -> float:
    """Up to 0.6 for letters that one language has all of, with its frequent ones and its own endings."""
    letters = Counter(letter for word in words for letter in word.casefold() if letter > "\x7f")
    total = sum(letters.values())
    if not total:
        return -0.3
    best = -0.5
    for name, alphabet in _alphabets().items():
        share = sum(count for letter, count in letters.items() if letter in alphabet) / total
        merit = share * 0.5 - (1 - share) * 0.8
        if name in _tables()["frequent"]:
            usual = sum(letters[letter] for letter in _tables()["frequent"][name]) / total
            merit += min(max(usual - 0.3, -0.3), 0.3)
        merit += min(sum(_fits(word, name) for word in words) / max(len(words), 1), 1.0) * 0.25
        best = max(best, merit)
    scripts = {_script(letter) for letter in letters}
    if scripts <= {"Han", "Hiragana", "Katakana", "Hangul"}:
        best = max(best, 0.4 * _east_asian(letters, total) + 0.1)
    return best


def _fits(word: str, language: str) -> bool:
    folded = word.casefold()
    return any(piece in folded for piece in _tables()["pieces"].get(language, ()))


def _east_asian(letters: Counter[str], total: int) -> float:
    """The share of letters that are common in one writing: Japanese where there is kana, Korean, or a Chinese."""
    kana = sum(count for letter, count in letters.items() if _script(letter) in {"Hiragana", "Katakana"})
    hangul = sum(count for letter, count in letters.items() if _script(letter) == "Hangul")
    if hangul:
        return sum(count for letter, count in letters.items() if letter in _common("euc_kr")) / total
    standards = ("euc_jp",) if kana else ("gb2312", "big5")
    common = max(sum(letters[letter] for letter in letters.keys() & _common(name)) for name in standards)
    return min((common + kana) / total, 1.0) * (1.0 if common or kana < total else 0.7)


@cache
def _common(name: str) -> frozenset[str]:
    """What names are made of: level 1 of GB 2312 and of JIS X 0208, the first of Big5, the Hangul of KS X 1001."""
    leads, trails = {
        "gb2312": (range(0xB0, 0xD8), range(0xA1, 0xFF)),
        "euc_jp": (range(0xB0, 0xD0), range(0xA1, 0xFF)),
        "euc_kr": (range(0xB0, 0xC9), range(0xA1, 0xFF)),
        "big5": (range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)]),
    }[name]
    return frozenset(
        letter for lead in leads for trail in trails for letter in bytes((lead, trail)).decode(name, errors="ignore")
    )


@lru_cache(maxsize=70_000)
def _script(letter: str) -> str:
    code = ord(letter)
    for least, most, name in (
        *((0x0041, 0x024F, "Latin"), (0x1E00, 0x1EFF, "Latin"), (0x0370, 0x03FF, "Greek"), (0x1F00, 0x1FFF, "Greek")),
        *((0x0400, 0x052F, "Cyrillic"), (0x0590, 0x05FF, "Hebrew"), (0x0600, 0x06FF, "Arabic")),
        (0x0E00, 0x0E7F, "Thai"),
        *((0x3040, 0x309F, "Hiragana"), (0x30A0, 0x30FF, "Katakana"), (0xFF61, 0xFF9F, "Katakana")),
        *((0x4E00, 0x9FFF, "Han"), (0x3400, 0x4DBF, "Han"), (0x3005, 0x3007, "Han"), (0xAC00, 0xD7A3, "Hangul")),
    ):
        if least <= code <= most:
            return name
    return "Other"

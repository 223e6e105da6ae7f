"""House numbers of several parts, brought to one form: Russian buildings, Japanese blocks, East Asian counters.

The same is done to a number that is mapped and to one that is written, so that both meet: "9 корпус 2" and "9к2" are
9k2, "1丁目2番3号" is 1-2-3. Sources: OSM wiki, RU:Key:addr and JA:Key:addr.
"""

import re
import unicodedata

_KINDS = {
    "k": "корпус|корп|кор|к|korpus|korp",
    "s": "строение|строен|стр|с|stroenie",
    "o": "сооружение|сооруж|соор",
}
_ANY_KIND = "|".join(_KINDS.values())
_LETTERED = r"(?:литера|литер|лит|л)\.?\s*[\"«']?(?P<letter>[а-яё])[\"»']?(?!\w)"
_PART = rf"(?:\s*,?\s*(?:{_ANY_KIND})\.?\s*(?:\d+[а-яёa-z]?|[а-яё](?!\w)))"
_LETTER_PART = r"(?:\s*,?\s*(?:литера|литер|лит|л)\.?\s*[\"«']?[а-яё][\"»']?(?!\w))"
_BUILDINGS = re.compile(rf"(?<!\w)(\d+[а-яёa-z]?(?:/\d+[а-яёa-z]?)?)((?:{_PART}|{_LETTER_PART})+)(?!\w)", re.IGNORECASE)
_ONE = re.compile(
    rf"({'|'.join(f'(?P<{key}>{forms})' for key, forms in _KINDS.items())})\.?\s*(?P<value>\d+[а-яёa-z]?|[а-яё](?!\w))"
    rf"|{_LETTERED}",
    re.IGNORECASE,
)

BUILDING = re.compile(r"\d+[a-z]?(?:x\d+[a-z]?)?(?:[kso](?:\d+[a-z]?|[a-z]))+")
"""A number that `together` has made, folded: 9k2, 9x11s1."""
BUILDING_ALONE = re.compile(r"[ks]\d+[a-z]?")
"""The building as some write it in Latin letters behind a space: "9 k2"."""
SUFFIXES = frozenset({"bis", "ter", "quater", "quinquies"})
"""A house between 12 and 14 of a French, Italian or Catalan street is 12 bis; it is not 12."""
SUFFIXED = re.compile(r"\d+(?:bis|ter|quater|quinquies)")

_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")}
_KANJI_NUMBER = re.compile(r"[〇一二三四五六七八九十]+(?=丁目|番|号)")
_BETWEEN = re.compile(r"(?<=\d)\s*(?:丁目|番地の|番地|番|の|ノ|[-‐‑–−－ー])\s*(?=\d)")
_BEHIND = re.compile(r"(?<=\d)\s*(?:丁目|番地|番|号室|号|號|호|번지)")
_PREFECTURE = re.compile(r"(東京都|北海道|京都府|大阪府|[^\s\d]{2,3}県)(?=[^\s\d])")
_UNIT = re.compile(r"([^\s\d]+?[市区郡町村縣區鄉鎮])(?=[^\s\d市区郡町村])")
_CHOME = re.compile(r"(?P<name>.*?)\s*(?P<number>\d+)\s*(?:丁目|-?\s?ch[oō]me)?", re.IGNORECASE)
_BY_BLOCKS = re.compile(r"(?:〒?\s*\d{3}-?\d{4}\s*)?(?P<names>[^\d]*[^\d\s])\s*(?P<number>\d+(?:-\d+){1,2})\s*")


def together(text: str) -> str:
    """The text with every number of several parts in one word."""
    if any(character > "\u0400" for character in text) or "korp" in text.lower() or "stroenie" in text.lower():
        text = _BUILDINGS.sub(_glued, text)
    return east_asian(text) if _EAST_ASIAN.search(text) else text


def east_asian(text: str) -> str:
    """An address without spaces, taken apart at its towns and numbers: "中央区 銀座 1-2-3"."""
    text = _KANJI_NUMBER.sub(lambda number: str(_number(number.group())), unicodedata.normalize("NFKC", text))
    text = _BEHIND.sub(" ", _BETWEEN.sub("-", text))
    text = _UNIT.sub(r"\1 ", _PREFECTURE.sub(r"\1 ", text))
    return re.sub(
        r"(?<=[\u3040-\u30ff\u3400-\u9fff])(?=\d)|(?<=\d)(?=[\u3040-\u30ff\u3400-\u9fff](?![路街段巷弄]))", " ", text
    )


def chome_of(name: str) -> tuple[str, str]:
    """A quarter's name and the number of its part: ("銀座", "1") of "銀座一丁目", ("", "3") of "3丁目" and of "3"."""
    plain = _KANJI_NUMBER.sub(lambda number: str(_number(number.group())), unicodedata.normalize("NFKC", name)).strip()
    found = _CHOME.fullmatch(plain)
    return (found.group("name"), found.group("number")) if found else (plain, "")


def block_address(quarter: str, neighbourhood: str, block: str, house: str) -> tuple[str, str]:
    """What stands for the street and the number of an address by blocks: ("銀座", "1-2-3")."""
    name, chome = chome_of(neighbourhood) if neighbourhood else ("", "")
    of_quarter, chome_of_quarter = chome_of(quarter) if quarter else ("", "")
    parts = (chome or chome_of_quarter, block, house)
    number = "-".join(_BEHIND.sub("", unicodedata.normalize("NFKC", part)).strip() for part in parts if part)
    return name or of_quarter, number


def _glued(match: re.Match[str]) -> str:
    whole = match.group(1).replace("/", "x")
    for part in _ONE.finditer(match.group(2)):
        if part.group("letter"):
            whole += part.group("letter") if whole[-1].isdecimal() and "x" not in whole else "o" + part.group("letter")
        else:
            whole += next(key for key in _KINDS if part.group(key)) + part.group("value")
    return whole


def _number(kanji: str) -> int:
    """The number that a few characters write, up to 99: 十二 is 12."""
    tens, ten, ones = kanji.partition("十")
    if not ten:
        return int("".join(str(_DIGITS[one]) for one in kanji))
    return 10 * (_DIGITS[tens[-1]] if tens else 1) + (_DIGITS[ones[0]] if ones and ones[0] in _DIGITS else 0)


def full_block_address(text: str) -> tuple[str, str, str]:
    """Quarter, number and town of an address that is mapped as one line: "東京都中央区銀座1丁目2-3".

    Three times "" where it is not written by blocks.
    """
    if not _EAST_ASIAN.search(text):
        return "", "", ""
    found = _BY_BLOCKS.fullmatch(east_asian(text).strip())
    if not found:
        return "", "", ""
    *around, quarter = found.group("names").split()
    town = next((name for name in reversed(around) if name[-1] in "市区町村"), "")
    return quarter, found.group("number"), town

"""Names of countries in the languages of the world."""

from functools import cache

from gcrm.common.text import joined, keys

LANGUAGES = tuple(
    "en de fr it es pt nl da sv nb fi is et lv lt pl cs sk sl hr sr hu ro bg el tr ru uk ar he ja ko zh hi id".split()  # noqa: SIM905 - readable
)
COMMON = {
    "usa": "US",
    "unitedstatesofamerica": "US",
    "uk": "GB",
    "greatbritain": "GB",
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "northernireland": "GB",
    "uae": "AE",
    "holland": "NL",
    "furstentumliechtenstein": "LI",
    "principalityofliechtenstein": "LI",
    "bundesrepublikdeutschland": "DE",
}


@cache
def country_names() -> dict[str, str]:
    """From a country's name, folded and without spaces, to its ISO 3166-1 code. Source: Unicode CLDR through Babel."""
    from babel import Locale

    names = dict(COMMON)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                for way in keys(name):
                    names.setdefault(joined(way), code)
    return names


@cache
def country_codes() -> dict[str, str]:
    """Names as in `country_names`, and the two-letter codes themselves."""
    names = dict(country_names())
    for code in set(names.values()):
        names.setdefault(code.lower(), code)
    return names

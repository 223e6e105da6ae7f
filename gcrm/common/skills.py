"""What accounts ask of whoever visits them, and what reps can do: skills and languages."""

import re
from collections.abc import Iterable
from functools import cache

from gcrm.accounts.model import Account
from gcrm.common.language import ENGLISH, language, say
from gcrm.common.wording import listed
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected

LONGEST = 40
"""Letters of a skill."""
MOST = 20
"""Skills or languages of one rep or account."""


def read_skills(text: str) -> tuple[str, ...]:
    """Skills as they are kept, from "Coffee, cold chain": in small letters, each once, sorted.

    Raises InputRejected for one that is too long, or too many.
    """
    return _checked(" ".join(part.split()).casefold() for part in re.split(r"[,;\n]", text))


def read_languages(text: str) -> tuple[str, ...]:
    """Languages as their codes (ISO 639-1), from "de, French" or "Deutsch;fr". Raises InputRejected for others."""
    return _checked(_language(part.strip()) for part in re.split(r"[,;/\n]", text))


def language_words(code: str) -> str:
    """The name of a language in the language at hand, the code itself where it has none."""
    return _names(language()).get(code, code)


def lacking(account: Account, rep: Rep) -> str:
    """What a rep lacks to visit an account, "" if nothing: "cold chain", "French or German"."""
    missing = [skill for skill in account.skills if skill not in rep.skills]
    if account.languages and not set(account.languages) & set(rep.languages):
        missing.append(say(" or ").join(language_words(code) for code in account.languages))
    return listed(missing)


def lacks_words(account: Account, rep: Rep) -> str:
    """What a rep lacks to visit an account, as the verb of a sentence; "" if nothing.

    'lacks the skill "cold chain"', "speaks neither French nor German".
    """
    parts = []
    if missing := [f'"{skill}"' for skill in account.skills if skill not in rep.skills]:
        parts.append(
            say("lacks the skill {skill}", skill=missing[0])
            if len(missing) == 1
            else say("lacks the skills {skills}", skills=listed(missing))
        )
    if account.languages and not set(account.languages) & set(rep.languages):
        spoken = [language_words(code) for code in account.languages]
        parts.append(
            say("speaks no {language}", language=spoken[0])
            if len(spoken) == 1
            else say("speaks neither {languages}", languages=say(" nor ").join(spoken))
        )
    return say(" and ").join(parts)


def make_able(account: Account, rep: Rep) -> str:
    """How a rep becomes one who may visit an account."""
    words = []
    skills = sorted({*rep.skills, *account.skills})
    if set(account.skills) - set(rep.skills):
        words.append(f'--skills "{",".join(skills)}"')
    if account.languages and not set(account.languages) & set(rep.languages):
        words.append(f"--languages {','.join(sorted({*rep.languages, account.languages[0]}))}")
    return say(
        "send somebody who can, or if {rep} can: `{command}`",
        rep=rep.name,
        command=f"gcrm reps change {rep.key} {' '.join(words)}",
    )


def _checked(words: Iterable[str]) -> tuple[str, ...]:
    found = sorted({word for word in words if word})
    if len(found) > MOST:
        raise InputRejected(
            say("{number} of them are too many.", number=len(found)), say("Give {most} at most.", most=MOST)
        )
    if long := next((word for word in found if len(word) > LONGEST), ""):
        raise InputRejected(
            say('"{long}..." is too long.', long=long[:LONGEST]),
            say("Use {longest} letters at most, commas between.", longest=LONGEST),
        )
    return tuple(found)


def _language(text: str) -> str:
    if not text:
        return ""
    folded = text.casefold()
    code = folded if folded in _names(ENGLISH) else _codes().get(folded)
    if code is None:
        raise InputRejected(
            say("{value!r} is no language that is known.", value=text[:40]),
            say("Give codes, as de,fr, or English names."),
        )
    return code


@cache
def _names(spoken: str) -> dict[str, str]:
    """Names in a language by two-letter code. Source: Unicode CLDR through Babel."""
    from babel import Locale

    return {code: str(name) for code, name in Locale(spoken).languages.items() if re.fullmatch("[a-z]{2}", code)}


@cache
def _codes() -> dict[str, str]:
    """Codes by name: in English, in the language itself, and in German, French, Italian and Spanish."""
    from babel import Locale, UnknownLocaleError

    names: dict[str, str] = {}
    for code in _names(ENGLISH):
        try:
            own = Locale(code).languages.get(code)
        except UnknownLocaleError:
            continue
        if own:
            names[str(own).casefold()] = code
    for reader in ("es", "it", "fr", "de", "en"):
        names |= {
            str(name).casefold(): code for code, name in Locale(reader).languages.items() if code in _names(ENGLISH)
        }
    return names

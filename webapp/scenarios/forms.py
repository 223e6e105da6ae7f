"""What a proposal is asked for, as the form of the page says it."""

from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from gcrm.common.language import number, say, to_say
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected
from gcrm.territories.scenarios.gather import MOST_TERRITORIES
from gcrm.territories.scenarios.model import MEASURES, STARTS, Wish
from gcrm.territories.scenarios.queries import currencies, levels
from gcrm.territories.scenarios.rules import cells_of, groups, locks
from gcrm.territories.scenarios.scenario_json import write_wish
from gcrm.transaction import Transaction
from webapp.given import whole

SECONDS = (5, 10, 30, 60, 120)
LONGEST_TEXT = 200_000
MOST_ACCOUNTS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers."""

    reps: tuple[Rep, ...]
    measures: tuple[tuple[str, str], ...]
    levels: tuple[tuple[str, str], ...]


_LEVELS = {
    "accounts": to_say("Single accounts"),
    "cells": to_say("Map cells of about 5 km²"),
    "postcodes": to_say("Whole postcodes"),
}


def choices_of(tx: Transaction, reps: list[Rep]) -> Choices:
    """What can be chosen: revenue only where orders are known, sets of regions where there are any."""
    known = currencies(tx)
    money = (
        [("revenue", say("Revenue"))]
        if len(known) == 1
        else [(f"revenue:{one}", say("Revenue, {one}", one=one)) for one in known]
    )
    return Choices(
        tuple(reps),
        (
            ("work", say("Work: visits and driving")),
            ("accounts", say("Accounts")),
            *money,
            ("potential", say("Potential")),
        ),
        tuple((one, say(_LEVELS[one]) if one in _LEVELS else say("Whole {one}", one=one)) for one in levels(tx)),
    )


def read_proposal(tx: Transaction, form: MultiDict[str, str], offered: Choices) -> dict[str, Any]:
    """The parameters of the job that proposes. Raises InputRejected for what is not possible."""
    count = _number(form, "count", say("Territories"), 1, MOST_TERRITORIES)
    keys = [rep.key for rep in offered.reps if rep.key in form.getlist("reps")]
    without = [rep.key for rep in offered.reps if rep.key in form.getlist("without")]
    keys = [key for key in keys if key not in without]
    if count is None and not keys:
        raise InputRejected(say("No rep is chosen."), say("Choose reps, or enter a number of territories."))
    balance = tuple(dict.fromkeys(form.getlist("balance")))
    if not balance:
        raise InputRejected(say("Nothing to balance is chosen."), say("Choose work, accounts, revenue or potential."))
    if any(one.partition(":")[0] not in MEASURES for one in balance):
        raise InputRejected(
            say("{balance} cannot be balanced.", balance=repr(balance[0][:40])), say("Choose one of the list.")
        )
    start, level = form.get("start", "current"), form.get("level", "accounts")
    if start not in STARTS:
        raise InputRejected(say("{start} is no start.", start=repr(start[:40])), say("Choose one of the list."))
    if level not in dict(offered.levels):
        raise InputRejected(
            say("There is no level called {level}.", level=repr(level[:40])), say("Choose one of the list.")
        )
    seconds = form.get("seconds", 10, int)
    if seconds not in SECONDS:
        raise InputRejected(
            say("{seconds} seconds is not offered.", seconds=seconds),
            say("Choose one of {choices}.", choices=", ".join(map(str, SECONDS))),
        )
    wish = Wish(
        start=start,
        balance=balance,
        level=level,
        most_moves=_number(form, "most_moves", say("Hand-overs"), 0, MOST_ACCOUNTS) if start == "current" else None,
        from_homes="anywhere" not in form,
        without=tuple(without),
        seconds=float(seconds),
    )
    wish, faults = _rules(tx, form, wish)
    params: dict[str, Any] = {"wish": write_wish(wish), "name": " ".join(form.get("name", "").split())[:200]}
    if count is not None:
        params["count"] = count
    else:
        params["reps"] = keys
    if faults:
        params["remarks"] = faults
    return params


def _rules(tx: Transaction, form: MultiDict[str, str], wish: Wish) -> tuple[Wish, list[str]]:
    """The wish with the accounts that are locked, kept together or apart, and the lines that name nothing."""
    faults: list[str] = []
    texts = {name: form.get(name, "") for name in ("locks", "together", "apart")}
    if any(len(text) > LONGEST_TEXT for text in texts.values()):
        raise InputRejected(say("A list of accounts is too long."), say("Enter fewer lines."))
    if texts["locks"].strip():
        fixed, said = locks(tx, cells_of(texts["locks"]))
        wish, faults = replace(wish, fixed=fixed), [*faults, *said]
    for name in ("together", "apart"):
        if texts[name].strip():
            several, said = groups(tx, cells_of(texts[name]), name)
            wish = replace(wish, together=several) if name == "together" else replace(wish, apart=several)
            faults += said
    return wish, faults


def _number(form: MultiDict[str, str], name: str, label: str, least: int, most: int) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        found = whole(text)
    except ValueError as wrong:
        raise InputRejected(
            say("{label}: {typed} is not a whole number.", label=label, typed=repr(text[:20])),
            say("Enter {least} to {most}.", least=least, most=number(most)),
        ) from wrong
    if not least <= found <= most:
        raise InputRejected(
            say("{label}: {found} is not possible.", label=label, found=number(found)),
            say("Enter {least} to {most}.", least=least, most=number(most)),
        )
    return found

"""Proposals and kept changes as JSON, for the store. Made and read only here.

Version 1 is what was kept before proposals were typed: a list of days as a dictionary each, in `setting`.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from gcrm.planning.day_json import read_change, read_day, write_change, write_day
from gcrm.planning.proposal import Cost, KeptChange, KeptDay, Lost, Override, Proposal, ProposedDay, Wish

VERSION = 2

Json = dict[str, Any]
Read = Mapping[str, Any]


def write_proposal(proposal: Proposal) -> Json:
    """A proposal as JSON can say it; its id, user and instant stand beside it."""
    return {
        "version": VERSION,
        "rep": proposal.rep_key,
        "title": proposal.title,
        "days": [_write_proposed(day) for day in proposal.days],
    }


def read_proposal(written: Read) -> Proposal:
    """The proposal that JSON says."""
    days = tuple(_read_proposed(one) for one in written["days"])
    return Proposal(written["rep"], written["title"], days, datetime.fromtimestamp(0, UTC))


def write_cost(cost: Cost) -> Json:
    """What a change costs."""
    return {
        "travel_s": cost.travel_s,
        "distance_m": cost.distance_m,
        "home_s": cost.home_s,
        "prize": cost.prize,
        "lost": [{"account": one.account_id, "name": one.name, "reason": one.reason} for one in cost.lost],
        "added": list(cost.added),
    }


def write_kept_change(change: KeptChange) -> Json:
    """What undoing a change needs."""
    return {
        "version": VERSION,
        "rep": change.rep_key,
        "days": [
            {
                "date": day.day.isoformat(),
                "kept": day.kept,
                "replaces": day.replaced,
                "account": day.account_id,
                "decided": _write_override(day.overridden),
                "day_off": day.day_off,
            }
            for day in change.days
        ],
    }


def read_kept_change(written: Read) -> KeptChange:
    """The same, read; of version 1 too, where what was decided has no account of its own."""
    return KeptChange(
        written["rep"],
        tuple(
            KeptDay(
                date.fromisoformat(one["date"]),
                one["kept"],
                one["replaces"],
                one.get("account"),
                _read_override(one.get("decided"), one.get("account")),
                one.get("day_off", ""),
            )
            for one in written["days"]
        ),
    )


def _write_proposed(day: ProposedDay) -> Json:
    return {
        "rep": day.rep_key,
        "date": day.day.isoformat(),
        "replaces": day.replaces,
        "plan": write_day(day.plan) if day.plan else None,
        "override": _write_override(day.override),
        "name": day.name,
        "cost": write_cost(day.cost) if day.cost else None,
        "changes": [write_change(one) for one in day.changes],
        "refused": day.refused,
        "warning": day.warning,
        "day_off": day.day_off,
    }


def _read_proposed(written: Read) -> ProposedDay:
    return ProposedDay(
        rep_key=written["rep"],
        day=date.fromisoformat(written["date"]),
        replaces=written["replaces"],
        plan=read_day(written["plan"]) if written["plan"] else None,
        override=_read_override(written["override"], None),
        name=written["name"],
        cost=_read_cost(written["cost"]) if written["cost"] else None,
        changes=tuple(read_change(one) for one in written["changes"]),
        refused=written["refused"],
        warning=written["warning"],
        day_off=written["day_off"],
    )


def _read_cost(written: Read) -> Cost:
    lost = tuple(Lost(one["account"], one["name"], one["reason"]) for one in written["lost"])
    return Cost(
        written["travel_s"],
        written["distance_m"],
        written["home_s"],
        written["prize"],
        lost,
        tuple(written["added"]),
    )


def _write_override(one: Override | None) -> Json | None:
    if one is None:
        return None
    start = one.start.isoformat("minutes") if one.start else None
    return {"account": one.account_id, "what": one.what.value, "start": start, "said": one.said, "place": one.place}


def _read_override(written: Read | None, account_id: int | None) -> Override | None:
    if not written:
        return None
    start = time.fromisoformat(written["start"]) if written.get("start") else None
    return Override(
        written.get("account", account_id), Wish(written["what"]), start, written.get("said", ""), written.get("place")
    )

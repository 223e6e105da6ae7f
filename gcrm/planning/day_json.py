"""A planned day as JSON: what the command line prints, the store keeps and a job shows. Made and read only here.

Version 1 is what was kept before the plan was typed; it has no "version". Keys are only ever added.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from gcrm.common.language import say
from gcrm.planning.day_plan import (
    HOME,
    Break,
    Change,
    DayEnd,
    DayPlan,
    Leg,
    Omission,
    OmissionCode,
    OptimalityGap,
    PartOf,
    Remedy,
    Stop,
)
from gcrm.platform.errors import NotReady
from routing.points import LonLat
from routing.travel_times.mended import Mended

VERSION = 2

Json = dict[str, Any]
Read = Mapping[str, Any]


def write_day(plan: DayPlan) -> Json:
    """A day as JSON can say it."""
    written: Json = {
        "version": VERSION,
        "rep": plan.rep_key,
        "date": plan.day.isoformat(),
        "seed": plan.seed,
        "router": plan.router,
        "travel_times": write_mended(plan.mended),
        "stops": [_write_stop(stop) for stop in plan.stops],
        "break": {"start": plan.break_.start.isoformat(), "end": plan.break_.end.isoformat()} if plan.break_ else None,
        "dropped": [write_omission(one) for one in plan.omissions],
        "travel_s": plan.travel_s,
        "service_s": plan.service_s,
        "distance_m": plan.distance_m,
        "prize": plan.prize,
        "home_arrive": plan.home_arrive.isoformat(),
        "home_travel_s": plan.home_travel_s,
        "home_distance_m": plan.home_distance_m,
        "home_on_time": plan.home_on_time,
        "home": _write_place(plan.home),
        "start": _write_end(plan.start),
        "end": _write_end(plan.end),
        "legs": [_write_leg(leg) for leg in plan.legs],
        "first_answer_s": plan.first_answer_s,
        **write_quality(plan.quality),
    }
    if plan.changes is not None:
        written |= {
            "replaces": plan.replaces,
            "at": plan.at.isoformat() if plan.at else None,
            "changes": [write_change(one) for one in plan.changes],
        }
    if plan.planned_at is not None:
        written |= {"notes": list(plan.notes), "planned_at": plan.planned_at.isoformat(), "seconds": plan.seconds}
    if plan.part_of is not None:
        part = plan.part_of
        span = {"from": part.first.isoformat(), "till": part.last.isoformat(), "value": part.value}
        written["part_of"] = span | write_quality(part.quality)
    if plan.id is not None:
        written["id"] = plan.id
    return written


def read_day(written: Read) -> DayPlan:
    """The day that JSON says, of this version or an older one. Raises NotReady for one of a newer GCRM."""
    if written.get("version", 1) > VERSION:
        raise NotReady(
            say(
                "The plan of {day} was kept by a newer GCRM (version {version}).",
                day=written.get("date"),
                version=written["version"],
            ),
            say("Update GCRM, or plan the day again."),
        )
    pause = written.get("break")
    return DayPlan(
        rep_key=written["rep"],
        day=date.fromisoformat(written["date"]),
        seed=written.get("seed", 0),
        router=written.get("router", ""),
        stops=tuple(_read_stop(one) for one in written["stops"]),
        home_arrive=datetime.fromisoformat(written["home_arrive"]),
        break_=Break(datetime.fromisoformat(pause["start"]), datetime.fromisoformat(pause["end"])) if pause else None,
        omissions=tuple(read_omission(one) for one in written.get("dropped", ())),
        travel_s=written.get("travel_s", 0),
        service_s=written.get("service_s", 0),
        distance_m=written.get("distance_m", 0),
        prize=written.get("prize", 0),
        home_travel_s=written.get("home_travel_s"),
        home_distance_m=written.get("home_distance_m"),
        home_on_time=written.get("home_on_time"),
        home=_read_place(written.get("home")),
        # Before nights away were planned, a day began and ended at home.
        start=_read_end(written.get("start", written.get("home"))),
        end=_read_end(written.get("end", written.get("home"))),
        legs=tuple(_read_leg(one) for one in written.get("legs") or ()),
        first_answer_s=written.get("first_answer_s", 0.0),
        quality=read_quality(written),
        notes=tuple(written.get("notes", ())),
        planned_at=_instant(written.get("planned_at")),
        seconds=written.get("seconds", 0.0),
        id=written.get("id"),
        replaces=written.get("replaces"),
        at=_instant(written.get("at")),
        changes=tuple(read_change(one) for one in written["changes"]) if "changes" in written else None,
        part_of=_read_part_of(written.get("part_of")),
        mended=Mended(**written.get("travel_times", {}).get("faults", {})),
    )


def write_mended(mended: Mended) -> Json:
    """How many of the router's answers were not sound and have been mended, in all and by what was wrong."""
    return {"mended": mended.cells, "faults": mended.by_fault()}


def write_omission(one: Omission) -> Json:
    """An account that is not in a plan."""
    written: Json = {
        "account": one.account_id,
        "name": one.name,
        "reason": one.reason,
        "remedy": one.remedy.text if one.remedy else "",
        "code": one.code.value,
    }
    return written | ({"instead_of": list(one.remedy.instead_of)} if one.remedy and one.remedy.instead_of else {})


def read_omission(written: Read) -> Omission:
    """The same, read."""
    text = written.get("remedy") or ""
    return Omission(
        written["account"],
        written.get("name", ""),
        written.get("reason", ""),
        Remedy(text, tuple(written.get("instead_of", ()))) if text else None,
        OmissionCode(written.get("code", "")),
    )


def write_change(one: Change) -> Json:
    """One visit that changed."""
    return {
        "account": one.account_id,
        "name": one.name,
        "change": one.change,
        "reason": one.reason,
        "before": one.before.isoformat() if one.before else None,
        "now": one.now.isoformat() if one.now else None,
    }


def read_change(written: Read) -> Change:
    """The same, read."""
    return Change(
        written["account"],
        written["name"],
        written["change"],
        written["reason"],
        _instant(written.get("before")),
        _instant(written.get("now")),
    )


def write_quality(one: OptimalityGap) -> Json:
    """How good a plan is."""
    return {"bound": one.bound, "gap": one.gap, "proven": one.proven, "gap_how": one.how, "ended": one.ended}


def read_quality(written: Read) -> OptimalityGap:
    """The same, read from the plan that it is a part of."""
    return OptimalityGap(
        written.get("bound"),
        written.get("gap"),
        bool(written.get("proven")),
        written.get("gap_how", ""),
        written.get("ended", ""),
    )


def _write_stop(stop: Stop) -> Json:
    written: Json = {
        "account": stop.account_id,
        "name": stop.name,
        "lon": stop.place.lon,
        "lat": stop.place.lat,
        "arrive": stop.arrive.isoformat(),
        "start": stop.start.isoformat(),
        "leave": stop.leave.isoformat(),
        "travel_s": stop.travel_s,
        "distance_m": stop.distance_m,
        "why": stop.why,
        "prize": stop.prize,
        "open": [[opens.isoformat(), closes.isoformat()] for opens, closes in stop.open],
        "fixed": stop.fixed,
        "detour_s": stop.detour_s,
        "on_time": stop.on_time,
        "advice": say("{percent}% likely on time", percent=round(100 * (stop.on_time or 0))) + f": {stop.advice}"
        if stop.advice
        else "",
    }
    return written | ({"done": True} if stop.done else {})


def _read_stop(written: Read) -> Stop:
    return Stop(
        account_id=written["account"],
        name=written["name"],
        place=LonLat(written["lon"], written["lat"]),
        arrive=datetime.fromisoformat(written["arrive"]),
        start=datetime.fromisoformat(written["start"]),
        leave=datetime.fromisoformat(written["leave"]),
        travel_s=written["travel_s"],
        distance_m=written.get("distance_m", 0),
        why=written.get("why", ""),
        prize=written.get("prize", 1),
        open=tuple(
            (datetime.fromisoformat(opens), datetime.fromisoformat(closes)) for opens, closes in written.get("open", ())
        ),
        fixed=bool(written.get("fixed")),
        detour_s=written.get("detour_s"),
        on_time=written.get("on_time"),
        # In words it stands behind the chance that it answers to.
        advice=(written.get("advice") or "").partition(": ")[2],
        done=bool(written.get("done")),
    )


def _write_leg(leg: Leg) -> Json:
    written: Json = {"seconds": leg.seconds, "metres": leg.metres, "line": [list(point) for point in leg.line]}
    return written | ({"guessed": True} if leg.guessed else {})


def _read_leg(written: Read) -> Leg:
    line = tuple((float(lon), float(lat)) for lon, lat in written.get("line") or ())
    return Leg(written["seconds"], written["metres"], line, bool(written.get("guessed")))


def _write_place(place: LonLat | None) -> Json | None:
    return {"lon": place.lon, "lat": place.lat} if place else None


def _read_place(written: Read | None) -> LonLat | None:
    return LonLat(written["lon"], written["lat"]) if written else None


def _write_end(end: DayEnd | None) -> Json | None:
    return {"lon": end.place.lon, "lat": end.place.lat, "name": end.name} if end else None


def _read_end(written: Read | None) -> DayEnd | None:
    return DayEnd(LonLat(written["lon"], written["lat"]), written.get("name", HOME)) if written else None


def _read_part_of(written: Read | None) -> PartOf | None:
    if not written:
        return None
    first, last = (date.fromisoformat(written[key]) for key in ("from", "till"))
    return PartOf(first, last, written.get("value", 0.0), read_quality(written))


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

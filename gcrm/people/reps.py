"""Reps: who is sent out, from where, and when they work."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gcrm.accounts.model import Level
from gcrm.common.language import say
from gcrm.common.public_holidays import read_region
from gcrm.common.skills import read_languages, read_skills
from gcrm.common.zones import checked_zone, country_of_zone, zone_at
from gcrm.people.company_slack import checked_on_time, checked_parking
from gcrm.people.model import Break, Rep, Shift
from gcrm.people.nights_away import changed_nights, read_hotel
from gcrm.people.working_week import read_break, read_day_off, read_week
from gcrm.platform.errors import Conflict, InputRejected, NotReady
from gcrm.workspace import Workspace
from routing.points import LonLat, as_points

DEFAULT_WEEK = "Mo-Fr 08:30-17:00"
"""Working hours of a rep for whom none are given."""


@dataclass(frozen=True, slots=True)
class RepPlaced:
    """A rep as it was kept. remark: what a person should know about how the home was placed, "" where it is exact."""

    rep: Rep
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Skilled:
    """What a rep can do, and how far from home; None leaves it as it is.

    nights: the most in a week, 0 for none; in_a_row, night_saves: as `Nights`. hotels: "NAME=LON,LAT", added to those
    that are known, which forget_hotels clears. skills, languages, region: as `gcrm.common.skills` and
    `public_holidays` read them, "" for none. parking_minutes: to park and walk at each stop; home_on_time: per cent of
    days that end in time, 0 for as planned. company_slack: both as for the whole company, but for what is given.
    """

    nights: int | None = None
    in_a_row: int | None = None
    night_saves: int | None = None
    hotels: Sequence[str] = ()
    forget_hotels: bool = False
    skills: str | None = None
    languages: str | None = None
    region: str | None = None
    parking_minutes: int | None = None
    home_on_time: int | None = None
    company_slack: bool = False


@dataclass(frozen=True, slots=True)
class RepListed:
    """A rep with the names of the territories looked after, and how many accounts lie in them."""

    rep: Rep
    territories: tuple[str, ...]
    accounts: int


@dataclass(frozen=True, slots=True)
class _Home:
    address: str
    place: LonLat
    remark: str = ""


def add_rep(
    workspace: Workspace,
    key: str,
    name: str,
    *,
    home: str = "",
    home_at: tuple[float, float] | None = None,
    hours: str = DEFAULT_WEEK,
    lunch: str = "",
    zone: str = "",
    max_driving_minutes: int | None = None,
    days_off: Sequence[str] = (),
    skilled: Skilled = Skilled(),
) -> RepPlaced:
    """Add a rep who starts and ends each day at home.

    home: an address, placed by the area's geocoder; home_at: (lon, lat), where it is known better.
    hours, lunch, days_off: as `gcrm.people.working_week` reads them. zone: IANA name, that of the home if not given.
    max_driving_minutes: the most driving in a day.
    Raises InputRejected for what cannot be understood or placed (naming the nearest candidates), Conflict for a key
    that is taken, NotReady where an address is to be placed and no area is imported.
    """
    key = checked_key(key)
    week, pause = read_week(hours), read_break(lunch)
    off = tuple(read_day_off(one) for one in days_off)
    with workspace.store.read() as tx:
        _refuse_taken(key, tx.reps.all())
    at = _home(workspace, home, home_at)
    rep = Rep(
        key=key,
        name=_checked_name(name or key),
        home_address=at.address,
        home=at.place,
        week=week,
        zone=checked_zone(zone) if zone else zone_at(at.place),
        lunch=pause,
        max_driving_minutes=_checked_driving(max_driving_minutes),
        days_off=off,
        parking_by_company=True,
        on_time_by_company=True,
    )
    rep = _with_skills(rep, skilled)
    with workspace.store.write() as tx:
        # Looked up again: somebody else may have added it since.
        _refuse_taken(key, tx.reps.all())
        added = tx.reps.add(rep)
        return RepPlaced(tx.reps.by_id(added.id), at.remark)


def change_rep(
    workspace: Workspace,
    key: str,
    *,
    name: str | None = None,
    home: str = "",
    home_at: tuple[float, float] | None = None,
    hours: str | None = None,
    lunch: str | None = None,
    zone: str | None = None,
    max_driving_minutes: int | None = None,
    days_off: Sequence[str] = (),
    forget_days_off: bool = False,
    skilled: Skilled = Skilled(),
    seen: Rep | None = None,
) -> RepPlaced:
    """Change what is given of a rep and leave the rest; a new home brings its own zone unless one is given.

    max_driving_minutes: 0 lifts the limit. days_off: added to those that are known, which forget_days_off clears.
    seen: the rep as it was when the change was made up.
    Raises NotFound for an unknown key, Conflict where it is not as it was seen any more, and as `add_rep`.
    """
    week: tuple[Shift | None, ...] | None = read_week(hours) if hours is not None else None
    pause: Break | None = read_break(lunch) if lunch is not None else None
    off = tuple(read_day_off(one) for one in days_off)
    at = _home(workspace, home, home_at) if home or home_at else None
    with workspace.store.write() as tx:
        rep = tx.reps.get(key)
        if seen is not None and rep != seen:
            raise Conflict(say("{rep} was changed meanwhile.", rep=rep.name), say("Look again, and save once more."))
        if name is not None:
            rep = replace(rep, name=_checked_name(name))
        if at is not None:
            rep = replace(rep, home_address=at.address, home=at.place, zone=zone_at(at.place))
        if week is not None:
            rep = replace(rep, week=week)
        if lunch is not None:
            rep = replace(rep, lunch=pause)
        if zone is not None:
            rep = replace(rep, zone=checked_zone(zone))
        if max_driving_minutes is not None:
            rep = replace(rep, max_driving_minutes=_checked_driving(max_driving_minutes or None))
        known = () if forget_days_off else rep.days_off
        rep = replace(rep, days_off=tuple(sorted({*known, *off}, key=lambda one: (one.first, one.last, one.reason))))
        tx.reps.update(_with_skills(rep, skilled))
        return RepPlaced(tx.reps.by_id(rep.id), at.remark if at else "")


def list_reps(workspace: Workspace) -> list[RepListed]:
    """All reps by key, with what they look after."""
    with workspace.store.read() as tx:
        reps = sorted(tx.reps.all(), key=lambda rep: rep.key)
        counts = tx.accounts.counts_by_territory()
        return [
            RepListed(
                rep,
                tuple(territory.name for territory in territories),
                sum(counts.get(territory.id, 0) for territory in territories),
            )
            for rep in reps
            for territories in [tx.territories.of_rep(rep.id)]
        ]


def show_rep(workspace: Workspace, key: str) -> RepListed:
    """One rep with what it looks after. Raises NotFound."""
    with workspace.store.read() as tx:
        rep = tx.reps.get(key)
        territories = tx.territories.of_rep(rep.id)
        counts = tx.accounts.counts_by_territory()
        accounts = sum(counts.get(territory.id, 0) for territory in territories)
    return RepListed(rep, tuple(territory.name for territory in territories), accounts)


def checked_key(key: str) -> str:
    """The key as it is kept. Raises InputRejected where it is not 1 to 40 letters, digits, hyphens or underscores."""
    key = key.strip()
    if not re.fullmatch(r"[\w-]{1,40}", key):
        raise InputRejected(
            say("{key!r} cannot be used as a rep's key.", key=key[:80]), say("Use 1 to 40 letters, digits, - or _.")
        )
    return key


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 200:
        raise InputRejected(
            say("The rep needs a name of up to 200 characters."), say("Give the name that colleagues know.")
        )
    return name


def _with_skills(rep: Rep, given: Skilled) -> Rep:
    if given.skills is not None:
        rep = replace(rep, skills=read_skills(given.skills))
    if given.languages is not None:
        rep = replace(rep, languages=read_languages(given.languages))
    if given.region is not None:
        rep = replace(rep, holiday_region=read_region(given.region, country_of_zone(rep.zone)))
    rep = _with_slack(rep, given)
    known = () if given.forget_hotels else rep.hotels
    hotels = {hotel.name: hotel for hotel in (*known, *map(read_hotel, given.hotels))}
    return replace(rep, nights=changed_nights(rep.nights, given), hotels=tuple(hotels.values()))


def _with_slack(rep: Rep, given: Skilled) -> Rep:
    """The rep with time to spare: at each stop, and at the end of the day."""
    if given.company_slack:
        rep = replace(rep, parking_by_company=True, on_time_by_company=True)
    if given.parking_minutes is not None:
        rep = replace(rep, parking_minutes=checked_parking(given.parking_minutes), parking_by_company=False)
    if given.home_on_time is not None:
        rep = replace(rep, home_on_time=checked_on_time(given.home_on_time), on_time_by_company=False)
    return rep


def _checked_driving(minutes: int | None) -> int | None:
    if minutes is not None and not 0 < minutes <= 24 * 60:
        raise InputRejected(
            say("{minutes} minutes of driving a day is not possible.", minutes=minutes),
            say("Enter 1 to 1440, or 0 for no limit."),
        )
    return minutes


def _refuse_taken(key: str, reps: Sequence[Rep]) -> None:
    if any(rep.key == key for rep in reps):
        raise Conflict(
            say("There is a rep {key!r} already.", key=key), say("Change it with `gcrm reps change {key}`.", key=key)
        )


def _home(workspace: Workspace, address: str, at: tuple[float, float] | None) -> _Home:
    """Where a rep's day starts and ends."""
    address = " ".join(address.split())
    if at is not None:
        try:
            ((lon, lat),) = as_points([at])
        except ValueError as wrong:
            raise InputRejected(str(wrong)) from wrong
        return _Home(address, LonLat(float(lon), float(lat)))
    if not address:
        raise InputRejected(
            say("The rep has no home, from where days start."),
            say('Give an address with --home "Landstrasse 12, Vaduz", or a place with --home-at 9.5215,47.1410.'),
        )
    try:
        geocoder = workspace.geocoder
    except NotReady as missing:
        raise NotReady(
            say('The home "{address}" cannot be placed: {why}', address=address, why=missing.fault),
            say("{remedy} Or give its place with --home-at 9.5215,47.1410.", remedy=missing.remedy),
        ) from missing
    located = geocoder.locate(address)
    if located.candidate is None:
        near = "; ".join(
            f"{candidate.label} ({candidate.lon:.5f},{candidate.lat:.5f})" for candidate in located.others[:5]
        )
        raise InputRejected(
            say('The home "{address}" cannot be placed: {reason}', address=address, reason=located.reason),
            (say("Did you mean {near}?", near=near) + " " if near else "")
            + say("Write the address as it stands there, or give its place with --home-at 9.5215,47.1410."),
        )
    remark = located.reason if located.candidate.level is not Level.HOUSE else ""
    return _Home(address, located.candidate.place, remark)

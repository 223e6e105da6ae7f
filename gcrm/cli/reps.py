"""`gcrm reps`: who is sent out, from where, and when they work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.people.model import Rep
from gcrm.people.reps import DEFAULT_WEEK
from gcrm.workspace import open_workspace

if TYPE_CHECKING:
    from gcrm.people.reps import RepListed, RepPlaced, Skilled


def read_place(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[float, float] | None:
    """A place on the command line, "9.5215,47.1410"; whether it is on Earth is the service's to say."""
    if value is None:
        return None
    try:
        lon, lat = (float(part) for part in value.split(","))
    except ValueError as wrong:
        message = f"{value!r} is not a place. Give longitude first, as 9.5215,47.1410."
        raise click.BadParameter(message, ctx, param) from wrong
    return lon, lat


home_option = click.option("--home", default="", help='Address of the home, as "Landstrasse 12, Vaduz".')
home_at_option = click.option(
    "--home-at", metavar="LON,LAT", callback=read_place, help="Place of the home, longitude first."
)
HOURS_HELP = (
    'Working hours: "08:30-17:00" (Monday to Friday), "Mo-Fr 08:30-17:00,Sa 09:00-12:00", '
    '"Mo-Th 08:00-12:00,13:00-17:00" (two stretches) or "Mo-Fr 22:00-06:00" (over midnight).'
)
BREAK_HELP = 'One break a day: "45@11:30-13:30", 45 minutes between 11:30 and 13:30; "none".'
DRIVING_HELP = "The most driving in a day, in minutes; 0 for no limit."
OFF_HELP = 'Days off: "2026-12-24" or "2026-12-24..2026-12-31:holidays"; may be repeated.'
ZONE_HELP = "Time zone, as Europe/Vaduz; that of the home if not given."


SKILLED = (
    click.option("--nights", type=click.IntRange(0, 7), help="Nights away in a week at most; 0 for none."),
    click.option("--in-a-row", type=click.IntRange(1, 7), help="So many of them in a row at most; 1 if not given."),
    click.option(
        "--night-saves", type=click.IntRange(0, 24 * 60), help="Minutes of driving each has to save; 60 if not given."
    ),
    click.option(
        "--hotel",
        "hotels",
        multiple=True,
        metavar="NAME=LON,LAT",
        help="Where to sleep away; may be repeated. Towns of the area if none is given.",
    ),
    click.option("--forget-hotels", is_flag=True, help="Forget the hotels that are known."),
    click.option("--skills", help='What the rep can do: "coffee,cold chain".'),
    click.option("--languages", help='What the rep speaks: "de,fr".'),
    click.option("--region", help='Part of the country whose public holidays the rep keeps too: "BY".'),
    click.option("--parking", "parking_minutes", type=int, help="Minutes to park and walk at each stop; 0 for none."),
    click.option(
        "--home-on-time",
        "home_on_time",
        type=int,
        metavar="PERCENT",
        help="Plan days that end in time on so many of 100 days, 50 to 99; 0 for as planned to the minute.",
    ),
    click.option(
        "--company-slack", is_flag=True, help="Park and be home in time as the whole company does: `gcrm reps slack`."
    ),
)


def skilled_options(command: Callable[..., None]) -> Callable[..., None]:
    """What a rep can do, and how far from home: handed to the command as one `Skilled`."""
    from gcrm.people.reps import Skilled

    @wraps(command)
    def with_skilled(**given: Any) -> None:
        command(skilled=Skilled(**{field.name: given.pop(field.name) for field in fields(Skilled)}), **given)

    for option in reversed(SKILLED):
        with_skilled = option(with_skilled)
    return with_skilled


@click.group()
def reps() -> None:
    """Reps: who is sent out, from where, and when they work."""


@reps.command()
@click.argument("key")
@click.option("--name", default="", help="The name that colleagues know; the key if not given.")
@home_option
@home_at_option
@click.option("--hours", default=DEFAULT_WEEK, show_default=True, help=HOURS_HELP)
@click.option("--break", "lunch", default="none", show_default=True, help=BREAK_HELP)
@click.option("--zone", default="", help=ZONE_HELP)
@click.option("--max-driving", type=click.IntRange(0, 24 * 60), default=0, help=DRIVING_HELP)
@click.option("--off", "days_off", multiple=True, help=OFF_HELP)
@skilled_options
@json_option
def add(
    key: str,
    name: str,
    home: str,
    home_at: tuple[float, float] | None,
    hours: str,
    lunch: str,
    zone: str,
    max_driving: int,
    days_off: tuple[str, ...],
    skilled: Skilled,
    as_json: bool,
) -> None:
    """Add a rep whose days start and end at home."""
    from gcrm.people.reps import add_rep

    added = add_rep(
        open_workspace(),
        key,
        name,
        home=home,
        home_at=home_at,
        hours=hours,
        lunch=lunch,
        zone=zone,
        max_driving_minutes=max_driving or None,
        days_off=days_off,
        skilled=skilled,
    )
    _answer(added, as_json, "is added")


@reps.command()
@click.argument("key")
@click.option("--name", help="The name that colleagues know.")
@home_option
@home_at_option
@click.option("--hours", help=HOURS_HELP)
@click.option("--break", "lunch", help=BREAK_HELP)
@click.option("--zone", help=ZONE_HELP)
@click.option("--max-driving", type=click.IntRange(0, 24 * 60), help=DRIVING_HELP)
@click.option("--off", "days_off", multiple=True, help=OFF_HELP)
@click.option("--forget-off", is_flag=True, help="Forget the days off that are known.")
@skilled_options
@json_option
def change(
    key: str,
    name: str | None,
    home: str,
    home_at: tuple[float, float] | None,
    hours: str | None,
    lunch: str | None,
    zone: str | None,
    max_driving: int | None,
    days_off: tuple[str, ...],
    forget_off: bool,
    skilled: Skilled,
    as_json: bool,
) -> None:
    """Change what is given of a rep, and leave the rest as it is."""
    from gcrm.people.reps import change_rep

    changed = change_rep(
        open_workspace(),
        key,
        name=name,
        home=home,
        home_at=home_at,
        hours=hours,
        lunch=lunch,
        zone=zone,
        max_driving_minutes=max_driving,
        days_off=days_off,
        forget_days_off=forget_off,
        skilled=skilled,
    )
    _answer(changed, as_json, "is changed")


@reps.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List all reps with what they look after."""
    from gcrm.people.reps import list_reps
    from gcrm.people.working_week import week_words

    found = list_reps(open_workspace())
    answer(
        [listed_document(one) for one in found],
        as_json,
        lambda: (
            "\n".join(
                f"{one.rep.key:<16} {one.rep.name:<28} {week_words(one.rep.week):<36} {one.accounts:>6,} accounts"
                f"  {', '.join(one.territories) or '(no territory)'}"
                for one in found
            )
            or 'There are no reps. Add the first with `gcrm reps add KEY --home "ADDRESS"`.'
        ),
    )


@reps.command()
@click.argument("key")
@json_option
def show(key: str, as_json: bool) -> None:
    """Show one rep."""
    from gcrm.people.reps import show_rep

    found = show_rep(open_workspace(), key)
    answer(listed_document(found), as_json, lambda: _text(found))


def listed_document(listed: RepListed) -> dict[str, Any]:
    """A rep with its territories, as JSON says it."""
    return document(listed.rep) | {"territories": list(listed.territories), "accounts": listed.accounts}


def document(rep: Rep) -> dict[str, Any]:
    """A rep as JSON says it: hours and break as they are typed."""
    from gcrm.people.working_week import break_words, day_off_words, week_words

    return {
        "id": rep.id,
        "key": rep.key,
        "name": rep.name,
        "home_address": rep.home_address,
        "home": {"lon": rep.home.lon, "lat": rep.home.lat} if rep.home else None,
        "hours": week_words(rep.week),
        "break": break_words(rep.lunch),
        "zone": rep.zone,
        "max_driving_minutes": rep.max_driving_minutes,
        "days_off": [day_off_words(off) for off in rep.days_off],
        "nights": {"most": nights.most, "in_a_row": nights.in_a_row, "saves_minutes": nights.saves_minutes}
        if (nights := rep.nights)
        else None,
        "hotels": [{"name": one.name, "lon": one.place.lon, "lat": one.place.lat} for one in rep.hotels],
        "skills": list(rep.skills),
        "languages": list(rep.languages),
        "region": rep.holiday_region,
        "parking_minutes": rep.parking_minutes,
        "home_on_time": rep.home_on_time,
        "parking_by_company": rep.parking_by_company,
        "on_time_by_company": rep.on_time_by_company,
    }


@reps.command()
@click.option("--parking", type=int, help="Minutes to park and walk at each stop; 0 for none.")
@click.option(
    "--home-on-time", type=int, metavar="PERCENT", help="Days of 100 that are to end in time, 50 to 99; 0 for none."
)
@json_option
def slack(parking: int | None, home_on_time: int | None, as_json: bool) -> None:
    """Say, or change, the time to spare of all reps who have none of their own."""
    from gcrm.people.company_slack import set_company_slack

    made = set_company_slack(open_workspace(), parking, home_on_time)
    answer(made, as_json, lambda: f"For all reps: {slack_words(made.parking_minutes, made.home_on_time)}.")


def slack_words(parking_minutes: int, home_on_time: float | None) -> str:
    """Time to spare in words."""
    parking = f"{parking_minutes} min to park at each stop" if parking_minutes else "no time to park"
    return f"{parking}, {f'home in time on {home_on_time:.0%} of days' if home_on_time else 'home as planned'}"


def _answer(placed: RepPlaced, as_json: bool, what: str) -> None:
    from gcrm.people.working_week import week_words

    rep = placed.rep
    home = f"{rep.home.lon:.5f},{rep.home.lat:.5f}" if rep.home else "nowhere"
    answer(
        document(rep) | {"remark": placed.remark},
        as_json,
        lambda: (
            f"{rep.key} {what}: {week_words(rep.week)} ({rep.zone}), from {rep.home_address or 'home'} at {home}."
            + (f" {placed.remark}" if placed.remark else "")
        ),
    )


def _text(listed: RepListed) -> str:
    from gcrm.common.skills import language_words
    from gcrm.common.zones import holidays_at
    from gcrm.people.nights_away import nights_words
    from gcrm.people.working_week import break_words, day_off_words, week_words

    rep = listed.rep
    place = f" ({rep.home.lon:.5f},{rep.home.lat:.5f})" if rep.home else " (not placed)"
    rows = {
        "Key": rep.key,
        "Name": rep.name,
        "Home": rep.home_address + place,
        "Hours": week_words(rep.week),
        "Break": break_words(rep.lunch),
        "Zone": rep.zone,
        "Driving": f"{rep.max_driving_minutes} min a day at most" if rep.max_driving_minutes else "no limit",
        "Days off": ", ".join(day_off_words(off) for off in rep.days_off) or "none",
        "Nights away": nights_words(rep.nights),
        "Hotels": ", ".join(hotel.name for hotel in rep.hotels) or "none",
        "Skills": ", ".join(rep.skills) or "none",
        "Languages": ", ".join(map(language_words, rep.languages)) or "none",
        "Slack": slack_words(rep.parking_minutes, rep.home_on_time),
        "Holidays of": holidays_at(rep) or "nowhere",
        "Territories": ", ".join(listed.territories) or "none",
        "Accounts": f"{listed.accounts:,}",
    }
    return "\n".join(f"{label:<12} {value}" for label, value in rows.items())

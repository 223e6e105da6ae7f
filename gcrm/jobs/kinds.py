"""What a job can be: for each kind the use-case that it calls and what that use-case has to be told.

Every one of them may be run twice with the same outcome as once, because a worker can die after the work is written
and before the job is marked done.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from gcrm.accounts.model import Priority
from gcrm.common.language import say, to_say
from gcrm.jobs.model import Job
from gcrm.planning.answers_json import write_team
from gcrm.planning.day_json import write_day
from gcrm.planning.week_json import write_week
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress
from gcrm.workspace import Workspace
from routing.points import LonLat

TEAM_WISHES = ("unowned", "shared", "fair")
"""What may be asked of the weeks of several reps, as `plan_week` takes it."""

Params = dict[str, Any]
"""What a job was told, as it stands in the store: only what JSON can say."""
LANGUAGE = "language"
"""The parameter of every kind that says what language whoever asked is spoken to; English where it is missing."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of job. run answers what the command line answers; needs and may are the names of its parameters."""

    run: Callable[[Workspace, Job, Progress], Any]
    needs: frozenset[str] = frozenset()
    may: frozenset[str] = frozenset()


def _import_area(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.areas.import_area import import_area

    return import_area(workspace, Path(job.params["file"]), progress, name=job.params.get("name"))


def _back_up(workspace: Workspace, job: Job, progress: Progress) -> Any:  # noqa: ARG001 - it is told nothing
    from gcrm.backup.make_backup import make_backup

    return make_backup(workspace, None, progress)


def _import_accounts(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.imports.choices import ImportChoices
    from gcrm.imports.import_accounts import import_accounts

    choices = ImportChoices.from_json(job.params)
    return import_accounts(workspace, Path(job.params["file"]), progress, choices=choices, user_id=job.user_id)


def _look_at_accounts(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.imports.choices import ImportChoices
    from gcrm.imports.preview_import import preview_import

    file = Path(job.params["upload"])
    choices = ImportChoices.from_json(job.params)
    return preview_import(workspace, file, progress, choices=choices, rows_file=file.with_name("rows.json"))


def _import_crm(workspace: Workspace, job: Job, progress: Progress, *, look: bool = False) -> Any:
    from gcrm.imports.crm.import_crm import CrmChoices, import_crm
    from gcrm.imports.crm.recognise import CrmMap, read_map

    told = job.params
    folder = Path(str(told["upload"] if look else told["file"])).parent
    mapping = read_map(folder / str(told["mapping"])) if told.get("mapping") else CrmMap()
    said = {name: str(told.get(name) or "") for name in ("system", "zone", "dates")}
    files = [folder / str(name) for name in told["names"]]
    choices = CrmChoices(told=mapping, **said)
    done = import_crm(workspace, files, progress, choices=choices, dry_run=look, user_id=job.user_id)
    # All of them are in the file of rejected rows; a page shows the first.
    return replace(done, rejects=done.rejects[:SHOWN_REJECTS])


def _look_at_crm(workspace: Workspace, job: Job, progress: Progress) -> Any:
    return _import_crm(workspace, job, progress, look=True)


def _find_duplicates(workspace: Workspace, _: Job, progress: Progress) -> Any:
    from gcrm.accounts.look_for_duplicates import look_for_duplicates

    return look_for_duplicates(workspace, progress)


def _import_regions(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.import_regions import import_regions

    return import_regions(
        workspace,
        Path(job.params["file"]),
        job.params["name_column"],
        set_name=job.params.get("set_name"),
        population_column=job.params.get("population_column"),
        crs=job.params.get("crs"),
        progress=progress,
    )


def _geocode(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.accounts.place_account import place_accounts

    return place_accounts(workspace, progress, job.params.get("accounts"), job.user_id)


def _read_calendars(workspace: Workspace, keys: list[str]) -> None:
    """Read the other calendars of these reps anew, where that was not done lately."""
    from gcrm.people.busy import STALE, refresh_calendars

    for key in keys:
        refresh_calendars(workspace, key, older_than=STALE)


def _plan_day(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.planning.plan_day import plan_day

    _read_calendars(workspace, [str(job.params["rep"])])
    return write_day(plan_day(workspace, job.params["rep"], _day(job.params), progress=progress, **_search(job.params)))


def _plan_team(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.planning.plan_team import plan_team

    with workspace.store.read() as tx:
        everyone = [rep.key for rep in tx.reps.all()]
    _read_calendars(workspace, everyone)
    return write_team(plan_team(workspace, _day(job.params), progress=progress, **_search(job.params)))


def _plan_week(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.planning.plan_week import plan_week

    weeks = int(job.params.get("weeks") or 1)
    reps = [str(key) for key in job.params["reps"]]
    _read_calendars(workspace, reps)
    wishes: dict[str, Any] = {name: True for name in TEAM_WISHES if job.params.get(name)}
    day, search = _day(job.params), _search(job.params)
    return write_week(plan_week(workspace, reps, day, weeks=weeks, progress=progress, **search, **wishes))


def _what_if(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.planning.comparison import write_comparison
    from gcrm.planning.what_if import Supposed, what_if

    told = job.params
    supposed = Supposed(
        int(told.get("longer") or 0),
        tuple(told.get("without") or ()),
        {key: LonLat(*place) for key, place in (told.get("homes") or {}).items()},
        {Priority(one): float(factor) for one, factor in (told.get("stretch") or {}).items()},
    )
    weeks = int(told.get("weeks") or 4)
    found = what_if(workspace, told["reps"], _day(told), supposed, weeks=weeks, progress=progress, **_search(told))
    return write_comparison(found)


def _propose(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.scenarios.propose import propose
    from gcrm.territories.scenarios.scenario_json import answer_json, read_wish

    told = job.params
    reps, count, wish = told.get("reps") or (), told.get("count"), read_wish(told["wish"])
    return answer_json(propose(workspace, reps, count, wish, progress=progress, **_scenario_to_make(workspace, job)))


def _scenario_to_make(workspace: Workspace, job: Job) -> dict[str, Any]:
    """What is known of a scenario beside its wish: what to call it, who asked, what to say of it, the potential."""
    from gcrm.markets.account_potential import potential_for

    told = job.params
    return {
        "name": told.get("name") or "",
        "user_id": job.user_id,
        "remarks": told.get("remarks") or (),
        "potential": potential_for(workspace, told["wish"]["balance"]),
    }


def _weigh_hand_overs(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.markets.account_potential import potential_for
    from gcrm.territories.scenarios.frontier import hand_overs_for_balance, line_json
    from gcrm.territories.scenarios.scenario_json import read_wish

    told = job.params
    wish = read_wish(told["wish"])
    reps, count, known = told.get("reps") or (), told.get("count"), potential_for(workspace, wish.balance)
    line = hand_overs_for_balance(workspace, reps, count, wish, potential=known, progress=progress)
    return {**line_json(line, moves=True), "remarks": [*(told.get("remarks") or []), *line.remarks]}


def _keep_point(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.scenarios.frontier import keep_point, read_moves
    from gcrm.territories.scenarios.scenario_json import answer_json, read_wish

    told = job.params
    made = keep_point(
        workspace,
        told.get("reps") or (),
        told.get("count"),
        read_wish(told["wish"]),
        told["posts"],
        read_moves(told.get("moves") or ()),
        progress=progress,
        **_scenario_to_make(workspace, job),
    )
    return answer_json(made)


def _best_homes(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.scenarios.homes import best_homes

    told = job.params
    reps, coverage = told.get("reps") or (), float(told.get("coverage") or 1.0)
    new = int(told.get("new") or 0)
    return best_homes(workspace, new, reps, coverage=coverage, progress=progress, **_search(told))


def _split(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.scenarios.scenario_json import answer_json
    from gcrm.territories.scenarios.split import split_territory

    told = job.params
    scenario, position, rep = int(told["scenario"]), int(told["position"]), str(told.get("rep") or "")
    version = told.get("version")
    made = split_territory(
        workspace, scenario, position, rep, user_id=job.user_id, version=version, progress=progress, **_search(told)
    )
    return answer_json(made)


def _simulate(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.territories.scenarios.simulate import simulate, simulation_json

    weeks = int(job.params.get("weeks") or 13)
    search = _search(job.params)
    return simulation_json(
        simulate(workspace, int(job.params["scenario"]), _day(job.params), weeks=weeks, progress=progress, **search)
    )


def _refresh_cube(workspace: Workspace, _: Job, progress: Progress) -> Any:
    from gcrm.markets.cube.snapshot import refresh_cube

    return refresh_cube(workspace, progress)


def _import_orders(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.sales.choices import OrderChoices
    from gcrm.sales.import_orders import import_orders

    choices = OrderChoices.from_json(job.params)
    return import_orders(workspace, Path(job.params["file"]), progress, choices=choices, user_id=job.user_id)


def _look_at_orders(workspace: Workspace, job: Job, progress: Progress) -> Any:
    from gcrm.sales.choices import OrderChoices
    from gcrm.sales.preview import preview_of_file

    return preview_of_file(workspace, Path(job.params["upload"]), progress, OrderChoices.from_json(job.params))


ORDER_CHOICES = frozenset({"columns", "encoding", "sheet", "currency", "decimal", "dates"})
"""What a person may have said of a file of orders, as `OrderChoices` reads it."""
CRM_CHOICES = frozenset({"system", "zone", "dates", "mapping"})
"""What a person may have said of the exports of an old CRM."""
SHOWN_REJECTS = 200
CHOICES = frozenset({"columns", "encoding", "sheet", "same", "dates"})
"""What a person may have said of a file of accounts, as `ImportChoices` reads it."""

KINDS: dict[str, Kind] = {
    to_say("area import"): Kind(_import_area, frozenset({"file"}), frozenset({"name"})),
    to_say("accounts import"): Kind(_import_accounts, frozenset({"file"}), CHOICES),
    to_say("accounts look"): Kind(_look_at_accounts, frozenset({"upload"}), CHOICES),
    to_say("crm import"): Kind(_import_crm, frozenset({"file", "names"}), CRM_CHOICES),
    to_say("crm look"): Kind(_look_at_crm, frozenset({"upload", "names"}), CRM_CHOICES),
    to_say("orders import"): Kind(_import_orders, frozenset({"file"}), ORDER_CHOICES),
    to_say("orders look"): Kind(_look_at_orders, frozenset({"upload"}), ORDER_CHOICES),
    to_say("backup"): Kind(_back_up),
    to_say("cube refresh"): Kind(_refresh_cube),
    to_say("duplicates"): Kind(_find_duplicates),
    to_say("geocode"): Kind(_geocode, may=frozenset({"accounts"})),
    to_say("regions import"): Kind(
        _import_regions, frozenset({"file", "name_column"}), frozenset({"set_name", "population_column", "crs"})
    ),
    to_say("plan day"): Kind(_plan_day, frozenset({"rep", "date"}), frozenset({"seconds", "steps", "seed"})),
    to_say("plan team"): Kind(_plan_team, frozenset({"date"}), frozenset({"seconds", "steps", "seed"})),
    to_say("what if"): Kind(
        _what_if,
        frozenset({"reps", "date"}),
        frozenset({"weeks", "seconds", "seed", "longer", "without", "homes", "stretch"}),
    ),
    to_say("territories propose"): Kind(_propose, frozenset({"wish"}), frozenset({"reps", "count", "name", "remarks"})),
    to_say("territories frontier"): Kind(
        _weigh_hand_overs, frozenset({"wish"}), frozenset({"reps", "count", "name", "remarks"})
    ),
    to_say("territories keep point"): Kind(
        _keep_point, frozenset({"wish", "posts"}), frozenset({"moves", "reps", "count", "name", "remarks"})
    ),
    to_say("territories homes"): Kind(
        _best_homes, may=frozenset({"new", "reps", "coverage", "seconds", "steps", "seed"})
    ),
    to_say("territories split"): Kind(
        _split, frozenset({"scenario", "position"}), frozenset({"rep", "version", "seconds", "steps", "seed"})
    ),
    to_say("territories simulate"): Kind(
        _simulate, frozenset({"scenario", "date"}), frozenset({"weeks", "seconds", "steps", "seed"})
    ),
    to_say("plan week"): Kind(
        _plan_week, frozenset({"reps", "date"}), frozenset({"weeks", "seconds", "steps", "seed", *TEAM_WISHES})
    ),
}


def checked(kind: str, params: Params) -> Kind:
    """The kind of that name, where it can be run with those parameters. Raises InputRejected."""
    if kind not in KINDS:
        raise InputRejected(
            say("There is no kind of job called {kind!r}.", kind=kind),
            say("The kinds are {kinds}.", kinds=", ".join(sorted(KINDS))),
        )
    known = KINDS[kind]
    missing = sorted(name for name in known.needs if params.get(name) in (None, "", []))
    if missing:
        raise InputRejected(
            say("The job {kind!r} is not told its {names}.", kind=kind, names=", ".join(missing)),
            say("Start it again with them."),
        )
    strange = sorted(set(params) - known.needs - known.may - {LANGUAGE})
    if strange:
        takes = ", ".join(sorted(known.needs | known.may)) or say("nothing")
        raise InputRejected(
            say("The job {kind!r} does not know what {strange} is.", kind=kind, strange=", ".join(strange)),
            say("It takes {takes}.", takes=takes),
        )
    if "date" in params:
        _day(params)
    return known


def _day(params: Params) -> date:
    try:
        return date.fromisoformat(str(params["date"]))
    except ValueError as error:
        raise InputRejected(
            say("{date!r} is not a date.", date=params["date"]), say("Write it as 2026-11-24.")
        ) from error


def _search(params: Params) -> dict[str, Any]:
    return {name: params[name] for name in ("seconds", "steps", "seed") if params.get(name) is not None}

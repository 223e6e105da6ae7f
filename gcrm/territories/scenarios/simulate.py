"""Try a scenario before anybody lives it: every rep's weeks planned under it, by the planner itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from gcrm.accounts.model import Account, Priority
from gcrm.common.language import number, say
from gcrm.people.model import Rep, Shift
from gcrm.planning.coming_visits import as_visited
from gcrm.planning.pins import Pins
from gcrm.planning.plan_horizon import MOST_ACCOUNTS, Team, gathered, planned_span
from gcrm.planning.search import checked_bound
from gcrm.planning.week_plan import WeekPlan
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.scenarios.due import usual_zone
from gcrm.territories.scenarios.model import ScenarioTerritory
from gcrm.workspace import Workspace

SECONDS = 10.0
"""Wall time given to the search of each rep's weeks where nothing is said."""
WORKING_DAY = Shift(time(8, 30), time(17, 0))
"""Of a place that is yet to be filled."""
ROUTES_SHOWN_DAYS = 14
"""So many of the planned days are kept, for the rep to see and for the list of hand-overs."""


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """One visit of a simulated day."""

    account: int
    name: str
    arrive: str


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """A day of the first two weeks under the scenario."""

    day: date
    travel_min: float
    stops: tuple[PlannedStop, ...]


@dataclass(frozen=True, slots=True)
class Lived:
    """The weeks of one territory as the planner plans them.

    coverage: the share of the visits due that are made; drive_share: driving of driving and visits; hours_share: work
    and driving of the working hours; missed: visits by priority; cycles_kept: whether nothing that is due is missed.
    """

    position: int
    name: str
    rep: str
    accounts: int
    visits: int
    visits_due: int
    coverage: float
    drive_share: float
    hours_share: float
    travel_h_a_week: float
    work_h_a_week: float
    nights: int
    missed: dict[str, int]
    cycles_kept: bool
    first_weeks: tuple[SimulatedDay, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """All territories of a scenario, lived for some weeks."""

    scenario: int
    first: date
    weeks: int
    seed: int
    territories: tuple[Lived, ...]
    coverage: float = 0.0
    drive_share: float = 0.0


def simulate(
    workspace: Workspace,
    scenario_id: int,
    first: date,
    *,
    weeks: int = 13,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    progress: Progress = quiet,
) -> Simulation:
    """Plan `weeks` from `first` on for every rep with the accounts that the scenario gives; nothing is kept of them.

    seconds, steps: of the search for each rep. What comes out stands with the scenario until it is changed.
    Raises NotFound, InputRejected for weeks or a bound that cannot be, Cancelled if `progress` says so.
    """
    seconds = checked_bound(seconds, steps, SECONDS)
    with workspace.store.read() as tx:
        scenario = tx.scenarios.get(scenario_id)
        held = tx.scenarios.positions(scenario_id)
        accounts = tx.accounts.by_ids(list(held))
        closed = frozenset(tx.activities.closed_down())
        zone = usual_zone(tx)
    mine: dict[int, list[Account]] = {one.position: [] for one in scenario.territories}
    for account in accounts:
        if held[account.id] in mine:
            mine[held[account.id]].append(account)
    lived = []
    for at, territory in enumerate(scenario.territories, 1):
        part = _Part(
            progress,
            say("{territory}, {at} of {all}", territory=territory.name, at=at, all=len(scenario.territories)),
        )
        team = _team(workspace, territory, mine[territory.position], closed, zone, first, weeks)
        if team is None:
            continue
        plan = planned_span(
            workspace.travel_times, team, first, weeks, seconds=seconds, steps=steps, seed=seed, progress=part
        )
        lived.append(_lived(territory, mine[territory.position], team, plan, weeks))
    if not lived:
        raise InputRejected(say("No territory of this scenario has accounts."), say("Give it some first."))
    due, made = sum(one.visits_due for one in lived), sum(one.visits for one in lived)
    travel, work = (sum(getattr(one, name) for one in lived) for name in ("travel_h_a_week", "work_h_a_week"))
    done = Simulation(
        scenario_id,
        first,
        weeks,
        seed,
        tuple(lived),
        round(made / due, 4) if due else 1.0,
        round(travel / work, 4) if work else 0.0,
    )
    with workspace.store.write() as tx:
        tx.scenarios.keep_simulation(scenario_id, simulation_json(done))
    return done


def simulation_json(done: Simulation) -> dict[str, Any]:
    """A simulation as JSON: what `gcrm territories simulate --json` answers, and what stands with the scenario."""
    return {
        "scenario": done.scenario,
        "from": done.first.isoformat(),
        "weeks": done.weeks,
        "seed": done.seed,
        "coverage": done.coverage,
        "drive_share": done.drive_share,
        "territories": [
            {
                **{name: getattr(one, name) for name in Lived.__slots__ if name not in {"first_weeks", "notes"}},
                "notes": list(one.notes),
                "first_weeks": [
                    {
                        "date": day.day.isoformat(),
                        "travel_min": day.travel_min,
                        "stops": [{"account": s.account, "name": s.name, "arrive": s.arrive} for s in day.stops],
                    }
                    for day in one.first_weeks
                ],
            }
            for one in done.territories
        ],
    }


class _Part:
    """Progress of one rep's search, with the rep's name before it."""

    def __init__(self, progress: Progress, name: str) -> None:
        self._progress, self._name = progress, name

    def __call__(self, message: str, done: int = 0, total: int = 0) -> None:
        self._progress(f"{self._name}: {message}", done, total)


def _team(
    workspace: Workspace,
    territory: ScenarioTerritory,
    accounts: Sequence[Account],
    closed: frozenset[int],
    zone: str,
    first: date,
    weeks: int,
) -> Team | None:
    if not accounts:
        return None
    if not territory.rep:
        week = (*(WORKING_DAY,) * 5, None, None)
        rep = Rep(f"post-{territory.position + 1}", territory.name, "", territory.centre, week, zone)
        return Team((rep,), (tuple(accounts),), closed, {rep.key: Pins()}, (), (frozenset(),), ((),))
    team = gathered(workspace, [territory.rep], first, weeks * 7)
    guests = [one for one in team.accounts[0] if one.id in team.guests[0]]
    given = {one.id: one for one in guests} | {one.id: as_visited(one, first, team.coming) for one in accounts}
    # Whom another rep's plan visits soon is visited all the same: the scenario gives these visits to somebody else.
    return replace(
        team,
        accounts=(tuple(given[one] for one in sorted(given)),),
        guests=(team.guests[0] - {a.id for a in accounts},),
    )


def _lived(territory: ScenarioTerritory, accounts: Sequence[Account], team: Team, plan: WeekPlan, weeks: int) -> Lived:
    missed = {one.value: 0 for one in Priority}
    for each in plan.missed:
        missed[each.priority.value] += 1
    work = plan.work[0] if plan.work else None
    notes = list(team.notes)
    if len(accounts) > MOST_ACCOUNTS:
        notes.append(
            say(
                "Planned with the {most} accounts that are worth most of {all}.",
                most=number(MOST_ACCOUNTS),
                all=number(len(accounts)),
            )
        )
    return Lived(
        territory.position,
        territory.name,
        territory.rep,
        len(accounts),
        plan.visits,
        plan.visits_due,
        plan.coverage,
        plan.drive_share,
        round(work.share, 4) if work else 0.0,
        round(plan.travel_s / 3600 / weeks, 2),
        round((plan.travel_s + plan.service_s) / 3600 / weeks, 2),
        len(plan.nights),
        missed,
        not plan.missed,
        tuple(
            SimulatedDay(
                day.day,
                round(day.travel_s / 60, 1),
                tuple(PlannedStop(one.account_id, one.name, f"{one.arrive:%H:%M}") for one in day.stops),
            )
            for day in plan.days
            if (day.day - plan.first).days < ROUTES_SHOWN_DAYS and day.stops
        ),
        tuple(notes),
    )

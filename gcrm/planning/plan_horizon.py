"""Plan weeks ahead, days and order together: who is visited on which day, and which visits will be missed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypedDict

from gcrm.accounts.model import Account
from gcrm.activities.learned import learned
from gcrm.common.language import number, say
from gcrm.common.wording import minutes_in_words
from gcrm.common.zones import same_clock
from gcrm.people.model import Hotel, Rep
from gcrm.planning.candidates import LeftOut, Seen
from gcrm.planning.coming_visits import Coming, as_visited, coming_visits
from gcrm.planning.day_plan import PartOf
from gcrm.planning.demand import Wanted
from gcrm.planning.horizon_problem import Span, look_ahead, span_of, state_horizon
from gcrm.planning.keep_plan import Known, keep_plans, known_plans
from gcrm.planning.overnight_stays import beds_for
from gcrm.planning.pins import Pins
from gcrm.planning.plan_fair import evened, price_of_evening, work_among
from gcrm.planning.plan_inputs import LOOK_AHEAD, pins_with_file, plan_inputs
from gcrm.planning.plan_nights import area_towns, planned_nights, sleeping, with_nights
from gcrm.planning.planned_weeks import first_days, on_other_days, planned_weeks
from gcrm.planning.preselect import straight_m
from gcrm.planning.search import HORIZON_SECONDS, checked_bound, refuse_faults, solved_by
from gcrm.planning.week_json import write_week
from gcrm.planning.week_plan import WeekPlan
from gcrm.platform.cancellation import until_stopped
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.planner.check_horizon import check_horizon
from routing.planner.horizon import HorizonPlan, HorizonProblem
from routing.planner.nights import Away
from routing.points import as_points
from routing.stop_when import Ended
from routing.travel_times.protocol import TravelTimes

MOST_DAYS = 26 * 7
FAIR_SHARE = 0.6
"""So much of the time to search that nights leave goes into evening out work, where that is asked for."""
BOUND_SHARE = 0.1
"""So much of the time to search goes into proving how good the plan is."""
NIGHTS_SHARE = 0.4
"""So much of the time to search goes into nights away, where a rep may have some."""
MOST_ACCOUNTS = 1_500
"""So many accounts are planned with at once; of more, those most overdue and worth most."""


@dataclass(frozen=True, slots=True)
class Team:
    """Reps to plan together.

    accounts: what each looks after, and, numbered in guests, whom each has promised a visit besides; pins: by the rep's
    key; beds: where each could sleep away. coming: visits that other plans have on their days.
    quiet: hours in which nobody is there, as in `Seen`.
    """

    reps: tuple[Rep, ...]
    accounts: tuple[tuple[Account, ...], ...]
    closed_down: frozenset[int]
    pins: Mapping[str, Pins]
    notes: tuple[str, ...]
    guests: tuple[frozenset[int], ...]
    beds: tuple[tuple[Hotel, ...], ...]
    coming: Coming = field(default_factory=dict)
    quiet: Mapping[int, frozenset[int]] = field(default_factory=dict)


def plan_horizon(
    workspace: Workspace,
    rep_keys: Sequence[str],
    first: date,
    *,
    weeks: int = 13,
    seconds: float | None = None,
    steps: int | None = None,
    seed: int = 1,
    pin_file: Path | None = None,
    keep: bool = False,
    unowned: bool = False,
    shared: bool = False,
    fair: bool = False,
    progress: Progress = quiet,
) -> WeekPlan:
    """Plan `weeks` from `first` on for one rep or several at once, each with the accounts of the own territories.

    seconds: wall time given to the search, 30 where no bound is given. steps: of the search; with the same steps and
    the same seed the same plan comes out on any machine.
    keep: whether each day becomes the current plan of its rep's day. unowned: whether the accounts that nobody looks
    after may be visited too, by any of the reps; shared: whether any of them may visit those of the others. fair:
    whether work is to be evened out among them.
    Raises NotFound for a rep, NotReady without an area or a rep, InputRejected for weeks or a bound that cannot be,
    Cancelled if `progress` says so.
    """
    began = time.monotonic()
    seconds = checked_bound(seconds, steps, HORIZON_SECONDS)
    progress(say("Reading the accounts"))
    team = gathered(workspace, rep_keys, first, weeks * 7, pin_file, unowned=unowned, shared=shared)
    span = [first + timedelta(days=number) for number in range(min(weeks * 7, MOST_DAYS))]
    known = known_plans(workspace, [rep.id for rep in team.reps], span)
    plan = planned_span(
        workspace.travel_times,
        team,
        first,
        weeks,
        seconds=seconds,
        steps=steps,
        seed=seed,
        fair=fair,
        progress=progress,
    )
    plan = plan.with_remarks(team.notes, workspace.clock(), time.monotonic() - began)
    return _kept(workspace, team.reps, plan, known) if keep else plan


def planned_span(
    travel_times: TravelTimes,
    team: Team,
    first: date,
    weeks: int,
    *,
    seconds: float | None,
    steps: int | None = None,
    seed: int,
    fair: bool = False,
    progress: Progress = quiet,
) -> WeekPlan:
    """The best plan found for a team's weeks, checked; nothing is kept.

    Raises InputRejected for weeks that cannot be, Cancelled if `progress` says so.
    """
    if not 0 < weeks * 7 <= MOST_DAYS:
        raise InputRejected(
            say("{weeks} weeks to plan is not possible.", weeks=weeks), say("Enter 1 to {most}.", most=MOST_DAYS // 7)
        )
    span = span_of(team.reps, first, weeks * 7, team.pins)
    progress(say("Looking at opening hours"))
    wanted, out = look_ahead(
        span, team.accounts, Seen(team.closed_down, coming=team.coming, quiet=team.quiet), team.pins, team.guests
    )
    wanted, passed_over = _most_wanted(wanted, span)
    progress(say("Computing travel times"))
    beds = tuple({bed.place: bed for own in team.beds for bed in own}.values())
    problem = state_horizon(span, wanted, travel_times, [bed.place for bed in beds])

    def drawn(found: HorizonPlan) -> dict[str, Any]:
        return write_week(first_days(span, wanted, problem, found, travel_times))

    shares = _shares(nights=bool(beds), fair=fair)
    unfair = plan = _solved(problem, **_part(seconds, steps, shares.first), seed=seed, progress=progress, drawn=drawn)
    if fair:
        plan = evened(problem, plan, **_part(seconds, steps, shares.fair), seed=seed, progress=progress)
    for_nights = _part(seconds, steps, shares.nights)
    away = sleeping(span, wanted, Away(problem, plan), team.beds, **for_nights, seed=seed, progress=progress)
    if not beds:
        away = replace(away, plan=_judged(problem, away.plan, **_part(seconds, steps, BOUND_SHARE), progress=progress))
    away = replace(away, plan=replace(away.plan, ended=Ended.PROVEN if away.plan.proven else unfair.ended))
    progress(say("Drawing the ways"))
    weeks_ahead = planned_weeks(
        with_nights(span, wanted, away, beds),
        wanted,
        away.problem,
        away.plan,
        [*passed_over, *out],
        travel_times,
        looked_after=_looked_after(team),
        coming=team.coming,
    )
    return replace(
        weeks_ahead,
        nights=planned_nights(span, wanted, away, beds),
        work=work_among(span, away.problem, away.plan),
        evened=price_of_evening(problem, unfair, plan) if fair else None,
    )


def gathered(
    workspace: Workspace,
    rep_keys: Sequence[str],
    first: date,
    days: int,
    pin_file: Path | None = None,
    *,
    unowned: bool = False,
    shared: bool = False,
) -> Team:
    """The reps to plan together, with what their plan starts from; notes say who has no home, or one without a road.

    first, days: what is to be planned. unowned: share the accounts that nobody looks after among them. shared: and
    those that any of them looks after.

    Raises NotFound for a rep, NotReady without an area or a rep, InputRejected for reps of several time zones.
    """
    travel_times = workspace.travel_times
    if not rep_keys:
        raise NotReady(say("There are no reps to plan for."), say('Add one with `gcrm reps add KEY --home "ADDRESS"`.'))
    everyone = [plan_inputs(workspace, key, first, first + LOOK_AHEAD) for key in dict.fromkeys(rep_keys)]
    zones = {one.rep.zone for one in everyone}
    if not all(same_clock(everyone[0].rep.zone, zone, first) for zone in zones):
        raise InputRejected(
            say("The reps work in several time zones: {zones}.", zones=", ".join(sorted(zones))),
            say("Plan the reps of each zone apart."),
        )
    notes = [note for one in everyone for note in one.notes]
    for one in everyone:
        home = one.rep.home
        if home is not None and not travel_times.snap(as_points([home])).on_network[0]:
            notes.append(
                say(
                    "The home of {rep} is on no road, so nobody can be visited from there: "
                    '`gcrm reps change {rep_key} --home "ADDRESS"`.',
                    rep=one.rep.name,
                    rep_key=one.rep.key,
                )
            )
    notes += [
        say(
            "{rep} sleeps in {hotel} before the first day, and this plan begins at home: "
            "plan from a day on which the night before is at home.",
            rep=one.rep.name,
            hotel=one.begins.name,
        )
        for one in everyone
        if one.begins
    ]
    common: tuple[Account, ...] = ()
    last = first + timedelta(days=min(max(days, 1), MOST_DAYS) - 1)
    with workspace.store.read() as tx:
        coming = coming_visits(tx, workspace.clock(), of=[one.rep for one in everyone], planned_anew=(first, last))
        if unowned:
            taught = learned(tx, workspace.clock())
            common = tuple(
                taught.apply(as_visited(one, first, coming)) for one in tx.accounts.find(territory_id="none")
            )
    if shared:
        common += tuple(account for one in everyone for account in one.accounts if account.id not in one.guests)
    ids = {account.id for account in common}
    owned = [tuple({account.id: account for account in (*one.accounts, *common)}.values()) for one in everyone]
    asleep = any(one.rep.nights and not one.rep.hotels for one in everyone)
    towns = area_towns(workspace) if asleep else ()
    accounts = [account for own in owned for account in own]
    pins = {one.rep.key: pins_with_file(one, pin_file, accounts) for one in everyone}
    notes += [fault for own in pins.values() for fault in own.faults]
    return Team(
        tuple(one.rep for one in everyone),
        tuple(owned),
        everyone[0].seen.closed_down,
        pins,
        tuple(dict.fromkeys(notes)),
        tuple(one.guests - ids for one in everyone),
        tuple(beds_for(one.rep, own, towns) for one, own in zip(everyone, owned, strict=True)),
        coming,
        everyone[0].seen.quiet,
    )


def _looked_after(team: Team) -> list[Account]:
    """The accounts whose visits are for the team to make: not those that are closed down, or only promised a visit."""
    own = {
        account.id: account
        for accounts, guests in zip(team.accounts, team.guests, strict=True)
        for account in accounts
        if account.id not in guests and account.id not in team.closed_down
    }
    return list(own.values())


def _most_wanted(wanted: list[Wanted], span: Span) -> tuple[list[Wanted], list[LeftOut]]:
    """Those to plan with: all, or of very many those worth most, the nearest first among equals."""
    if len(wanted) <= MOST_ACCOUNTS:
        return wanted, []
    homes = [rep.home for rep in span.reps if rep.home]

    def rank(one: Wanted) -> tuple[bool, int, float]:
        place = one.account.place
        required = any(candidate.required for candidate in one.on.values())
        away = min((straight_m(home, place) for home in homes), default=0.0) if place else 0.0
        return not required, -max(pattern.prize for pattern in one.patterns), away

    ranked = sorted(wanted, key=rank)
    reason = say(
        "of {due} accounts that are due, the {most} worth most were planned with",
        due=number(len(wanted)),
        most=number(MOST_ACCOUNTS),
    )
    out = [LeftOut(one.account, reason, code="less valuable") for one in ranked[MOST_ACCOUNTS:]]
    return sorted(ranked[:MOST_ACCOUNTS], key=lambda one: one.account.id), out


class _Bound(TypedDict):
    """What a part of the search may take, as its solver is told."""

    seconds: float | None
    steps: int | None


@dataclass(frozen=True, slots=True)
class _Search:
    """How the search is divided among its parts."""

    first: float
    fair: float
    nights: float


def _shares(*, nights: bool, fair: bool) -> _Search:
    for_nights = NIGHTS_SHARE if nights else 0.0
    for_fair = (1 - for_nights) * FAIR_SHARE if fair else 0.0
    return _Search(1 - for_nights - for_fair - (0.0 if nights else BOUND_SHARE), for_fair, for_nights)


def _part(seconds: float | None, steps: int | None, share: float) -> _Bound:
    """A share of the whole search."""
    return {
        "seconds": None if seconds is None else share * seconds,
        "steps": None if steps is None else max(1, round(share * steps)),
    }


def _solved(
    problem: HorizonProblem,
    *,
    seconds: float | None,
    steps: int | None,
    seed: int,
    progress: Progress,
    drawn: Callable[[HorizonPlan], dict[str, Any]],
) -> HorizonPlan:
    from routing.planner.solve_horizon import solve_horizon

    def told(plan: HorizonPlan) -> str:
        visits = sum(len(day.stops) for day in plan.shifts)
        return say("{visits} visits, {driving} driving", visits=visits, driving=minutes_in_words(plan.travel_s))

    plan: HorizonPlan = solved_by(
        solve_horizon, problem, told, seconds=seconds, steps=steps, seed=seed, progress=progress, drawn=drawn
    )
    refuse_faults(check_horizon(problem, plan))
    return plan


def _judged(
    problem: HorizonProblem, plan: HorizonPlan, *, seconds: float | None, steps: int | None, progress: Progress
) -> HorizonPlan:
    """The plan with what no plan is worth more than. Who may sleep away could do better than that, in other beds."""
    from routing.planner.horizon_bound import bounded

    with until_stopped(progress, lambda: say("Proving how good the plan is"), seconds) as stop:
        return bounded(problem, plan, seconds=seconds, calls=steps, stop=stop)


def _kept(workspace: Workspace, reps: Sequence[Rep], plan: WeekPlan, known: Known) -> WeekPlan:
    """Keep all days or none, each as the current plan of its rep; who is not in it is on another day, or left out."""
    ids = {rep.key: rep.id for rep in reps}
    part = PartOf(plan.first, plan.last, plan.value, plan.quality)
    saved = []
    for one in plan.days:
        elsewhere = on_other_days(plan.days, one)
        told = one.account_ids | {other.account_id for other in elsewhere}
        rest = [other for other in plan.omissions if other.account_id not in told]
        saved.append((ids[one.rep_key], replace(one, omissions=(*elsewhere, *rest), part_of=part)))
    kept = keep_plans(workspace, saved, known)
    days = tuple(replace(one, id=numbered.id) for one, numbered in zip(plan.days, kept, strict=True))
    return replace(plan, days=days)

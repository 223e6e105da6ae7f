"""A day as it is planned, taken up again: to ask what else would fit, and what it would cost."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from gcrm.accounts.model import Account
from gcrm.people.model import Rep
from gcrm.people.working_week import WorkingDay
from gcrm.planning.appointment_rules import pin_of
from gcrm.planning.candidates import Candidate, hours_on
from gcrm.planning.day_plan import DayPlan, Stop
from gcrm.planning.overrides import decided_pins
from gcrm.planning.pins import NO_PINS, Pins
from gcrm.planning.planned_day import as_planned, end_of
from gcrm.planning.problem import state_day
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace
from routing.planner.timeline import Clock, Timeline


@dataclass(frozen=True, slots=True)
class DayInHand:
    """The stops of a plan in their order, and further candidates that are not in it.

    candidates: the stops first, then the others; line: the times of the stops; begun: numbers of the stops that are
    behind or under way. plan is None where nothing is planned yet: then the day is empty.
    """

    rep: Rep
    working: WorkingDay
    plan: DayPlan | None
    candidates: tuple[Candidate, ...]
    stops: int
    clock: Clock
    line: Timeline
    begun: frozenset[int] = frozenset()

    @property
    def others(self) -> range:
        """Visit numbers of the candidates that are not in the plan."""
        return range(self.stops, len(self.candidates))

    def slots(self, visit: int) -> list["Slot"]:
        """Where a visit fits between the stops without moving any out of its hours, cheapest first."""
        return self._slots_along(self.line, visit, ())

    def dear_slots(self, visit: int) -> list["Slot"]:
        """Where a visit fits in the stead of one or two others that are worth least; () where none gives way.

        What is promised, decided by hand, behind or under way gives way to nobody.
        """
        visits = self.clock.problem.visits
        may_go = [one for one in self.line.order if not visits[one].is_settled and one not in self.begun]
        for number in (1, 2):
            for gone in sorted(combinations(may_go, number), key=lambda some: sum(visits[v].prize for v in some)):
                line = self.clock.timeline([one for one in self.line.order if one not in gone])
                if line.possible and (found := self._slots_along(line, visit, gone)):
                    return found
        return []

    def name(self, number: int | None, *, first: bool = False) -> str:
        """Who a visit goes to; of None the place where the night before (`first`) or after is spent."""
        if number is not None:
            return self.candidates[number].account.name
        return end_of(self.working.begins if first else self.working.ends)

    def _slots_along(self, line: Timeline, visit: int, gone: tuple[int, ...]) -> list["Slot"]:
        places = range(len(line.order) + 1)
        found = [slot for position in places for slot in self._slots_at(line, position, visit, gone)]
        return sorted(found, key=lambda slot: (slot.extra_s, slot.first_s))

    def _slots_at(self, line: Timeline, position: int, visit: int, gone: tuple[int, ...]) -> list["Slot"]:
        clock = self.clock
        before, after = clock.row(line.order, position - 1), clock.row(line.order, position)
        out_s, on_s = clock.travel[before][visit + 1], clock.travel[visit + 1][after]
        detour_s = clock.detour(line, position, visit)
        if detour_s is None:
            return []
        there = clock.drive(line.leave[position], out_s)
        by = clock.drive_by(line.arrive_by[position], on_s)
        metres = clock.problem.matrix.metres
        extra_m = int(metres[before, visit + 1]) + int(metres[visit + 1, after]) - int(metres[before, after])
        extra_s = detour_s + line.travel_s - self.line.travel_s
        spans: list[tuple[int, int]] = []
        for arrive, leave_by in zip(there, by, strict=True):
            latest_end = leave_by - clock.service[visit]
            for opens, closes in clock.windows[visit]:
                first, last = max(arrive, opens), min(closes, latest_end)
                if first <= last:
                    spans.append((first, last))
        order = line.order
        return [
            Slot(
                first,
                last,
                extra_s,
                extra_m,
                after=self.name(order[position - 1] if position else None, first=True),
                before=self.name(order[position] if position < len(order) else None),
                gone=gone,
            )
            for first, last in _joined(spans)
        ]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a visit would fit, beginning anywhere from first_s to last_s, between the visits `after` and `before`.

    extra_s, extra_m: the driving that it adds. gone: numbers of the stops in whose stead it comes.
    """

    first_s: int
    last_s: int
    extra_s: int
    extra_m: int
    after: str = ""
    before: str = ""
    gone: tuple[int, ...] = ()


def day_in_hand(
    workspace: Workspace, rep: Rep, working: WorkingDay, others: Sequence[Candidate] = (), pins: Pins = NO_PINS
) -> DayInHand:
    """The current plan of a day with other candidates beside it. Raises NotReady where no area is imported.

    pins: what is promised or decided, so that it is given up for nobody.
    """
    with workspace.store.read() as tx:
        plan = tx.plans.current(rep.id, working.day)
        stops = plan.stops if plan else ()
        known = {account.id: account for account in tx.accounts.by_ids([stop.account_id for stop in stops])}
    planned = [
        replace(
            planned_candidate(account, stop, working),
            required=(pin := pins.on(account.id, working.day)) is not None,
            said=pin.said if pin else "",
        )
        for stop in stops
        if (account := known.get(stop.account_id)) and account.place
    ]
    started = {stop.account_id for stop in stops if stop.start <= workspace.clock()}
    begun = frozenset(number for number, one in enumerate(planned) if one.account.id in started)
    inside = {candidate.account.id for candidate in planned}
    candidates = (*planned, *(other for other in others if other.account.id not in inside))
    working = as_planned(working, plan)
    problem = state_day(candidates, working, workspace.travel_times)
    clock = Clock(problem)
    return DayInHand(rep, working, plan, candidates, len(planned), clock, clock.timeline(range(len(planned))), begun)


def settled_pins(tx: Transaction, rep: Rep, day: date) -> Pins:
    """What is promised for a rep's day, or decided about it by hand."""
    promised = [one for one in tx.appointments.between(day, day) if one.till is None and one.rep_id in {rep.id, None}]
    return Pins(tuple(pin_of(one) for one in promised)) | decided_pins({day: tx.overrides.on(rep.id, day)})


def planned_candidate(account: Account, stop: Stop, working: WorkingDay) -> Candidate:
    """A stop of a plan as a candidate again; what was planned stays possible even if the hours have changed since."""
    start, leave = working.second(stop.start), working.second(stop.leave)
    hours = hours_on(account, working.day, working.rep)
    windows = hours.windows
    if not any(opens <= start and leave <= closes for opens, closes in windows):
        windows = tuple(sorted((*windows, (start, leave))))
    # What is behind stays where it was.
    fixed = start if stop.fixed or stop.done else None
    return Candidate(account, stop.prize, leave - start, windows, hours, fixed_start=fixed)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined

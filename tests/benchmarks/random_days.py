"""Days and weeks planned among accounts with awkward hours, judged by assertions that share nothing with the planner.

    python -m tests.benchmarks.random_days --area EXTRACT --accounts CSV --days 20 --weeks 3

The accounts of a CSV with lon and lat get hours as people type them, each with what it means written out here by hand;
reps get split shifts, nights, breaks, skills, slack; some visits are promised, some accounts have been visited, some
are closed down. Every day and week is planned by steps, so that a seed is the same run on any machine, and each plan is
held against the rules again: hours, shifts, breaks, promises, skills, minutes and counts. Exits 1 where one is broken.
"""

import argparse
import csv
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.areas.import_area import import_area
from gcrm.people.model import Rep, Shift
from gcrm.people.working_week import read_break, read_week
from gcrm.planning.day_plan import DayPlan, OmissionCode
from gcrm.planning.model import Appointment
from gcrm.planning.plan_day import plan_day
from gcrm.planning.plan_horizon import plan_horizon
from gcrm.planning.week_plan import WeekPlan
from gcrm.platform.settings import Settings
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat

NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)
FIRST = date(2026, 11, 30)
SPAN_DAYS = 40
STEPS = 150
EPS = 0.05
"""Minutes; plans are to the second."""
Spans = tuple[tuple[int, int], ...]
"""Minutes of a day, (opens, closes); closes may lie past midnight."""
WEEKDAYS, WEEKEND = range(5), range(5, 7)
HOLIDAYS = {
    "LI": {date(2026, 12, 8), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)},
    "FI": {date(2026, 12, 6), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 1, 6)},
}
"""Public holidays of the days that are planned. Source: the two countries' laws on holidays."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Hours as they are typed, and from a day to when a visit may begin and end; None: never dropped in on."""

    text: str
    means: Callable[[date, set[date]], Spans | None]


def _on(days: Sequence[int], *spans: tuple[float, float]) -> Callable[[date, set[date]], Spans]:
    minutes = tuple((round(first * 60), round(last * 60)) for first, last in spans)
    return lambda day, _: minutes if day.weekday() in days else ()


def _but_holidays(known: Callable[[date, set[date]], Spans | None]) -> Callable[[date, set[date]], Spans | None]:
    return lambda day, holidays: () if day in holidays else known(day, holidays)


def _split_by_day(days: Sequence[int], one: Spans, others: Sequence[int], other: Spans) -> Callable[..., Spans]:
    return lambda day, _: one if day.weekday() in days else other if day.weekday() in others else ()


HOURS = (
    Typed("Mo-Fr 08:00-12:00,13:30-18:00", _on(WEEKDAYS, (8, 12), (13.5, 18))),
    Typed("Mo, Di, Do 9-12 und 14-17 Uhr", _on((0, 1, 3), (9, 12), (14, 17))),
    Typed("daily 10am-6pm", _on(range(7), (10, 18))),
    Typed("Tu-Su 11:00-14:30, 17:30-22:00", _on(range(1, 7), (11, 14.5), (17.5, 22))),
    Typed("by appointment", lambda _day, _holidays: None),
    Typed("Mo-Fr 1-5pm", _on(WEEKDAYS, (13, 17))),
    Typed("24/7", _on(range(7), (0, 24))),
    Typed("Mo-Fr 8.30-12, Sa 9-12", _split_by_day(WEEKDAYS, ((510, 720),), (5,), ((540, 720),))),
    Typed("Mo-Sa 09:00-17:00; PH off", _but_holidays(_on(range(6), (9, 17)))),
    Typed("PH off; Mo-Fr 07:00-16:00", _but_holidays(_on(WEEKDAYS, (7, 16)))),
    Typed("Mo-Su 20:00-04:00", _on(range(7), (0, 4), (20, 28))),
    Typed("lun-ven 9h-12h / 14h-18h30", _on(WEEKDAYS, (9, 12), (14, 18.5))),
    Typed("Ma-Pe 9-17, La 10-14", _split_by_day(WEEKDAYS, ((540, 1020),), (5,), ((600, 840),))),
    Typed("off", lambda _day, _holidays: ()),
    Typed("Mo-Fr 08:00-sunset", _on(WEEKDAYS, (8, 16.7))),
    Typed("lunedì-venerdì 8:30-12:30", _on(WEEKDAYS, (8.5, 12.5))),
)
SHIFTS = (
    ("Mo-Fr 08:00-17:00", "45@11:30-13:30"),
    ("Mo-Th 08:00-12:00,13:00-17:00", "none"),
    ("Mo-Sa 07:00-15:30", "30@10:00-12:00"),
    ("Mo-Fr 20:00-04:00", "30@23:00-02:00"),
    ("Mo,We,Fr 09:00-13:00", "none"),
)


@dataclass(frozen=True, slots=True)
class Made:
    """A world: the rep, the accounts with the hours they were given, and what is promised."""

    rep: Rep
    hours: dict[int, Typed]
    accounts: dict[int, Account]
    promised: dict[int, Appointment]
    closed: frozenset[int]
    holidays: set[date]


def made(workspace: Workspace, places: Sequence[tuple[str, LonLat]], number: int, country: str) -> Made:
    """One rep with some thirty to eighty accounts, all at random by the number."""
    chance = random.Random(number)
    week, pause = chance.choice(SHIFTS)
    zone = {"LI": "Europe/Vaduz", "FI": "Europe/Helsinki"}[country]
    rep = Rep(
        f"r{number}",
        f"Rep {number}",
        "",
        chance.choice(places)[1],
        read_week(week),
        zone,
        read_break(pause),
        max_driving_minutes=chance.choice([None, None, 90]),
        skills=("coffee",) if chance.random() < 0.5 else (),
        parking_minutes=chance.choice([0, 0, 4]),
        home_on_time=chance.choice([None, None, 0.9]),
    )
    typed = {}
    fresh = []
    for name, place in chance.sample(list(places), chance.randrange(30, 80)):
        hours = chance.choice(HOURS)
        visited = chance.choice([None, FIRST - timedelta(days=chance.randrange(1, 120))])
        fresh.append(
            Account(
                f"{name} {len(fresh)}",
                place=place,
                kind=chance.choice([Kind.CUSTOMER, Kind.CUSTOMER, Kind.PROSPECT]),
                priority=chance.choice(list(Priority)),
                opening_hours=hours.text,
                visit_minutes=chance.choice([15, 30, 45, 75]),
                visit_every_days=chance.choice([14, 30, 60]),
                last_visit=visited,
                skills=("coffee",) if chance.random() < 0.15 else (),
            )
        )
        typed[fresh[-1].name] = hours
    with workspace.store.write() as tx:
        rep = tx.reps.add(rep)
        territory = tx.territories.add(Territory(f"t{number}", rep.id))
        kept = tx.accounts.add_many(fresh)
        tx.accounts.set_territories({one.id: territory.id for one in kept})
        accounts = {one.id: one for one in tx.accounts.by_ids([one.id for one in kept])}
        promised = {}
        for account in chance.sample(list(accounts.values()), 4):
            day = FIRST + timedelta(days=chance.randrange(12))
            start = chance.choice([None, time(10), time(14, 30), time(21)])
            promised[account.id] = tx.appointments.add(Appointment(account.id, day, start, chance.choice([None, 20])))
    hours = {one.id: typed[one.name] for one in accounts.values()}
    return Made(rep, hours, accounts, promised, frozenset(), HOLIDAYS[country])


@dataclass
class _Judge:
    """A planned day under judgement, in minutes since midnight of the rep's own day. found: a sentence a fault."""

    world: Made
    plan: DayPlan
    when: str
    found: list[str] = field(default_factory=list)

    def check(self, said: str, *, holds: bool) -> None:
        if not holds:
            self.found.append(f"{self.when}, {self.world.rep.key}: {said}")

    def minute(self, instant: datetime) -> float:
        midnight = datetime.combine(self.plan.day, time(0), ZoneInfo(self.world.rep.zone))
        return (instant.astimezone(UTC) - midnight.astimezone(UTC)).total_seconds() / 60

    def counts(self) -> None:
        planned, left = self.plan.account_ids, Counter(one.account_id for one in self.plan.omissions)
        self.check("an account twice on one day", holds=len(planned) == len(self.plan.stops))
        self.check("an account is both planned and left out", holds=not planned & left.keys())
        self.check("an account is left out twice", holds=all(times == 1 for times in left.values()))
        self.check("no reason is given", holds=all(one.reason for one in self.plan.omissions))
        drives = sum(stop.travel_s for stop in self.plan.stops) + (self.plan.home_travel_s or 0)
        self.check(f"drives of {drives} s add up to {self.plan.travel_s}", holds=drives == self.plan.travel_s)
        visits = sum(stop.service_s for stop in self.plan.stops)
        self.check("visits do not add up", holds=visits == self.plan.service_s)
        most = self.world.rep.max_driving_minutes
        self.check("more driving than allowed", holds=most is None or self.plan.travel_s <= most * 60)

    def visits(self, shift: Shift) -> None:
        stretches = _stretches(shift)
        begins = stretches[0][0]
        for stop in self.plan.stops:
            account = self.world.accounts[stop.account_id]
            first, last = self.minute(stop.start), self.minute(stop.leave)
            promise = self.world.promised.get(account.id)
            here = promise if promise and promise.day == self.plan.day else None
            wanted = (here.minutes if here else None) or account.visit_minutes or 0
            name = account.name
            self.check(f"{name} takes {last - first:g} min, not {wanted}", holds=abs(last - first - wanted) < EPS)
            self.check(f"{name} begins before it is reached", holds=self.minute(stop.arrive) <= first + EPS)
            within = any(a - EPS <= first and last <= b + EPS for a, b in stretches)
            self.check(f"{name} is outside the shift", holds=within)
            able = not set(account.skills) - set(self.world.rep.skills)
            self.check(f"{name} needs a skill", holds=able)
            if here and here.start:
                at = here.start.hour * 60 + here.start.minute
                at += 1440 if at < begins else 0
                self.check(f"{name} is not at its promised time", holds=abs(first - at) < EPS)
                continue
            spans = _spans(self.world, account.id, self.plan.day)
            inside = any(a - EPS <= first and last <= b + EPS for a, b in spans or ())
            said = f"{name} at {first:g}-{last:g}, hours {account.opening_hours!r}"
            self.check(said, holds=inside or (here is not None and spans is None))
        for one, after in pairwise(self.plan.stops):
            in_time = self.minute(one.leave) + after.travel_s / 60 <= self.minute(after.arrive) + EPS
            self.check("a drive takes less than it takes", holds=in_time)
        self.check("home after the hours", holds=self.minute(self.plan.home_arrive) <= stretches[-1][1] + EPS)

    def pause(self, shift: Shift) -> None:
        taken, lunch = self.plan.break_, self.world.rep.lunch
        begins, ends = _stretches(shift)[0][0], _stretches(shift)[-1][1]
        if taken is None:
            return
        rest = self.minute(taken.start), self.minute(taken.end)
        clear = all(
            rest[1] <= self.minute(s.start) + EPS or rest[0] >= self.minute(s.leave) - EPS for s in self.plan.stops
        )
        self.check("the break is in a visit", holds=clear)
        self.check("the break is outside the shift", holds=begins - EPS <= rest[0] and rest[1] <= ends + EPS)
        if shift.pause:
            return
        self.check("a break that nobody asked for", holds=lunch is not None)
        if lunch:
            earliest, latest = (moment.hour * 60 + moment.minute for moment in (lunch.earliest, lunch.latest))
            earliest += 1440 if earliest < begins else 0
            latest += 1440 if latest < earliest else 0
            self.check("the break is too short", holds=rest[1] - rest[0] >= lunch.minutes - EPS)
            self.check("the break is outside its span", holds=earliest - EPS <= rest[0] and rest[1] <= latest + EPS)


def _stretches(shift: Shift) -> list[tuple[int, int]]:
    """Of a shift, in minutes since midnight."""
    begins = shift.starts.hour * 60 + shift.starts.minute
    ends = shift.ends.hour * 60 + shift.ends.minute + (1440 if shift.past_midnight else 0)
    if not shift.pause:
        return [(begins, ends)]
    pause = [moment.hour * 60 + moment.minute for moment in shift.pause]
    return [(begins, pause[0]), (pause[1], ends)]


def faults_of_day(world: Made, plan: DayPlan, when: str, *, alone: bool = True) -> list[str]:
    """Every rule that a planned day breaks, in a sentence each. alone: whether it tells of all accounts by itself."""
    judge = _Judge(world, plan, when)
    shift = world.rep.week[plan.day.weekday()]
    judge.check("visits on a day without work", holds=shift is not None or not plan.stops)
    judge.counts()
    if alone:
        told = plan.account_ids | {one.account_id for one in plan.omissions}
        silent = [world.accounts[one].name for one in world.accounts.keys() - told]
        judge.check(f"neither planned nor left out: {', '.join(silent[:3])}", holds=not silent)
    if shift is not None and plan.stops:
        judge.visits(shift)
        judge.pause(shift)
    return judge.found


def _spans(world: Made, account_id: int, day: date) -> Spans | None:
    """When a visit may be there: today, and for who works nights after midnight too."""
    means = world.hours[account_id].means
    today, tomorrow = means(day, world.holidays), means(day + timedelta(days=1), world.holidays)
    if today is None:
        return None
    after = tuple((first + 1440, last + 1440) for first, last in tomorrow or ())
    joined: list[tuple[int, int]] = []
    for first, last in sorted((*today, *after)):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return tuple(joined)


def faults_of_days(world: Made, plans: Sequence[DayPlan]) -> list[str]:
    """An account that stands on two coming days though neither a promise nor its cycle asks for it."""
    seen: dict[int, date] = {}
    found = []
    for plan in sorted(plans, key=lambda one: one.day):
        for account_id in plan.account_ids:
            account, before = world.accounts[account_id], seen.get(account_id)
            every = account.visit_every_days or 0
            promise = world.promised.get(account_id)
            asked = promise is not None and promise.day in {plan.day, before}
            if before and (plan.day - before).days < every / 2 and not asked:
                found.append(f"{account.name} of {world.rep.key} is planned on {before} and {plan.day}, every {every}")
            seen[account_id] = plan.day
    return found


def faults_of_week(world: Made, plan: WeekPlan) -> list[str]:
    """Rules of weeks: those of each day, none twice, and counts that add up."""
    found = [fault for day in plan.days for fault in faults_of_day(world, day, f"week, {day.day}", alone=False)]
    found += faults_of_days(world, plan.days)
    visits = sum(len(day.stops) for day in plan.days)
    if visits != plan.visits:
        found.append(f"week of {plan.first}: {visits} visits stand in its days, {plan.visits} are told")
    if plan.visits_due != plan.visits + len(plan.missed):
        found.append(f"week of {plan.first}: {plan.visits} + {len(plan.missed)} missed are not {plan.visits_due}")
    for key in ("travel_s", "service_s", "distance_m"):
        total = sum(getattr(day, key) for day in plan.days)
        if total != getattr(plan, key):
            found.append(f"week of {plan.first}: {key} of its days is {total}, told {getattr(plan, key)}")
    due = {one.id for one in world.accounts.values() if _is_due(one, plan.last)}
    told = {stop.account_id for day in plan.days for stop in day.stops} | {one.account_id for one in plan.missed}
    silent = [world.accounts[one].name for one in due - told]
    if silent:
        found.append(f"week of {plan.first}: due and neither visited nor missed: {', '.join(silent[:5])}")
    return found


def _is_due(account: Account, last: date) -> bool:
    """Whether a customer's cycle ends by that day."""
    if account.last_visit is None or account.kind is not Kind.CUSTOMER:
        return False
    return account.last_visit + timedelta(days=account.visit_every_days or 0) <= last


def run(home: Path, accounts: Path, country: str, days: int, weeks: int, seed: int) -> int:
    """Plan and judge. Returns how many faults were found, and prints each."""
    with accounts.open(encoding="utf-8") as file:
        places = [
            (row["name"][:60], LonLat(float(row["lon"]), float(row["lat"])))
            for row in csv.DictReader(file)
            if row.get("lon") and row.get("name")
        ]
    workspace = Workspace(Settings(home=home), lambda: NOW)
    faults: list[str] = []
    planned = stops = 0
    worlds = max(1, days // 5)
    for number in range(worlds):
        world = made(workspace, places, seed * 1000 + number, country)
        plans: list[DayPlan] = []
        chance = random.Random(number)
        for offset in sorted(chance.sample(range(SPAN_DAYS), 5)):
            day = FIRST + timedelta(days=offset)
            plan = plan_day(workspace, world.rep.key, day, steps=STEPS, seed=number + 1)
            faults += faults_of_day(world, plan, str(day))
            plans.append(plan)
            planned += 1
            stops += len(plan.stops)
        faults += faults_of_days(world, plans)
        codes = {one.code for plan in plans for one in plan.omissions}
        if OmissionCode.UNKNOWN in codes:
            faults.append(f"{world.rep.key}: an omission without a code")
    for number in range(weeks):
        world = made(workspace, places, seed * 1000 + 500 + number, country)
        week = plan_horizon(workspace, [world.rep.key], FIRST, weeks=2, steps=STEPS, seed=number + 1)
        faults += faults_of_week(world, week)
        stops += week.visits
    workspace.close()
    for fault in faults:
        sys.stdout.write(f"FAULT {fault}\n")
    sys.stdout.write(f"{planned} days and {weeks} times two weeks, {stops} visits: {len(faults)} faults\n")
    return len(faults)


def main() -> int:
    """Run it on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--area", type=Path, required=True, help="an OpenStreetMap extract")
    parser.add_argument("--accounts", type=Path, required=True, help="CSV with name, lon and lat")
    parser.add_argument("--country", choices=sorted(HOLIDAYS), default="LI")
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--weeks", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Settings(home=Path(folder)), lambda: NOW)
        import_area(workspace, given.area)
        workspace.close()
        found = run(Path(folder), given.accounts, given.country, given.days, given.weeks, given.seed)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

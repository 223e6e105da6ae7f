"""Why an account is in a plan, or why it is not and what would let it in, as a person says it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from gcrm.common.language import number, say, to_say
from gcrm.common.wording import day_in_words, listed, minutes_in_words
from gcrm.people.working_week import WorkingDay, working_day
from gcrm.planning.candidates import Candidate, LeftOut, account_words, could_visit
from gcrm.planning.due_status import due_words
from gcrm.planning.problem import state_day
from routing.planner.change import Change
from routing.planner.drop_reasons import Code, Reason, dropped_reasons
from routing.planner.plan import DayPlan, PlannedStop
from routing.planner.problem import DayProblem
from routing.planner.schedule import schedule
from routing.planner.timeline import Clock
from routing.points import as_points
from routing.travel_times.protocol import TravelTimes

OPEN_WITHIN_DAYS = 14
TRIED = 40
"""Of so many who lack least it is tried what would let them in; each costs some milliseconds."""


def why(candidate: Candidate, stop: PlannedStop, working: WorkingDay) -> str:
    """One line for a stop: "3 weeks overdue, A account, open until 12:00"."""
    parts = [due_words(candidate.account, working.day), account_words(candidate.account)]
    if candidate.said:
        parts.insert(0, candidate.said)
    if candidate.fixed_start is not None:
        return ", ".join(parts)
    opens, closes = next(
        (window for window in candidate.windows if window[0] <= stop.start <= window[1]), (stop.start, stop.leave)
    )
    if not candidate.hours.known:
        typed = candidate.account.opening_hours
        parts.append(say("opening hours not understood") if typed else say("opening hours not known"))
    elif closes < working.end_s:
        parts.append(say("open until {time}", time=working.moment(closes)))
    elif stop.start > stop.arrive and stop.start == opens:
        parts.append(say("opens {when}", when=working.moment(opens)))
    return ", ".join(parts)


def left_out(
    candidates: Sequence[Candidate],
    problem: DayProblem,
    plan: DayPlan,
    working: WorkingDay,
    travel_times: TravelTimes,
) -> list[LeftOut]:
    """Why each candidate of the problem that is not in the plan was left out."""
    reasons = dropped_reasons(problem, plan)
    for visit in plan.dropped:
        # The travel times alone do not tell a place without a road from one on an island.
        if reasons[visit].code is Code.OFF_NETWORK and _has_road(candidates[visit], travel_times):
            reasons[visit] = Reason(Code.UNREACHABLE)
    return [
        _promised(candidates[visit], _said(candidates, visit, reasons[visit], problem, working))
        for visit in plan.dropped
    ]


def with_tried_remedies(
    out: Sequence[LeftOut],
    planned: Sequence[Candidate],
    working: WorkingDay,
    travel_times: TravelTimes,
) -> list[LeftOut]:
    """Those left out because of hours, with what would let them in beside what is planned, the drives counted.

    planned: the visits of the plan, in order. It is tried for those who lack least; of others nothing is said. Of those
    who are closed that day, the next day on which they could be visited.
    """
    out = with_open_days(out, working)
    asked = sorted((one for one in out if one.as_candidate), key=lambda one: one.lacking_s)[:TRIED]
    if not asked or working.off:
        return list(out)
    beside = tried_beside([one.as_candidate for one in asked if one.as_candidate], planned, working, travel_times)
    tried = {one.account.id: one for one in beside}
    return [
        replace(one, remedy=tried[one.account.id].remedy, instead_of=tried[one.account.id].instead_of)
        if one.as_candidate and one.account.id in tried
        else one
        for one in out
    ]


def with_open_days(out: Sequence[LeftOut], working: WorkingDay) -> list[LeftOut]:
    """Those who are closed that day, with the next day on which rep and account both could; nothing where none is."""
    found = []
    left = TRIED
    for one in out:
        if one.code == Code.CLOSED and not one.remedy and left > 0:
            left -= 1
            days = (working.day + timedelta(days=number) for number in range(1, OPEN_WITHIN_DAYS + 1))
            day = next((day for day in days if could_visit(one.account, working_day(working.rep, day))), None)
            found.append(replace(one, remedy=say("plan {day}", day=day_in_words(day))) if day else one)
        else:
            found.append(one)
    return found


def tried_beside(
    asked: Sequence[Candidate], planned: Sequence[Candidate], working: WorkingDay, travel_times: TravelTimes
) -> list[LeftOut]:
    """Each of them tried beside what is planned, in its order: why it is not in, and what would let it in."""
    if not asked:
        return []
    candidates = [*planned, *asked]
    problem = state_day(candidates, working, travel_times)
    plan = schedule(Clock(problem), tuple(range(len(planned))))
    return [] if plan is None else left_out(candidates, problem, plan, working, travel_times)


def _promised(candidate: Candidate, out: LeftOut) -> LeftOut:
    """The reason with what was promised, or decided by a person, and is not kept."""
    if not (candidate.required and candidate.said):
        return out
    return replace(out, reason=say("{pin}, but {reason}", pin=candidate.said, reason=out.reason))


def not_looked_at(candidate: Candidate, among: int, looked_at: int, away_m: float | None) -> LeftOut:
    """Why a candidate was not even among those that the plan chose from. What would let it in has to be tried."""
    far = say(", {km} km from home", km=number(away_m / 1000)) if away_m is not None else ""
    return LeftOut(
        candidate.account,
        say(
            "{account}{far}: of {among} accounts that could be visited, the {looked_at} most worth their "
            "way were planned with",
            account=account_words(candidate.account),
            far=far,
            among=number(among),
            looked_at=number(looked_at),
        ),
        code="less valuable",
        as_candidate=candidate,
    )


def _has_road(candidate: Candidate, travel_times: TravelTimes) -> bool:
    place = candidate.account.place
    return place is not None and bool(travel_times.snap(as_points([place])).on_network[0])


def _said(
    candidates: Sequence[Candidate], visit: int, reason: Reason, problem: DayProblem, working: WorkingDay
) -> LeftOut:
    candidate = candidates[visit]
    what = account_words(candidate.account)
    helps = _helps(reason)
    other = listed([candidates[one].account.name for one in reason.instead_of])
    out_s, back_s = int(problem.matrix.seconds[0, visit + 1]), int(problem.matrix.seconds[visit + 1, problem.end])
    match reason.code:
        case Code.OFF_NETWORK:
            said = (say("more than 1 km from any road"), say("move it to where its entrance is"))
        case Code.UNREACHABLE:
            said = (say("no road leads there from home and back"), say("move it to a road that can be reached"))
        case Code.CLOSED:
            said = (candidate.hours.closed or say("closed that day"), "")
        case Code.WINDOW_TOO_SHORT:
            said = (say("its opening hours are too short for the visit"), helps)
        case Code.OUTSIDE_HOURS:
            said = (
                say(
                    "open {spans}, {minutes} from home: not within working hours",
                    spans=_spans(candidate, working),
                    minutes=minutes_in_words(out_s),
                ),
                helps,
            )
        case Code.TOO_FAR:
            said = (
                say(
                    "too far: {there} there and {back} back",
                    there=minutes_in_words(out_s),
                    back=minutes_in_words(back_s),
                ),
                helps,
            )
        case Code.DRIVING_LIMIT:
            both = minutes_in_words(out_s + back_s)
            said = (say("too far for the driving limit: {minutes} there and back", minutes=both), helps)
        case Code.NO_ROOM_FOR_BREAK:
            said = (say("leaves no room for the break"), helps)
        case Code.CLASH:
            said = (say("clashes with {other}", other=other), helps)
        case Code.NOTHING_TO_GAIN:
            said = (say("fits, but a visit to this {account} is worth nothing that day", account=what), "")
        case Code.FITS:
            fits = say("would still fit, the search has not come to this {account}", account=what)
            said = (fits, _put_in(candidate, working))
        case _:
            settled = [candidates[one] for one in reason.instead_of] if reason.code is Code.IN_THE_WAY else []
            said = _in_the_way(settled, helps, working) if settled else _full(candidate, reason, what, helps, other)
    text = f"{said[0]} ({candidate.hours.said})" if candidate.hours.said and reason.code in _BY_HOURS else said[0]
    swap = reason.code is Code.LESS_VALUABLE
    gives_way = tuple(candidates[one].account.id for one in reason.instead_of if swap)
    return LeftOut(candidate.account, text, said[1], reason.code.value, (reason.short_min or 0) * 60, gives_way)


def _put_in(candidate: Candidate, working: WorkingDay) -> str:
    """The command that puts a visit into a day where it fits."""
    command = f"gcrm plan move {candidate.account.id} --rep {working.rep.key} --date {working.day} --apply"
    return say("put it in: `{command}`", command=command)


_BY_HOURS = {Code.CLOSED, Code.WINDOW_TOO_SHORT, Code.OUTSIDE_HOURS}


def _helps(reason: Reason) -> str:
    """The change that would let it in, "" where none would."""
    if reason.change is None:
        return ""
    return say(_HELPS[reason.change], minutes=minutes_in_words((reason.short_min or 0) * 60))


_HELPS = {
    Change.DAY_LATER: to_say("fits if the day ends {minutes} later"),
    Change.DAY_EARLIER: to_say("fits if the day begins {minutes} earlier"),
    Change.MORE_DRIVING: to_say("fits with {minutes} more of driving allowed"),
    Change.OPENS_EARLIER: to_say("fits if it opens {minutes} earlier"),
    Change.CLOSES_LATER: to_say("fits if it closes {minutes} later"),
    Change.SHORTER_VISIT: to_say("fits if the visit is {minutes} shorter"),
    Change.STARTS_EARLIER: to_say("fits if the appointment is {minutes} earlier"),
    Change.STARTS_LATER: to_say("fits if the appointment is {minutes} later"),
}


def _in_the_way(promised: Sequence[Candidate], helps: str, working: WorkingDay) -> tuple[str, str]:
    """What is promised is in the way. It is never offered to be given up: a promise is a person's to take back."""
    named = listed([_named_at(one, working) for one in promised])
    return say("the visit that is promised to {account} is in the way", account=named), helps


def _named_at(one: Candidate, working: WorkingDay) -> str:
    if one.fixed_start is None:
        return one.account.name
    return say("{account} at {time}", account=one.account.name, time=working.moment(one.fixed_start))


def _full(candidate: Candidate, reason: Reason, what: str, helps: str, other: str) -> tuple[str, str]:
    """The day is full of visits that are worth more."""
    if reason.detour_min is None:
        detour = say("no time for this {account}", account=what)
    elif reason.detour_min <= 0:
        detour = say(
            "on the way, but no time for {minutes} with this {account}",
            minutes=minutes_in_words(candidate.service_s),
            account=what,
        )
    else:
        minutes = minutes_in_words(reason.detour_min * 60)
        detour = say("{minutes} of detour for this {account}", minutes=minutes, account=what)
    remedies = [say("swap with {account}", account=other)] if other else []
    remedies += [helps] if helps else []
    full = say("the day is full of visits that are worth more for their time: {detour}", detour=detour)
    return full, say(", or ").join(remedies)


def _spans(candidate: Candidate, working: WorkingDay) -> str:
    return ", ".join(f"{working.clock(start)}-{working.clock(end)}" for start, end in candidate.windows)

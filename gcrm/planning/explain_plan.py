"""Why an account is in a plan, or why it is not and what would let it in."""

from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.planning.answers import Explanation
from gcrm.planning.day_plan import HOME, DayPlan, Stop
from gcrm.planning.due_status import due_words
from gcrm.workspace import Workspace

ALWAYS = "00:00-00:00"
"""Open from midnight to midnight, as an account is planned whose hours are not known."""


def explain_plan(workspace: Workspace, plan_id: int, account_id: int) -> Explanation:
    """What a kept plan says about an account. Raises NotFound for a plan or an account that is not there."""
    with workspace.store.read() as tx:
        plan = tx.plans.get(plan_id)
    return explain(workspace, plan, account_id)


def explain(workspace: Workspace, plan: DayPlan, account_id: int) -> Explanation:
    """As `explain_plan`, of a plan that is at hand."""
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        owners = {one.id: one.rep_id for one in tx.territories.all()}
        reps = {rep.id: rep for rep in tx.reps.all()}

    def said(reason: str, remedy: str, facts: list[str], *, planned: bool = False) -> Explanation:
        here = (plan.id, plan.rep_key, plan.day, account.id, account.name)
        return Explanation(*here, planned, reason, remedy, tuple(facts))

    stop = plan.stop_of(account_id)
    if stop:
        return said(stop.why, "", _of_stop(plan, stop), planned=True)
    omitted = plan.omission_of(account_id)
    if omitted:
        return said(omitted.reason, str(omitted.remedy or ""), _of_account(account, plan.day))
    owner = reps.get(owners.get(account.territory_id or 0, 0))
    if owner is None:
        reason, remedy = say("in no territory"), say("assign its region, or lock it to a territory")
    elif owner.key != plan.rep_key:
        reason = say("looked after by {rep}", rep=owner.name)
        remedy = say("ask for the plan of {rep_key}", rep_key=owner.key)
    else:
        reason, remedy = say("not yet in the territory when the plan was made"), say("plan the day again")
    return said(reason, remedy, _of_account(account, plan.day))


def _of_stop(plan: DayPlan, stop: Stop) -> list[str]:
    number = plan.stops.index(stop)
    before = plan.stops[number - 1].name if number else _place(plan.start_name)
    after = plan.stops[number + 1].name if number + 1 < len(plan.stops) else _place(plan.end_name)
    which = say(
        "Visit {number} of {stops}, {begins} to {ends}, between {before} and {after}.",
        number=number + 1,
        stops=len(plan.stops),
        begins=f"{stop.start:%H:%M}",
        ends=f"{stop.leave:%H:%M}",
        before=before,
        after=after,
    )
    facts = [which]
    spans = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in stop.open)
    if spans and spans != ALWAYS:
        facts.append(say("Open {spans} that day.", spans=spans))
    if stop.detour_s is not None:
        detour = minutes_in_words(stop.detour_s) if stop.detour_s else say("no time")
        without = say(
            "Without it the day would have {detour} less driving, and be worth {prize} less.",
            detour=detour,
            prize=stop.prize,
        )
        facts.append(without)
    if stop.on_time is not None:
        advice = f" {stop.advice[0].upper()}{stop.advice[1:]}." if stop.advice else ""
        facts.append(say("{percent}% likely on time", percent=round(100 * stop.on_time)) + f".{advice}")
    return facts


def _of_account(account: Account, day: date) -> list[str]:
    facts = [say("Never visited.")]
    if account.last_visit:
        last = day_in_words(account.last_visit)
        stands = say(
            "On {day} it is {due}, last visited {last}.", day=day_in_words(day), due=due_words(account, day), last=last
        )
        facts = [stands]
    if account.opening_hours:
        facts.append(say("Opening hours: {hours}.", hours=account.opening_hours))
    return facts


def _place(name: str) -> str:
    return say(HOME) if name == HOME else name

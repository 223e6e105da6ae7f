"""Why an account is in a plan, or why it is not and what would let it in."""

from datetime import date

from gcrm.accounts.model import Account
from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.planning.answers import Explanation
from gcrm.planning.day_plan import DayPlan, Stop
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
        reason, remedy = "in no territory", "assign its region, or lock it to a territory"
    elif owner.key != plan.rep_key:
        reason, remedy = f"looked after by {owner.name}", f"ask for the plan of {owner.key}"
    else:
        reason, remedy = "not yet in the territory when the plan was made", "plan the day again"
    return said(reason, remedy, _of_account(account, plan.day))


def _of_stop(plan: DayPlan, stop: Stop) -> list[str]:
    number = plan.stops.index(stop)
    before = plan.stops[number - 1].name if number else plan.start_name
    after = plan.stops[number + 1].name if number + 1 < len(plan.stops) else plan.end_name
    span = f"{stop.start:%H:%M} to {stop.leave:%H:%M}"
    facts = [f"Visit {number + 1} of {len(plan.stops)}, {span}, between {before} and {after}."]
    spans = ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in stop.open)
    if spans and spans != ALWAYS:
        facts.append(f"Open {spans} that day.")
    if stop.detour_s is not None:
        detour = minutes_in_words(stop.detour_s) if stop.detour_s else "no time"
        facts.append(f"Without it the day would have {detour} less driving, and be worth {stop.prize} less.")
    if stop.on_time is not None:
        advice = f" {stop.advice[0].upper()}{stop.advice[1:]}." if stop.advice else ""
        facts.append(f"{stop.on_time:.0%} likely on time.{advice}")
    return facts


def _of_account(account: Account, day: date) -> list[str]:
    facts = ["Never visited."]
    if account.last_visit:
        last = day_in_words(account.last_visit)
        facts = [f"On {day_in_words(day)} it is {due_words(account, day)}, last visited {last}."]
    if account.opening_hours:
        facts.append(f"Opening hours: {account.opening_hours}.")
    return facts

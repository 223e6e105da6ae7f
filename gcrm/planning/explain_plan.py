"""Why an account is in a plan, or why it is not and what would let it in."""

from datetime import date, datetime
from typing import Any

from gcrm.accounts.model import Account
from gcrm.common.wording import day_in_words, minutes_in_words
from gcrm.planning.day_document import end_name
from gcrm.planning.due_status import due_words
from gcrm.workspace import Workspace

ALWAYS = "00:00-00:00"
"""Open from midnight to midnight, as an account is planned whose hours are not known."""


def explain_plan(workspace: Workspace, plan_id: int, account_id: int) -> dict[str, Any]:
    """What a kept plan says about an account.

    Returns {"plan", "rep", "date", "account", "name", "planned", "reason", "remedy", "facts": [sentences]}; `planned`:
    whether it is a stop. Raises NotFound for a plan or an account that is not there.
    """
    with workspace.store.read() as tx:
        document = tx.plans.get(plan_id)
    return explain_document(workspace, {"id": plan_id} | document, account_id)


def explain_document(workspace: Workspace, document: dict[str, Any], account_id: int) -> dict[str, Any]:
    """As `explain_plan`, of a plan that is at hand."""
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        owners = {one.id: one.rep_id for one in tx.territories.all()}
        reps = {rep.id: rep for rep in tx.reps.all()}
    day = date.fromisoformat(document["date"])
    said = {
        "plan": document.get("id"),
        "rep": document["rep"],
        "date": document["date"],
        "account": account.id,
        "name": account.name,
    }
    stop = next((one for one in document["stops"] if one["account"] == account_id), None)
    if stop:
        return said | {"planned": True, "reason": stop["why"], "remedy": "", "facts": _of_stop(document, stop)}
    dropped = next((one for one in document["dropped"] if one["account"] == account_id), None)
    if dropped:
        return said | {
            "planned": False,
            "reason": dropped["reason"],
            "remedy": dropped.get("remedy", ""),
            "facts": _of_account(account, day),
        }
    owner = reps.get(owners.get(account.territory_id or 0, 0))
    if owner is None:
        reason, remedy = "in nobody's territory", "assign its region, or lock it to a territory"
    elif owner.key != document["rep"]:
        reason, remedy = f"looked after by {owner.name}", f"ask for the plan of {owner.key}"
    else:
        reason, remedy = "not yet in the territory when the plan was made", "plan the day again"
    return said | {"planned": False, "reason": reason, "remedy": remedy, "facts": _of_account(account, day)}


def _of_stop(document: dict[str, Any], stop: dict[str, Any]) -> list[str]:
    number = document["stops"].index(stop)
    before = document["stops"][number - 1]["name"] if number else end_name(document, "start")
    after = document["stops"][number + 1]["name"] if number + 1 < len(document["stops"]) else end_name(document, "end")
    span = f"{_clock(stop['start'])} to {_clock(stop['leave'])}"
    facts = [f"Visit {number + 1} of {len(document['stops'])}, {span}, between {before} and {after}."]
    spans = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in stop.get("open", []))
    if spans and spans != ALWAYS:
        facts.append(f"Open {spans} that day.")
    if "detour_s" in stop:
        detour = minutes_in_words(stop["detour_s"]) if stop["detour_s"] else "no time"
        facts.append(f"Without it the day would have {detour} less driving, and be worth {stop.get('prize', 0)} less.")
    if "on_time" in stop:
        facts.append(f"{stop['on_time']:.0%} likely on time." + (f" {stop['advice']}." if stop.get("advice") else ""))
    return facts


def _of_account(account: Account, day: date) -> list[str]:
    facts = ["It was never visited."]
    if account.last_visit:
        last = day_in_words(account.last_visit)
        facts = [f"On {day_in_words(day)} it is {due_words(account, day)}, last visited {last}."]
    if account.opening_hours:
        facts.append(f"Opening hours: {account.opening_hours}.")
    return facts


def _clock(text: str) -> str:
    return f"{datetime.fromisoformat(text):%H:%M}"

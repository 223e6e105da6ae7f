"""Why a stop is in a day or an account is not; pin, move and forbid, with the cost before it is kept; on the way."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.people.model import Rep
from gcrm.planning.overrides import MOVE, WHAT, Decision
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.store import Transaction
from webapp.access import EVERYONE, WRITERS, account_to_see, allow, may_write, me, rep_to_see, visible_territories
from webapp.context import workspace
from webapp.day.views import read_day
from webapp.formats import clock_time, long_day
from webapp.plans.news import read_news
from webapp.plans.proposal import Proposal, of_decision, of_move, of_news, of_sick
from webapp.security import safe_target
from webapp.zones import today_of

blueprint = Blueprint("plans", __name__, url_prefix="/plans", template_folder="templates")

NEARBY_MOST = 12


@blueprint.get("/<key>/<day>/why/<int:account_id>")
@allow(*EVERYONE)
def why(key: str, day: str, account_id: int) -> ResponseReturnValue:
    """Why an account is in a day's plan, or is not, in full."""
    from gcrm.planning.explain_plan import explain_document

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        plan = _plan(tx, rep, read_day(day))
        _account_of(tx, plan, account_id)
    said = explain_document(workspace(), plan, account_id)
    return render_template("plans/why.html", said=said)


@blueprint.post("/<key>/<day>/try")
@allow(*WRITERS)
def try_out(key: str, day: str) -> ResponseReturnValue:
    """What the day would be if a stop were pinned, moved, forbidden or put on another day. Nothing changes yet."""
    from gcrm.planning.move_to_day import move_to_day
    from gcrm.planning.simulate_change import simulate_change

    to = request.form.get("to", "")
    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        on = _day_to_change(rep, day)
        decision = _decision(request.form, may_be_any_time=bool(to))
        _account_of(tx, _plan(tx, rep, on), decision.account_id)
    if to and to != on.isoformat():
        onto = _day_to_change(rep, to)
        parts = move_to_day(workspace(), rep.key, on, onto, decision.account_id, decision.start)
        return _shown(rep, on, of_move(parts))
    return _shown(rep, on, of_decision(simulate_change(workspace(), rep.key, on, decision)))


@blueprint.post("/<key>/<day>/news")
@allow(*WRITERS)
def news(key: str, day: str) -> ResponseReturnValue:
    """What the day would be after news: late, cancelled, time that came free, a visit that cannot wait, sick."""
    from gcrm.planning.disruption import preview_disruption, preview_sick

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        on = _day_to_change(rep, day)
        if request.form.get("what") == "sick":
            last = read_day(request.form.get("till") or day)
            promised = [one for one in tx.appointments.between(on, last) if one.rep_id == rep.id]
            called = [f"{tx.accounts.get(one.account_id).name} ({long_day(one.day)})" for one in promised]
        else:
            heard = read_news(workspace(), request.form)
            for account_id in heard.urgent:
                account_to_see(tx, account_id)
            told = (*heard.cancelled, *heard.urgent)
            names = {one.id: one.name for one in tx.accounts.by_ids(sorted(told))}
    if request.form.get("what") == "sick":
        parts = preview_sick(workspace(), rep.key, last, workspace().clock(), on)
        return _shown(rep, on, of_sick(rep.name, parts, called))
    return _shown(rep, on, of_news(heard, preview_disruption(workspace(), rep.key, on, heard), names))


@blueprint.post("/<key>/<day>/keep")
@allow(*WRITERS)
def keep(key: str, day: str) -> ResponseReturnValue:
    """Keep the change that was tried last."""
    from gcrm.planning.apply_change import apply_change

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        on = _day_to_change(rep, day)
    documents = apply_change(workspace(), me().id, rep.key, on)
    flash("The day is changed." if len(documents) < 2 else "The days are changed.")
    return _back(rep, on)


@blueprint.post("/<key>/<day>/undo")
@allow(*WRITERS)
def undo(key: str, day: str) -> ResponseReturnValue:
    """Take the change that was kept last back."""
    from gcrm.planning.apply_change import undo_kept

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
    undo_kept(workspace(), me().id, rep.key)
    flash("The change is taken back.")
    return _back(rep, read_day(day))


@blueprint.post("/<key>/<day>/leave")
@allow(*WRITERS)
def leave(key: str, day: str) -> ResponseReturnValue:
    """Leave the day as it was."""
    from gcrm.planning.apply_change import drop_change

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
    drop_change(workspace(), me().id)
    return "" if request.headers.get("HX-Request") else _back(rep, read_day(day))


@blueprint.get("/<key>/<day>/nearby")
@allow(*EVERYONE)
def nearby(key: str, day: str) -> ResponseReturnValue:
    """Who near the day's route brings most for each extra minute, and still fits."""
    from gcrm.planning.nearby import nearby as near

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        on = read_day(day)
        plan = _plan(tx, rep, on)
        seen = visible_territories(tx)
    found: dict[str, Any] = {"nearby": []}
    if plan["stops"]:
        found = near(workspace(), rep.key, on, limit=4 * NEARBY_MOST)
    with workspace().store.read() as tx:
        owners = {one.id: one.territory_id for one in tx.accounts.by_ids([one["account"] for one in found["nearby"]])}
    mine = [one for one in found["nearby"] if seen is None or owners.get(one["account"]) in seen]
    may_add = may_write() and on >= today_of(rep)
    return render_template(
        "plans/nearby.html",
        rep=rep,
        day=on,
        nearby=mine[:NEARBY_MOST],
        may_add=may_add,
        why_not=found.get("reason", ""),
    )


@blueprint.post("/<key>/<day>/appointments/<int:account_id>")
@allow(*WRITERS)
def appoint(key: str, day: str, account_id: int) -> ResponseReturnValue:
    """Take a time that is offered to an account: a fixed appointment, and the day planned around it."""
    from gcrm.planning.take_offer import take_offer

    with workspace().store.read() as tx:
        rep = rep_to_see(tx, key)
        account = account_to_see(tx, account_id)
        on = _day_to_change(rep, day)
    start = _time(request.form.get("start", ""))
    promised, tried = take_offer(workspace(), account_id, rep.key, on, start)
    lost = [one["name"] for one in tried["cost"]["lost"]] if tried else []
    said = f"{account.name} is promised {long_day(on)} at {start:%H:%M}, {rep.name}."
    more = f" It takes the place of {', '.join(lost)}." if lost else ""
    flash(said + more + (f" But {promised.warning}." if promised.warning else ""))
    return _back(rep, on) if tried else redirect(url_for("accounts.show", account_id=account_id))


def quarter_hours(offer: Mapping[str, Any], zone: str) -> list[str]:
    """The times that an offer holds, on the wall of the rep: full quarters, at most eight, the first always."""
    first, last = (_minutes(clock_time(offer[end], zone)) for end in ("from", "till"))
    times = [first, *range(-(-(first + 1) // 15) * 15, last + 1, 15)]
    step = -(-len(times) // 8)
    return [f"{one // 60:02}:{one % 60:02}" for one in times[::step]]


@blueprint.app_template_filter("quarters")
def _quarters(offer: Mapping[str, Any], zone: str) -> list[str]:
    return quarter_hours(offer, zone)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _shown(rep: Rep, day: date, proposal: Proposal) -> ResponseReturnValue:
    """The change as a piece of the page that asked, or as a page of its own; it can be kept unless it cannot be."""
    from gcrm.planning.apply_change import hold_change

    if not proposal.refused:
        hold_change(workspace(), me().id, proposal.parts)
    back = safe_target(request.form.get("back"))
    piece = request.headers.get("HX-Request")
    template = "plans/tried.html" if piece else "plans/tried_page.html"
    return render_template(template, proposal=proposal, rep=rep, day=day, back=back)


def _plan(tx: Transaction, rep: Rep, day: date) -> dict[str, Any]:
    plan = tx.plans.current(rep.id, day)
    if plan is None:
        raise NotFound(f"Nothing is planned for {long_day(day)}.", "Plan the day first.")
    return plan


def _account_of(tx: Transaction, plan: Mapping[str, Any], account_id: int) -> None:
    """Raise NotFound for an account that neither is in the plan nor may be seen."""
    if account_id not in {one["account"] for one in (*plan["stops"], *plan["dropped"])}:
        account_to_see(tx, account_id)


def _day_to_change(rep: Rep, text: str) -> date:
    day = read_day(text)
    if day < today_of(rep):
        raise InputRejected("That day is over.", "Change today or a day to come.")
    return day


def _decision(form: Mapping[str, str], *, may_be_any_time: bool) -> Decision:
    what, account = form.get("what", ""), form.get("account", "")
    if what not in WHAT or not (account.isascii() and account.isdecimal() and len(account) < 11):
        raise InputRejected("The form does not say what to change.", "Use the buttons of the page.")
    start = form.get("start", "")
    return Decision(int(account), what, _time(start) if what == MOVE and (start or not may_be_any_time) else None)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise InputRejected(f"{text[:20]!r} is not a time of day.", "Write it as 10:30.") from wrong


def _back(rep: Rep, day: date) -> ResponseReturnValue:
    """To the page that asked for the change, else to the day."""
    address = safe_target(request.form.get("back")) or url_for("day.show", key=rep.key, day=day)
    if request.headers.get("HX-Request"):
        return "", 200, {"HX-Redirect": address}
    return redirect(address)

"""Why a stop is in a day or an account is not; pin, move and forbid, with the cost before it is kept; on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.queries import accounts_by_ids
from gcrm.activities.phone_clock import arrival
from gcrm.common.language import say
from gcrm.common.wording import listed
from gcrm.people.model import Rep
from gcrm.planning.answers import Nearby, Offer
from gcrm.planning.day_plan import DayPlan
from gcrm.planning.proposal import Override, Proposal, ProposedDay, Wish
from gcrm.planning.proposal_titles import title_of_move, title_of_news, title_of_override, title_of_sick
from gcrm.planning.queries import current_plan
from gcrm.platform.errors import Conflict, InputRejected, NotFound
from gcrm.transaction import Transaction
from webapp.access import EVERYONE, WRITERS, account_to_see, allow, may_write, me, rep_to_see, visible_territories
from webapp.check_in.told import body, read_times, teller, text
from webapp.context import snapshot, workspace
from webapp.formats import clock_time, counted, long_day
from webapp.given import day_of
from webapp.plans.disruption import read_news
from webapp.security import safe_target
from webapp.zones import today_of

blueprint = Blueprint("plans", __name__, url_prefix="/plans", template_folder="templates")

NEARBY_MOST = 12
MOST_TOLD = 12
"""Accounts that a phone may name at once."""


@blueprint.get("/<key>/<day>/why/<int:account_id>")
@allow(*EVERYONE)
def why(key: str, day: str, account_id: int) -> ResponseReturnValue:
    """Why an account is in a day's plan, or is not, in full."""
    from gcrm.planning.explain_plan import explain

    tx = snapshot()
    rep = rep_to_see(tx, key)
    plan = _plan(tx, rep, day_of(day))
    _account_of(tx, plan, account_id)
    said = explain(workspace(), plan, account_id)
    return render_template("plans/why.html", said=said)


@blueprint.post("/<key>/<day>/try")
@allow(*WRITERS)
def try_out(key: str, day: str) -> ResponseReturnValue:
    """What the day would be if a stop were pinned, moved, forbidden or put on another day. Nothing changes yet."""
    from gcrm.planning.move_to_day import bring_to_day, move_to_day

    to = request.form.get("to", "")
    rep = rep_to_see(snapshot(), key)
    on = _day_to_change(rep, day)
    override = _override(request.form, may_be_any_time=bool(to))
    plan = _plan(snapshot(), rep, on)
    _account_of(snapshot(), plan, override.account_id)
    if to and to != on.isoformat():
        onto = _day_to_change(rep, to)
        days = move_to_day(workspace(), rep.key, on, onto, override.account_id, override.start)
        return _shown(rep, on, title_of_move(days[1]), days)
    *leaves, arrives = bring_to_day(workspace(), rep.key, on, override)
    title = title_of_move(arrives) if leaves else title_of_override(arrives)
    return _shown(rep, on, title, [*leaves, arrives])


@blueprint.post("/<key>/<day>/news")
@allow(*WRITERS)
def news(key: str, day: str) -> ResponseReturnValue:
    """What the day would be after news: late, cancelled, time that came free, a visit that cannot wait, sick."""
    from gcrm.planning.appointments import promised_by
    from gcrm.planning.disruption import preview_disruption, preview_sick

    rep = rep_to_see(snapshot(), key)
    on = _day_to_change(rep, day)
    if request.form.get("what") == "sick":
        last = day_of(request.form.get("till") or day)
    else:
        heard = read_news(workspace(), request.form)
        for account_id in heard.urgent:
            account_to_see(snapshot(), account_id)
        told = (*heard.cancelled, *heard.urgent)
        names = {one.id: one.name for one in accounts_by_ids(snapshot(), sorted(told))}
    if request.form.get("what") == "sick":
        promised = promised_by(workspace(), rep.key, on, last)
        called = [f"{one.account} ({long_day(one.appointment.day)})" for one in promised]
        days = preview_sick(workspace(), rep.key, last, workspace().clock(), on)
        gone = counted(sum(len(one.changes) for one in days), "visit falls", "visits fall")
        ring = say(" Appointments to call off: {called}.", called=", ".join(called)) if called else ""
        warning = say("{gone} out; plan the week again to bring them in.{ring}", gone=gone, ring=ring)
        return _shown(rep, on, title_of_sick(rep.name, days), [*days[:-1], replace(days[-1], warning=warning)])
    proposed = preview_disruption(workspace(), rep.key, on, heard)
    if proposed.refused:
        named = listed([names[one] for one in heard.urgent])
        proposed = replace(
            proposed, refused=say("{named} does not fit: {refused}", named=named, refused=proposed.refused)
        )
    return _shown(rep, on, title_of_news(heard, names), [proposed])


@blueprint.post("/<key>/<day>/told")
@allow(*WRITERS)
def told(key: str, day: str) -> ResponseReturnValue:
    """News that a phone tells after the fact; the answer says what became of it. Told twice it is one."""
    from gcrm.planning.told_news import tell_news

    given = body()
    rep = rep_to_see(snapshot(), key)
    what = text(given, "what", 20)
    heard = tell_news(
        workspace(),
        rep.key,
        day_of(day),
        user_id=teller(0, given).user_id,
        client_id=text(given, "client_id", 64),
        said_at=arrival(read_times(given), workspace().clock()).at,
        late_s=60 * _told_minutes(given) if what == "late" else 0,
        cancelled=_seen_accounts(given) if what == "cancelled" else (),
        added=_seen_accounts(given) if what in {"free", "urgent"} else (),
    )
    now = workspace().clock().isoformat()
    return jsonify({"client_id": heard.client_id, "applied": heard.applied, "words": heard.words, "now": now})


def _told_minutes(given: Mapping[str, Any]) -> int:
    minutes = given.get("minutes")
    if not isinstance(minutes, int) or not 0 < minutes < 24 * 60:
        raise InputRejected(say("Those minutes are not possible."), say("Enter how many minutes late the day is."))
    return minutes


def _seen_accounts(given: Mapping[str, Any]) -> list[int]:
    """The accounts that are named. Raises InputRejected, NotFound for what the user may not see."""
    named = given.get("accounts")
    if not isinstance(named, list) or not all(isinstance(one, int) and 0 < one < 2**53 for one in named):
        raise InputRejected(say("No account is chosen."), say("Choose one."))
    if len(named) > MOST_TOLD:
        raise InputRejected(
            say("{named} accounts are too many at once.", named=len(named)),
            say("Choose at most {most}.", most=MOST_TOLD),
        )
    return [account_to_see(snapshot(), one).id for one in dict.fromkeys(named)]


@blueprint.post("/<key>/<day>/keep")
@allow(*WRITERS)
def keep(key: str, day: str) -> ResponseReturnValue:
    """Make a proposal the plan of its days; where one was planned again meanwhile, both versions are shown instead."""
    from gcrm.planning.apply_change import ChangedMeanwhile, apply_proposal

    rep = rep_to_see(snapshot(), key)
    on = _day_to_change(rep, day)
    number = _proposal_number()
    try:
        plans = apply_proposal(workspace(), number, rep.key, me().id, anyway="anyway" in request.form)
    except ChangedMeanwhile as changed:
        back = safe_target(request.form.get("back"))
        template = "plans/versions.html" if request.headers.get("HX-Request") else "plans/versions_page.html"
        return render_template(template, changed=changed, rep=rep, day=on, back=back), 409
    flash(say("Day updated.") if len(plans) < 2 else say("Days updated."))
    return _back(rep, on)


@blueprint.post("/<key>/<day>/undo")
@allow(*WRITERS)
def undo(key: str, day: str) -> ResponseReturnValue:
    """Take the change that was kept last back."""
    from gcrm.planning.apply_change import undo_kept

    rep = rep_to_see(snapshot(), key)
    undo_kept(workspace(), me().id, rep.key)
    flash(say("Change undone."))
    return _back(rep, day_of(day))


@blueprint.post("/<key>/<day>/leave")
@allow(*WRITERS)
def leave(key: str, day: str) -> ResponseReturnValue:
    """Leave the day as it was."""
    from gcrm.planning.apply_change import discard

    rep = rep_to_see(snapshot(), key)
    if request.form.get("proposal"):
        discard(workspace(), _proposal_number())
    return "" if request.headers.get("HX-Request") else _back(rep, day_of(day))


@blueprint.get("/<key>/<day>/nearby")
@allow(*EVERYONE)
def nearby(key: str, day: str) -> ResponseReturnValue:
    """Who near the day's route brings most for each extra minute, and still fits."""
    from gcrm.planning.nearby import nearby as near

    rep = rep_to_see(snapshot(), key)
    on = day_of(day)
    plan = _plan(snapshot(), rep, on)
    seen = visible_territories(snapshot())
    found: Nearby | None = None
    if plan.stops:
        found = near(workspace(), rep.key, on, limit=4 * NEARBY_MOST)
    fitting = found.fitting if found else ()
    tx = snapshot()
    owners = {one.id: one.territory_id for one in accounts_by_ids(tx, [one.account_id for one in fitting])}
    mine = [one for one in fitting if seen is None or owners.get(one.account_id) in seen]
    may_add = may_write() and on >= today_of(rep)
    return render_template(
        "plans/nearby.html",
        rep=rep,
        day=on,
        nearby=mine[:NEARBY_MOST],
        may_add=may_add,
        why_not=found.reason if found else "",
    )


@blueprint.post("/<key>/<day>/appointments/<int:account_id>")
@allow(*WRITERS)
def appoint(key: str, day: str, account_id: int) -> ResponseReturnValue:
    """Take a time that is offered to an account: a fixed appointment, and the day planned around it."""
    from gcrm.planning.take_offer import take_offer

    tx = snapshot()
    rep = rep_to_see(tx, key)
    account = account_to_see(tx, account_id)
    on = _day_to_change(rep, day)
    start = _time(request.form.get("start", ""))
    promised, tried = take_offer(workspace(), account_id, rep.key, on, start)
    lost = [one.name for one in tried.cost.lost] if tried and tried.cost else []
    said = say(
        "{name} is promised {on} at {start}, {other}.",
        name=account.name,
        on=long_day(on),
        start=f"{start:%H:%M}",
        other=rep.name,
    )
    more = say(" It takes the place of {lost}.", lost=", ".join(lost)) if lost else ""
    flash(said + more + (f" But {promised.warning}." if promised.warning else ""))
    return _back(rep, on) if tried else redirect(url_for("accounts.show", account_id=account_id))


def quarter_hours(offer: Offer, zone: str) -> list[str]:
    """The times that an offer holds, on the wall of the rep: full quarters, at most eight, the first always."""
    first, last = (_minutes(clock_time(end, zone)) for end in (offer.first, offer.last))
    times = [first, *range(-(-(first + 1) // 15) * 15, last + 1, 15)]
    step = -(-len(times) // 8)
    return [f"{one // 60:02}:{one % 60:02}" for one in times[::step]]


@blueprint.app_template_filter("quarters")
def _quarters(offer: Offer, zone: str) -> list[str]:
    return quarter_hours(offer, zone)


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _shown(rep: Rep, day: date, title: str, days: Sequence[ProposedDay]) -> ResponseReturnValue:
    """The change as a piece of the page that asked, or as a page of its own; it can be kept unless it cannot be."""
    from gcrm.planning.apply_change import propose

    proposal = Proposal(rep.key, title, tuple(days), workspace().clock(), me().id)
    if not proposal.refused:
        proposal = propose(workspace(), proposal)
    back = safe_target(request.form.get("back"))
    piece = request.headers.get("HX-Request")
    template = "plans/proposal.html" if piece else "plans/proposal_page.html"
    return render_template(template, proposal=proposal, rep=rep, day=day, back=back)


def _proposal_number() -> int:
    """The number of the proposal that a form is about. Raises Conflict for an old page, which names none."""
    text = request.form.get("proposal", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 11):
        raise Conflict(say("The page does not say which change it shows."), say("Propose the change again."))
    return int(text)


def _plan(tx: Transaction, rep: Rep, day: date) -> DayPlan:
    plan = current_plan(tx, rep.id, day)
    if plan is None:
        raise NotFound(say("Nothing is planned for {day}.", day=long_day(day)), say("Plan the day first."))
    return plan


def _account_of(tx: Transaction, plan: DayPlan, account_id: int) -> None:
    """Raise NotFound for an account that neither is in the plan nor may be seen."""
    if account_id not in plan.account_ids and plan.omission_of(account_id) is None:
        account_to_see(tx, account_id)


def _day_to_change(rep: Rep, text: str) -> date:
    day = day_of(text)
    if day < today_of(rep):
        raise InputRejected(say("That day is over."), say("Change today or a day to come."))
    return day


def _override(form: Mapping[str, str], *, may_be_any_time: bool) -> Override:
    what, account = form.get("what", ""), form.get("account", "")
    if what not in set(Wish) or not (account.isascii() and account.isdecimal() and len(account) < 11):
        raise InputRejected(say("Choose what to change."), say("Use the buttons of the page."))
    start = form.get("start", "")
    wish = Wish(what)
    return Override(int(account), wish, _time(start) if wish is Wish.MOVE and (start or not may_be_any_time) else None)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as wrong:
        raise InputRejected(
            say("{typed} is not a time of day.", typed=repr(text[:20])), say("Write it as 10:30.")
        ) from wrong


def _back(rep: Rep, day: date) -> ResponseReturnValue:
    """To the page that asked for the change, else to the day."""
    address = safe_target(request.form.get("back")) or url_for("day.show", key=rep.key, day=day)
    if request.headers.get("HX-Request"):
        return "", 200, {"HX-Redirect": address}
    return redirect(address)

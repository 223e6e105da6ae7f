"""News of a day that a phone tells, perhaps hours later: late, cancelled, visits taken into time that came free.

The rep has lived by it already, so nobody is asked once more: what the planner finds sound becomes the plan, and what
it does not is said. Told twice it is one.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from gcrm.activities.check_in import checked_client_id
from gcrm.common.language import say
from gcrm.common.today import rep_today
from gcrm.planning.apply_change import apply_simulated_days
from gcrm.planning.disruption import preview_disruption
from gcrm.planning.model import ToldNews
from gcrm.planning.proposal import ProposedDay
from gcrm.planning.replan import News
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

LATE_FOR = timedelta(minutes=45)
"""Who was late longer ago than this has driven on since: check-ins say how the day stands."""

MOST_ADDED = 12


def tell_news(
    workspace: Workspace,
    rep_key: str,
    day: date,
    *,
    user_id: int,
    client_id: str,
    said_at: datetime,
    late_s: int = 0,
    cancelled: Collection[int] = (),
    added: Collection[int] = (),
    seconds: float = 1.0,
) -> ToldNews:
    """Change the rest of a day by what its rep has told, and say what became of it.

    said_at: when it was told. added: accounts that the rep took into free time; they become part of the plan only where
    no other visit is lost for them.
    Raises NotReady where the planner is not set up, ChangedMeanwhile where the day was planned in the same moment: both
    may be told again. InputRejected for what is no news.
    """
    if not checked_client_id(client_id):
        raise InputRejected(say("The news has no number."), say("Reload the page and tell it again."))
    if sum(map(bool, (late_s, cancelled, added))) != 1 or late_s < 0 or len(added) > MOST_ADDED:
        raise InputRejected(say("That is no news of a day."), say("Use the buttons of the page."))
    now = workspace.clock()
    with workspace.store.read() as tx:
        before = tx.told_news.by_client_id(client_id)
        rep = tx.reps.get(rep_key)
        current = tx.plans.current(rep.id, day)
        names = {one.id: one.name for one in tx.accounts.by_ids([*cancelled, *added])}
    if before is not None:
        return _own(before, user_id)

    def done(words: str, proposed: ProposedDay | None = None) -> ToldNews:
        told = ToldNews(client_id, user_id, rep.id, day, now, proposed is not None, words)

        def note(tx: Transaction) -> None:
            tx.told_news.add(told)

        if proposed is not None:
            apply_simulated_days(workspace, (proposed,), also=note)
        else:
            with workspace.store.write() as tx:
                note(tx)
        return told

    if day < rep_today(rep, now):
        return done(say("That day is over, so nothing was changed."))
    if late_s and now - said_at > LATE_FOR:
        ago = say("It was told a while ago; your check-ins say how the day stands. Nothing was changed.")
        return done(ago)
    if current is None:
        return done(say("Nothing is planned for that day, so nothing was changed."))
    gone = frozenset(cancelled) & current.account_ids
    new = tuple(one for one in added if one not in current.account_ids)
    if not (late_s or gone or new):
        return done(say("It is not in the plan any more.") if cancelled else say("They are in the plan already."))
    news = News(now, late_s=late_s, cancelled=gone, urgent=new)
    try:
        proposed = preview_disruption(workspace, rep_key, day, news, seconds=seconds)
    except (InputRejected, NotFound) as cannot:
        return done(say("Nothing was changed: {fault}", fault=cannot.fault))
    named = ", ".join(names.get(one, say("account {id}", id=one)) for one in (new or gone))
    return done(*_judged(proposed, news, named))


def _judged(proposed: ProposedDay, news: News, named: str) -> tuple[str, ProposedDay | None]:
    """What became of it in words, and the day where it is to be kept."""
    lost = ", ".join(one.name for one in proposed.cost.lost) if proposed.cost else ""
    if proposed.refused:
        unfit = say(
            "Checked by the planner: {accounts} does not fit: {reason}. The plan stays as it was.",
            accounts=named,
            reason=proposed.refused,
        )
        return unfit, None
    if news.urgent and lost:
        full = say(
            "Checked by the planner: with {accounts} there is no time for {lost}. The plan stays as it was.",
            accounts=named,
            lost=lost,
        )
        return full, None
    if news.urgent:
        return say("Checked by the planner: {accounts} fits, and is in the plan.", accounts=named), proposed
    if news.cancelled:
        return say("{accounts} is taken out of the plan.", accounts=named), proposed
    moved = say("The rest of the day is moved by {minutes} min.", minutes=news.late_s // 60)
    if lost:
        moved += " " + say("There is no time left for {lost}.", lost=lost)
    return moved, proposed


def _own(told: ToldNews, user_id: int) -> ToldNews:
    if told.user_id != user_id:
        raise InputRejected(say("That number is taken by other news."), say("Reload the page and tell it again."))
    return told

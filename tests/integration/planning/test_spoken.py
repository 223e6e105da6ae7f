"""A day planned for somebody who speaks German: every reason, remedy and change is said so, and is read back."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from gcrm.accounts.model import Account, Priority
from gcrm.common.language import speaking
from gcrm.planning.appointments import add_appointment
from gcrm.planning.explain_plan import explain_plan
from gcrm.planning.plan_day import plan_day
from gcrm.planning.replan import News, replan
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.conftest import plain_account

TUESDAY = date(2026, 11, 24)
SetUp = Callable[..., list[Account]]


def test_a_day_in_german(plain: Workspace, staffed: SetUp) -> None:
    near, shut, far, promised, soon, nowhere = staffed(
        [
            plain_account("Nah", 10, opening_hours="Mo-Fr 08:00-12:00"),
            plain_account("Zu", 12, opening_hours="Mo 08:00-17:00"),
            plain_account("Fern", 400),
            plain_account("Zugesagt", 20),
            plain_account("Bald", 15, last_visit=date(2026, 11, 20)),
            Account("Nirgends", place=None, priority=Priority.B),
        ]
    )
    add_appointment(plain, promised.id, TUESDAY, start=time(10))
    with speaking("de"):
        plan = plan_day(plain, "ada", TUESDAY, seconds=0.2)
    with plain.store.read() as tx:
        kept = tx.plans.get(plan.id)
    why = {stop.name: stop.why for stop in kept.stops}
    assert why["Nah"] == "noch nie besucht, B-Konto, geöffnet bis 12:00"
    assert why["Zugesagt"].startswith("Termin um 10:00, ")
    out = {one.account_id: (one.reason, str(one.remedy or "")) for one in kept.omissions}
    assert out[shut.id] == ("geschlossen (Di 24. Nov.), öffnet Mo 08:00", "planen Sie Mo 30. Nov. 2026")
    assert out[far.id][0] == "zu weit: 6 h 40 min hin und 6 h 40 min zurück"
    assert out[soon.id][0].startswith("noch ")
    assert out[soon.id][0].endswith("zuletzt besucht Fr 20. Nov. 2026")
    assert out[nowhere.id][0] == "nicht auf der Karte"
    with speaking("de"):
        told = explain_plan(plain, plan.id, near.id)
        after = replan(plain, "ada", TUESDAY, _late())
    assert told.facts[0] == "Besuch 1 von 2, 08:10 bis 08:40, zwischen zu Hause und Zugesagt."
    assert [one.reason for one in after.changes or ()][:1] == ["30 min später: der Tag ist 30 min verspätet"]


def test_what_people_are_told_of_it_in_english_is_as_it_was(plain: Workspace, staffed: SetUp) -> None:
    (account,) = staffed([Account("Adler", place=LonLat(9.5, 47.1), opening_hours="Mo-Fr 08:00-12:00")])
    plan = plan_day(plain, "ada", TUESDAY, seconds=0.2)
    assert plan.stops[0].why == "never visited, B account, open until 12:00"
    assert plan.stops[0].account_id == account.id


def _late() -> News:
    return News(datetime(2026, 11, 24, 7, 30, tzinfo=ZoneInfo("Europe/Vaduz")), late_s=30 * 60)

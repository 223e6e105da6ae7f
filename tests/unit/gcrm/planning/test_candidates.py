"""Who could be visited on a day, who could not, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gcrm.accounts.model import Account, Kind, Placement, Priority
from gcrm.people.model import Rep
from gcrm.people.working_week import read_week, working_day
from gcrm.planning.candidates import LeftOut, Seen, account_words, choose
from routing.points import LonLat

VADUZ = LonLat(9.5215, 47.1410)
TUESDAY = date(2026, 11, 24)
ADLER = Account("Adler", id=7, place=VADUZ, opening_hours="Mo-Fr 08:00-12:00,13:30-18:00", priority=Priority.A)


def ada(hours: str = "08:30-17:00") -> Rep:
    return Rep("ada", "Ada", "Vaduz", VADUZ, read_week(hours), "Europe/Vaduz")


def why_not(account: Account, day: date = TUESDAY, seen: Seen = Seen(), hours: str = "08:30-17:00") -> LeftOut:  # noqa: B008 - immutable
    candidates, out = choose([account], working_day(ada(hours), day), seen)
    assert not candidates
    return out[0]


def test_an_account_that_is_due_and_open_is_a_candidate() -> None:
    (candidate,), out = choose([ADLER], working_day(ada(), TUESDAY))
    assert not out
    assert candidate.windows == ((8 * 3600, 12 * 3600), (int(13.5 * 3600), 18 * 3600))
    assert (candidate.prize, candidate.service_s) == (100, 45 * 60)


def test_nobody_is_lost() -> None:
    accounts = [replace(ADLER, id=1), replace(ADLER, id=2, place=None), replace(ADLER, id=3, opening_hours="off")]
    candidates, out = choose(accounts, working_day(ada(), TUESDAY))
    assert [one.account.id for one in candidates] + [one.account.id for one in out] == [1, 2, 3]


def test_an_account_that_is_not_on_the_map_says_why_and_how_to_place_it() -> None:
    left = why_not(replace(ADLER, place=None, placement=Placement(reason="No such address in this area.")))
    assert left.reason == "not on the map: No such address in this area"
    assert "gcrm accounts pin 7 LON,LAT" in left.remedy


def test_an_account_that_was_just_visited_is_not_due() -> None:
    left = why_not(replace(ADLER, last_visit=TUESDAY - timedelta(days=5)))
    assert left.reason == "not due for 4 weeks, last visited Thu 19 Nov 2026"
    assert left.remedy == "may be visited from Sat 12 Dec 2026 on"


def test_an_account_that_is_closed_that_day_says_when_it_opens() -> None:
    assert why_not(ADLER, date(2026, 11, 28), hours="Sa 08:00-17:00").reason == "closed on Sat 28 Nov, opens Mon 08:00"


def test_hours_that_cannot_be_read_are_said_in_the_reason() -> None:
    left = why_not(replace(ADLER, opening_hours="call us"), date(2026, 11, 28), hours="Sa 08:00-17:00")
    assert '"call us" not understood' in left.reason


def test_an_account_that_opens_only_after_work_says_by_how_much() -> None:
    left = why_not(replace(ADLER, opening_hours="Mo-Fr 17:00-23:00"))
    assert left.reason == "open 17:00-23:00, working hours are 08:30-17:00"
    assert (left.lacking_s, left.remedy) == (45 * 60, ""), "what would help has to be tried"
    assert left.as_candidate


def test_an_account_that_opens_too_briefly_says_so() -> None:
    left = why_not(replace(ADLER, opening_hours="Mo-Fr 10:00-10:30"))
    assert left.reason == "open for 30 min at a time, a visit takes 45 min"
    assert (left.lacking_s, left.remedy) == (15 * 60, "")


def test_an_account_that_is_closed_down_is_not_visited() -> None:
    assert why_not(ADLER, seen=Seen(frozenset({7}))).reason.startswith("closed down")


def test_an_account_that_was_visited_that_day_says_when() -> None:
    seen = Seen(visited={7: datetime(2026, 11, 24, 9, 12, tzinfo=UTC)})
    assert why_not(ADLER, seen=seen).reason == "visited that day already, at 10:12"


@pytest.mark.parametrize("day", [date(2026, 11, 28), date(2026, 12, 8)])
def test_a_day_off_is_the_reason_for_all(day: date) -> None:
    assert why_not(ADLER, day).reason.startswith("Ada does not work on")


def test_prospects_are_called_prospects() -> None:
    assert account_words(replace(ADLER, kind=Kind.PROSPECT)) == "A prospect"
    assert account_words(ADLER) == "A account"

"""Call cycles, worth and length of a visit, and how an account stands."""

from datetime import date, timedelta

import pytest

from gcrm.accounts.model import Account, Kind, Priority
from gcrm.planning.due import cycle_days, days_to_due, due_on, is_wanted, prize, visit_minutes
from gcrm.planning.due_status import standing

TODAY = date(2026, 11, 24)


def visited(days_ago: int, priority: Priority = Priority.B, every: int | None = None) -> Account:
    last = TODAY - timedelta(days=days_ago)
    return Account("Adler", priority=priority, last_visit=last, visit_every_days=every)


@pytest.mark.parametrize(("priority", "days"), [(Priority.A, 30), (Priority.B, 60), (Priority.C, 90)])
def test_the_priority_sets_the_cycle(priority: Priority, days: int) -> None:
    assert cycle_days(Account("Adler", priority=priority)) == days


def test_an_accounts_own_cycle_comes_before_that_of_its_priority() -> None:
    assert cycle_days(Account("Adler", priority=Priority.C, visit_every_days=7)) == 7


def test_an_account_that_was_never_visited_is_due_today_whenever_that_is() -> None:
    assert due_on(Account("Adler")) is None
    assert days_to_due(Account("Adler"), TODAY) == 0


def test_days_to_due_count_down_and_turn_negative() -> None:
    assert [days_to_due(visited(ago), TODAY) for ago in (0, 59, 60, 81)] == [60, 1, 0, -21]


def test_a_visit_is_not_wanted_too_soon_after_the_last() -> None:
    assert not is_wanted(visited(45), TODAY)
    assert is_wanted(visited(46), TODAY)
    assert prize(visited(45), TODAY) == 0


def test_the_earliest_day_of_a_short_cycle_is_near_its_due_day() -> None:
    weekly = [is_wanted(visited(ago, every=7), TODAY) for ago in range(8)]
    assert weekly == [False] * 6 + [True] * 2


def test_a_visit_is_worth_more_the_later_it_is() -> None:
    worths = [prize(visited(ago), TODAY) for ago in (46, 50, 55, 60, 90, 120, 180, 1_000)]
    assert worths == sorted(worths)
    assert len(set(worths[:-1])) == len(worths) - 1
    assert worths[-1] == worths[-2], "there is a most"


def test_an_a_account_that_is_due_comes_before_b_and_b_before_c() -> None:
    a, b, c = (prize(visited(0, priority, every=1), TODAY + timedelta(days=1)) for priority in Priority)
    assert a > b > c


def test_a_very_late_c_account_comes_before_a_b_account_that_is_just_due() -> None:
    assert prize(visited(180, Priority.C), TODAY) > prize(visited(60, Priority.B), TODAY)


def test_an_early_visit_is_still_worth_something() -> None:
    assert prize(visited(83, Priority.C), TODAY) >= 1


def test_prospects_have_cycles_too() -> None:
    late = Account("Adler", kind=Kind.PROSPECT, last_visit=TODAY - timedelta(days=90))
    assert prize(late, TODAY) > prize(Account("Adler", kind=Kind.PROSPECT), TODAY)


def test_the_length_of_a_visit_is_that_of_its_kind_and_priority_unless_it_has_its_own() -> None:
    assert visit_minutes(Account("Adler", priority=Priority.A)) > visit_minutes(Account("Adler", priority=Priority.C))
    assert visit_minutes(Account("Adler", visit_minutes=75)) == 75


@pytest.mark.parametrize(
    ("days_ago", "words"),
    [
        (0, "due in 9 weeks"),
        (55, "due in 5 days"),
        (59, "due tomorrow"),
        (60, "due today"),
        (61, "1 day overdue"),
        (65, "5 days overdue"),
        (81, "3 weeks overdue"),
        (180, "4 months overdue"),
        (1_000, "3 years overdue"),
    ],
)
def test_how_an_account_stands_is_said_as_a_person_says_it(days_ago: int, words: str) -> None:
    said = standing(visited(days_ago), TODAY)
    assert said.words == words
    assert said.overdue == ("overdue" in words)


def test_an_account_that_was_never_visited_is_not_called_overdue() -> None:
    said = standing(Account("Adler"), TODAY)
    assert (said.words, said.overdue) == ("never visited", False)

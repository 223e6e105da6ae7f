"""Call cycles over weeks: which days an account may be visited on, and which visits are missed."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gcrm.accounts.model import Account, Priority
from gcrm.planning.cycles import call_patterns, visits_due, visits_wanted
from gcrm.planning.due import cycle_days, early_days

MONDAY = date(2026, 11, 23)
WORKDAYS = [day for day in range(91) if day % 7 < 5]


def account(days_to_due: int | None, cycle: int = 28, priority: Priority = Priority.B) -> Account:
    last = None if days_to_due is None else MONDAY + timedelta(days=days_to_due - cycle)
    return Account("Adler", priority=priority, visit_every_days=cycle, last_visit=last)


def best(one: Account, days: int = 91, allowed: list[int] | None = None) -> tuple[int, ...]:
    patterns = call_patterns(one, MONDAY, days, WORKDAYS if allowed is None else allowed)
    return max(patterns, key=lambda pattern: pattern.prize).days


def test_the_best_days_are_those_on_which_it_is_due() -> None:
    assert best(account(7)) == (7, 35, 63)


def test_an_overdue_account_is_best_visited_at_once() -> None:
    assert best(account(-20))[0] == 0
    assert best(account(None))[0] == 0


def test_what_is_more_overdue_is_worth_more_on_the_same_day() -> None:
    late, later = (
        {pattern.days: pattern.prize for pattern in call_patterns(account(-days), MONDAY, 7, [0, 1])}
        for days in (7, 21)
    )
    assert later[0,] > late[0,]


def test_putting_off_costs_more_the_shorter_the_cycle() -> None:
    def loss(cycle: int) -> int:
        worth = {one.days: one.prize for one in call_patterns(account(0, cycle), MONDAY, 7, [0, 5])}
        return worth[0,] - worth[5,]

    assert loss(14) > loss(28) > loss(90)


def test_a_visit_due_on_a_weekend_is_moved_to_a_working_day_near() -> None:
    assert best(account(5))[0] in {4, 7}


def test_an_account_may_be_visited_less_often_for_less() -> None:
    patterns = {pattern.days: pattern.prize for pattern in call_patterns(account(7), MONDAY, 91, WORKDAYS)}
    assert patterns[7, 35] < patterns[7, 35, 63]


def test_an_account_that_is_not_due_before_the_end_has_no_pattern() -> None:
    assert call_patterns(account(60, 90), MONDAY, 7, WORKDAYS[:5]) == ()


def test_a_weekly_account_is_visited_each_week() -> None:
    assert best(account(0, 7), days=28, allowed=[0, 1, 7, 8, 14, 15, 21, 22]) == (0, 7, 14, 21)


def test_nothing_is_due_twice_and_what_is_planned_is_not_missed() -> None:
    one = account(7)
    assert visits_wanted(one, MONDAY, 91) == 3
    assert visits_due(one, MONDAY, 91, (7, 35, 63)) == []
    assert [due.day for due in visits_due(one, MONDAY, 91, (7, 35))] == [63]
    assert [due.day for due in visits_due(one, MONDAY, 91, (7, 63))] == [35]


def test_an_overdue_visit_that_is_put_off_is_not_missed_and_one_that_is_not_made_is() -> None:
    one = account(-10, 90)
    assert visits_due(one, MONDAY, 28, (20,)) == []
    (missed,) = visits_due(one, MONDAY, 28, ())
    assert (missed.day, missed.overdue_days) == (0, 10)


@given(
    due=st.one_of(st.none(), st.integers(-200, 120)),
    cycle=st.integers(1, 120),
    allowed=st.sets(st.integers(0, 90)),
    days=st.integers(1, 91),
)
def test_every_pattern_keeps_the_cycle(due: int | None, cycle: int, allowed: set[int], days: int) -> None:
    one = account(due, cycle)
    open_days = sorted(day for day in allowed if day < days)
    for pattern in call_patterns(one, MONDAY, days, open_days):
        assert set(pattern.days) <= set(open_days)
        assert list(pattern.days) == sorted(set(pattern.days))
        assert pattern.prize >= 1
        gaps = [after - before for before, after in zip(pattern.days, pattern.days[1:], strict=False)]
        assert all(gap >= cycle_days(one) - early_days(one) for gap in gaps)
        missed = len(visits_due(one, MONDAY, days, pattern.days))
        assert missed < max(1, visits_wanted(one, MONDAY, days)) or missed == 0


def test_who_cannot_be_visited_for_longer_than_a_cycle_is_visited_when_it_can_be() -> None:
    assert best(account(None, cycle=7), days=28, allowed=[16, 17])[0] in {16, 17}
    assert best(account(-3, cycle=1), days=14, allowed=[3, 4])[0] in {3, 4}
    assert call_patterns(account(40, cycle=60), MONDAY, 14, [3, 4]) == ()

from datetime import UTC, date, datetime, timedelta

import pytest

from gcrm.accounts.model import Account
from gcrm.common.wording import days_in_words
from gcrm.planning.due_status import due_words
from webapp import formats
from webapp.formats import ago, due


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 min"), (5, "1 min"), (720, "12 min"), (3570, "1 h 00"), (7800, "2 h 10")]
)
def test_a_duration_reads_as_minutes_or_hours(seconds: int, words: str) -> None:
    assert formats.duration(seconds) == words


def test_a_time_is_shown_in_the_zone_asked_for_on_both_sides_of_a_change_of_clocks() -> None:
    assert formats.clock_time("2026-03-28T07:41:00+00:00", "Europe/Vaduz") == "08:41"
    assert formats.clock_time("2026-03-29T07:41:00+00:00", "Europe/Vaduz") == "09:41"
    assert formats.clock_time(datetime(2026, 11, 24, 7, 41, tzinfo=UTC), "Europe/Helsinki") == "09:41"


def test_a_day_is_named_in_any_locale() -> None:
    assert formats.long_day(date(2026, 11, 24)) == "Tue 24 Nov"
    assert formats.long_day("2026-03-01") == "Sun 1 Mar"


@pytest.mark.parametrize(
    ("days", "words"),
    [(5, "due in 5 days"), (1, "due tomorrow"), (0, "due today"), (-1, "1 day overdue"), (-21, "3 weeks overdue")],
)
def test_how_a_visit_stands(days: int, words: str) -> None:
    assert formats.due(days) == words


def test_what_is_unknown_is_a_dash_not_a_nought() -> None:
    assert formats.number(None) == formats.percent(None) == "\N{EN DASH}"
    assert formats.number(0) == "0"
    assert formats.percent(0.125) == "12 %"


@pytest.mark.parametrize(
    ("day", "after"),
    [("2026-11-24", "2026-11-25"), ("2026-11-27", "2026-11-30"), ("2026-11-28", "2026-11-30")],
)
def test_the_working_day_after_skips_the_weekend(day: str, after: str) -> None:
    assert formats.working_day_after(date.fromisoformat(day)) == date.fromisoformat(after)


def test_a_command_is_code_and_everything_else_is_text() -> None:
    said = formats.commands("Run `gcrm area import <FILE>` & wait <b>here</b>.")
    assert said == "Run <code>gcrm area import &lt;FILE&gt;</code> &amp; wait &lt;b&gt;here&lt;/b&gt;."


@pytest.mark.parametrize("days", [1, 13, 14, 27, 60, 61, 69, 70, 365, 699, 700, 729, 730])
def test_a_number_of_days_is_said_alike_everywhere(days: int) -> None:
    account = Account("Adler", visit_every_days=1, last_visit=date(2024, 1, 1))
    overdue = date(2024, 1, 2) + timedelta(days)
    assert due(-days) == due_words(account, overdue) == f"{days_in_words(days)} overdue"
    assert ago(days) in {"yesterday", f"{days_in_words(days)} ago"}

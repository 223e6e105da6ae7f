"""A phone's clock: right, slow, fast, a year off, set in between, and beyond any calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcrm.activities.phone_clock import Arrival, PhoneTimes, arrival, spoken
from gcrm.platform.errors import InputRejected

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def told(happened: datetime, off: timedelta, **more: object) -> Arrival:
    """What is made of an instant that is told by a clock that is `off` by so much, sent at NOW."""
    times = PhoneTimes((happened + off).isoformat(), (NOW + off).isoformat(), **more)  # type: ignore[arg-type]
    return arrival(times, NOW)


@pytest.mark.parametrize(
    "off", [timedelta(0), -3 * DAY, -365 * DAY, 2 * DAY, timedelta(hours=26), timedelta(minutes=-5)]
)
def test_a_clock_that_is_off_is_set_right(off: timedelta) -> None:
    happened = NOW - timedelta(hours=2)
    kept = told(happened, off)
    assert kept.at == happened
    assert kept.sure
    assert kept.error_s == -off.total_seconds()
    assert bool(kept.words) == bool(off)


def test_what_is_said_names_the_way_and_the_size() -> None:
    assert "3 days slow" in told(NOW - DAY, -3 * DAY).words
    assert "26 hours fast" in told(NOW - DAY, timedelta(hours=26)).words


def test_seconds_on_the_way_change_nothing() -> None:
    happened = NOW - timedelta(hours=1)
    times = PhoneTimes(happened.isoformat(), (NOW - timedelta(seconds=40)).isoformat())
    assert arrival(times, NOW).at == happened


def test_a_clock_that_was_set_right_since_counts_as_it_was() -> None:
    happened, contact = NOW - timedelta(hours=2), NOW - timedelta(hours=5)
    slow = 3 * DAY
    times = PhoneTimes((happened - slow).isoformat(), NOW.isoformat(), slow.total_seconds(), contact.isoformat())
    assert arrival(times, NOW).at == happened


def test_a_clock_that_went_wrong_after_the_last_contact_is_seen_by_that_contact() -> None:
    happened, contact = NOW - timedelta(hours=2), NOW - timedelta(hours=5)
    for off in (-3 * DAY, 3 * DAY):
        assert told(happened, off, clock_error_s=0.0, last_contact=contact.isoformat()).at == happened


def test_nothing_is_kept_later_than_it_was_received() -> None:
    assert arrival(PhoneTimes("2030-01-01T00:00:00Z"), NOW).at == NOW
    assert arrival(PhoneTimes("2030-01-01T00:00:00Z", NOW.isoformat()), NOW).at == NOW


@pytest.mark.parametrize(
    "at",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "+010000-01-01T00:00:00Z", "-000001-01-01T00:00:00Z"],
)
def test_a_year_beyond_the_calendar_has_an_answer(at: str) -> None:
    assert arrival(PhoneTimes(at), NOW).at == NOW
    assert arrival(PhoneTimes(at, at), NOW).at == NOW
    assert arrival(PhoneTimes(at, NOW.isoformat()), NOW).at <= NOW


def test_a_clock_in_the_year_one_is_set_right_by_what_went_by() -> None:
    times = PhoneTimes("0001-01-01T00:00:00+14:00", "0001-01-01T02:00:00+14:00")
    assert arrival(times, NOW).at == NOW - timedelta(hours=2)


def test_what_is_no_time_is_refused_where_it_counts_and_passed_over_where_not() -> None:
    with pytest.raises(InputRejected):
        arrival(PhoneTimes("now"), NOW)
    kept = arrival(PhoneTimes("2026-11-24T08:00:00Z", "soon", float("nan"), "never"), NOW)
    assert kept.at == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def test_without_an_instant_it_is_now() -> None:
    assert arrival(PhoneTimes(), NOW) == Arrival(NOW)


instants = st.datetimes(timezones=st.timezones()) | st.datetimes().map(lambda one: one.replace(tzinfo=UTC))


@given(at=instants, sent_at=instants, known=st.none() | st.floats(), contact=instants)
def test_whatever_a_phone_says_the_answer_is_an_instant_that_has_been(
    at: datetime, sent_at: datetime, known: float | None, contact: datetime
) -> None:
    kept = arrival(PhoneTimes(at.isoformat(), sent_at.isoformat(), known, contact.isoformat()), NOW)
    assert kept.at <= NOW
    assert kept.at.astimezone(UTC).year >= 1


def test_lengths_are_said_in_the_largest_unit_that_says_enough() -> None:
    assert [spoken(s) for s in (60, 5_340, 7_200, 2 * 86_400, 365 * 86_400)] == [
        "1 minute", "89 minutes", "2 hours", "2 days", "365 days",
    ]  # fmt: skip

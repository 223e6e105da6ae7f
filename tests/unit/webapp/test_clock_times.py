"""Times of another day than the one spoken of say their date."""

from datetime import UTC, date, datetime

import pytest

from webapp.formats import clock_time

NIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "said"),
    [
        ("Europe/Vaduz", None, "00:30"),
        ("Europe/Vaduz", date(2026, 11, 25), "00:30"),
        ("Europe/Vaduz", date(2026, 11, 24), "Wed 25 Nov, 00:30"),
        ("America/Los_Angeles", date(2026, 11, 24), "15:30"),
        ("Asia/Tokyo", date(2026, 11, 24), "Wed 25 Nov, 08:30"),
    ],
)
def test_a_time_of_another_day_carries_its_date(zone: str, day: date | None, said: str) -> None:
    assert clock_time(NIGHT, zone, day) == said

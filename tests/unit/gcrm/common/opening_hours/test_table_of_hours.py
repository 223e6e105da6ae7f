"""A table of opening hours as people type them in fourteen languages, beside the hours that are meant."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from gcrm.common.opening_hours.understand import understand
from gcrm.common.opening_hours.windows import Where, day_hours

TABLE = Path(__file__).parents[4] / "fixtures" / "opening_hours.txt"
APPOINTMENT = 'unknown "by appointment"'
DAYS = [date(2026, 2, 2) + timedelta(days=number) for number in range(7)]
DAYS += [date(2026, 1, 1), date(2026, 4, 6), date(2026, 12, 8), date(2026, 11, 7), date(2026, 8, 1), date(2026, 7, 13)]
"""A plain week, public holidays of Liechtenstein, a first Saturday of a month, summer."""


def rows() -> Iterator[tuple[str, str, str]]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        typed, arrow, meant = line.partition(" => ")
        if arrow and not line.startswith("#"):
            text, _, country = typed.partition(" @")
            yield text.replace("|", "\n") if "||" not in text else text, meant, country


@pytest.mark.parametrize(("typed", "meant", "country"), list(rows()))
def test_hours_mean_what_was_typed(typed: str, meant: str, country: str) -> None:
    found = understand(typed, country)
    assert found.known is (meant != "?"), found.sentence
    if found.known:
        wanted = APPOINTMENT if meant == "appt" else meant
        where = Where("Europe/Vaduz", "LI")
        for day in DAYS:
            got, right = day_hours(typed, day, Where("Europe/Vaduz", country or "LI")), day_hours(wanted, day, where)
            if not country:
                assert (got.windows, got.by_appointment) == (right.windows, right.by_appointment), (day, found.text)
        assert found.text == wanted or not found.tables or found.tables == understand(wanted).tables


def test_the_table_is_long_and_of_many_languages() -> None:
    text = TABLE.read_text(encoding="utf-8")
    assert len(list(rows())) >= 150
    assert text.count("\n[") >= 13


@pytest.mark.parametrize(
    "typed",
    [
        "Montag Ruhetag",
        "Ruhetag: Montag",
        "Lundi : Fermé",
        "chiuso lunedì",
        "closed Mondays",
        "Mo off",
        "lunes cerrado",
    ],
)
def test_a_closed_day_alone_is_heeded_and_the_rest_stays_unknown(typed: str) -> None:
    found = understand(typed)
    assert not found.known
    assert found.sentence.startswith("Only the closed days are understood: Mon.")
    monday = day_hours(typed, date(2026, 11, 23), Where("Europe/Vaduz"))
    assert (monday.windows, monday.known) == ((), True)
    assert day_hours(typed, date(2026, 11, 24), Where("Europe/Vaduz")).windows == ((8 * 3600, 17 * 3600),)


@pytest.mark.parametrize("typed", [typed for typed, meant, _ in rows() if meant == "?"])
def test_what_is_not_understood_is_said_and_is_not_open_round_the_clock(typed: str) -> None:
    found = understand(typed)
    assert found.sentence.startswith(("Not understood", "Only the closed days are understood"))
    assert day_hours(typed, date(2026, 11, 24), Where("Europe/Vaduz")).windows == ((8 * 3600, 17 * 3600),)
    assert not day_hours(typed, date(2026, 11, 28), Where("Europe/Vaduz")).known

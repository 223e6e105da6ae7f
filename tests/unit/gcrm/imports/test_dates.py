"""In which order a column writes day and month, and dates in words."""

from datetime import date

import pytest

from gcrm.accounts.cells import clean_date
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST, order_of

TODAY = date(2026, 11, 28)


@pytest.mark.parametrize(
    ("cells", "country", "day_first"),
    [
        (["03/04/2026", "25/04/2026"], "US", True),
        (["03/04/2026", "04/25/2026"], "DE", False),
        # The eleventh of December has not come yet.
        (["12/04/2025", "11/12/2026"], "DE", False),
        (["03/04/2026", "25/04/2026", "26/04/2026", "04/27/2026"], "US", True),
        (["24.03.2026", "03.04.2026"], "US", False),
        (["03/03/2026"], "DE", True),
        (["2026-03-04", ""], "US", False),
    ],
)
def test_the_cells_of_a_column_tell_its_order(cells: list[str], country: str, day_first: bool) -> None:
    found = order_of(cells, TODAY, country)
    assert (found.day_first, found.unsure) == (day_first, ())


@pytest.mark.parametrize("cells", [["03/04/2026", "05/06/2026"], ["03/04/2026", "25/04/2026", "04/25/2026"]])
def test_a_column_that_tells_nothing_is_asked_about_until_a_person_has_said(cells: list[str]) -> None:
    assert order_of(cells, TODAY, "DE").unsure[0] == "03/04/2026"
    assert order_of(cells, TODAY, "US").day_first is False
    for said in (DAY_FIRST, MONTH_FIRST):
        found = order_of(cells, TODAY, "DE", said)
        assert (found.day_first, found.unsure) == (said == DAY_FIRST, ())


@pytest.mark.parametrize(
    "written",
    [
        "4 March 2026", "04-Mar-26", "Mar 4, 2026", "March 4th, 2026", "4. März 2026", "Mittwoch, 4. März 2026",
        "1er mars 2026", "4 de marzo de 2026", "4 mrt 2026", "4. maaliskuuta 2026", "2026/03/04", "2026. 3. 4.",
        "2026年3月4日", "2026-3-4",
    ],
)  # fmt: skip
def test_dates_in_words_and_with_the_year_in_front_are_read(written: str) -> None:
    assert clean_date(written, day_first=True) in {date(2026, 3, 4), date(2026, 3, 1)}
    assert clean_date(written, day_first=False) == clean_date(written, day_first=True)


@pytest.mark.parametrize("written", ["March 2026", "4 Foo 2026", "32 March 2026", "1." * 5_000, "a " * 5_000])
def test_what_is_no_date_is_none(written: str) -> None:
    assert clean_date(written, day_first=True) is None

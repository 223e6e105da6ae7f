"""Any week, said in any language: what is understood is what was meant, and never more."""

from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from gcrm.common.opening_hours.table import Content, Span, WeekTable
from gcrm.common.opening_hours.understand import understand
from gcrm.common.opening_hours.vocabulary import DAYS, vocabularies
from gcrm.common.opening_hours.windows import Where, day_hours

WHERE = Where("Europe/Vaduz")
MONDAY = date(2026, 2, 2)
NAMES = {
    one.language: {
        day: max((word for word, meaning in one.meanings.items() if meaning == day and word in one.own), key=len)
        for day in DAYS
    }
    for one in vocabularies()
}


@st.composite
def days_of_work(draw: st.DrawFn) -> tuple[Span, ...]:
    """One or two stretches of a day, to the quarter of an hour, as shops keep them."""
    morning = (draw(st.integers(24, 44)) * 15, draw(st.integers(45, 52)) * 15)
    afternoon = (draw(st.integers(53, 60)) * 15, draw(st.integers(61, 88)) * 15)
    return draw(st.sampled_from([(morning,), (afternoon,), (morning, afternoon), ()]))


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, tuple[Span, ...]]:
    found = {day: draw(days_of_work()) for day in DAYS}
    return found if any(found.values()) else found | {"Mo": ((480, 720),)}


def clock(minutes: int, mark: str) -> str:
    return f"{minutes // 60:02}{mark}{minutes % 60:02}"


def said(week: dict[str, tuple[Span, ...]], language: str, mark: str, dash: str, gap: str) -> str:
    names = NAMES[language]
    parts = [
        f"{names[day]} {', '.join(f'{clock(start, mark)}{dash}{clock(end, mark)}' for start, end in spans)}"
        for day, spans in week.items()
        if spans
    ]
    return gap.join(parts)


def minutes_open(windows: Sequence[tuple[int, int]]) -> set[int]:
    return {minute for start, end in windows for minute in range(start // 60, end // 60)}


@settings(deadline=None, max_examples=60)
@given(
    weeks(),
    st.sampled_from(sorted(NAMES)),
    st.sampled_from([":", "."]),
    st.sampled_from(["-", " - ", "–"]),  # noqa: RUF001 - a long dash is meant
    st.sampled_from(["; ", "\n", ", ", " / "]),
)
def test_a_week_said_in_any_language_means_that_week(
    week: dict[str, tuple[Span, ...]], language: str, mark: str, dash: str, gap: str
) -> None:
    typed = said(week, language, mark, dash, gap)
    assert understand(typed).known, typed
    for number, day in enumerate(DAYS):
        found = day_hours(typed, MONDAY + timedelta(number), WHERE).windows
        assert minutes_open(found) == {minute for start, end in week[day] for minute in range(start, end)}, typed


@settings(deadline=None, max_examples=60)
@given(weeks(), st.sampled_from([None, Content(), Content(((600, 720),))]))
def test_what_is_understood_is_understood_again_as_the_same(
    week: dict[str, tuple[Span, ...]], holidays: Content | None
) -> None:
    days = {day: Content(spans) for day, spans in week.items()} | ({"PH": holidays} if holidays else {})
    table = WeekTable(days)
    first = understand(table.expression)
    assert first.known
    assert first.text == table.expression
    again = understand(first.sentence.partition("; public holidays not mentioned")[0])
    assert again.known, first.sentence
    assert again.text == first.text


@settings(deadline=None, max_examples=60)
@given(st.text('MoTuWeThFrSaSu PHoff0123456789:-,;|/" apmh.', max_size=40))
def test_any_text_is_understood_or_said_not_to_be(text: str) -> None:
    found = understand(text)
    assert found.sentence
    if found.known:
        assert understand(found.text).known
        assert understand(found.text).text == found.text
    windows = day_hours(text, MONDAY, WHERE).windows
    round_the_clock = windows == ((0, 86_400),)
    assert not round_the_clock or any(mark in text.lower() for mark in ("24", "00", "0:", "0-", "12", "h")), text

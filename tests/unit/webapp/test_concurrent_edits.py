"""Two people in one form."""

import pytest

from webapp.concurrent_edits import SHOWN_WITH, merge_edits, shown_with

SHOWN = {"name": "Ada", "phone": "1", "days_off": "2026-12-24\n2026-12-31"}


def _sent(**typed: str) -> dict[str, str]:
    return {**SHOWN, **typed, SHOWN_WITH: shown_with(SHOWN)}


def test_a_field_that_was_left_alone_takes_what_somebody_else_wrote() -> None:
    edit = merge_edits(_sent(name="Ada B"), SHOWN | {"phone": "2"})
    assert edit.merged == SHOWN | {"name": "Ada B", "phone": "2"}
    assert edit.touched == {"name"}
    assert not edit.conflicts


def test_a_field_that_both_changed_is_a_conflict_and_keeps_what_was_typed() -> None:
    edit = merge_edits(_sent(phone="3"), SHOWN | {"phone": "2", "name": "Eve"})
    assert edit.conflicts == {"phone"}
    assert edit.merged == SHOWN | {"phone": "3", "name": "Eve"}


def test_both_wrote_the_same() -> None:
    edit = merge_edits(_sent(phone="2"), SHOWN | {"phone": "2"})
    assert not edit.conflicts
    assert edit.merged["phone"] == "2"


@pytest.mark.parametrize(
    ("typed", "now", "merged"),
    [
        ("2026-12-24\n2026-12-31\n2027-01-06", "2026-12-24\n2026-12-31\n2026-12-28", "24 31 28 06"),
        ("2026-12-31", "2026-12-24\n2026-12-31\n2026-12-28", "31 28"),
        ("2026-12-24\n2026-12-31", "2026-12-28", "28"),
        ("2026-12-24\r\n2026-12-31\r\n", "2026-12-24\n2026-12-28", "24 28"),
        ("", "2026-12-24\n2026-12-28", "28"),
    ],
)
def test_of_a_list_counts_what_each_added_or_took_out(typed: str, now: str, merged: str) -> None:
    edit = merge_edits(_sent(days_off=typed), SHOWN | {"days_off": now}, lists=["days_off"])
    assert not edit.conflicts
    assert [line[-2:] for line in edit.merged["days_off"].splitlines()] == merged.split()


def test_a_form_that_does_not_say_what_it_was_shown_with_counts_as_typed() -> None:
    for odd in ({}, {SHOWN_WITH: "[]"}, {SHOWN_WITH: "{"}, {SHOWN_WITH: "1"}):
        edit = merge_edits({"phone": "3", **odd}, SHOWN | {"phone": "2"})
        assert edit.merged["phone"] == "3"
        assert not edit.conflicts


def test_what_was_not_sent_stays() -> None:
    edit = merge_edits({SHOWN_WITH: shown_with(SHOWN)}, SHOWN | {"phone": "2"})
    assert edit.merged == SHOWN | {"phone": "2"}
    assert not edit.touched

"""What a person decides before the planner does."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from gcrm.accounts.model import Account, Priority
from gcrm.people.model import Rep
from gcrm.people.working_week import read_week, working_day
from gcrm.planning.appointment_rules import foreseen
from gcrm.planning.candidates import Candidate, LeftOut, choose
from gcrm.planning.pins import pins_of, read_pins
from gcrm.platform.errors import InputRejected
from routing.points import LonLat

TUESDAY = date(2026, 11, 24)
VADUZ = LonLat(9.5215, 47.1410)
ADLER = Account("Adler", id=7, external_id="C-7", place=VADUZ, opening_hours="Mo-Fr 08:00-12:00", priority=Priority.A)
LOEWEN = replace(ADLER, name="Löwen", id=8, external_id="C-8")


def look(given: dict[str, Any], account: Account = ADLER, day: date = TUESDAY) -> Candidate | LeftOut:
    pins = pins_of(given, [ADLER, LOEWEN], "ada")
    rep = Rep("ada", "Ada", "", VADUZ, read_week("08:30-17:00"), "Europe/Vaduz")
    candidates, out = choose([account], working_day(rep, day, pins.days_off), pins=pins)
    return (candidates or out)[0]


@pytest.mark.parametrize("name", [7, "7", "C-7", "adler"])
def test_an_account_is_named_by_number_external_id_or_name(name: object) -> None:
    (pin,) = pins_of({"pin": [{"account": name}]}, [ADLER, LOEWEN], "ada").pins
    assert pin.account_id == 7


def test_an_appointment_holds_to_the_second_outside_opening_hours_too() -> None:
    found = look({"pin": [{"account": 7, "date": "2026-11-24", "start": "14:30", "minutes": 20}]})
    assert isinstance(found, Candidate)
    assert (found.fixed_start, found.service_s, found.required) == (14.5 * 3600, 1200, True)
    assert found.said == "appointment at 14:30"


def test_a_pin_without_a_start_leaves_the_time_to_the_planner() -> None:
    found = look({"pin": [{"account": 7}]}, replace(ADLER, last_visit=TUESDAY - timedelta(days=1)))
    assert isinstance(found, Candidate)
    assert (found.required, found.fixed_start) == (True, None)


def test_a_pin_to_another_day_keeps_the_account_out_of_this_one() -> None:
    found = look({"pin": [{"account": 7, "date": "2026-11-25"}]})
    assert isinstance(found, LeftOut)
    assert found.reason == "pinned to Wed 25 Nov 2026"


def test_a_ban_keeps_out_on_its_day_only() -> None:
    assert isinstance(look({"forbid": [{"account": 7, "date": "2026-11-24"}]}), LeftOut)
    assert isinstance(look({"forbid": [{"account": 7, "date": "2026-11-25"}]}), Candidate)
    assert isinstance(look({"forbid": [{"account": 7}]}), LeftOut)


def test_a_day_off_leaves_everyone_out() -> None:
    found = look({"days_off": ["2026-11-24"]})
    assert isinstance(found, LeftOut)
    assert found.reason == "Ada has a day off on Tue 24 Nov 2026"


def test_an_appointment_on_a_holiday_or_after_work_says_what_it_clashes_with() -> None:
    holiday = look({"pin": [{"account": 7, "start": "10:00"}]}, day=date(2026, 12, 8))
    evening = look({"pin": [{"account": 7, "start": "16:45"}]})
    assert isinstance(holiday, LeftOut)
    assert isinstance(evening, LeftOut)
    assert "Mariä Empfängnis" in holiday.reason
    assert evening.reason == "appointment at 16:45, but working hours are 08:30-17:00"


def test_a_pin_to_a_closed_day_says_so() -> None:
    found = look({"pin": [{"account": 7}]}, replace(ADLER, opening_hours="Mo 08:00-12:00"))
    assert isinstance(found, LeftOut)
    assert found.reason == "pinned, but closed on Tue 24 Nov, opens Mon 08:00"


def test_a_pin_for_another_rep_is_not_ours() -> None:
    assert pins_of({"pin": [{"account": 7, "rep": "bo"}]}, [ADLER], "ada").pins == ()


@pytest.mark.parametrize("given", [[], "pins", None, 7])
def test_what_is_no_pin_file_is_refused_with_an_example(given: Any) -> None:
    with pytest.raises(InputRejected) as refused:
        pins_of(given, [ADLER], "ada")
    assert '"pin"' in refused.value.remedy


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"pins": []}, "'pins' means nothing"),
        ({"pin": {}}, "pin is not a list"),
        ({"pin": [{"account": 99}]}, "ada looks after no account '99'"),
        ({"pin": [{"account": {"<b>": 1}}]}, "ada looks after no account"),
        ({"pin": [{"date": "2026-11-24"}]}, "names no account"),
        ({"pin": ["Adler"]}, "names no account"),
        ({"pin": [{"account": 7, "date": "tomorrow"}]}, "'tomorrow' is not a day"),
        ({"forbid": [{"account": 7, "date": "tomorrow"}]}, "'tomorrow' is not a day"),
        ({"days_off": ["Christmas"]}, "'Christmas' is not a day"),
    ],
)
def test_a_line_that_means_nothing_is_passed_over_and_told(given: Any, fault: str) -> None:
    pins = pins_of(given, [ADLER], "ada")
    assert (pins.pins, pins.bans, pins.days_off) == ((), (), frozenset())
    assert fault in pins.faults[0]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ({"start": "25:00"}, "'25:00' is not a time of day"),
        ({"minutes": 0}, "0 minutes is not possible"),
        ({"minutes": "long"}, "'long' minutes is not possible"),
        ({"day": "2026-11-24"}, "day means nothing about 7"),
        ({"till": "2026-11-20"}, "no later day"),
        ({"till": "2036-11-20"}, "no later day"),
        ({"till": "2026-11-27", "start": "10:00"}, "no later day"),
    ],
)
def test_what_is_wrong_in_a_line_does_not_take_the_rest_of_it_away(line: dict[str, Any], fault: str) -> None:
    pins = pins_of({"pin": [{"account": 7, "date": "2026-11-24"} | line]}, [ADLER], "ada")
    assert [(pin.account_id, pin.day, pin.till, pin.minutes) for pin in pins.pins] == [(7, TUESDAY, None, None)]
    assert fault in pins.faults[0]


def test_all_faults_are_told() -> None:
    pins = pins_of({"pin": [{"account": 99}, {"account": 7, "start": "25:00"}, {"account": 8}]}, [ADLER, LOEWEN], "ada")
    assert len(pins.faults) == 2
    assert [pin.account_id for pin in pins.pins] == [7, 8]


def test_two_accounts_of_one_name_have_to_be_told_apart() -> None:
    pins = pins_of({"pin": [{"account": "Adler"}]}, [ADLER, replace(ADLER, id=9, external_id="C-9")], "ada")
    assert pins.pins == ()
    assert "several accounts are called 'Adler', give the number" in pins.faults[0]


def within(till: str, account: Account, day: date = TUESDAY, **more: Any) -> Candidate | LeftOut:
    """A visit that is wanted from Tuesday on till some day, looked at on a day."""
    rep = Rep("ada", "Ada", "", VADUZ, read_week("08:30-17:00"), "Europe/Vaduz")
    line = {"account": 7, "date": "2026-11-24", "till": till}
    pins = foreseen(pins_of({"pin": [line], **more}, [account], "ada"), rep, [account])
    candidates, out = choose([account], working_day(rep, day, pins.days_off), pins=pins)
    return (candidates or out)[0]


def test_a_visit_within_some_days_is_wanted_before_and_required_on_the_last() -> None:
    fresh = replace(ADLER, last_visit=TUESDAY - timedelta(days=1))
    before, last = within("2026-11-26", fresh), within("2026-11-26", fresh, TUESDAY + timedelta(days=2))
    assert isinstance(before, Candidate)
    assert isinstance(last, Candidate)
    assert (before.required, last.required) == (False, True)
    assert before.prize == 100, "it is worth an A account's visit although it is not due"


@pytest.mark.parametrize(
    ("hours", "more"),
    [
        ("Mo-Tu 08:00-12:00", {}),
        ("Mo-Fr 08:00-12:00; Nov 25-28 off", {}),
        ("Mo-Fr 08:00-12:00", {"days_off": ["2026-11-25", "2026-11-26"]}),
        ("Mo-Fr 08:00-12:00", {"forbid": [{"account": 7, "date": f"2026-11-{day}"} for day in (25, 26)]}),
        ("Tu 08:00-12:00; We-Th 08:00-08:10", {}),
    ],
)
def test_the_last_day_is_the_last_on_which_it_can_be(hours: str, more: dict[str, Any]) -> None:
    found = within("2026-11-26", replace(ADLER, opening_hours=hours), **more)
    assert isinstance(found, Candidate)
    assert found.required


def test_a_visit_within_some_days_may_be_forbidden_on_one_of_them_while_it_can_wait() -> None:
    found = within("2026-11-26", ADLER, forbid=[{"account": 7, "date": "2026-11-24"}])
    assert isinstance(found, LeftOut)
    assert found.code == "forbidden"


def test_before_its_first_day_it_is_waited_for_and_after_its_last_it_is_like_any_other() -> None:
    waits = within("2026-11-26", ADLER, TUESDAY - timedelta(days=1))
    after = within("2026-11-26", ADLER, TUESDAY + timedelta(days=3))
    assert isinstance(waits, LeftOut)
    assert waits.reason == "pinned to Tue 24 Nov 2026"
    assert isinstance(after, Candidate)
    assert not after.said


def test_a_file_is_read_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    file.write_text(json.dumps({"pin": [{"account": 7, "start": "10:30"}]}))
    assert read_pins(file, [ADLER], "ada").pins[0].start == time(10, 30)
    file.write_text("{")
    with pytest.raises(InputRejected, match="not JSON"):
        read_pins(file, [ADLER], "ada")
    with pytest.raises(InputRejected, match="cannot be read"):
        read_pins(tmp_path / "none.json", [ADLER], "ada")

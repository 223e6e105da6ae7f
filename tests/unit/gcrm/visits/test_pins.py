"""What a person decides before the planner does."""

import json
from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from gcrm.domain.account import Account, Priority
from gcrm.domain.rep import Rep
from gcrm.errors import InputRejected
from gcrm.visits.candidates import Candidate, LeftOut, choose
from gcrm.visits.pins import pins_of, read_pins
from gcrm.visits.working_week import read_week, working_day
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


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"pins": []},
        {"pin": {}},
        {"pin": [{"account": 99}]},
        {"pin": [{"date": "2026-11-24"}]},
        {"pin": [{"account": 7, "start": "25:00"}]},
        {"pin": [{"account": 7, "date": "tomorrow"}]},
        {"pin": [{"account": 7, "minutes": 0}]},
        {"pin": [{"account": 7, "day": "2026-11-24"}]},
        {"days_off": ["Christmas"]},
    ],
)
def test_pins_that_make_no_sense_are_refused_with_an_example(given: Any) -> None:
    with pytest.raises(InputRejected) as refused:
        pins_of(given, [ADLER], "ada")
    assert '"pin"' in refused.value.remedy


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputRejected, match=r"99.*25:00"):
        pins_of({"pin": [{"account": 99}, {"account": 7, "start": "25:00"}]}, [ADLER], "ada")


def test_two_accounts_of_one_name_have_to_be_told_apart() -> None:
    with pytest.raises(InputRejected, match="several accounts"):
        pins_of({"pin": [{"account": "Adler"}]}, [ADLER, replace(ADLER, id=9, external_id="C-9")], "ada")


def test_a_file_is_read_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "pins.json"
    file.write_text(json.dumps({"pin": [{"account": 7, "start": "10:30"}]}))
    assert read_pins(file, [ADLER], "ada").pins[0].start == time(10, 30)
    file.write_text("{")
    with pytest.raises(InputRejected, match="not JSON"):
        read_pins(file, [ADLER], "ada")
    with pytest.raises(InputRejected, match="cannot be read"):
        read_pins(tmp_path / "none.json", [ADLER], "ada")

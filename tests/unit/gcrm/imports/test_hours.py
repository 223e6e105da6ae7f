import pytest

from gcrm.common.hours_as_typed import clean_hours


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("Mo-Fr 08:00-12:00,13:30-18:00; Sa 09:00-16:00", "Mo-Fr 08:00-12:00,13:30-18:00; Sa 09:00-16:00"),
        ("Mon-Fri 9am-5pm", "Mo-Fr 09:00-17:00"),
        ("Monday to Friday 9.30 am - 5.00 pm, Saturday 10 am - 2 pm", "Mo-Fr 09:30-17:00; Sa 10:00-14:00"),
        ("Mo-Fr 8-12 und 14-18 Uhr, Sa geschlossen", "Mo-Fr 08:00-12:00,14:00-18:00; Sa off"),
        ("Montag bis Freitag: 8.00 – 18.30 Uhr", "Mo-Fr 08:00-18:30"),  # noqa: RUF001
        ("We-Fr 13:00-18:00 Sa 12:00-18:00", "We-Fr 13:00-18:00; Sa 12:00-18:00"),
        ("Lundi - Vendredi 9h00 - 17h00", "Mo-Fr 09:00-17:00"),
        ("Mo,We 9-12", "Mo,We 09:00-12:00"),
        ("rund um die Uhr", "24/7"),
        ("24 hours", "24/7"),
        ("by appointment", ""),
        ("Seasonal, only summer time", ""),
        ("Mo-Fr 9", ""),
        ("25-27", ""),
        ("ring Ada", ""),
        ("x" * 501, ""),
        ("<script>", ""),
    ],
)
def test_hours_are_understood_or_left_alone(written: str, hours: str) -> None:
    assert clean_hours(written) == hours

"""Other calendars of a rep: when they are busy no visit is planned; hostile ones are refused in words."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from gcrm.accounts.model import Account
from gcrm.people.busy import add_calendar, calendars_of, expanded, refresh_calendars, remove_calendar
from gcrm.people.working_week import working_day
from gcrm.planning.plan_day import plan_day
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from tests.integration.planning.conftest import plain_account
from tests.integration.planning.test_plan_day import TUESDAY

SetUp = Callable[..., list[Account]]
FIRST, LAST = datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 10, tzinfo=UTC)


def ics(*lines: str) -> bytes:
    body = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//EN", *lines, "END:VCALENDAR", ""]
    return "\r\n".join(body).encode()


def event(*lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:a@b", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"]


def spans(content: bytes, zone: str = "Europe/Vaduz") -> list[tuple[str, str]]:
    return [(f"{one.start:%d %H:%M}", f"{one.end:%d %H:%M}") for one in expanded(content, zone, FIRST, LAST)]


def test_a_repeated_appointment_keeps_its_hour_by_the_clock_over_the_change_of_march() -> None:
    weekly = event("DTSTART;TZID=Europe/Vaduz:20260324T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert spans(ics(*weekly)) == [("24 09:00", "24 10:00"), ("31 08:00", "31 09:00")]


def test_times_without_a_zone_are_the_rep_s_or_those_that_the_calendar_names() -> None:
    floating = event("DTSTART:20260324T100000", "DTEND:20260324T110000")
    assert spans(ics(*floating)) == [("24 09:00", "24 10:00")]
    utc = event("DTSTART:20260324T100000Z", "DTEND:20260324T110000Z")
    assert spans(ics("X-WR-TIMEZONE:America/New_York", *utc)) == [("24 10:00", "24 11:00")]


def test_what_leaves_its_owner_free_does_not_count() -> None:
    span = ("DTSTART:20260324T100000Z", "DTEND:20260324T110000Z")
    for free in ("TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"):
        assert spans(ics(*event(*span, free))) == []
    told = [
        "BEGIN:VFREEBUSY",
        "UID:c@d",
        "DTSTAMP:20260101T000000Z",
        "FREEBUSY:20260324T100000Z/PT2H,20260325T100000Z/20260325T103000Z",
        "FREEBUSY;FBTYPE=FREE:20260326T100000Z/PT2H",
        "END:VFREEBUSY",
    ]
    assert spans(ics(*told)) == [("24 10:00", "24 12:00"), ("25 10:00", "25 10:30")]


def test_overlapping_ones_are_one_and_a_moved_or_left_out_repetition_is_heeded() -> None:
    daily = event("DTSTART:20260323T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260324T100000Z")
    moved = event("RECURRENCE-ID:20260325T100000Z", "DTSTART:20260325T140000Z", "DURATION:PT1H")
    more = [line.replace("a@b", "e@f") for line in event("DTSTART:20260323T103000Z", "DURATION:PT1H")]
    assert spans(ics(*daily, *moved, *more)) == [("23 10:00", "23 11:30"), ("25 14:00", "25 15:00")]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\xff\xfe\x00",
        b"<html>not a calendar</html>",
        ics(*event("DTSTART:20260101T000000Z", "RRULE:FREQ=SECONDLY")),
        ics(*event("DTSTART:20260101T000000Z", "RRULE:FREQ=MINUTELY;COUNT=99999999")),
        ics(*event("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY;BYHOUR=1,2,3,4,5;BYMINUTE=1,2,3,4,5,6")),
        ics(*(line for _ in range(5_001) for line in event("DTSTART:20260101T000000Z"))),
    ],
    ids=["empty", "bytes", "a page", "every second", "every minute", "thirty a day", "too many"],
)
def test_a_hostile_calendar_is_refused_in_words(hostile: bytes) -> None:
    with pytest.raises(InputRejected) as refused:
        expanded(hostile, "Europe/Vaduz", FIRST, LAST)
    assert refused.value.remedy


def busy(day_hours: tuple[tuple[int, int], ...]) -> bytes:
    lines: list[str] = []
    for number, (begins, ends) in enumerate(day_hours):
        lines += [
            line.replace("a@b", f"{number}@b")
            for line in event(
                f"DTSTART;TZID=Europe/Vaduz:20261124T{begins:02}0000", f"DTEND;TZID=Europe/Vaduz:20261124T{ends:02}0000"
            )
        ]
    return ics(*lines)


def test_no_visit_is_planned_into_what_another_calendar_takes(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account(f"Inn {number}", 5 + number) for number in range(12)])
    add_calendar(plain, "ada", name="Private", content=busy(((6, 9), (11, 12), (15, 18))))
    plan = plan_day(plain, "ada", TUESDAY, steps=1_000)
    assert plan.stops
    for stop in plan.stops:
        assert time(9) <= stop.start.time()
        assert stop.leave.time() <= time(15)
        assert stop.leave.time() <= time(11) or stop.start.time() >= time(12)
    assert plan.home_arrive.time() <= time(15)
    with plain.store.read() as tx:
        (kept,) = calendars_of(tx, tx.reps.get("ada").id)
    remove_calendar(plain, "ada", kept.id)
    assert len(plan_day(plain, "ada", TUESDAY, steps=1_000).stops) > len(plan.stops)


def test_a_day_that_is_taken_whole_is_a_day_off_with_its_reason(plain: Workspace, staffed: SetUp) -> None:
    staffed([plain_account("Adler", 10)])
    add_calendar(plain, "ada", name="Private", content=ics(*event("DTSTART;VALUE=DATE:20261124")))
    with plain.store.read() as tx:
        rep = tx.reps.get("ada")
    assert "busy all of" in working_day(rep, TUESDAY).off
    assert not working_day(rep, TUESDAY + timedelta(days=1)).off
    assert not plan_day(plain, "ada", TUESDAY, steps=100).stops


def test_a_private_address_is_refused_and_one_that_fails_later_keeps_what_was_known(
    plain: Workspace, staffed: SetUp
) -> None:
    staffed([plain_account("Adler", 10)])
    for url in ("http://127.0.0.1:9/x.ics", "http://localhost/x.ics", "http://[::1]/x.ics", "file:///etc/passwd"):
        with pytest.raises(InputRejected):
            add_calendar(plain, "ada", name="x", url=url)
    kept = add_calendar(plain, "ada", name="x", content=busy(((10, 11),)))
    with plain.store.write() as tx:
        tx.busy_calendars.update(replace(kept, url="http://127.0.0.1:9/x.ics"))
    assert refresh_calendars(plain, "ada") == 1
    with plain.store.read() as tx:
        (now,) = calendars_of(tx, kept.rep_id)
    assert now.spans == kept.spans
    assert "private network" in now.fault

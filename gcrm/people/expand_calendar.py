"""Read a calendar from standard input and write when its owner is busy: run as a program of its own.

A calendar comes from somebody else, and a few lines can stand for endless repetitions. So this is done where it cannot
do harm: in a process with a limit on its time and memory, which is let go of when it reaches either.
"""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from gcrm.common.language import to_say

CPU_S = 8
MEMORY_BYTES = 1_500_000_000
MOST_EVENTS = 5_000
MOST_SPANS = 4_000
MOST_A_DAY = 24
"""More repetitions a day than this are no appointments."""


def busy_spans(content: bytes, zone: str, first: datetime, last: datetime) -> list[tuple[datetime, datetime]]:
    """When somebody is busy between two instants, sorted and joined. content: calendars one after the other.

    What is transparent, cancelled or free does not count. zone: of what has none, and of whole days.
    Raises ValueError for what is no calendar, or holds too much.
    """
    import icalendar
    import recurring_ical_events
    from x_wr_timezone import to_standard

    calendars = icalendar.Calendar.from_ical(content, multiple=True)
    if not calendars:
        raise ValueError(to_say("that is no calendar"))
    here = ZoneInfo(zone)
    found: list[tuple[datetime, datetime]] = []
    for one in calendars:
        calendar = to_standard(one)
        _refuse_floods(calendar)
        found.extend(_free_busy(calendar, here))
        for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(first, last):
            if _is_busy(event):
                found.append((_instant(event.start, here), _instant(event.end, here)))
            if len(found) > MOST_SPANS * 4:
                raise ValueError(to_say("it holds too many appointments"))
    return _joined((max(start, first), min(end, last)) for start, end in found if end > first and start < last)


def _refuse_floods(calendar: Any) -> None:
    """Raises ValueError for rules of which a day has more repetitions than anybody has appointments."""
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise ValueError(f"it holds {len(events):,} events, more than {MOST_EVENTS:,}")
    for event in events:
        rules = event.get("rrule", [])
        for rule in rules if isinstance(rules, list) else [rules]:
            frequency = str((rule.get("FREQ") or [""])[0]).upper()
            a_day = 1
            for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
                a_day *= max(1, len(rule.get(name) or []))
            if frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or a_day > MOST_A_DAY:
                raise ValueError(to_say("it repeats an event many times a day"))


def _free_busy(calendar: Any, here: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    for component in calendar.walk("VFREEBUSY"):
        told = component.get("freebusy", [])
        for one in told if isinstance(told, list) else [told]:
            if str(one.params.get("FBTYPE", "BUSY")).upper() == "FREE":
                continue
            for period in one if isinstance(one, list) else [one]:
                yield _instant(period.start, here), _instant(period.end, here)


def _is_busy(event: Any) -> bool:
    if str(event.get("status", "")).upper() == "CANCELLED":
        return False
    free = str(event.get("transp", "OPAQUE")).upper() == "TRANSPARENT"
    return not free and str(event.get("x-microsoft-cdo-busystatus", "")).upper() != "FREE"


def _instant(moment: datetime | date, here: ZoneInfo) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), here)
    return (moment if moment.tzinfo else moment.replace(tzinfo=here)).astimezone(UTC)


def _joined(spans: Any) -> list[tuple[datetime, datetime]]:
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        elif end - start >= timedelta(seconds=1):
            joined.append((start, end))
    if len(joined) > MOST_SPANS:
        raise ValueError(to_say("it holds too many appointments"))
    return joined


def main() -> None:
    """Arguments: zone, first, last. Answers one JSON document: {"spans": [[from, to], ...]} or {"fault": ...}."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    zone, first, last = sys.argv[1:4]
    try:
        content, nothing = sys.stdin.buffer.read(), False
        if content.lstrip().startswith(b"<"):
            from gcrm.people.caldav import calendar_data

            content = calendar_data(content)
            nothing = not content
        span = datetime.fromisoformat(first), datetime.fromisoformat(last)
        spans = [] if nothing else busy_spans(content, zone, *span)
    except MemoryError:
        said: dict[str, Any] = {"fault": to_say("it is too large")}
    except Exception as error:  # noqa: BLE001 - whatever a hostile calendar breaks ends here, and is said
        said = {"fault": " ".join(str(error).split())[:200] or type(error).__name__}
    else:
        said = {"spans": [[start.isoformat(), end.isoformat()] for start, end in spans]}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main()

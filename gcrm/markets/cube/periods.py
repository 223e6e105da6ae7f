"""Periods as people name them."""

import re
from datetime import date, timedelta

from gcrm.common.language import say, to_say
from gcrm.markets.cube.model import Period
from gcrm.platform.errors import InputRejected

_FORMS = to_say("2026, 2026-Q1, 2026-03, 2026-W05, 2026-03-02, or two of them as 2026-01..2026-06")


def period_of(written: str) -> Period:
    """The days of a period. Raises InputRejected."""
    name = written.strip().upper()
    if ".." in name:
        first, _, last = name.partition("..")
        begins, ends = period_of(first), period_of(last)
        if begins.first > ends.last:
            raise InputRejected(
                say("{name} ends before it begins.", name=name[:40]), say("Give the earlier one first.")
            )
        return Period(name, begins.first, ends.last)
    try:
        return Period(name, *_days(name))
    except (ValueError, OverflowError) as error:
        raise InputRejected(
            say("{written!r} is no period.", written=written[:40]), say("Write it as {forms}.", forms=say(_FORMS))
        ) from error


def _days(name: str) -> tuple[date, date]:
    if re.fullmatch(r"[1-9]\d{3}", name):
        year = int(name)
        return date(year, 1, 1), date(year, 12, 31)
    if found := re.fullmatch(r"([1-9]\d{3})-?Q([1-4])", name):
        year, quarter = int(found[1]), int(found[2])
        return date(year, 3 * quarter - 2, 1), _last_of(year, 3 * quarter)
    if found := re.fullmatch(r"([1-9]\d{3})-(\d{2})", name):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), _last_of(year, month)
    if found := re.fullmatch(r"([1-9]\d{3})-W(\d{2})", name):
        monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        return monday, monday + timedelta(6)
    if re.fullmatch(r"[1-9]\d{3}-\d{2}-\d{2}", name):
        day = date.fromisoformat(name)
        return day, day
    raise ValueError(name)


def _last_of(year: int, month: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1) if (year, month) != (9999, 12) else date.max
    return following - timedelta(1) if following != date.max else date.max

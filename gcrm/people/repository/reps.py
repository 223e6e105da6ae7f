"""Who is sent out."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from gcrm.common.language import say
from gcrm.people.company_slack import KEY, CompanySlack, read_slack
from gcrm.people.model import Break, BusySpan, DayOff, Hotel, Nights, Rep, Shift
from gcrm.platform.database.nearby import checked_place
from gcrm.platform.database.repository import Repository, listed, not_found, refuse_nul, words_of
from gcrm.platform.database.schema import busy_calendar, rep
from gcrm.platform.database.setting_values import SettingValues
from gcrm.platform.errors import Conflict
from routing.points import LonLat

BY_COMPANY, NONE = 0, -1
"""Minutes to park, as the column keeps them, of a rep who has those of the company, and of one who has none."""


class Reps(Repository):
    """Reps, sorted by their key."""

    def get(self, key: str) -> Rep:
        """The rep of that short name. Raises NotFound."""
        row = self._connection.execute(select(rep).where(rep.c.key == key)).first()
        if row is None:
            raise not_found("rep", key)
        return replace(_rep_of(row, self._company()), busy=self._busy(row.id).get(row.id, ()))

    def by_id(self, rep_id: int) -> Rep:
        """The rep of that number. Raises NotFound."""
        row = self._connection.execute(select(rep).where(rep.c.id == rep_id)).first()
        if row is None:
            raise not_found("rep", rep_id)
        return replace(_rep_of(row, self._company()), busy=self._busy(row.id).get(row.id, ()))

    def all(self) -> list[Rep]:
        """Every rep."""
        company = self._company()
        rows = self._connection.execute(select(rep).order_by(rep.c.key)).all()
        busy = self._busy()
        return [replace(_rep_of(row, company), busy=busy.get(row.id, ())) for row in rows]

    def add(self, new: Rep) -> Rep:
        """Add one; returned with its id. Raises Conflict for a key that is taken."""
        if self._connection.execute(select(rep.c.id).where(rep.c.key == new.key)).first() is not None:
            raise Conflict(
                say("There is a rep {key!r} already.", key=new.key), say("Choose another key, or change that rep.")
            )
        added = replace(new, id=self._insert(rep, _row_of(new)))
        self._touch(added)
        return added

    def update(self, changed: Rep) -> Rep:
        """Change one: all its columns. Raises NotFound."""
        self._update(rep, changed.id, _row_of(changed), "rep")
        self._transaction.touch("rep").shrunk = True
        self._touch(changed)
        return changed

    def _busy(self, rep_id: int | None = None) -> dict[int, tuple[BusySpan, ...]]:
        """Rep id to when the other calendars leave no time, sorted; those of one rep where it is named."""
        wanted = [] if rep_id is None else [busy_calendar.c.rep_id == rep_id]
        rows = self._connection.execute(select(busy_calendar.c.rep_id, busy_calendar.c.spans).where(*wanted))
        found: dict[int, list[BusySpan]] = {}
        for row in rows:
            found.setdefault(row.rep_id, []).extend(
                BusySpan(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in row.spans or ()
            )
        return {key: tuple(sorted(spans, key=lambda one: one.start)) for key, spans in found.items()}

    def _company(self) -> CompanySlack:
        return read_slack(SettingValues(self._transaction).get(KEY))

    def _touch(self, one: Rep) -> None:
        touched = self._transaction.touch("rep")
        if one.home is not None:
            touched.grow([(*one.home, *one.home)])


def _row_of(one: Rep) -> dict[str, Any]:
    refuse_nul(one.key, one.name, one.home_address, *(off.reason for off in one.days_off))
    refuse_nul(*one.skills, *one.languages, one.holiday_region, *(hotel.name for hotel in one.hotels))
    return {
        "geom": None if one.home is None else checked_place(one.home),
        "key": one.key,
        "name": one.name,
        "home_address": one.home_address,
        "zone": one.zone,
        "week": [None if day is None else _shift_as_list(day) for day in one.week],
        "lunch": None
        if one.lunch is None
        else [one.lunch.minutes, one.lunch.earliest.isoformat(), one.lunch.latest.isoformat()],
        "max_driving_minutes": one.max_driving_minutes,
        "days_off": [[off.first.isoformat(), off.last.isoformat(), off.reason] for off in one.days_off] or None,
        "nights": [one.nights.most, one.nights.in_a_row, one.nights.saves_minutes] if one.nights else None,
        "hotels": [[hotel.name, hotel.place.lon, hotel.place.lat] for hotel in one.hotels] or None,
        "skills": listed(one.skills),
        "languages": listed(one.languages),
        "holiday_region": one.holiday_region,
        "parking_minutes": BY_COMPANY if one.parking_by_company else one.parking_minutes or NONE,
        "home_on_time": None if one.on_time_by_company else one.home_on_time or 0.0,
    }


def _shift_as_list(shift: Shift) -> list[str]:
    """Start and end, then those of the pause of a split shift."""
    return [moment.isoformat() for moment in (shift.starts, shift.ends, *(shift.pause or ()))]


def _shift_of(kept: list[str]) -> Shift:
    starts, ends, *pause = (time.fromisoformat(text) for text in kept)
    return Shift(starts, ends, (pause[0], pause[1]) if len(pause) == 2 else None)


def _rep_of(row: Any, company: CompanySlack) -> Rep:
    by_company = (row.parking_minutes or BY_COMPANY) == BY_COMPANY
    return Rep(
        key=row.key,
        name=row.name,
        home_address=row.home_address,
        home=row.geom,
        week=tuple(
            None if day is None else _shift_of(day)
            # A rep that was drawn in QGIS has no working hours yet.
            for day in (row.week or [None] * 7)
        ),
        zone=row.zone,
        lunch=None
        if row.lunch is None
        else Break(row.lunch[0], time.fromisoformat(row.lunch[1]), time.fromisoformat(row.lunch[2])),
        max_driving_minutes=row.max_driving_minutes,
        days_off=tuple(
            DayOff(date.fromisoformat(first), date.fromisoformat(last), reason)
            for first, last, reason in (row.days_off or ())
        ),
        id=row.id,
        nights=Nights(*row.nights) if row.nights else None,
        hotels=tuple(Hotel(name, LonLat(lon, lat)) for name, lon, lat in (row.hotels or ())),
        skills=words_of(row.skills),
        languages=words_of(row.languages),
        holiday_region=row.holiday_region,
        parking_minutes=company.parking_minutes if by_company else max(row.parking_minutes, 0),
        home_on_time=company.home_on_time if row.home_on_time is None else row.home_on_time or None,
        parking_by_company=by_company,
        on_time_by_company=row.home_on_time is None,
    )

"""The rows of a report, and which of them each record belongs to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from gcrm.common.language import say
from gcrm.common.wording import MONTHS
from gcrm.insights.kpis.facts import Facts
from gcrm.insights.kpis.model import By

WEEKS_UP_TO = 100
"""Days that are told by week; longer periods are by month."""
NONE = ""
"""The key of the row for what belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Span:
    """A week or a month, or what of it lies in the period."""

    key: str
    label: str
    first: date
    last: date


@dataclass(slots=True)
class Groups:
    """g rows. keys, labels: (g,). spans: those of a report by period, else the one whole period."""

    by: By | None
    keys: list[str]
    labels: list[str]
    spans: list[Span]
    facts: Facts

    def of_accounts(self, ids: Sequence[int] | np.ndarray) -> np.ndarray:
        """The row of each account by its rep or territory, -1 for none; 0 where all are one row."""
        facts = self.facts
        listed = np.asarray(ids, dtype=np.int64)
        if self.by in {None, By.PERIOD} or not len(facts.accounts):
            return np.zeros(len(listed), dtype=np.int64)
        at = np.minimum(np.searchsorted(facts.accounts.ids, listed), len(facts.accounts) - 1)
        owner = np.where(facts.accounts.ids[at] == listed, facts.accounts.territories[at], 0)
        number = {key: row for row, key in enumerate(self.keys)}
        rows = {
            one: number.get(str(one) if self.by is By.TERRITORY else self._rep_key(one), number.get(NONE, -1))
            for one in np.unique(owner).tolist()
        }
        return np.array([rows[one] for one in owner.tolist()], dtype=np.int64)

    def of_reps(self, rep_ids: Sequence[int | None]) -> np.ndarray:
        """The row of each rep, or of the one territory of a rep; -1 where that cannot be said."""
        if self.by in {None, By.PERIOD}:
            return np.zeros(len(rep_ids), dtype=np.int64)
        number = {key: row for row, key in enumerate(self.keys)}
        nobody = number.get(NONE, -1)
        if self.by is By.REP:
            keys = {rep.id: rep.key for rep in self.facts.reps}
            return np.array([number.get(keys.get(one or 0, NONE), nobody) for one in rep_ids], dtype=np.int64)
        held: dict[int, list[int]] = {}
        for one in self.facts.territories:
            held.setdefault(one.rep_id, []).append(one.id)
        alone = {rep_id: number.get(str(ids[0]), nobody) for rep_id, ids in held.items() if len(ids) == 1}
        return np.array([alone.get(one or 0, nobody) for one in rep_ids], dtype=np.int64)

    def of_days(self, days: Sequence[date], rows: np.ndarray) -> np.ndarray:
        """Of a report by period the row of each day; else the rows as they are."""
        if self.by is not By.PERIOD:
            return rows
        firsts = np.array([one.first for one in self.spans], dtype="datetime64[D]")
        asked = np.array(days, dtype="datetime64[D]")
        return np.searchsorted(firsts, asked, side="right").astype(np.int64) - 1

    def _rep_key(self, territory_id: int) -> str:
        rep_id = self.facts.rep_of_territory.get(territory_id)
        return next((rep.key for rep in self.facts.reps if rep.id == rep_id), NONE)


def groups_of(facts: Facts, by: By | None) -> Groups:
    """The rows of a report; None for one row of all."""
    whole = Span("all", say("All"), facts.first, facts.last)
    if by is By.REP:
        reps = sorted(facts.reps, key=lambda rep: rep.name.casefold())
        return Groups(
            by, [*(rep.key for rep in reps), NONE], [*(rep.name for rep in reps), say("No rep")], [whole], facts
        )
    if by is By.TERRITORY:
        held = sorted(facts.territories, key=lambda one: one.name.casefold())
        keys = [*(str(one.id) for one in held), NONE]
        return Groups(by, keys, [*(one.name for one in held), say("No territory")], [whole], facts)
    if by is By.PERIOD:
        spans = spans_of(facts.first, facts.as_of if facts.as_of >= facts.first else facts.last)
        return Groups(by, [one.key for one in spans], [one.label for one in spans], spans, facts)
    return Groups(None, ["all"], [say("All")], [whole], facts)


def spans_of(first: date, last: date) -> list[Span]:
    """The weeks of a period, or its months where it is long; those at the ends are cut."""
    spans, day = [], first
    weekly = (last - first).days < WEEKS_UP_TO
    while day <= last:
        if weekly:
            end = min(day + timedelta(6 - day.weekday()), last)
            year, week, _ = day.isocalendar()
            spans.append(Span(f"{year}-W{week:02}", say("Week {week}, {year}", week=week, year=year), day, end))
        else:
            following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
            end = min(following - timedelta(1), last)
            spans.append(Span(f"{day:%Y-%m}", f"{say(MONTHS[day.month - 1])} {day.year}", day, end))
        day = end + timedelta(1)
    return spans

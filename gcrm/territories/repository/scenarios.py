"""Scenarios, which accounts each territory of them would have, and what was said and changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from gcrm.platform.database.repository import Repository, chunks, not_found, refuse_nul
from gcrm.platform.database.schema import scenario, scenario_account, scenario_remark, scenario_step
from gcrm.platform.memo import Memo, digest
from gcrm.territories.scenarios.model import Made, Remark, Scenario, ScenarioState, Step, Units
from gcrm.territories.scenarios.scenario_json import (
    pack_units,
    read_made,
    read_scenario,
    unpack_units,
    write_made,
    write_scenario,
)

_UNITS: Memo[Units] = Memo(8, 40_000_000)
"""Accounts of scenarios, which stay as they are, by their bytes; so heavy at most, packed."""
_HEAD = [column for column in scenario.c if column.name not in {"units", "simulation"}]


class Scenarios(Repository):
    """Scenarios, newest first."""

    def all(self) -> list[Scenario]:
        """Every scenario."""
        return self._found()

    def get(self, scenario_id: int) -> Scenario:
        """One scenario. Raises NotFound."""
        found = self._found(scenario.c.id == scenario_id)
        if not found:
            raise not_found("scenario", scenario_id)
        return found[0]

    def version(self, scenario_id: int) -> str:
        """A mark that is another one once anything of the scenario was changed. Raises NotFound."""
        one = self.get(scenario_id)
        steps = self._connection.execute(
            select(func.max(scenario_step.c.id), func.count())
            .where(scenario_step.c.scenario_id == scenario_id)
            .group_by(scenario_step.c.undone)
            .order_by(scenario_step.c.undone)
        )
        held = [one.name, one.state.value, str(one.apply_on), write_scenario(one), [list(row) for row in steps]]
        return blake2b(json.dumps(held, sort_keys=True).encode(), digest_size=12).hexdigest()

    def due(self, day: date) -> list[Scenario]:
        """Approved ones whose day has come, the earliest first."""
        found = self._found(scenario.c.state == ScenarioState.APPROVED.value, scenario.c.apply_on <= day)
        return sorted(found, key=lambda one: (one.apply_on or day, one.id))

    def add(self, new: Scenario, units: Units, positions: Mapping[int, int]) -> Scenario:
        """Keep one with the position of each account; returned with its id."""
        refuse_nul(new.name)
        row_id = self._insert(scenario, {**_row_of(new), "units": pack_units(units)})
        rows = [
            {"scenario_id": row_id, "account_id": account_id, "position": position}
            for account_id, position in positions.items()
        ]
        if rows:
            self._connection.execute(insert(scenario_account), rows)
        return replace(new, id=row_id)

    def update(self, changed: Scenario) -> Scenario:
        """Change one. Raises NotFound."""
        refuse_nul(changed.name)
        self._update(scenario, changed.id, _row_of(changed), "scenario")
        return changed

    def delete(self, scenario_id: int) -> None:
        """Take one away, with all that was said about it. Raises NotFound."""
        if not self._connection.execute(delete(scenario).where(scenario.c.id == scenario_id)).rowcount:
            raise not_found("scenario", scenario_id)

    def units(self, scenario_id: int) -> Units:
        """What it was made from. Raises NotFound."""
        row = self._connection.execute(select(scenario.c.units).where(scenario.c.id == scenario_id)).first()
        if row is None or row.units is None:
            raise not_found("scenario", scenario_id)
        return _UNITS.of(digest([row.units]), lambda: unpack_units(row.units), len(row.units))

    def replace_units(self, scenario_id: int, units: Units) -> None:
        """Keep the accounts with the minutes from a centre that was added. Raises NotFound."""
        self._update(scenario, scenario_id, {"units": pack_units(units)}, "scenario")

    def positions(self, scenario_id: int) -> dict[int, int]:
        """Account to position, of accounts that are still there."""
        rows = self._connection.execute(
            select(scenario_account.c.account_id, scenario_account.c.position).where(
                scenario_account.c.scenario_id == scenario_id
            )
        )
        return {account_id: position for account_id, position in rows.all()}  # noqa: C416 - rows are no pairs to mypy

    def move(self, scenario_id: int, positions: Mapping[int, int]) -> None:
        """Give accounts of a scenario other positions."""
        by_position: dict[int, list[int]] = {}
        for account_id, position in positions.items():
            by_position.setdefault(position, []).append(account_id)
        for position, ids in by_position.items():
            for some in chunks(ids):
                self._connection.execute(
                    update(scenario_account)
                    .where(scenario_account.c.scenario_id == scenario_id, scenario_account.c.account_id.in_(some))
                    .values(position=position)
                )

    def simulation(self, scenario_id: int) -> dict[str, Any] | None:
        """What came out when it was simulated; None where it was not, or was changed since."""
        row = self._connection.execute(select(scenario.c.simulation).where(scenario.c.id == scenario_id)).first()
        return row.simulation if row else None

    def keep_simulation(self, scenario_id: int, document: dict[str, Any] | None) -> None:
        """Note what came out. Raises NotFound."""
        self._update(scenario, scenario_id, {"simulation": document}, "scenario")

    def add_remark(self, new: Remark) -> Remark:
        """Keep what somebody said."""
        refuse_nul(new.text)
        row = {name: getattr(new, name) for name in _REMARK}
        return replace(new, id=self._insert(scenario_remark, row))

    def remark(self, remark_id: int) -> Remark:
        """One remark. Raises NotFound."""
        row = self._connection.execute(select(scenario_remark).where(scenario_remark.c.id == remark_id)).first()
        if row is None:
            raise not_found("scenario", remark_id)
        return _remark_of(row)

    def remarks(self, scenario_id: int) -> list[Remark]:
        """All that was said, the oldest first."""
        wanted = select(scenario_remark).where(scenario_remark.c.scenario_id == scenario_id)
        return [_remark_of(row) for row in self._connection.execute(wanted.order_by(scenario_remark.c.id))]

    def settle(self, remark_id: int, settled: str) -> None:
        """Note how an objection ended. Raises NotFound."""
        self._update(scenario_remark, remark_id, {"settled": settled}, "scenario")

    def add_step(self, new: Step) -> Step:
        """Keep a change by hand; steps that were undone before it are gone."""
        self._connection.execute(
            delete(scenario_step).where(scenario_step.c.scenario_id == new.scenario_id, scenario_step.c.undone)
        )
        row = {name: getattr(new, name) for name in ("scenario_id", "user_id", "at", "title", "moves", "undone")}
        return replace(new, id=self._insert(scenario_step, {**row, "made": write_made(new.made)}))

    def steps(self, scenario_id: int) -> list[Step]:
        """All changes by hand, the oldest first."""
        wanted = select(scenario_step).where(scenario_step.c.scenario_id == scenario_id).order_by(scenario_step.c.id)
        return [
            Step(
                row.scenario_id,
                row.title,
                row.at,
                tuple((one[0], one[1], one[2]) for one in row.moves),
                row.undone,
                row.user_id,
                read_made(row.made),
                row.id,
            )
            for row in self._connection.execute(wanted)
        ]

    def step_titles(self, scenario_id: int) -> list[Step]:
        """All changes by hand as `steps`, without which accounts they moved."""
        held = scenario_step.c
        wanted = select(held.scenario_id, held.title, held.at, held.undone, held.user_id, held.id)
        rows = self._connection.execute(wanted.where(held.scenario_id == scenario_id).order_by(held.id))
        return [Step(row.scenario_id, row.title, row.at, (), row.undone, row.user_id, id=row.id) for row in rows]

    def step_count(self, scenario_id: int) -> int:
        """How many changes by hand there are."""
        wanted = select(func.count()).select_from(scenario_step).where(scenario_step.c.scenario_id == scenario_id)
        return int(self._connection.execute(wanted).scalar_one())

    def mark_step(self, step_id: int, *, undone: bool) -> None:
        """Note that a step was undone, or done again. Raises NotFound."""
        self._update(scenario_step, step_id, {"undone": undone}, "scenario")

    def keep_made(self, step_id: int, made: Made) -> None:
        """Note what a step has added as it is now, for when it is made again. Raises NotFound."""
        self._update(scenario_step, step_id, {"made": write_made(made)}, "scenario")

    def _found(self, *wanted: ColumnElement[bool]) -> list[Scenario]:
        rows: Sequence[Any] = self._connection.execute(
            select(*_HEAD).where(*wanted).order_by(scenario.c.id.desc())
        ).all()
        return [_scenario_of(row) for row in rows]


_REMARK = ("scenario_id", "user_id", "at", "text", "account_id", "wanted", "cost", "settled")


def _remark_of(row: Any) -> Remark:
    told = {name: getattr(row, name) for name in _REMARK}
    return Remark(**{**told, "cost": row.cost or {}}, id=row.id)


def _row_of(one: Scenario) -> dict[str, Any]:
    return {
        "name": one.name,
        "state": one.state.value,
        "made_at": one.made_at,
        "made_by": one.made_by,
        "document": write_scenario(one),
        "apply_on": one.apply_on,
        "decided_by": one.decided_by,
        "applied_at": one.applied_at,
        "before": one.before,
    }


def _scenario_of(row: Any) -> Scenario:
    return Scenario(
        name=row.name,
        state=ScenarioState(row.state),
        made_at=row.made_at,
        made_by=row.made_by,
        apply_on=row.apply_on,
        decided_by=row.decided_by,
        applied_at=row.applied_at,
        before=row.before,
        id=row.id,
        **read_scenario(row.document),
    )

"""What each rep looks after."""

from collections import defaultdict
from dataclasses import replace

from sqlalchemy import ColumnElement, delete, insert, select

from gcrm.platform.database.repository import Repository, not_found, refuse_nul
from gcrm.platform.database.schema import account, region, rep, territory, territory_postcode, territory_region
from gcrm.territories.model import Territory


class Territories(Repository):
    """Territories, sorted by name and id."""

    def all(self) -> list[Territory]:
        """Every territory."""
        return self._found()

    def get(self, territory_id: int) -> Territory:
        """One territory. Raises NotFound."""
        found = self._found(territory.c.id == territory_id)
        if not found:
            raise not_found("territory", territory_id)
        return found[0]

    def by_name(self, name: str) -> Territory:
        """The territory of that name, the first of several. Raises NotFound."""
        found = self._found(territory.c.name == name)
        if not found:
            raise not_found("territory", name)
        return found[0]

    def of_rep(self, rep_id: int) -> list[Territory]:
        """The territories of a rep."""
        return self._found(territory.c.rep_id == rep_id)

    def add(self, new: Territory) -> Territory:
        """Add one; returned with its id and its regions sorted. Raises NotFound for an unknown rep or region."""
        self._check(new)
        row_id = self._insert(territory, {"name": new.name, "rep_id": new.rep_id})
        self._transaction.touch("territory")
        return self._with_regions(replace(new, id=row_id))

    def update(self, changed: Territory) -> Territory:
        """Change one, with its regions. Raises NotFound for an unknown territory, rep or region."""
        self._check(changed)
        self._update(territory, changed.id, {"name": changed.name, "rep_id": changed.rep_id}, "territory")
        for table in (territory_region, territory_postcode):
            self._connection.execute(delete(table).where(table.c.territory_id == changed.id))
        self._transaction.touch("territory")
        return self._with_regions(changed)

    def delete(self, territory_id: int) -> None:
        """Take one away; its accounts are in none then, and locked to none. Raises NotFound."""
        self._connection.execute(
            account.update()
            .where(account.c.territory_id == territory_id)
            .values(territory_id=None, territory_locked=False)
        )
        if not self._connection.execute(delete(territory).where(territory.c.id == territory_id)).rowcount:
            raise not_found("territory", territory_id)
        for table in ("account", "territory", "territory_region", "territory_postcode"):
            self._transaction.touch(table)

    def _found(self, *wanted: ColumnElement[bool]) -> list[Territory]:
        regions: dict[int, list[int]] = defaultdict(list)
        for territory_id, region_id in self._connection.execute(
            select(territory_region.c.territory_id, territory_region.c.region_id)
            .join(territory, territory.c.id == territory_region.c.territory_id)
            .where(*wanted)
            .order_by(territory_region.c.region_id)
        ):
            regions[territory_id].append(region_id)
        postcodes: dict[int, list[str]] = defaultdict(list)
        for territory_id, codes in self._connection.execute(
            select(territory_postcode.c.territory_id, territory_postcode.c.postcodes)
            .join(territory, territory.c.id == territory_postcode.c.territory_id)
            .where(*wanted)
            .order_by(territory_postcode.c.postcodes)
        ):
            postcodes[territory_id].append(codes)
        rows = self._connection.execute(select(territory).where(*wanted).order_by(territory.c.name, territory.c.id))
        return [
            Territory(row.name, row.rep_id, tuple(regions[row.id]), row.id, tuple(postcodes[row.id])) for row in rows
        ]

    def _with_regions(self, one: Territory) -> Territory:
        region_ids = tuple(sorted(set(one.region_ids)))
        if region_ids:
            self._connection.execute(
                insert(territory_region),
                [{"territory_id": one.id, "region_id": region_id} for region_id in region_ids],
            )
        self._transaction.touch("territory_region")
        postcodes = tuple(sorted(set(one.postcodes)))
        if postcodes:
            self._connection.execute(
                insert(territory_postcode), [{"territory_id": one.id, "postcodes": codes} for codes in postcodes]
            )
        self._transaction.touch("territory_postcode")
        return replace(one, region_ids=region_ids, postcodes=postcodes)

    def _check(self, one: Territory) -> None:
        refuse_nul(one.name)
        if self._connection.execute(select(rep.c.id).where(rep.c.id == one.rep_id)).first() is None:
            raise not_found("rep", one.rep_id)
        wanted = set(one.region_ids)
        known = set(self._connection.execute(select(region.c.id).where(region.c.id.in_(wanted))).scalars())
        if wanted - known:
            raise not_found("region", min(wanted - known))

"""Refused businesses in the database."""

from collections.abc import Collection

from sqlalchemy import delete, select

from gcrm.markets.refused import RefusedProspect
from gcrm.platform.database.repository import Repository, refuse_nul
from gcrm.platform.database.schema import refused_prospect
from routing.points import LonLat


class RefusedProspects(Repository):
    """What was refused as a prospect, each once."""

    def add(self, one: RefusedProspect) -> None:
        """Keep that it was refused; what was said of it before is replaced. Raises InputRejected for a NUL letter."""
        refuse_nul(one.key, one.name, one.reason)
        self._connection.execute(delete(refused_prospect).where(refused_prospect.c.key == one.key))
        self._insert(
            refused_prospect,
            {
                "key": one.key,
                "name": one.name,
                "lon": one.place.lon,
                "lat": one.place.lat,
                "reason": one.reason,
                "at": one.at,
                "user_id": one.user_id,
            },
        )

    def all(self) -> list[RefusedProspect]:
        """All of them, the newest first."""
        rows = self._connection.execute(select(refused_prospect).order_by(refused_prospect.c.id.desc()))
        return [
            RefusedProspect(row.key, row.name, LonLat(row.lon, row.lat), row.reason, row.at, row.user_id, row.id)
            for row in rows
        ]

    def forget(self, keys: Collection[str]) -> int:
        """Let them be offered again; how many there were."""
        return self._connection.execute(
            delete(refused_prospect).where(refused_prospect.c.key.in_(sorted(keys)))
        ).rowcount

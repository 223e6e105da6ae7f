"""What pages and other programs ask about regions and territories, in one snapshot."""

from gcrm.common.language import say
from gcrm.platform.errors import NotFound
from gcrm.territories.model import Region, StatisticsJoin, Territory
from gcrm.transaction import Transaction


def all_territories(tx: Transaction) -> list[Territory]:
    """All territories."""
    return tx.territories.all()


def region_sets(tx: Transaction) -> list[str]:
    """The names of the sets of regions."""
    return tx.regions.sets()


def joined_tables(tx: Transaction) -> list[StatisticsJoin]:
    """Tables of statistics that were joined to regions, newest first."""
    return tx.statistics_joins.all()


def one_region(tx: Transaction, region_id: int) -> Region:
    """A region by number. Raises NotFound."""
    return tx.regions.get(region_id)


def regions_of_set(tx: Transaction, name: str) -> list[Region]:
    """The regions of a set. Raises NotFound."""
    if name not in tx.regions.sets():
        raise NotFound(say("There are no regions called {name!r}.", name=name[:80]), say("Choose a set of the list."))
    return tx.regions.of_set(name)

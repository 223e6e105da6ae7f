"""Take regions from whoever has them, so that nobody looks after them."""

from collections.abc import Collection
from dataclasses import replace

from gcrm.accounts.ground import foresee
from gcrm.accounts.ownership import Filled, fill
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace


def release_regions(workspace: Workspace, region_ids: Collection[int]) -> Filled:
    """Take the regions out of every territory and let the accounts fall anew; locked ones stay.

    Raises InputRejected for no regions, NotFound for an unknown one.
    """
    if not region_ids:
        raise InputRejected(say("No region selected."), say("Choose regions in the table or on the map."))
    with workspace.store.read() as tx:
        foreseen = foresee(tx)
    with workspace.store.write() as tx:
        released = {tx.regions.get(region_id).id for region_id in region_ids}
        for territory in tx.territories.all():
            kept = tuple(one for one in territory.region_ids if one not in released)
            if kept != territory.region_ids:
                tx.territories.update(replace(territory, region_ids=kept))
        return fill(tx, foreseen=foreseen)

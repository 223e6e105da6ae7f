"""Give postcodes, and ranges of them, to a rep: a territory that needs no map."""

from dataclasses import dataclass, replace

from gcrm.accounts.ground import foresee
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.common.postcode_ranges import read_postcodes
from gcrm.platform.errors import InputRejected
from gcrm.territories.assign_territory import territory_of
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class PostcodesAssigned:
    """A territory as it is now, and what fell into it.

    postcodes: all its codes and ranges; added: those that are new in it; taken: those that other territories lost.
    accounts: how many are in it; unowned, doubly_owned: accounts of all.
    """

    id: int
    territory: str
    rep: str
    postcodes: tuple[str, ...]
    added: tuple[str, ...]
    taken: tuple[str, ...]
    accounts: int
    unowned: int
    doubly_owned: int


def assign_postcodes(
    workspace: Workspace,
    rep_key: str,
    postcodes: str,
    name: str | None = None,
    *,
    only: bool = False,
    take: bool = False,
) -> PostcodesAssigned:
    """Add postcodes to a territory of a rep, and let the accounts fall anew by the postcodes of their addresses.

    postcodes: codes, ranges and beginnings, "9490-9498, 9485, SW1*"; may be empty with `only`, which takes away all
    that are not named. name: the territory; the rep's first one, or a new one, where none is given. take: other
    territories lose what lies within the named ones.
    Raises InputRejected for what is no postcode, NotFound for an unknown rep, Conflict where the name belongs to
    another rep's territory.
    """
    if not postcodes.strip() and not only:
        raise InputRejected(say("No postcode is given."), say('Name some, as "9490-9498, 9485".'))
    wanted = read_postcodes(postcodes) if postcodes.strip() else ()
    shown = tuple(one.shown for one in wanted)
    with workspace.store.read() as tx:
        foreseen = foresee(tx)
    with workspace.store.write() as tx:
        rep = tx.reps.get(rep_key)
        territories = tx.territories.all()
        territory = territory_of(tx, territories, rep, name)
        added = tuple(one for one in shown if one not in territory.postcodes)
        kept = () if only else tuple(one for one in territory.postcodes if one not in shown)
        territory = tx.territories.update(replace(territory, postcodes=(*kept, *shown)))
        taken: list[str] = []
        for other in territories if take else ():
            lost = _within(other, shown) if other.id != territory.id else set()
            if lost:
                taken += sorted(lost)
                left = tuple(one for one in other.postcodes if one not in lost)
                tx.territories.update(replace(other, postcodes=left))
        filled = fill(tx, foreseen=foreseen)
        accounts = tx.accounts.counts_by_territory().get(territory.id, 0)
    return PostcodesAssigned(
        id=territory.id,
        territory=territory.name,
        rep=rep.key,
        postcodes=territory.postcodes,
        added=added,
        taken=tuple(taken),
        accounts=accounts,
        unowned=len(filled.unowned),
        doubly_owned=len(filled.doubly_owned),
    )


def _within(other: Territory, shown: tuple[str, ...]) -> set[str]:
    """The entries of a territory that lie wholly within one of those shown."""
    wanted = read_postcodes(", ".join(shown)) if shown else ()
    return {
        entry.shown
        for entry in (read_postcodes(", ".join(other.postcodes)) if other.postcodes else ())
        if any(
            (one.beginning or not entry.beginning) and one.holds(entry.first) and one.holds(entry.last)
            for one in wanted
        )
    }

"""Import a set of regions: all of it or, where it is refused or stopped, nothing."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gcrm.accounts.ground import foresee
from gcrm.accounts.ownership import fill
from gcrm.common.language import say
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.territories.merge import MERGE
from gcrm.territories.model import Region, Territory
from gcrm.territories.read import Reject, read_regions
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class LostRegions:
    """A territory, and the names of the regions that it lost because the new file has them no more."""

    territory: str
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegionsImported:
    """What became of the areas of a file.

    read: areas in the file; regions = created + updated + unchanged: those in the set now; removed: names that the set
    had and has no more. people: the sum of the populations that are known, None where none is. crs: what the file is
    in. assigned, unowned, doubly_owned: accounts after they fell into territories anew.
    """

    set_name: str
    read: int
    regions: int
    created: int
    updated: int
    unchanged: int
    removed: tuple[str, ...]
    rejected: int
    rejects: tuple[Reject, ...]
    remarks: tuple[str, ...]
    crs: str
    people: int | None
    territories: tuple[LostRegions, ...]
    assigned: int
    unowned: int
    doubly_owned: int


def import_regions(
    workspace: Workspace,
    file: Path,
    name_column: str,
    set_name: str | None = None,
    population_column: str | None = None,
    progress: Progress = quiet,
    *,
    crs: str | None = None,
    layer: str | None = None,
    encoding: str | None = None,
    duplicates: str = MERGE,
) -> RegionsImported:
    """Make a set of regions hold what the file holds: GeoJSON, GeoPackage or shapefile, in any coordinate system.

    set_name: the name of the file without its ending, where none is given. Names that stay keep their number, so the
    territories that hold them keep them. The accounts fall into territories anew.
    Raises InputRejected for what cannot be read (see `read_regions`), Cancelled; nothing is changed then.
    """
    name = " ".join((set_name if set_name is not None else file.stem).split())
    if not name:
        raise InputRejected(say("The set of regions has no name."), say("Give one with --set."))
    found = read_regions(
        file,
        name_column,
        name,
        progress,
        population_column=population_column,
        crs=crs,
        layer=layer,
        encoding=encoding,
        duplicates=duplicates,
    )
    progress(say("Finding the regions of accounts"))
    with workspace.store.read() as tx:
        foreseen = foresee(tx, instead={name: _as_kept(tx.regions.of_set(name), found.regions)})
    progress(say("Writing"))
    with workspace.store.write() as tx:
        before = {region.name: region for region in tx.regions.of_set(name)}
        territories = tx.territories.all()
        tx.regions.replace_set(name, found.regions)
        filled = fill(tx, foreseen=foreseen)
        # The last chance to stop; after it everything is kept at once.
        progress(say("Writing"), len(found.regions), len(found.regions))
    new = {region.name: region for region in found.regions}
    known = [region.population for region in found.regions if region.population is not None]
    unchanged = sum(_is_same(before[one], new[one]) for one in new.keys() & before.keys())
    return RegionsImported(
        set_name=name,
        read=found.read,
        regions=len(new),
        created=len(new.keys() - before.keys()),
        updated=len(new.keys() & before.keys()) - unchanged,
        unchanged=unchanged,
        removed=tuple(one for one in before if one not in new),
        rejected=len(found.rejects),
        rejects=found.rejects,
        remarks=found.remarks,
        crs=found.crs,
        people=sum(known) if known else None,
        territories=_lost(territories, {region.id: name for name, region in before.items() if name not in new}),
        assigned=filled.assigned,
        unowned=len(filled.unowned),
        doubly_owned=len(filled.doubly_owned),
    )


def _as_kept(before: Sequence[Region], regions: Sequence[Region]) -> list[Region]:
    """The regions in the order in which the set will have them: by the numbers of names that stay, then the others."""
    held: dict[str, list[int]] = defaultdict(list)
    for one in before:
        held[one.name].append(one.id)
    kept = [replace(one, id=held[one.name].pop(0) if held[one.name] else 0) for one in regions]
    return sorted(kept, key=lambda one: one.id or math.inf)


def _is_same(one: Region, other: Region) -> bool:
    return (
        one.population == other.population
        and one.properties == other.properties
        and one.geometry.equals_exact(other.geometry, tolerance=0.0)
    )


def _lost(territories: list[Territory], removed: dict[int, str]) -> tuple[LostRegions, ...]:
    """Territories that hold one of the removed regions (id to name)."""
    lost = []
    for territory in territories:
        names = tuple(removed[region_id] for region_id in territory.region_ids if region_id in removed)
        if names:
            lost.append(LostRegions(territory.name, names))
    return tuple(lost)

"""Taking a joined table of statistics back."""

from collections import defaultdict
from dataclasses import replace

from gcrm.common.language import say
from gcrm.platform.errors import Conflict
from gcrm.territories.model import Change, Region, StatisticsJoin
from gcrm.territories.statistics import PEOPLE
from gcrm.workspace import Workspace


def undo_statistics(workspace: Workspace, join_id: int) -> StatisticsJoin:
    """Let regions know again what they knew before a table was joined; what was changed since stays.

    Raises NotFound, Conflict for one that is undone, or where a later table has given the same columns.
    """
    with workspace.store.write() as tx:
        join = tx.statistics_joins.get(join_id)
        if join.undone:
            raise Conflict(say("{file} is undone already.", file=join.file), say("Look at the list again."))
        for later in tx.statistics_joins.of_set(join.set_name):
            shared = sorted(set(later.columns) & set(join.columns))
            if later.id > join.id and not later.undone and shared:
                raise Conflict(
                    say("{file} has given {shared} anew.", file=later.file, shared=", ".join(shared)[:200]),
                    say("Undo that one first."),
                )
        changes: dict[int, list[Change]] = defaultdict(list)
        for change in join.changes:
            changes[change.region_id].append(change)
        regions = tx.regions.of_set(join.set_name)
        if regions:
            tx.regions.replace_set(join.set_name, [_as_before(one, changes[one.id]) for one in regions])
        tx.statistics_joins.mark_undone(join_id)
        return replace(join, undone=True)


def _as_before(region: Region, changes: list[Change]) -> Region:
    properties, population = dict(region.properties), region.population
    for change in changes:
        if change.column == PEOPLE:
            if population == change.after:
                population = None if change.before is None else round(change.before)
        elif change.column in properties and properties[change.column] == change.after:
            if change.was_known:
                properties[change.column] = change.before
            else:
                del properties[change.column]
    return replace(region, population=population, properties=properties)

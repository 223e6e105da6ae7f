"""Reading the streets of an OpenStreetMap extract with pyosmium, in three passes over the file.

OSMnx, whose drive network this follows, cannot read PBF, and with one Python object a node a metro takes minutes.
Each pass asks for one kind of thing only, so the order of things in the file does not matter.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from routing.errors import GcrmError, NetworkUnreadable
from routing.network.build import build_network
from routing.network.driving import Driving, Obstacle, driving_of, obstacle_of
from routing.network.street_network import Floats, StreetNetwork
from routing.network.streets import Way, join_and_cut
from routing.network.turns import Restriction

Progress = Callable[[str, int, int], None]

CHECK_EVERY = 50_000
"""Between so many things read, progress is told, and the reading can be stopped."""


def read_osm_file(file: Path, progress: Progress) -> StreetNetwork:
    """The drivable streets of an extract that pyosmium reads.

    Ways whose nodes are partly missing, as at the edge of an extract, are cut there: what is known is kept.
    Raises NetworkUnreadable if the file is damaged or holds nothing to drive on.
    """
    try:
        ways = list(_ways(file, progress))
        lon, lat, number, obstacles = _nodes(file, {node for nodes, _, _ in ways for node in nodes}, progress)
        restrictions = list(_restrictions(file, number, progress))
    except (RuntimeError, OSError, ValueError) as damaged:
        if isinstance(damaged, GcrmError):
            raise  # ours already, or the person stopped it
        raise NetworkUnreadable(
            f"{file.name} cannot be read as an OpenStreetMap extract: {damaged}.", "Download it again."
        ) from damaged
    progress("Joining streets", 0, 0)
    known = [Way(run, driving, way_id) for nodes, driving, way_id in ways for run in _known_runs(nodes, number)]
    streets = join_and_cut(known, len(lon), obstacles)
    progress("Finding the turns between streets", 0, 0)
    try:
        return build_network(lon, lat, streets, obstacles, restrictions)
    except NetworkUnreadable as empty:
        raise NetworkUnreadable(f"{file.name} holds no streets. {empty.fault}", empty.remedy) from empty


def _entities(file: Path, kind: Any, message: str, progress: Progress, *filters: Any) -> Iterator[Any]:
    import osmium

    reader = osmium.FileProcessor(str(file), kind)
    for each in filters:
        reader = reader.with_filter(each)
    for count, entity in enumerate(reader):
        if count % CHECK_EVERY == 0:
            progress(message, count, 0)
        yield entity


def _ways(file: Path, progress: Progress) -> Iterator[tuple[list[int], Driving, int]]:
    from osmium.filter import KeyFilter
    from osmium.osm import WAY

    for way in _entities(file, WAY, "Reading streets", progress, KeyFilter("highway")):
        driving = driving_of(dict(way.tags))
        if driving is not None:
            yield [node.ref for node in way.nodes], driving, way.id


def _nodes(
    file: Path, wanted: set[int], progress: Progress
) -> tuple[Floats, Floats, dict[int, int], dict[int, Obstacle]]:
    """Coordinates of the wanted nodes that the file holds, their numbers by OSM id, and what stands on them."""
    from osmium.filter import IdFilter
    from osmium.osm import NODE

    # An editor's unsaved nodes have negative ids, which the filter cannot hold: then every node is looked at.
    filters = [IdFilter(wanted)] if wanted and min(wanted) >= 0 else []
    places: list[tuple[float, float]] = []
    number: dict[int, int] = {}
    obstacles: dict[int, Obstacle] = {}
    for node in _entities(file, NODE, "Reading junctions", progress, *filters):
        if node.id not in wanted or node.id in number or not node.location.valid():
            continue
        if len(node.tags) and (obstacle := obstacle_of(dict(node.tags))) is not None:
            obstacles[len(places)] = obstacle
        number[node.id] = len(places)
        places.append((node.lon, node.lat))
    lon_lat = np.array(places, dtype=np.float64).reshape(-1, 2)
    return lon_lat[:, 0], lon_lat[:, 1], number, obstacles


def _restrictions(file: Path, number: dict[int, int], progress: Progress) -> Iterator[Restriction]:
    from osmium.filter import TagFilter
    from osmium.osm import RELATION

    wanted = TagFilter(("type", "restriction"))
    for relation in _entities(file, RELATION, "Reading turn restrictions", progress, wanted):
        tags = dict(relation.tags)
        kind = tags.get("restriction:motorcar") or tags.get("restriction", "")
        exempt = {"motorcar", "motor_vehicle"} & set(tags.get("except", "").replace(" ", "").split(";"))
        if exempt or not kind.startswith(("no_", "only_")) or kind == "no_u_turn":
            continue
        roles: dict[str, list[tuple[str, int]]] = {}
        for member in relation.members:
            roles.setdefault(member.role, []).append((member.type, member.ref))
        via = roles.get("via", [])
        if len(via) != 1 or via[0][0] != "n" or via[0][1] not in number:
            continue
        for from_type, from_way in roles.get("from", []):
            for to_type, to_way in roles.get("to", []):
                if from_type == to_type == "w":
                    yield Restriction(from_way, number[via[0][1]], to_way, only=kind.startswith("only_"))


def _known_runs(nodes: list[int], number: dict[int, int]) -> Iterator[list[int]]:
    """The stretches of a way between missing nodes. A gap is not driven over: where it leads nobody knows."""
    run: list[int] = []
    for node in nodes:
        known = number.get(node)
        if known is None:
            if len(run) > 1:
                yield run
            run = []
        elif not run or run[-1] != known:
            run.append(known)
    if len(run) > 1:
        yield run

"""How fast the two routers are, how far they agree, and how true their isochrones are.

`python -m tests.benchmarks.travel_times [--json] [--points 100,300,1000]`. Streets: the Porto metro and, for agreement,
every extract there is; from ../shared/data, OpenStreetMap contributors, ODbL. Times are ratios to plain networkx on the
same streets: Dijkstra from each of a sample of origins over the junctions, no turns, scaled up to all of them.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from routing.network.read import read_street_network
from routing.network.street_network import StreetNetwork
from routing.points import LonLat, Points
from routing.travel_times import search
from routing.travel_times.osrm import OsrmTravelTimes, is_available, prepare
from routing.travel_times.protocol import TravelTimes
from routing.travel_times.streets import StreetTravelTimes, costs_of

EXTRACTS = Path(__file__).parents[3] / "shared" / "data" / "osm"
METRO = "porto-metro-2015-06-06.osm.pbf"
AGREEMENT = (
    "liechtenstein-2024-03-04.osm.pbf",
    "helsinki-centre-2019-04-21.osm.pbf",
    "lauf-2020-01-15.osm.pbf",
    "dreieich-2022-10.osm.gz",
    METRO,
)
PAIRS = 1_000
SAMPLE = 5
MINUTES = (10, 20, 30)


def near_streets(network: StreetNetwork, count: int, seed: int) -> Points:
    """Places a few houses off random junctions of the largest piece of the network."""
    rng = np.random.default_rng(seed)
    junctions = rng.choice(np.unique(network.tail[network.piece == 0]), count)
    places = np.column_stack([network.lon[junctions], network.lat[junctions]])
    return np.asarray(places + rng.normal(0, 3e-4, (count, 2)))


def processor_seconds(what: Callable[[], Any], times: int = 3) -> float:
    """The least processor time of a few runs."""
    taken = []
    for _ in range(times):
        start = time.process_time()
        what()
        taken.append(time.process_time() - start)
    return min(taken)


def seconds_for(what: Callable[[], Any], times: int = 3) -> float:
    """The least of a few runs by the clock: what disturbs a run only makes it longer."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        what()
        taken.append(time.perf_counter() - start)
    return min(taken)


def seconds_an_origin(network: StreetNetwork) -> dict[str, float]:
    """Processor time from one origin to everywhere: over junctions without turns, and over edges with their turns."""
    graph = nx.DiGraph()
    for tail, head, seconds in zip(network.tail.tolist(), network.head.tolist(), network.seconds.tolist(), strict=True):
        if not graph.has_edge(tail, head) or graph[tail][head]["seconds"] > seconds:
            graph.add_edge(tail, head, seconds=seconds)
    tails, heads, costs = zip(*((a, b, data["seconds"]) for a, b, data in graph.edges(data=True)), strict=True)
    junctions = csr_array((costs, (tails, heads)), shape=(network.junctions, network.junctions))
    streets = costs_of(network)
    turns = csr_array((streets.turn_choice, streets.turn_to, streets.turn_start), shape=(network.edges, network.edges))
    origins = np.random.default_rng(9).choice(np.flatnonzero(network.piece == 0), SAMPLE)
    queue, found = search.room_for(streets)
    no_target = np.zeros(network.edges, dtype=np.bool_)

    def with_networkx() -> None:
        for origin in network.tail[origins].tolist():
            nx.single_source_dijkstra_path_length(graph, origin, weight="seconds")

    def compiled() -> None:
        for origin in origins:
            edges = np.array([origin, -1], dtype=np.int32)
            search.reach(streets, edges, np.zeros(2), no_target, 0, search.NEVER - 1, queue, found)

    compiled()
    return {
        "networkx": processor_seconds(with_networkx, 1) / SAMPLE,
        "scipy": processor_seconds(lambda: dijkstra(junctions, indices=network.tail[origins])) / SAMPLE,
        "scipy, with turns": processor_seconds(lambda: dijkstra(turns, indices=origins)) / SAMPLE,
        "streets, with turns": processor_seconds(compiled) / SAMPLE,
    }


def routers(file: Path, folder: Path) -> tuple[list[TravelTimes], dict[str, float]]:
    """Both routers for an extract (one, where OSRM is not installed), and the seconds that making them took."""
    start = time.perf_counter()
    network = read_street_network(file)
    taken = {"read": time.perf_counter() - start}
    streets = StreetTravelTimes(network)
    if not is_available():
        return [streets], taken
    start = time.perf_counter()
    prefix = folder / file.name.split(".")[0]
    prepare(file, prefix, network=network)
    taken["prepare_osrm"] = time.perf_counter() - start
    return [OsrmTravelTimes(prefix, network), streets], taken


def agreement(osrm: TravelTimes, streets: StreetTravelTimes, pairs: int = PAIRS) -> dict[str, float]:
    """Times of random pairs of places: the street graph's against OSRM's. Pairs under a minute apart do not count."""
    theirs, ours = [], []
    for block in range(pairs // 50):
        places = near_streets(streets.network, 100, seed=block)
        one, other = (router.matrix(places) for router in (osrm, streets))
        pair = np.arange(50), np.arange(50, 100)
        both = one.reachable[pair] & other.reachable[pair] & (one.seconds[pair] > 60)
        theirs += one.seconds[pair][both].tolist()
        ours += other.seconds[pair][both].tolist()
    ratio = np.array(ours) / np.array(theirs)
    off = np.abs(ratio - 1)
    return {
        "pairs": len(ratio),
        "correlation": float(np.corrcoef(theirs, ours)[0, 1]),
        "median_ratio": float(np.median(ratio)),
        "within_10_percent": float((off <= 0.1).mean()),
        "within_30_percent": float((off <= 0.3).mean()),
    }


def truth_of_isochrones(router: TravelTimes, network: StreetNetwork, origins: int = 3) -> list[dict[str, float]]:
    """False in: the share of places inside that the own matrix does not reach. False out: the other way round."""
    counts = np.zeros((len(MINUTES), 4), dtype=np.int64)
    places = near_streets(network, 600, seed=77)
    times = router.matrix(places)
    start = time.perf_counter()
    drawn = [router.isochrone(LonLat(*places[origin]), MINUTES) for origin in range(origins)]
    seconds = (time.perf_counter() - start) / origins
    for origin, areas in enumerate(drawn):
        for row, each in enumerate(areas):
            inside = shapely.contains_xy(each.area, *places.T)
            reached = times.reachable[origin] & (times.seconds[origin] <= each.minutes * 60)
            counts[row] += inside.sum(), (inside & ~reached).sum(), reached.sum(), (~inside & reached).sum()
    return [
        {"minutes": minutes, "false_in": wrong / max(1, inside), "false_out": out / max(1, reached), "seconds": seconds}
        for minutes, (inside, wrong, reached, out) in zip(MINUTES, counts.tolist(), strict=True)
    ]


def measure(points: list[int]) -> dict[str, Any]:
    """All figures, as the JSON document holds them."""
    found: dict[str, Any] = {"matrix": [], "agreement": {}, "isochrones": {}, "preparing": {}}
    with tempfile.TemporaryDirectory() as folder:
        for name in AGREEMENT:
            both, found["preparing"][name] = routers(EXTRACTS / name, Path(folder))
            streets = both[-1]
            assert isinstance(streets, StreetTravelTimes)
            if len(both) > 1:
                found["agreement"][name] = agreement(both[0], streets)
            if name == METRO:
                found["an_origin"] = seconds_an_origin(streets.network)
                plain = found["an_origin"]["networkx"]
                for count in points:
                    places = near_streets(streets.network, count, seed=count)
                    for router in both:
                        taken = seconds_for(
                            lambda router=router, places=places: router.matrix(places), 1 if count > 300 else 2
                        )
                        found["matrix"].append(
                            {"points": count, "router": router.name, "seconds": taken, "ratio": count * plain / taken}
                        )
                found["isochrones"] = {each.name: truth_of_isochrones(each, streets.network) for each in both}
    return found


def report(found: dict[str, Any]) -> Iterator[str]:
    """The figures for a person, line by line."""
    yield "Matrix on the Porto metro        points   seconds   networkx / this"
    for row in found["matrix"]:
        yield f"  {row['router']:<28}{row['points']:>9}{row['seconds']:>10.2f}{row['ratio']:>18.0f}"
    yield "One origin to everywhere         seconds   networkx / this"
    for name, seconds in found["an_origin"].items():
        yield f"  {name:<28}{seconds:>9.4f}{found['an_origin']['networkx'] / seconds:>18.0f}"
    yield "Street graph against OSRM         pairs  correlation  median ratio  within 10 %  within 30 %"
    for name, row in found["agreement"].items():
        shares = f"{row['within_10_percent']:>12.1%}{row['within_30_percent']:>13.1%}"
        yield f"  {name[:28]:<28}{row['pairs']:>9}{row['correlation']:>13.4f}{row['median_ratio']:>14.3f} {shares}"
    yield "Isochrones against own matrix   minutes     false in    false out      seconds for all"
    for name, rows in found["isochrones"].items():
        for row in rows:
            shares = f"{row['false_in']:>13.1%}{row['false_out']:>13.1%}{row['seconds']:>21.2f}"
            yield f"  {name:<28}{row['minutes']:>9}{shares}"
    yield "Making the routers                  seconds to read   to prepare OSRM"
    for name, row in found["preparing"].items():
        yield f"  {name:<34}{row['read']:>15.1f}{row.get('prepare_osrm', float('nan')):>18.1f}"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.travel_times", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--points", default="100,300,1000", help="sizes of the matrices")
    chosen = parser.parse_args(arguments)
    if not EXTRACTS.is_dir():
        sys.stderr.write("Travel times: the real data is not here (shared/data beside the checkout).\n")
        return
    found = measure([int(count) for count in chosen.points.split(",")])
    lines = [json.dumps(found)] if chosen.json else report(found)
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()

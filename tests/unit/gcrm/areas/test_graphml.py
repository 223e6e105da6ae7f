"""Streets out of a saved OSMnx graph."""

from pathlib import Path

import pytest

from gcrm.areas.graphml import read_graphml
from gcrm.platform.errors import InputRejected

HEAD = """<?xml version='1.0' encoding='utf-8'?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="d0" for="graph" attr.name="crs" attr.type="string"/>
<key id="d1" for="node" attr.name="x" attr.type="string"/>
<key id="d2" for="node" attr.name="y" attr.type="string"/>
<key id="d3" for="edge" attr.name="osmid" attr.type="string"/>
<key id="d4" for="edge" attr.name="name" attr.type="string"/>
<key id="d5" for="edge" attr.name="highway" attr.type="string"/>
<key id="d6" for="edge" attr.name="geometry" attr.type="string"/>
<graph edgedefault="directed"><data key="d0">{crs}</data>
"""
TAIL = "</graph></graphml>"


def node(number: int, x: float, y: float) -> str:
    return f'<node id="{number}"><data key="d1">{x}</data><data key="d2">{y}</data></node>'


def edge(start: int, end: int, name: str = "", highway: str = "residential", wkt: str = "", osmid: str = "7") -> str:
    data = {"d3": osmid, "d4": name, "d5": highway, "d6": wkt}
    inner = "".join(f'<data key="{key}">{value}</data>' for key, value in data.items() if value)
    return f'<edge source="{start}" target="{end}" id="0">{inner}</edge>'


def write(file: Path, *parts: str, crs: str = "epsg:4326") -> Path:
    file.write_text(HEAD.format(crs=crs) + "".join(parts) + TAIL, encoding="utf-8")
    return file


def test_a_street_driven_both_ways_comes_once(tmp_path: Path) -> None:
    file = write(
        tmp_path / "g.graphml", node(1, 9.5, 47.1), node(2, 9.51, 47.1), edge(1, 2, "Äule"), edge(2, 1, "Äule")
    )
    layers = read_graphml(file)
    assert list(layers.streets["name"]) == ["Äule"]
    assert list(layers.ways["kind"]) == ["residential"]
    assert list(layers.ways.geometry.iloc[0].coords) == [(9.5, 47.1), (9.51, 47.1)]
    assert layers.ways.crs.to_epsg() == 4326


def test_a_street_follows_its_geometry_and_may_have_two_names(tmp_path: Path) -> None:
    wkt = "LINESTRING (9.5 47.1, 9.505 47.105, 9.51 47.1)"
    street = edge(1, 2, "['Katu', 'Gata']", "['primary', 'residential']", wkt)
    layers = read_graphml(write(tmp_path / "g.graphml", node(1, 9.5, 47.1), node(2, 9.51, 47.1), street))
    assert sorted(layers.streets["name"]) == ["Gata", "Katu"]
    assert set(layers.ways["kind"]) == {"primary"}
    assert len(layers.ways.geometry.iloc[0].coords) == 3


def test_a_projected_graph_is_brought_back_to_longitudes(tmp_path: Path) -> None:
    nodes = node(1, 537_946.0, 5_216_500.0), node(2, 538_705.0, 5_216_500.0)
    file = write(tmp_path / "g.graphml", *nodes, edge(1, 2, "Weg"), crs="epsg:32632")
    west, south, east, _ = read_graphml(file).ways.total_bounds
    assert west == pytest.approx(9.5, abs=0.01)
    assert east == pytest.approx(9.51, abs=0.01)
    assert south == pytest.approx(47.1, abs=0.01)


def test_a_graph_in_an_unknown_system_is_rejected(tmp_path: Path) -> None:
    parts = node(1, 1, 1), node(2, 2, 2), edge(1, 2, "Weg")
    with pytest.raises(InputRejected, match="unknown coordinate system"):
        read_graphml(write(tmp_path / "g.graphml", *parts, crs="nonsense"))


def test_a_street_to_nowhere_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="junction that is not in it"):
        read_graphml(write(tmp_path / "g.graphml", node(1, 9.5, 47.1), edge(1, 2)))


def test_a_junction_without_a_place_is_rejected(tmp_path: Path) -> None:
    broken = node(1, 9.5, 47.1).replace("9.5", "east")
    with pytest.raises(InputRejected, match="'east'"):
        read_graphml(write(tmp_path / "g.graphml", broken, edge(1, 1)))

"""Layers from a street graph that OSMnx saved (.graphml): its streets with class and name, and nothing else."""

import ast
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import geopandas as gpd
import numpy as np
import shapely

from gcrm.areas.layers import ADDRESS_COLUMNS, Layers, Rows
from gcrm.areas.tags import STREET_KINDS
from gcrm.common.language import say, to_say
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet

NAMESPACE = "{http://graphml.graphdrawing.org/xmlns}"
REMEDY = to_say("Save the graph again with osmnx.save_graphml, or give an OpenStreetMap extract.")
REPORT_EVERY = 50_000


def read_graphml(file: Path, progress: Progress = quiet) -> Layers:
    """Read the streets of a saved OSMnx graph, each once although the graph holds both directions.

    Raises InputRejected if the file is damaged or is not a street graph, and Cancelled if `progress` does.
    """
    try:
        nodes, edges, crs = _read(file, progress)
    except ET.ParseError as fault:
        raise InputRejected(
            say("{file} is damaged or no GraphML file ({fault}).", file=file.name, fault=fault), say(REMEDY)
        ) from fault
    if not nodes or not edges:
        raise InputRejected(say("{file} holds no street graph.", file=file.name), say(REMEDY))
    ways = Rows(("kind", "name"))
    for line, data in _each_once(nodes, edges, file.name):
        kind = next((each for each in _values(data.get("highway", "")) if each in STREET_KINDS), "")
        for name in _values(data.get("name", "")) or [""]:
            ways.add(line.wkb_hex, kind, name)
    frame = ways.frame()
    try:
        frame = frame.set_crs(crs, allow_override=True).to_crs(4326)
    except (RuntimeError, ValueError) as fault:
        raise InputRejected(
            say("{file} is in an unknown coordinate system, {crs!r}.", file=file.name, crs=crs), say(REMEDY)
        ) from fault
    named = frame[frame["name"] != ""].reset_index(drop=True)
    return Layers(
        addresses=Rows(ADDRESS_COLUMNS).frame(),
        streets=gpd.GeoDataFrame({"name": named["name"], "alt_names": ""}, geometry=named.geometry, crs=4326),
        places=Rows(("name", "alt_names", "kind", "population")).frame(),
        boundaries=Rows(("name", "alt_names", "admin_level", "postal_code")).frame(),
        points_of_interest=Rows(("category", "kind", "name", "osm_id")).frame(),
        ways=frame[frame["kind"] != ""].reset_index(drop=True),
        water=Rows(("kind", "name")).frame(),
        landuse=Rows(("kind",)).frame(),
        buildings=Rows(()).frame(),
        borders=Rows(("admin_level",)).frame(),
        coastlines=Rows(()).frame(),
    )


Edge = tuple[str, str, dict[str, str]]


def _read(file: Path, progress: Progress) -> tuple[dict[str, tuple[float, float]], list[Edge], str]:
    """Nodes (id to x, y), edges (from, to, attributes) and the coordinate system."""
    names: dict[str, str] = {}
    nodes: dict[str, tuple[float, float]] = {}
    edges: list[Edge] = []
    crs = "epsg:4326"
    # The parser of Python 3.11 and later (expat 2.4.1) bounds how far entities expand.
    for _, element in ET.iterparse(file, events=("end",)):  # noqa: S314 - see above
        tag = element.tag.removeprefix(NAMESPACE)
        if tag == "key":
            names[element.get("id", "")] = element.get("attr.name", "")
        elif tag in {"node", "edge", "graph"}:
            data = {names.get(child.get("key", ""), ""): child.text or "" for child in element}
            if tag == "node" and {"x", "y"} <= data.keys():
                nodes[element.get("id", "")] = (_number(data["x"], file), _number(data["y"], file))
            elif tag == "edge":
                edges.append((element.get("source", ""), element.get("target", ""), data))
                if len(edges) % REPORT_EVERY == 1:
                    progress(say("Reading {file}", file=file.name), len(edges))
            elif tag == "graph":
                crs = data.get("crs", crs)
            if tag != "graph":
                element.clear()
    return nodes, edges, crs


def _number(text: str, file: Path) -> float:
    try:
        return float(text)
    except ValueError as fault:
        raise InputRejected(
            say("{file} places a junction at {given!r}.", file=file.name, given=text[:40]), say(REMEDY)
        ) from fault


def _each_once(nodes: dict[str, tuple[float, float]], edges: list[Edge], name: str) -> list[tuple[Any, dict[str, str]]]:
    """A line and the attributes of every street, without the way back along the same street."""
    seen: set[tuple[frozenset[str], str, int]] = set()
    once = []
    for start, end, data in edges:
        if start not in nodes or end not in nodes:
            raise InputRejected(say("{name} has a street to a junction that is not in it.", name=name), say(REMEDY))
        line = _line(data.get("geometry", ""), nodes[start], nodes[end])
        corners = len(line.coords)
        key = (frozenset((start, end)), data.get("osmid", ""), corners)
        if key not in seen and line.length > 0:
            seen.add(key)
            once.append((line, data))
    return once


def _line(text: str, start: tuple[float, float], end: tuple[float, float]) -> Any:
    line = shapely.from_wkt(np.array([text]), on_invalid="ignore")[0] if text else None
    return line if line is not None and line.geom_type == "LineString" else shapely.LineString([start, end])


def _values(text: str) -> list[str]:
    """What an attribute says: OSMnx writes several values as a Python list."""
    if not text.startswith("["):
        return [text] if text else []
    try:
        found = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        return [text]
    return [str(each) for each in found] if isinstance(found, list) else [text]

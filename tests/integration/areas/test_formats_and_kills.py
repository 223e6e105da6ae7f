"""Graphs that OSMnx saved, and imports that are killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from gcrm.areas.import_area import import_area
from gcrm.areas.shelf import BUILDING
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from tests.unit.gcrm.areas.osm_xml import village


def test_a_graph_that_osmnx_saved_is_an_area_of_streets(tmp_path: Path) -> None:
    import osmnx

    graph = osmnx.graph_from_xml(village().write(tmp_path / "village.osm"), retain_all=True)
    osmnx.save_graphml(graph, tmp_path / "village.graphml")
    workspace = open_workspace(Settings(home=tmp_path / "home"))
    info = import_area(workspace, tmp_path / "village.graphml")
    assert info.name == "village"
    assert info.junctions >= 5
    assert (info.addresses, info.buildings) == (0, 0)
    assert "graph" in info.osrm
    assert workspace.travel_times.name == "streets"
    assert workspace.geocoder.find("Long Street")[0].level == "street"
    assert workspace.areas.current().tile(16, 34497, 23023)


def test_a_killed_import_leaves_the_old_area_working_and_the_next_one_cleans_up(shared: Path, tmp_path: Path) -> None:
    workspace = open_workspace(Settings(home=tmp_path))
    old = import_area(workspace, village().write(tmp_path / "dreieich.osm"))
    file = shared / "data" / "osm" / "dreieich-2022-10.osm.gz"
    with subprocess.Popen(
        [sys.executable, "-m", "gcrm.cli", "area", "import", str(file)],
        stderr=subprocess.PIPE,
        env=os.environ | {"GCRM_HOME": str(tmp_path)},
        text=True,
    ) as importer:
        assert importer.stderr is not None
        for line in importer.stderr:
            if line.startswith(("Placing", "Writing", "Drawing")):
                break
        importer.send_signal(signal.SIGKILL)
    assert importer.returncode == -signal.SIGKILL
    half_made = list(workspace.settings.areas_dir.glob(f"{BUILDING}*"))
    assert len(half_made) == 1
    assert workspace.areas.current().info == old
    assert workspace.travel_times.name in {"osrm", "streets"}

    new = import_area(workspace, file)
    assert workspace.areas.current().info == new
    assert list(workspace.settings.areas_dir.glob(f"{BUILDING}*")) == []

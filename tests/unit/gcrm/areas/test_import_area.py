"""The whole import of a small place."""

from pathlib import Path

import pytest

from gcrm.areas.import_area import import_area
from gcrm.platform.errors import Cancelled, InputRejected
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from routing.errors import RouterUnavailable
from tests.unit.gcrm.areas.osm_xml import OsmXml, village


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return open_workspace(Settings(home=tmp_path / "home"))


def with_house() -> OsmXml:
    tags = {
        "addr:street": "Long Street",
        "addr:housenumber": "7",
        "addr:city": "Vaduz",
        "shop": "books",
        "name": "Buch",
    }
    return village().node(11, (9.501, 47.1001), tags).node(12, (9.502, 47.1), {"place": "town", "name": "Vaduz"})


def leftovers(workspace: Workspace) -> list[str]:
    folder = workspace.settings.areas_dir
    return sorted(path.name for path in folder.iterdir() if path.name != ".lock") if folder.exists() else []


def test_everything_the_rest_needs_is_there_after_an_import(workspace: Workspace, tmp_path: Path) -> None:
    said: list[str] = []
    file = with_house().square(200, (9.5025, 47.1001), 0.0002, {"building": "yes"}).write(tmp_path / "vaduz-2024.osm")
    info = import_area(workspace, file, lambda message, *_: said.append(message))
    assert (info.name, info.source_file) == ("vaduz", "vaduz-2024.osm")
    assert (info.addresses, info.places, info.points_of_interest, info.buildings) == (1, 1, 1, 1)
    assert info.junctions >= 5
    assert info.bbox == (9.5, 47.099, 9.504, 47.101)
    assert "OpenStreetMap" in info.attribution
    assert any("Reading" in message for message in said)

    area = workspace.areas.current()
    assert area.info == info
    assert workspace.geocoder.find("Long Street 7, Vaduz")[0].lon == pytest.approx(9.501)
    assert workspace.geocoder is workspace.geocoder
    assert workspace.travel_times is workspace.travel_times
    assert area.travel_times("streets").name == "streets"
    assert list(area.places()["name"]) == ["Vaduz"]
    assert list(area.points_of_interest()["category"]) == ["shop"]
    assert area.points_of_interest().crs.to_epsg() == 4326
    assert area.boundary.contains(area.places().geometry.iloc[0])
    assert area.tile(16, 34497, 23023) is not None


def test_an_extract_whose_objects_are_not_in_order_is_sorted_on_the_way(workspace: Workspace, tmp_path: Path) -> None:
    lines = with_house().write(tmp_path / "a.osm").read_text(encoding="utf-8").splitlines()
    objects = lines[2:-1]
    # The same node once more, in an older version: the newest counts.
    older = next(line for line in objects if 'id="11"' in line).replace('version="1"', 'version="0"').replace(">7<", "")
    file = tmp_path / "wild town.osm"
    file.write_text("\n".join([*lines[:2], *objects[::-1], older, lines[-1]]), encoding="utf-8")
    said: list[str] = []
    info = import_area(workspace, file, lambda message, *_: said.append(message))
    assert (info.name, info.source_file, info.addresses) == ("wild town", file.name, 1)
    assert "could not" not in info.osrm
    assert "Sorting wild town.osm: writing" in said
    assert not [message for message in said if "extract-to-read" in message]
    assert workspace.geocoder.find("Long Street 7, Vaduz")[0].lon == pytest.approx(9.501)
    area = workspace.areas.current()
    assert not [path.name for path in area.folder.iterdir() if "extract" in path.name or "sorted" in path.name]


@pytest.mark.parametrize(
    ("file_name", "area_name"),
    [
        ("my town 2024.osm", "my town"),
        ("X.OSM", "x"),
        ("Île-de-France (nord) & sud+1.osm", "île-de-france (nord)-sud-1"),
        ("Zu\u0308rich.osm", "zürich"),
        ("日本.osm", "日本"),
        ("town.osm (1).osm", "town.osm (1)"),
        ("a#b%20c?.osm", "a-b-20c"),
        ("lots" * 50 + ".osm", "lots" * 20),
    ],
)
def test_any_name_of_a_file_is_taken(workspace: Workspace, tmp_path: Path, file_name: str, area_name: str) -> None:
    info = import_area(workspace, village().write(tmp_path / file_name))
    assert (info.name, info.source_file) == (area_name, file_name)
    assert "could not" not in info.osrm


def test_a_fault_is_told_with_the_name_of_the_file(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "half a town.OSM"
    file.write_bytes(village().write(tmp_path / "a.osm").read_bytes()[:-200])
    with pytest.raises(InputRejected, match=r"half a town\.OSM is damaged"):
        import_area(workspace, file)
    assert leftovers(workspace) == []


def test_a_newer_extract_is_seen_at_once_in_router_geocoder_and_tiles(workspace: Workspace, tmp_path: Path) -> None:
    import_area(workspace, village().write(tmp_path / "vaduz-2021-01-01.osm"))
    before = workspace.geocoder
    assert before.find("Long Street 7, Vaduz") == [] or before.find("Long Street 7, Vaduz")[0].level != "house"
    import_area(workspace, with_house().write(tmp_path / "vaduz-2024-01-01.osm"))
    assert workspace.geocoder is not before
    assert workspace.geocoder.find("Long Street 7, Vaduz")[0].level == "house"
    assert [info.source_file for info in workspace.areas.list()] == ["vaduz-2024-01-01.osm"]


@pytest.mark.parametrize("at", range(0, 14, 3))
def test_a_stopped_import_leaves_the_old_area_as_it_was(workspace: Workspace, tmp_path: Path, at: int) -> None:
    old = import_area(workspace, village().write(tmp_path / "vaduz.osm"))
    before = leftovers(workspace)
    steps = iter(range(1000))

    def stop(message: str, done: int = 0, total: int = 0) -> None:  # noqa: ARG001 - a Progress
        if next(steps) >= at:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        import_area(workspace, with_house().write(tmp_path / "vaduz.osm"), stop)
    assert leftovers(workspace) == before
    assert workspace.areas.current().info == old


def test_a_file_that_cannot_be_used_leaves_nothing(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "vaduz.osm"
    file.write_text("<osm><node", encoding="utf-8")
    with pytest.raises(InputRejected):
        import_area(workspace, file)
    assert leftovers(workspace) == []
    assert not workspace.areas.has_any


def test_streets_that_nobody_may_drive_on_are_rejected(workspace: Workspace, tmp_path: Path) -> None:
    file = OsmXml().node(1, (9.5, 47.1)).node(2, (9.51, 47.1)).way(101, [1, 2], {"highway": "footway"})
    with pytest.raises(ValueError, match=r"vaduz\.osm"):
        import_area(workspace, file.write(tmp_path / "vaduz.osm"))
    assert leftovers(workspace) == []


def test_without_osrm_the_street_graph_is_the_router_and_the_reason_is_said(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("routing.travel_times.osrm.is_available", lambda: False)
    info = import_area(workspace, village().write(tmp_path / "vaduz.osm"))
    assert "not installed" in info.osrm
    assert workspace.travel_times.name == "streets"
    with pytest.raises(RouterUnavailable, match="GCRM_ROUTER=streets"):
        workspace.areas.current().travel_times("osrm")

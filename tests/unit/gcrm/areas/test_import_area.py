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

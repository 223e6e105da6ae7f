"""Downloading a place, with the servers left out."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from gcrm.areas.download_area import download_area
from gcrm.cli.main import gcrm
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace
from routing.errors import DownloadFailed
from tests.unit.gcrm.areas.osm_xml import village

SERVERS = "routing.network.download.download_area"


def test_a_downloaded_place_becomes_an_area_named_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(place: str, out: Path, _: object) -> Path:
        asked.append(place)
        return village().write(out.with_name("ghent.osm"))

    monkeypatch.setattr(SERVERS, answer)
    workspace = open_workspace(Settings(home=tmp_path / "home"))
    info = download_area(workspace, "Ghent, Belgium")
    assert asked == ["Ghent, Belgium"]
    assert info.name == workspace.areas.current().info.name == "ghent"
    assert sorted(path.name for path in workspace.settings.home.iterdir()) == ["areas"], "the download is not kept"


def test_without_the_internet_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(place: str, *_: object) -> Path:
        raise DownloadFailed(f"The servers could not be asked for {place}.", "Check the connection.")

    monkeypatch.setattr(SERVERS, fail)
    runner = CliRunner(env={"GCRM_HOME": str(tmp_path)})
    done = runner.invoke(gcrm, ["area", "download", "Ghent, Belgium"])
    assert isinstance(done.exception, DownloadFailed)
    assert not open_workspace(Settings(home=tmp_path)).areas.has_any

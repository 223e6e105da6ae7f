"""Sets of regions are imported, and imported again, on each database."""

from pathlib import Path

import pytest

from gcrm.accounts.model import Account
from gcrm.jobs.run import run_job
from gcrm.jobs.start import start
from gcrm.platform.errors import Cancelled, InputRejected
from gcrm.territories.assign_territory import assign_territory
from gcrm.territories.import_regions import import_regions
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.unit.gcrm.territories.worlds import frame_of, square, write


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(
        tmp_path / "towns.geojson",
        frame_of(["A", "B", "C"], [square(0, 0), square(1, 0), square(2, 0)], population=[1, 2, 3]),
    )


def newer(file: Path) -> Path:
    """B is gone, C has grown, D is new."""
    return write(
        file.with_name("newer.geojson"),
        frame_of(["D", "C", "A"], [square(1, 0), square(2, 0, 1.5), square(0, 0)], population=[9, 3, 1]),
    )


def test_a_set_is_called_as_its_file(land: Workspace, file: Path) -> None:
    done = import_regions(land, file, "name")
    assert (done.set_name, done.regions, done.created, done.people) == ("towns", 3, 3, 6)
    with land.store.read() as tx:
        assert tx.regions.sets() == ["squares", "towns"]
        assert [region.population for region in tx.regions.of_set("towns")] == [1, 2, 3]


def test_importing_the_same_file_again_changes_nothing(land: Workspace, file: Path) -> None:
    import_regions(land, file, "name")
    with land.store.read() as tx:
        before = tx.regions.of_set("towns")
    again = import_regions(land, file, "name")
    assert (again.created, again.updated, again.unchanged, again.removed) == (0, 0, 3, ())
    with land.store.read() as tx:
        assert tx.regions.of_set("towns") == before


def test_a_newer_file_keeps_the_territories_and_tells_which_lost_regions(land: Workspace, file: Path) -> None:
    import_regions(land, file, "name")
    assign_territory(land, "ada", "towns", ["A", "B"])
    assign_territory(land, "ben", "towns", ["C"])
    with land.store.write() as tx:
        account = tx.accounts.add(Account("In the new part of C", place=LonLat(3.2, 0.5)))
        numbers = {region.name: region.id for region in tx.regions.of_set("towns")}
    done = import_regions(land, newer(file), "name", "towns")
    assert (done.created, done.updated, done.unchanged, done.removed) == (1, 1, 1, ("B",))
    assert [(lost.territory, lost.regions) for lost in done.territories] == [("Ada", ("B",))]
    with land.store.read() as tx:
        now = {region.name: region.id for region in tx.regions.of_set("towns")}
        assert (now["A"], now["C"]) == (numbers["A"], numbers["C"])
        assert tx.territories.by_name("Ada").region_ids == (numbers["A"],)
        assert tx.accounts.get(account.id).territory_id == tx.territories.by_name("Ben").id


def test_a_file_that_is_refused_or_stopped_changes_nothing(land: Workspace, file: Path) -> None:
    import_regions(land, file, "name")
    with land.store.read() as tx:
        before = tx.regions.of_set("towns")

    def stop_at_the_end(message: str, done: int = 0, total: int = 0) -> None:
        if message == "Writing" and done == total > 0:
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        import_regions(land, newer(file), "name", "towns", progress=stop_at_the_end)
    with pytest.raises(InputRejected):
        import_regions(land, newer(file), "nothing", "towns")
    with land.store.read() as tx:
        assert tx.regions.of_set("towns") == before


def test_regions_are_imported_as_a_job(land: Workspace, file: Path) -> None:
    job = start(land, "regions import", {"file": str(file), "name_column": "name", "set_name": "mine"})
    done = run_job(land, job.id)
    assert done is not None
    assert done.result is not None
    assert done.result["regions"] == 3
    with land.store.read() as tx:
        assert "mine" in tx.regions.sets()

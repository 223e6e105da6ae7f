"""Areas on disk: named, replaced, chosen and removed, also under the eyes of other processes."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gcrm.areas import AreaInfo, Areas
from gcrm.areas.areas import checked_name, name_of_file
from gcrm.areas.shelf import BUILDING
from gcrm.platform.errors import InputRejected, NotFound, NotReady

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def info(name: str = "vaduz", source_file: str = "vaduz.osm.pbf") -> AreaInfo:
    return AreaInfo(
        name=name,
        source_file=source_file,
        imported_at=NOW,
        junctions=2,
        edges=4,
        addresses=3,
        places=1,
        points_of_interest=0,
        buildings=5,
        bbox=(9.5, 47.1, 9.6, 47.2),
        seconds=0.5,
    )


def put(areas: Areas, name: str = "vaduz", source_file: str = "vaduz.osm.pbf") -> None:
    with areas.shelf.building() as folder:
        (folder / "content").write_text(source_file)
        areas.shelf.put(folder, info(name, source_file), NOW)


def versions(areas: Areas, name: str = "vaduz") -> list[Path]:
    return [path for path in (areas.shelf.folder / name).iterdir() if path.is_dir()]


@pytest.fixture
def areas(tmp_path: Path) -> Areas:
    return Areas(tmp_path / "areas")


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("liechtenstein-2024-03-04.osm.pbf", "liechtenstein"),
        ("liechtenstein.osm.pbf", "liechtenstein"),
        ("liechtenstein-latest.osm.pbf", "liechtenstein"),
        ("liechtenstein-240304.osm.pbf", "liechtenstein"),
        ("dreieich-2022-10.osm.gz", "dreieich"),
        ("helsinki-centre-2019-04-21.osm.pbf", "helsinki-centre"),
        ("Helsinki.osm.pbf", "helsinki"),
        ("20240304_vaduz.osm", "vaduz"),
        ("vaduz_2024-03-04_streets.osm.bz2", "vaduz_streets"),
        ("ghent.graphml", "ghent"),
        ("zone30.osm", "zone30"),
        ("2024-03-04.osm", "area"),
    ],
)
def test_an_area_is_named_after_its_file_without_the_date(file: str, name: str) -> None:
    assert name_of_file(Path("/somewhere") / file) == name


@pytest.mark.parametrize("name", ["", "..", "a/b", ".hidden", "a\nb", "x" * 81])
def test_a_name_that_is_no_name_is_rejected(name: str) -> None:
    with pytest.raises(InputRejected):
        checked_name(name)


def test_without_an_area_the_way_to_the_first_is_shown(areas: Areas) -> None:
    assert not areas.has_any
    assert areas.list() == []
    with pytest.raises(NotReady, match="gcrm area import"):
        areas.current()


def test_the_imported_area_is_the_one_in_use(areas: Areas) -> None:
    put(areas, "vaduz")
    put(areas, "ghent, belgium")
    assert areas.current().info == info("ghent, belgium")
    assert [area.name for area in areas.list()] == ["ghent, belgium", "vaduz"]
    areas.use("vaduz")
    assert areas.current().info.name == "vaduz"
    with pytest.raises(NotFound, match="Imported are: ghent, belgium, vaduz"):
        areas.use("nowhere")


def test_a_newer_extract_replaces_the_older_one(areas: Areas) -> None:
    put(areas, source_file="vaduz-2021.osm.pbf")
    old = areas.current()
    assert areas.current() is old, "the parts of an area are opened once"
    put(areas, source_file="vaduz-2024.osm.pbf")
    new = areas.current()
    assert new.info.source_file == "vaduz-2024.osm.pbf"
    assert len(areas.list()) == 1
    assert (old.folder / "content").read_text() == "vaduz-2021.osm.pbf", "who reads the old one goes on"


def test_an_old_version_goes_when_nobody_reads_it_any_more(areas: Areas) -> None:
    for year in (2021, 2022, 2023):
        put(areas, source_file=f"vaduz-{year}.osm.pbf")
    assert len(versions(areas)) == 1


def test_another_process_keeps_the_version_that_it_reads(areas: Areas) -> None:
    put(areas, source_file="vaduz-2021.osm.pbf")
    program = (
        "import sys; from pathlib import Path; from gcrm.areas import Areas\n"
        "area = Areas(Path(sys.argv[1])).current(); print('open', flush=True); sys.stdin.readline()\n"
        "print((area.folder / 'content').read_text(), flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(areas.shelf.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "open\n"
        put(areas, source_file="vaduz-2024.osm.pbf")
        assert len(versions(areas)) == 2
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert reader.stdout.readline() == "vaduz-2021.osm.pbf\n"
        reader.kill()
    with areas.shelf.building():
        assert len(versions(areas)) == 1


def test_what_a_killed_import_left_is_swept_out_and_the_old_area_works_on(areas: Areas) -> None:
    put(areas)
    program = (
        "import sys; from pathlib import Path; from gcrm.areas import Areas\n"
        "with Areas(Path(sys.argv[1])).shelf.building() as folder:\n"
        "    (folder / 'half').write_text('x'); print('building', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(areas.shelf.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as importer:
        assert importer.stdout is not None
        assert importer.stdout.readline() == "building\n"
        with areas.shelf.building():
            assert len(list(areas.shelf.folder.glob(f"{BUILDING}*"))) == 2, "another import goes on beside"
        importer.kill()
    assert len(list(areas.shelf.folder.glob(f"{BUILDING}*"))) == 1
    assert areas.current().info.name == "vaduz"
    put(areas)
    assert list(areas.shelf.folder.glob(f"{BUILDING}*")) == []


def test_a_version_that_was_moved_in_but_never_pointed_to_is_swept_out(areas: Areas) -> None:
    put(areas)
    (areas.shelf.folder / "vaduz" / "20200101T000000-aaaaaa").mkdir()
    (areas.shelf.folder / "new" / "20200101T000000-bbbbbb").mkdir(parents=True)
    put(areas)
    assert len(versions(areas)) == 1
    assert not (areas.shelf.folder / "new").exists()


def test_a_failed_build_leaves_nothing(areas: Areas) -> None:
    def fail() -> None:
        with areas.shelf.building() as folder:
            (folder / "half").write_text("x")
            raise InputRejected("No.", "Try another.")

    with pytest.raises(InputRejected):
        fail()
    assert [path.name for path in areas.shelf.folder.iterdir()] == [".lock"]


def test_a_removed_area_is_gone_and_the_other_one_is_in_use(areas: Areas) -> None:
    put(areas, "vaduz")
    put(areas, "ghent")
    areas.remove("ghent")
    assert areas.current().info.name == "vaduz"
    with pytest.raises(NotFound):
        areas.get("ghent")
    with pytest.raises(NotFound):
        areas.remove("ghent")


def test_with_several_areas_and_none_chosen_the_choice_is_asked_for(areas: Areas) -> None:
    for name in ("vaduz", "ghent", "porto"):
        put(areas, name)
    areas.remove("porto")
    with pytest.raises(NotReady, match="gcrm area use NAME"):
        areas.current()


def test_an_area_of_another_format_asks_to_be_imported_again(areas: Areas) -> None:
    put(areas)
    (areas.shelf.folder / "vaduz" / "area.json").write_text('{"version": "x"}')
    with pytest.raises(NotReady, match="Import it again"):
        areas.current()

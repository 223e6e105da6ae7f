"""Files that cannot be used are called by their name, with what to do."""

import gzip
from pathlib import Path
from random import Random

import osmium
import pytest

from gcrm.areas.extract import read_extract
from gcrm.platform.errors import InputRejected, NotFound
from tests.unit.gcrm.areas.osm_xml import OsmXml, village


def test_plain_and_packed_xml_hold_the_same(tmp_path: Path) -> None:
    plain = village().write(tmp_path / "a.osm")
    packed = tmp_path / "b.osm.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert len(read_extract(plain).ways) == len(read_extract(packed).ways) == 2


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        read_extract(tmp_path / "a.osm.pbf")


def test_a_folder_is_no_extract(tmp_path: Path) -> None:
    (tmp_path / "a.osm").mkdir()
    with pytest.raises(InputRejected, match="is no file"):
        read_extract(tmp_path / "a.osm")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.osm.pbf", b"", "a.osm.pbf is empty"),
        ("a.osm", b"", "a.osm is empty"),
        ("a.csv", b"name,street\n", "is not of a known kind"),
        ("a.osm.zip", b"PK", "is not of a known kind"),
        ("a.osm.pbf", b"<!DOCTYPE html><html><body>Not found</body></html>", "a web page"),
        ("a.osm", b"<?xml version='1.0'?><osmChange version='0.6'></osmChange>", "a file of changes"),
        ("a.osm.pbf", b"<?xml version='1.0'?><osm version='0.6'></osm>", "OpenStreetMap XML under another name"),
        ("a.osm.gz", b"<?xml version='1.0'?><osm version='0.6'></osm>", "no .osm.gz file, or a damaged one"),
        ("a.osm.bz2", b"BZh9 and then nothing of the kind", "no .osm.bz2 file, or a damaged one"),
        ("a.osm", b"\x00\x01\x02\x03", "no OpenStreetMap data"),
        ("a.osm", b"<?xml version='1.0'?><osm version='0.6'><node id='1' lon='9' lat='47'", "is damaged"),
        ("a.osm.pbf", b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c\x10", "is damaged"),
        ("a.osm", b"<?xml version='1.0'?><osm version='0.6'></osm>", "holds no streets"),
        ("a.osm", b"<?xml version='1.0'?><osm version='0.6'><way id='2'/><way id='1'/></osm>", "is not sorted"),
        ("a.osc.gz", b"", "a file of changes"),
        ("a.osh.pbf", b"", "is a history"),
        ("a.osm.pbf.md5", b"d41d8cd98f00b204e9800998ecf8427e  a.osm.pbf", "the checksum"),
        ("a.graphml", b"<?xml version='1.0'?><graphml><node>", "damaged or no GraphML"),
        ("a.graphml", b"<?xml version='1.0'?><graphml></graphml>", "holds no street graph"),
    ],
)
def test_a_file_that_cannot_be_used_is_rejected_with_a_remedy(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(InputRejected, match=said) as caught:
        read_extract(file)
    assert name in caught.value.fault
    assert caught.value.remedy


def test_an_extract_cut_off_in_the_middle_is_damaged(tmp_path: Path) -> None:
    whole = gzip.compress(village().write(tmp_path / "a.osm").read_bytes())
    file = tmp_path / "b.osm.gz"
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputRejected, match="damaged"):
        read_extract(file)


def test_a_history_under_the_name_of_an_extract_is_called_by_its_name(tmp_path: Path) -> None:
    history = tmp_path / "a.osh.pbf"
    with osmium.SimpleWriter(str(history)) as writer:
        writer.add_node(osmium.osm.mutable.Node(id=1, version=1, location=(9.5, 47.1)))
    file = history.rename(tmp_path / "a.osm.pbf")
    with pytest.raises(InputRejected, match="is a history"):
        read_extract(file)


def fault_of(file: Path) -> str:
    """What is said about a file; "" where it is read."""
    try:
        read_extract(file)
    except InputRejected as refused:
        return refused.fault
    return ""


@pytest.mark.parametrize("seed", range(12))
def test_an_extract_with_torn_bytes_ends_in_a_sentence(tmp_path: Path, seed: int) -> None:
    file = tmp_path / "a.osm.pbf"
    with osmium.SimpleWriter(str(file)) as writer:
        osmium.apply(str(village().write(tmp_path / "a.osm")), writer)
    random = Random(seed)
    content = bytearray(file.read_bytes())
    for _ in range(random.randrange(1, 6)):
        content[random.randrange(60, len(content))] = random.randrange(256)
    file.write_bytes(content[: random.randrange(80, len(content) + 1)])
    assert fault_of(file) == "" or "a.osm.pbf" in fault_of(file)


def test_an_extract_with_houses_but_no_streets_is_rejected(tmp_path: Path) -> None:
    file = OsmXml().square(200, (9.5, 47.1), 0.001, {"building": "yes"}).write(tmp_path / "a.osm")
    with pytest.raises(InputRejected, match="holds no streets"):
        read_extract(file)

"""Pictures of streets, which phones show before they draw a map."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from gcrm.areas.picture import HEIGHT, MARGIN, WIDTH, Frame, path_of, street_picture
from routing.points import LonLat
from tests.unit.gcrm.areas.osm_xml import village
from tests.unit.gcrm.areas.test_tiles import tiles_of

HERE = LonLat(9.502, 47.1)


def test_the_picture_shows_the_streets_of_the_place_and_nothing_that_runs(tmp_path: Path) -> None:
    picture = tiles_of(village(), tmp_path).picture(Frame.around([HERE]))
    drawn = ET.fromstring(picture)  # noqa: S314 - made above
    assert drawn.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert any(one.tag.endswith("path") and one.get("d", "").startswith("M") for one in drawn)
    assert not re.search(r"script|href|on\w+=", picture)


def test_a_picture_of_elsewhere_is_empty_ground(tmp_path: Path) -> None:
    picture = tiles_of(village(), tmp_path).picture(Frame.around([LonLat(-70.0, -30.0)]))
    assert "<path" not in picture
    assert street_picture({}, Frame.around([HERE])).endswith("</svg>")


@pytest.mark.parametrize(
    "points",
    [
        [HERE],
        [LonLat(9.5, 47.0), LonLat(9.6, 47.3)],
        [LonLat(9.0, 47.0), LonLat(11.0, 47.01)],
        [LonLat(179.9, -17.0), LonLat(-179.9, -17.2)],
        [LonLat(-180.0, 80.0), LonLat(180.0, -80.0)],
    ],
    ids=["one place", "high", "wide", "over the antimeridian", "far north and south"],
)
def test_what_is_framed_lies_inside_with_a_margin(points: list[LonLat]) -> None:
    frame = Frame.around(points)
    units = frame.place(points)
    least = MARGIN * 0.95
    assert (units >= [least * WIDTH, least * HEIGHT]).all()
    assert (units <= [(1 - least) * WIDTH, (1 - least) * HEIGHT]).all()


def test_nothing_cannot_be_framed() -> None:
    with pytest.raises(ValueError, match="nothing"):
        Frame.around([])


def test_a_path_has_whole_steps_and_ends_where_the_line_ends() -> None:
    line = np.array([[0.0, 0.0], [10.4, 0.2], [10.0, 20.0], [-5.0, 20.0]])
    numbers = [int(one) for one in re.findall(r"-?\d+", path_of(line))]
    assert np.reshape(numbers, (-1, 2)).sum(axis=0).tolist() == [-5, 20]
    assert not path_of(line[:1])
    assert not path_of(line / 100, least=1.0)

import struct

import numpy as np
import pytest

from maps.points import APPROXIMATE, OVERDUE, PRIORITY_SHIFT, PROSPECT, encode, flags, ranks


def test_a_point_comes_back_to_the_centimetre() -> None:
    content = encode([7, 4_000_000_000], [9.5212345, -179.9999999], [47.1410001, -89.5], [3, 25])
    assert content[:4] == b"GCA1"
    assert struct.unpack("<I", content[4:8]) == (2,)
    assert len(content) == 8 + 2 * 13
    assert np.frombuffer(content, "<i4", 2, 8).tolist() == [95_212_345, -1_799_999_999]
    assert np.frombuffer(content, "<i4", 2, 16).tolist() == [471_410_001, -895_000_000]
    assert np.frombuffer(content, "<u4", 2, 24).tolist() == [7, 4_000_000_000]
    assert list(content[-2:]) == [3, 25]


def test_no_points_are_eight_bytes() -> None:
    assert len(encode([], [], [], [])) == 8


@pytest.mark.parametrize(("lon", "lat"), [(181.0, 0.0), (0.0, 91.0), (float("nan"), 0.0), (float("inf"), 0.0)])
def test_a_point_that_is_not_on_earth_is_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="not on Earth"):
        encode([1], [lon], [lat], [0])


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        encode([1, 2], [9.5], [47.1], [0])


def test_each_fact_has_its_own_bit() -> None:
    found = flags([False, True, True], ranks("ABC"), [False, True, False], [True, False, False])
    assert found.tolist() == [APPROXIMATE, PROSPECT + (1 << PRIORITY_SHIFT) + OVERDUE, PROSPECT + (2 << PRIORITY_SHIFT)]

"""The map of accounts by their fields: what each person gets, packed; names; kept views."""

import json
import struct
from typing import Any

import numpy as np
import pytest

from maps.field_points import DEGREE, encode_fields
from tests.integration.web.conftest import HOSTILE, Browser, World


def read(content: bytes) -> dict[str, Any]:
    """What a browser makes of it."""
    assert content[:4] == b"GCA2"
    (length,) = struct.unpack("<I", content[4:8])
    told: dict[str, Any] = json.loads(content[8 : 8 + length])
    n, at = told["n"], 8 + length
    values = np.frombuffer(content, dtype=np.uint8, offset=at)

    def planes(count: int) -> np.ndarray:
        nonlocal values
        taken, values = values[: count * n].reshape(count, n).astype(np.int64), values[count * n :]
        return np.asarray((taken * (256 ** np.arange(count))[:, None]).sum(axis=0))

    ids, lon, lat = np.cumsum(planes(4)), planes(4), planes(4)
    fields = {one["key"]: np.array(one["values"])[planes(one["bytes"])].tolist() for one in told["fields"]}
    assert not len(values)
    return {
        "ids": ids.tolist(),
        "places": [(told["west"] + x / DEGREE, told["south"] + y / DEGREE) for x, y in zip(lon, lat, strict=True)],
        "fields": fields,
    }


def test_a_manager_gets_every_placed_account_with_its_fields(bo: Browser, world: World) -> None:
    told = read(bo.get("/accounts/by-field/points").data)
    row = told["ids"].index(world.accounts["Alpen Bakery"])
    assert told["places"][row] == pytest.approx((9.52, 47.16), abs=1e-6)
    assert world.accounts["Ghost Garage"] not in told["ids"]
    assert told["fields"]["kind"][row] == "Customer"
    assert told["fields"]["visit"][row] == "Overdue"
    assert told["fields"]["owner"][row] == "North team"
    far = told["ids"].index(world.accounts["Far Away Farm"])
    assert (told["fields"]["owner"][far], told["fields"]["territory"][far]) == ("Nobody", "None")


def test_a_rep_gets_only_the_own_accounts_here_too(ada: Browser, cy: Browser, world: World) -> None:
    north, south = (read(one.get("/accounts/by-field/points").data)["ids"] for one in (ada, cy))
    assert world.accounts["Alpen Bakery"] in north
    assert not set(north) & set(south)
    both = f"{world.accounts['Alpen Bakery']},{world.accounts['Dorf Shop']},999999"
    names = [one["name"] for one in ada.get(f"/accounts/by-field/names?ids={both}").get_json()["accounts"]]
    assert names == ["Alpen Bakery"]
    assert ada.get("/accounts/by-field/names?ids=x").status_code == 400


def test_views_are_kept_by_name_and_deleted(bo: Browser, ada: Browser) -> None:
    kept = bo.post(
        "/accounts/by-field/views", {"name": f"Mine {HOSTILE}"[:60], "address": "colour=kind&f=kind%3DProspect"}
    )
    assert kept.status_code == 302
    page = bo.get("/accounts/by-field/").text
    assert "f=kind%3DProspect" in page
    assert HOSTILE not in page
    assert bo.post("/accounts/by-field/views/delete", {"name": f"Mine {HOSTILE}"[:60]}).status_code == 302
    assert "f=kind%3DProspect" not in bo.get("/accounts/by-field/").text
    assert bo.post("/accounts/by-field/views", {"name": "", "address": ""}).status_code == 400
    assert ada.post("/accounts/by-field/views", {"name": "x", "address": ""}).status_code == 403


def test_nothing_and_very_many_values_can_be_packed() -> None:
    assert read(encode_fields(np.empty(0, np.int64), np.empty((0, 2)), []))["ids"] == []
    codes = np.arange(300, dtype="<u2")
    words = [f"v{one}" for one in range(300)]
    places = np.column_stack([np.linspace(-180, 180, 300), np.linspace(-90, 90, 300)])
    told = read(encode_fields(np.arange(1, 301) * 7_000_000, places, [("k", "K", words, codes)]))
    assert told["fields"]["k"] == words
    assert told["ids"][-1] == 2_100_000_000
    assert np.abs(np.array(told["places"]) - places).max() < 1e-6
    with pytest.raises(ValueError, match="Earth"):
        encode_fields(np.array([1]), np.array([[np.nan, 0.0]]), [])

"""The layers: read by GDAL's driver for OGC API Features, with which QGIS reads, and by OWSLib, over a connection."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from owslib.ogcapi.features import Features
from werkzeug.serving import make_server

from gcrm.people.tokens import make_token
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, World
from tests.integration.web.programs import Program, program_of, scopes_of

# The app switches GDAL's drivers off for its own process and those that it starts, so another one reads.
CLIENT = """
import json, sys
import pyogrio
address, layer, bbox, page, head = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_USERPWD": head, "GDAL_HTTP_AUTH": "BASIC", "GDAL_HTTP_MAX_RETRY": "0"})
frame = pyogrio.read_dataframe(
    "OAPIF:" + address, layer=layer, bbox=tuple(json.loads(bbox)) if bbox else None, PAGE_SIZE=int(page),
    use_arrow=False,
)
columns = [name for name in frame.columns if name != "geometry"]
print(json.dumps({
    "layers": pyogrio.list_layers("OAPIF:" + address)[:, 0].tolist(), "crs": str(frame.crs),
    "names": frame["name"].tolist(), "kinds": sorted(set(frame.geometry.geom_type)),
    "bounds": frame.total_bounds.tolist(), "columns": columns,
}))
"""


@pytest.fixture
def program(app: Flask, workspace: Workspace) -> Callable[..., Program]:
    return lambda login, *scopes: program_of(app, workspace, login, *scopes)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1/ogc"
    server.shutdown()
    thread.join()


def gdal(address: str, secret: str, layer: str, bbox: list[float] | None = None, page: int = 100) -> dict[str, Any]:
    arguments = [address, layer, json.dumps(bbox) if bbox else "", str(page), f"token:{secret}"]
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={name: value for name, value in os.environ.items() if not name.startswith(("GDAL_", "OGR_"))},
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_gdal_reads_accounts_by_page_and_box(address: str, workspace: Workspace, world: World) -> None:
    secret = make_token(workspace, "pia", "QGIS", scopes_of("pia")).secret
    told = gdal(address, secret, "accounts", page=2)
    assert told["layers"] == ["accounts", "regions", "routes", "territories"]
    assert sorted(told["names"]) == sorted(name for name in world.accounts if name != "Ghost Garage")
    assert told["kinds"] == ["Point"]
    assert "84" in told["crs"] or "4326" in told["crs"]
    west, south, east, north = told["bounds"]
    assert 9 < west < east < 10
    assert 47 < south < north < 48
    boxed = gdal(address, secret, "accounts", [9.515, 47.155, 9.523, 47.17], page=1)
    assert sorted(boxed["names"]) == sorted(["Alpen Bakery", HOSTILE])


def test_gdal_reads_shapes_and_routes(address: str, workspace: Workspace) -> None:
    secret = make_token(workspace, "bo", "QGIS", scopes_of("bo")).secret
    assert gdal(address, secret, "territories")["names"] == ["North", "South"]
    assert gdal(address, secret, "routes")["kinds"] == ["MultiLineString"]


def test_owslib_reads_what_is_there_by_box_and_page(address: str, workspace: Workspace, world: World) -> None:
    secret = make_token(workspace, "pia", "QGIS", scopes_of("pia")).secret
    layers = Features(address, headers={"Authorization": f"Bearer {secret}"})
    assert layers.feature_collections() == ["accounts", "regions", "routes", "territories"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in layers.conformance()["conformsTo"]
    page = layers.collection_items("accounts", limit=2)
    names = [one["properties"]["name"] for one in page["features"]]
    assert page["numberReturned"] == 2
    while onward := [one for one in page["links"] if one["rel"] == "next"]:
        after = dict(parse_qsl(urlsplit(onward[0]["href"]).query))
        page = layers.collection_items("accounts", **after)
        names += [one["properties"]["name"] for one in page["features"]]
    assert sorted(names) == sorted(name for name in world.accounts if name != "Ghost Garage")
    boxed = layers.collection_items("accounts", bbox=[9.515, 47.155, 9.523, 47.17])
    assert {one["properties"]["name"] for one in boxed["features"]} == {"Alpen Bakery", HOSTILE}
    number = world.accounts["Alpen Bakery"]
    assert layers.collection_item("accounts", str(number))["properties"]["name"] == "Alpen Bakery"


def test_a_rep_reads_the_own_features_only(program: Callable[..., Program]) -> None:
    told = program("cy").get("/ogc/collections/accounts/items").get_json(force=True)
    assert [one["properties"]["name"] for one in told["features"]] == ["Dorf Shop", "Eschen Kiosk"]
    names = [one["id"] for one in program("cy").get("/ogc/collections").get_json()["collections"]]
    assert names == ["accounts", "routes", "territories"]
    assert program("cy").get("/ogc/collections/regions/items").status_code == 403
    assert program("cy").get("/ogc/collections/routes/items").get_json(force=True)["features"] == []
    assert program("pia", "plans:read").get("/ogc/collections/accounts/items").status_code == 403


def test_the_token_may_come_as_a_password_where_things_are_only_read(app: Flask, workspace: Workspace) -> None:
    client, secret = app.test_client(), make_token(workspace, "pia", "QGIS", scopes_of("pia")).secret
    assert client.get("/api/v1/ogc", auth=("anything", secret)).status_code == 200
    assert client.get("/api/v1/ogc", auth=("anything", "wrong")).status_code == 401
    assert client.get("/api/v1/accounts", auth=("anything", secret)).status_code == 401
    assert client.post("/api/v1/accounts", json={"name": "x"}, auth=("anything", secret)).status_code == 401


@pytest.mark.parametrize(
    "query", ["bbox=1,2,3", "bbox=0,50,1,40", "bbox=a,b,c,d", "colour=red", "limit=0", "crs=EPSG:1"]
)
def test_a_question_that_cannot_be_answered_is_a_400(program: Callable[..., Program], query: str) -> None:
    assert program("pia").get(f"/ogc/collections/accounts/items?{query}").status_code == 400


def test_boxes_across_the_antimeridian_and_features_by_number(program: Callable[..., Program], world: World) -> None:
    pia = program("pia")
    across = pia.get("/ogc/collections/accounts/items?bbox=170,-10,-170,10").get_json(force=True)
    assert across["features"] == []
    around = pia.get("/ogc/collections/regions/items?bbox=9.65,40,9.4,50").get_json(force=True)
    assert {one["properties"]["name"] for one in around["features"]} == {"Mittelhausen", HOSTILE}
    one = pia.get(f"/ogc/collections/accounts/items/{world.accounts['Alpen Bakery']}").get_json(force=True)
    assert one["properties"]["name"] == "Alpen Bakery"
    assert pia.get(f"/ogc/collections/accounts/items/{world.accounts['Ghost Garage']}").status_code == 404

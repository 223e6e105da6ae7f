"""Photos that phones send after the visits that they belong to."""

import io
import json

import pytest
from werkzeug.test import TestResponse

from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World

JSON = {"Accept": "application/json"}
JPEG = b"\xff\xd8\xff\xe0" + bytes(200)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
WEBP = b"RIFF\x20\x00\x00\x00WEBP" + bytes(60)


def visit(who: Browser, world: World, client_id: str = "v1", account: str = "Alpen Bakery") -> TestResponse:
    return who.post(f"/check-in/{world.accounts[account]}", json={"client_id": client_id, "outcome": "order"})


def send(who: Browser, content: bytes = JPEG, about: str = "v1", client_id: str = "p1") -> TestResponse:
    told = json.dumps({"client_id": client_id, "about": about, "at": "2026-11-24T08:30:00Z"})
    return who.post("/photos/", data={"told": told, "photo": (io.BytesIO(content), "photo")}, headers=JSON)


@pytest.mark.parametrize("content", [JPEG, PNG, WEBP], ids=["jpeg", "png", "webp"])
def test_a_photo_is_kept_with_its_visit_and_shown_on_the_account(ada: Browser, world: World, content: bytes) -> None:
    visit(ada, world)
    answer = send(ada, content)
    assert answer.status_code == 200
    assert answer.get_json()["client_id"] == "p1"
    address = f"/photos/{answer.get_json()['id']}"
    assert address in ada.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    shown = ada.get(address)
    assert shown.data == content
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_photo_that_is_sent_twice_is_one(ada: Browser, world: World, workspace: Workspace) -> None:
    visit(ada, world)
    assert send(ada).get_json()["id"] == send(ada).get_json()["id"]
    with workspace.store.read() as tx:
        assert len(tx.photos.about(["v1"])) == 1


def test_a_photo_before_its_visit_is_asked_to_come_later_and_then_taken(ada: Browser, world: World) -> None:
    early = send(ada)
    assert (early.status_code, early.get_json()["retry"]) == (409, True)
    visit(ada, world)
    assert send(ada).status_code == 200


@pytest.mark.parametrize("content", [b"", b"<svg onload='x()'/>", b"GIF89a" + bytes(50), JPEG + bytes(800)])
def test_what_is_no_photo_or_too_large_is_refused_for_good(
    ada: Browser, world: World, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gcrm.activities.photos.LARGEST_BYTES", 1_000)
    visit(ada, world)
    answer = send(ada, content)
    assert (answer.status_code, answer.get_json()["retry"]) == (400, False)


def test_a_photo_is_not_a_stranger_s_to_add_or_see(ada: Browser, bo: Browser, cy: Browser, world: World) -> None:
    visit(ada, world)
    number = send(ada).get_json()["id"]
    assert cy.get(f"/photos/{number}").status_code == 404
    assert bo.get(f"/photos/{number}").status_code == 200
    assert send(cy, client_id="p2").status_code == 400
    assert send(cy, client_id="p1").status_code == 400


def test_a_photo_of_a_visit_that_a_planner_has_to_file_is_kept_with_it(
    ada: Browser, pia: Browser, world: World
) -> None:
    body = {"what": "visit", "account": "77", "name": "Gone Shop", "client_id": "v9", "body": {"note": "x"}, "why": {}}
    assert ada.post("/check-in/handed-in", json=body).status_code == 200
    number = send(ada, about="v9").get_json()["id"]
    assert pia.get(f"/photos/{number}").status_code == 404
    pia.post("/activities/handed-in/1", data={"account": str(world.accounts["Dorf Shop"])})
    assert f"/photos/{number}" in pia.get(f"/accounts/{world.accounts['Dorf Shop']}").text


@pytest.mark.parametrize("told", ["", "[]", "{", "1", '{"client_id": 7, "about": "v1"}', '{"client_id": "p"}'])
def test_a_malformed_photo_is_refused(ada: Browser, told: str) -> None:
    answer = ada.post("/photos/", data={"told": told, "photo": (io.BytesIO(JPEG), "photo")}, headers=JSON)
    assert answer.status_code == 400
    assert ada.get("/photos/99999999999999999999").status_code == 404

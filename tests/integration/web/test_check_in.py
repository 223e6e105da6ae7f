"""Check-in from a phone: position, verdict, outcome; sent once, sent twice, sent late, sent wrong."""

import pytest

from gcrm.activities.model import Outcome, Verdict
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World

DOOR = {"lon": 9.5201, "lat": 47.16, "accuracy_m": 12}


@pytest.fixture
def path(world: World) -> str:
    return f"/check-in/{world.accounts['Alpen Bakery']}"


def kept(workspace: Workspace, world: World) -> list[object]:
    with workspace.store.read() as tx:
        return tx.activities.of_account(world.accounts["Alpen Bakery"], limit=10)


def test_a_check_in_at_the_door_is_kept_with_its_position(
    ada: Browser, path: str, workspace: Workspace, world: World
) -> None:
    answer = ada.post(path, json={"client_id": "phone-1", **DOOR}).get_json()
    assert answer["verdict"] == "inside"
    assert "8 m away" in answer["words"]
    (visit,) = kept(workspace, world)
    assert visit.check_in.verdict is Verdict.INSIDE
    assert visit.check_in.accuracy_m == 12


def test_the_outcome_is_added_to_the_same_visit_however_often_it_is_sent(
    ada: Browser, path: str, workspace: Workspace, world: World
) -> None:
    ada.post(path, json={"client_id": "phone-1", **DOOR})
    told = {
        "client_id": "phone-1",
        "outcome": "order",
        "note": "Two sacks.",
        "next_step": "Call",
        "next_date": "2026-12-01",
    }
    for _ in range(3):
        assert ada.post(path, json=told).status_code == 200
    (visit,) = kept(workspace, world)
    assert (visit.outcome, visit.note, visit.next_step) == (Outcome.ORDER, "Two sacks.", "Call")
    assert visit.check_in.verdict is Verdict.INSIDE


def test_from_afar_and_without_a_position_it_is_kept_and_marked(ada: Browser, path: str) -> None:
    far = ada.post(path, json={"client_id": "a", "lon": 9.6, "lat": 47.16, "accuracy_m": 10}).get_json()
    none = ada.post(path, json={"client_id": "b"}).get_json()
    assert (far["verdict"], none["verdict"]) == ("outside", "no position")


def test_refused_is_recorded_as_refused_and_said_everywhere_alike(ada: Browser, path: str, world: World) -> None:
    answer = ada.post(path, json={"client_id": "a", "no_position": "refused"}).get_json()
    assert answer["verdict"] == "refused"
    assert "not shared" in answer["words"]
    assert "not shared" in ada.get(path).text
    page = ada.get(f"/accounts/{world.accounts['Alpen Bakery']}").text
    assert "position not shared" in page
    assert "No position" not in page


def test_a_position_that_is_found_after_the_check_in_follows_it(
    ada: Browser, path: str, workspace: Workspace, world: World
) -> None:
    ada.post(path, json={"client_id": "a"})
    assert ada.post(path, json={"client_id": "a", **DOOR, "age_s": -14}).get_json()["verdict"] == "inside"
    assert ada.post(path, json={"client_id": "a", "lon": 9.7, "lat": 47, "accuracy_m": 9}).get_json()["verdict"] == (
        "inside"
    )
    (visit,) = kept(workspace, world)
    assert visit.check_in.age_s == -14


def test_a_check_out_ends_the_visit_once_and_its_length_is_said(
    ada: Browser, path: str, workspace: Workspace, world: World
) -> None:
    begun = {"client_id": "a", "at": "2026-11-24T08:00:00Z", "sent_at": "2026-11-24T09:00:00Z"}
    ada.post(path, json={**begun, **DOOR})
    left = {"left_lon": DOOR["lon"], "left_lat": DOOR["lat"], "left_accuracy_m": 9, "left_age_s": 1}
    answer = ada.post(path, json={**begun, "left_at": "2026-11-24T08:37:00Z", **left}).get_json()
    assert answer["lasted"] == "37 min"
    ada.post(path, json={**begun, "left_at": "2026-11-24T08:59:00Z"})
    (visit,) = kept(workspace, world)
    assert visit.lasted_s == 37 * 60
    assert visit.check_out.verdict is Verdict.INSIDE
    assert "after 37 min" in ada.get(path).text
    assert "stayed 37 min" in ada.get(f"/accounts/{world.accounts['Alpen Bakery']}").text


@pytest.mark.parametrize("left_at", ["2026-11-24T07:59:00Z", "2030-01-01T00:00:00Z"])
def test_a_check_out_before_the_check_in_or_after_now_gives_no_length_that_cannot_be(
    ada: Browser, path: str, workspace: Workspace, world: World, left_at: str
) -> None:
    told = {"client_id": "a", "at": "2026-11-24T08:00:00Z", "sent_at": "2026-11-24T09:00:00Z", "left_at": left_at}
    assert ada.post(path, json=told).status_code == 200
    (visit,) = kept(workspace, world)
    assert visit.lasted_s is None or 0 <= visit.lasted_s <= 3600


def test_the_verdict_is_told_before_anything_is_kept(
    ada: Browser, path: str, workspace: Workspace, world: World
) -> None:
    answer = ada.get(f"{path}/verdict", query_string=DOOR).get_json()
    assert answer["verdict"] == "inside"
    assert not kept(workspace, world)


def test_what_was_sent_late_keeps_its_time_and_none_lies_ahead(ada: Browser, path: str) -> None:
    early = ada.post(path, json={"client_id": "a", "at": "2026-11-24T07:30:00.000Z"}).get_json()
    ahead = ada.post(path, json={"client_id": "b", "at": "2030-01-01T00:00:00Z"}).get_json()
    assert early["at"].startswith("2026-11-24T07:30")
    assert ahead["at"].startswith("2026-11-24T09:00")


@pytest.mark.parametrize(
    "wrong",
    [
        {"lon": 999, "lat": 0, "accuracy_m": 1},
        {"lon": 9, "lat": 47, "accuracy_m": -1},
        {"lon": "NaN", "lat": 47, "accuracy_m": 1},
        {"lon": {}, "lat": 47, "accuracy_m": 1},
        {"lon": 9, "lat": 47, "accuracy_m": 1, "age_s": "old"},
        {"lon": 9, "lat": 47, "accuracy_m": 1, "age_s": "NaN"},
        {"left_at": "later"},
        {"left_at": "2026-11-24T09:00:00Z", "left_lon": 999, "left_lat": 0, "left_accuracy_m": 1},
        {"outcome": "bribed"},
        {"next_date": "tomorrow"},
        {"note": 7},
        {"note": "x" * 10_001},
        {"client_id": "<script>"},
        {"client_id": "x" * 65},
        {"at": "now"},
    ],
)
def test_what_cannot_be_is_refused_with_words_and_nothing_is_kept(
    ada: Browser, path: str, wrong: dict[str, object], workspace: Workspace, world: World
) -> None:
    answer = ada.post(path, json={"client_id": "a", **wrong})
    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert not kept(workspace, world)


@pytest.mark.parametrize("body", ["[]", '"text"', "7", "null", "{", ""])
def test_a_body_that_is_no_object_is_refused(ada: Browser, path: str, body: str) -> None:
    answer = ada.client.post(path, data=body, content_type="application/json", headers={"X-CSRFToken": ada.token})
    assert answer.status_code == 400


def test_without_scripts_the_form_does_it_and_goes_back(ada: Browser, path: str) -> None:
    answer = ada.post(path, {"outcome": "order", "note": "Paper form.", "back": "/day/"})
    assert answer.headers["Location"] == "/day/"
    assert ada.post(path, {"outcome": "order", "back": "//evil.example"}).headers["Location"] == "/"


def test_a_number_of_somebody_else_s_visit_changes_nothing(ada: Browser, pia: Browser, path: str) -> None:
    ada.post(path, json={"client_id": "phone-1", **DOOR})
    assert pia.post(path, json={"client_id": "phone-1", "outcome": "order"}).status_code == 400


def test_the_day_shows_the_visit_as_begun_and_then_as_done(ada: Browser, path: str) -> None:
    ada.post(path, json={"client_id": "phone-1", **DOOR})
    begun = ada.get("/day/").text
    assert "is-here" in begun
    assert "<span>Outcome</span>" in begun
    assert "Checked in at 10:00" in ada.get(path).text
    ada.post(path, json={"client_id": "phone-1", "outcome": "order"})
    done = ada.get("/day/").text
    assert "is-done" in done
    assert "1 of 2 visits done" in done
    assert "is-here" not in done


def test_a_visit_that_was_not_planned_is_shown_as_well(ada: Browser, world: World) -> None:
    ada.post(f"/check-in/{world.accounts['Calanda Cafe']}", json={"client_id": "x", "outcome": "order"})
    page = ada.get("/day/").text
    assert "Visited without being planned" in page

"""What the maps fetch."""

import struct
from dataclasses import replace

import numpy as np
import pytest

from gcrm.workspace import Workspace
from maps.points import OVERDUE, PROSPECT
from tests.integration.web.conftest import HOSTILE, TODAY, Browser, World


def unpack(content: bytes) -> dict[int, tuple[float, float, int]]:
    """Bytes of `maps.points.encode` as id -> (lon, lat, flags)."""
    assert content[:4] == b"GCA1"
    (n,) = struct.unpack("<I", content[4:8])
    assert len(content) == 8 + 13 * n
    lon, lat, ids = (np.frombuffer(content, "<i4", n, 8 + 4 * n * part) for part in range(3))
    flags = np.frombuffer(content, np.uint8, n, 8 + 12 * n)
    return {int(i): (x / 1e7, y / 1e7, int(f)) for i, x, y, f in zip(ids, lon, lat, flags, strict=True)}


def test_points_say_what_and_where_and_only_of_what_one_may_see(bo: Browser, ada: Browser, world: World) -> None:
    everything, own = unpack(bo.get("/map/points").data), unpack(ada.get("/map/points").data)
    assert len(everything) == 8
    assert len(own) == 4
    lon, lat, flags = everything[world.accounts["Berg Hotel"]]
    assert (lon, lat) == (9.53, 47.17)
    assert flags == PROSPECT
    assert everything[world.accounts["Alpen Bakery"]][2] & OVERDUE


def test_points_follow_the_same_filters_as_the_list(bo: Browser, world: World) -> None:
    assert set(unpack(bo.get("/map/points?kind=prospect&text=berg").data)) == {world.accounts["Berg Hotel"]}
    assert not unpack(bo.get("/map/points?text=zzz").data)


def test_an_account_s_neighbours_are_those_one_may_see(ada: Browser, cy: Browser, world: World) -> None:
    near = unpack(ada.get(f"/map/points?near={world.accounts['Alpen Bakery']}").data)
    assert world.accounts["Berg Hotel"] in near
    assert world.accounts["Dorf Shop"] not in near
    assert cy.get(f"/map/points?near={world.accounts['Alpen Bakery']}").status_code == 404


def test_a_card_has_words_and_links_into_the_app_and_the_phone_only(ada: Browser, bo: Browser, world: World) -> None:
    card = ada.get(f"/map/accounts/{world.accounts['Alpen Bakery']}").get_json()
    assert card["name"] == "Alpen Bakery"
    assert "overdue" in card["due"]
    assert card["overdue"] is True
    assert card["url"].startswith("/accounts/")
    assert card["check_in_url"].startswith("/check-in/")
    assert card["phone_url"] == "tel:+4232320001"
    assert card["navigate_url"].startswith("geo:47.16")
    assert bo.get(f"/map/accounts/{world.accounts['Alpen Bakery']}").get_json()["check_in_url"] == ""


def test_a_card_of_an_account_without_a_place_says_so(bo: Browser, world: World) -> None:
    card = bo.get(f"/map/accounts/{world.accounts['Ghost Garage']}").get_json()
    assert (card["lon"], card["placed"]) == (None, "Not placed on the map")


def test_a_route_has_times_of_the_rep_s_zone_legs_home_and_break(ada: Browser) -> None:
    (rep,) = ada.get(f"/map/day/north/{TODAY}").get_json()["reps"]
    assert [stop["arrive"] for stop in rep["stops"]] == ["09:00", "14:00"]
    assert [leg["to"] for leg in rep["legs"]] == ["To 1. Alpen Bakery", "To 2. Berg Hotel", "Home"]
    assert rep["home"]["label"] == "Home of North team, back 16:48"
    assert (rep["break"]["lon"], rep["break"]["start"]) == (9.52, "12:00")
    assert rep["stops"][0]["state"] == "planned"


def test_a_day_without_a_plan_is_empty_and_says_so(ada: Browser) -> None:
    answer = ada.get("/map/day/north/2026-11-25").get_json()
    assert answer["reps"] == []
    assert answer["empty"]


def test_a_rep_has_one_colour_in_the_team_and_alone(bo: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        plan = tx.plans.current(tx.reps.get("north").id, TODAY)
        assert plan
        tx.plans.save(tx.reps.get("south").id, replace(plan, rep_key="south"))
    team = {rep["key"]: rep["colour"] for rep in bo.get(f"/map/team/{TODAY}").get_json()["reps"]}
    assert len(set(team.values())) == 2
    (alone,) = bo.get(f"/map/day/south/{TODAY}").get_json()["reps"]
    assert alone["colour"] == team["south"]


def test_regions_carry_every_measure_at_once(bo: Browser) -> None:
    answer = bo.get("/map/regions?set=municipalities").get_json()
    keys = [measure["key"] for measure in answer["measures"]]
    assert {"customers", "prospects", "penetration", "overdue", "visits", "population", "rep"} == set(keys)
    by_name = {one["properties"]["name"]: one["properties"] for one in answer["regions"]["features"]}
    assert by_name["Nordhausen"]["values"]["customers"] == 3
    assert by_name["Nordhausen"]["values"]["prospects"] == 1
    assert by_name["Nordhausen"]["values"]["penetration"] == 75
    assert by_name[HOSTILE]["values"]["penetration"] is None
    assert by_name["Mittelhausen"]["values"]["rep"] == "North team and South team"
    assert by_name["Nordhausen"]["area_km2"] == pytest.approx(84.4, rel=0.02)


def test_territories_mark_what_nobody_and_what_two_look_after(bo: Browser) -> None:
    answer = bo.get("/map/territories?set=municipalities").get_json()
    marks = {(mark["name"], mark["state"]) for mark in answer["marks"]}
    assert marks == {("Far Away Farm", "unowned"), ("Shared Spa", "doubly owned")}


def test_unknown_regions_are_refused(bo: Browser) -> None:
    assert bo.get("/map/regions?set=nowhere", headers={"Accept": "application/json"}).get_json()["remedy"]


@pytest.mark.parametrize("query", ["", "lon=9.5", "lon=x&lat=y", "lon=999&lat=47", "lon=nan&lat=47"])
def test_a_catchment_around_no_place_is_refused(bo: Browser, query: str) -> None:
    assert bo.get(f"/map/catchment?{query}").status_code == 400


@pytest.mark.parametrize("minutes", ["0", "-5", "1e9", "a", "nan", "1,2,3,4,5", ","])
def test_a_catchment_of_impossible_minutes_is_refused(bo: Browser, minutes: str) -> None:
    assert bo.get(f"/map/catchment?lon=9.5&lat=47&minutes={minutes}").status_code == 400


def test_without_an_area_a_catchment_says_how_to_get_one(bo: Browser) -> None:
    answer = bo.get("/map/catchment?lon=9.5&lat=47.1", headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert "gcrm area import" in answer.get_json()["remedy"]


@pytest.mark.parametrize("path", ["23/0/0", "2/4/0", "2/0/9", "0/1/0"])
def test_a_tile_that_cannot_be_is_not_there(bo: Browser, path: str) -> None:
    assert bo.get(f"/map/tiles/any/1/{path}.mvt").status_code == 404


def test_potential_against_visits_is_one_measure_with_its_grid(bo: Browser) -> None:
    plain = bo.get("/map/regions?set=municipalities").get_json()
    assert "potential_visits" not in [one["key"] for one in plain["measures"]]
    found = bo.get("/map/regions?set=municipalities&with=potential_visits").get_json()
    measure = found["measures"][-1]
    assert (measure["key"], len(measure["classes"])) == ("potential_visits", 9)
    assert all("potential_visits" in one["properties"]["values"] for one in found["regions"]["features"])
    assert "Potential against visits" in bo.get("/regions/").text
    assert "Those with much to win and few visits first" in bo.get("/regions/?measure=potential_visits").text


def test_ones_own_classes_are_taken_or_told_to_be_wrong(bo: Browser) -> None:
    page = bo.get("/regions/?own=1,5,9").text
    assert "classes=1,5,9" in page or "classes=1%2C5%2C9" in page
    wrong = bo.get("/regions/?own=few,many").text
    assert "Your own classes are" in wrong
    assert "few,many" in wrong


@pytest.mark.parametrize("frame", ["1/1/0", "1/1/99999999999", "99999999999999999/1/5", "-99999999999/1/5", "1/1/5"])
def test_a_picture_that_cannot_be_is_not_found(bo: Browser, frame: str) -> None:
    assert bo.get(f"/map/streets/any/1/{frame}.svg").status_code == 404

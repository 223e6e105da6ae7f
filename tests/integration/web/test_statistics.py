"""A table of statistics sent, looked at, kept and undone on the web."""

import re
from io import BytesIO

import pytest

from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser

TABLE = b"town,Inhabitants,cows,rate\nNordhausen,10,5,0.25\nSUEDHAUSEN,20,7,0.5\nParis,1,1,1\n"


def sent(pia: Browser, table: bytes = TABLE, name: str = "numbers.csv") -> str:
    done = pia.post("/regions/statistics/", {"file": (BytesIO(table), name)})
    assert done.status_code == 302
    return str(done.headers["Location"])


def test_a_planner_sees_what_joins_keeps_it_maps_it_and_undoes_it(pia: Browser, workspace: Workspace) -> None:
    there = sent(pia)
    page = pia.get(there).text
    assert "2 of 4 regions of municipalities have a row by town" in page
    assert "Paris" in page
    assert "Mittelhausen" in page
    assert 'value="people"' in page
    form = {
        "set": "municipalities", "on": "town", "by": "name", "column": ["0", "1", "2"],
        "heading-0": "Inhabitants", "name-0": "people", "heading-1": "cows", "name-1": "Cattle",
        "heading-2": "rate", "name-2": "rate",
    }  # fmt: skip
    done = pia.post(there, form)
    assert done.status_code == 302
    shown = pia.get("/regions/?set=municipalities").text
    assert "Cattle" in shown
    told = pia.get("/map/regions?set=municipalities").get_json()
    measures = {one["key"]: one for one in told["measures"]}
    assert measures["joined:rate"]["digits"] == 2
    values = {one["properties"]["name"]: one["properties"]["values"] for one in told["regions"]["features"]}
    assert (values["Nordhausen"]["joined:Cattle"], values["Suedhausen"]["joined:rate"]) == (5, 0.5)
    assert values["Suedhausen"]["population"] == 20
    listed = pia.get("/regions/statistics/").text
    number = re.search(r"/joins/(\d+)/undo", listed)
    assert number
    assert pia.post(f"/regions/statistics/joins/{number[1]}/undo", {}).status_code == 302
    assert "Cattle" not in pia.get("/regions/?set=municipalities").text
    with workspace.store.read() as tx:
        assert {one.population for one in tx.regions.of_set("municipalities")} == {100}


def test_another_column_and_nothing_that_joins_are_said(pia: Browser) -> None:
    there = sent(pia)
    assert "No row is a region" in pia.get(f"{there}?set=municipalities&on=cows").text
    assert "no column" in pia.get(f"{there}?on=zzz").text
    assert pia.get("/regions/statistics/0123456789abcdef0123456789abcdef").status_code == 404
    assert pia.get("/regions/statistics/..%2f..").status_code == 404
    assert pia.post(there, {"set": "municipalities", "on": "town"}).status_code == 400
    twice = {"column": ["0", "1"], "heading-0": "cows", "name-0": "x", "heading-1": "rate", "name-1": "x"}
    assert pia.post(there, {"set": "municipalities", "on": "town", **twice}).status_code == 400


@pytest.mark.parametrize("table", [b"", b"town\n", b"town,x\nNordhausen,\n", b"\x00\x01\x02"])
def test_tables_that_hold_nothing_have_an_answer(pia: Browser, table: bytes) -> None:
    page = pia.get(sent(pia, table))
    assert page.status_code == 200
    assert "<script>alert" not in page.text


def test_only_planners_send_statistics(bo: Browser, ada: Browser) -> None:
    assert bo.get("/regions/statistics/").status_code == 403
    assert ada.get("/regions/statistics/").status_code == 403
    assert "Add statistics" not in bo.get("/regions/").text

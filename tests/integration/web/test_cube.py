"""The cube's page: who sees it, cuts at an address, cells that open, files, views, and what strangers write."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape

import pytest
from openpyxl import load_workbook

from gcrm.activities.model import Activity, ActivityKind
from gcrm.jobs.queries import jobs_under_way
from gcrm.markets.cube.snapshot import refresh_cube
from gcrm.sales.model import OrderLine
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, Browser, World

Browse = Callable[[str | None], Browser]


@pytest.fixture
def cube(workspace: Workspace, world: World) -> Workspace:
    """Two visits in the north, one sale in each of two currencies there, and one sale of a place nowhere."""
    with workspace.store.write() as tx:
        for name, month in (("Alpen Bakery", 3), ("Berg Hotel", 9)):
            at = datetime(2026, month, 2, 9, tzinfo=UTC)
            tx.activities.add(Activity(world.accounts[name], ActivityKind.VISIT, at))
        tx.orders.add_many(
            [
                OrderLine(world.accounts["Alpen Bakery"], date(2026, 3, 2), Decimal("1234.50"), "CHF", HOSTILE),
                OrderLine(world.accounts["Ghost Garage"], date(2025, 3, 2), Decimal("-4.50"), "CHF", "Bread"),
                OrderLine(world.accounts["Alpen Bakery"], date(2026, 4, 2), Decimal("10.00"), "EUR", "Bread"),
            ]
        )
    refresh_cube(workspace)
    return workspace


@pytest.mark.parametrize(("login", "code"), [("bo", 200), ("pia", 200), ("dee", 200), ("ada", 403), (None, 302)])
def test_the_desk_sees_the_cube_and_reps_do_not(cube: Workspace, browse: Browse, login: str | None, code: int) -> None:  # noqa: ARG001
    browser = browse(login)
    for address in ("/markets/cube/", "/markets/cube/records", "/markets/cube/file"):
        assert browser.get(address).status_code == code
    assert ("Cube</a>" in browser.get("/me/").text) == (code == 200)


def test_without_a_snapshot_one_is_offered_and_made_as_a_job(workspace: Workspace, browse: Browse) -> None:
    bo = browse("bo")
    assert "has not been made yet" in bo.get("/markets/cube/").text
    assert bo.get("/markets/cube/file").status_code == 409
    assert bo.post("/markets/cube/refresh").status_code == 302
    bo.post("/markets/cube/refresh")
    with workspace.store.read() as tx:
        assert [job.kind for job in jobs_under_way(tx)] == ["cube refresh"]
    assert "Make the cube" not in bo.get("/markets/cube/").text


def test_a_cut_shows_table_chart_totals_and_its_date(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    page = unescape(browse("bo").get("/markets/cube/?measure=sales&rows=region:municipalities&where=currency=CHF").text)
    assert "Records as of 24 Nov 2026" in page
    assert "no region" in page
    assert re.search(r"<tfoot>.*1,230\.00", page, re.DOTALL)
    assert "cube-chart" in page
    split = browse("bo").get("/markets/cube/?measure=sales&rows=year").text
    assert "Split by currency" in split
    assert "1,240" not in split


def test_every_number_opens_to_its_records(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo = browse("bo")
    page = bo.get("/markets/cube/?measure=sales&rows=region:municipalities&columns=year&where=currency=CHF").text
    addresses = {unescape(one) for one in re.findall(r'href="(/markets/cube/records[^"]+)"', page)}
    assert len(addresses) >= 6
    opened = [bo.get(address) for address in addresses]
    assert {one.status_code for one in opened} == {200}
    assert any("Ghost Garage" in one.text and "-4.50" in one.text for one in opened)


def test_a_row_leads_to_what_is_inside(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo = browse("bo")
    page = bo.get("/markets/cube/?measure=visits&rows=year").text
    inside = unescape(re.findall(r'href="(/markets/cube/\?[^"]+)" title="Show what', page)[0])
    assert "rows=quarter" in inside
    assert "2026-Q1" in bo.get(inside).text


def test_the_map_colours_regions_by_the_cut(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    answer = browse("bo").get("/markets/cube/map?level=municipalities&measure=sales&where=currency=CHF").json
    assert answer
    values = {one["properties"]["name"]: one["properties"]["values"] for one in answer["regions"]["features"]}
    assert values["Nordhausen"]["total"] == 1234.5
    assert values["Suedhausen"]["total"] is None
    split = browse("bo").get("/markets/cube/map?level=municipalities&measure=sales").json
    assert split
    assert [one["label"] for one in split["measures"]] == ["Sales, CHF", "Sales, EUR"]
    assert browse("bo").get("/markets/cube/map?level=nowhere").status_code == 404


def test_a_filter_is_chosen_added_and_taken_away(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo = browse("bo")
    base = "/markets/cube/?measure=sales&rows=product"
    assert "&lt;script&gt;" in bo.get(f"{base}&by=product").text
    added = bo.get(
        "/markets/cube/", query_string={"measure": "sales", "rows": "product", "by": "product", "value": HOSTILE}
    )
    assert added.status_code == 302
    page = bo.get(added.location).text
    assert "<script>alert" not in page
    assert "1,234.50" in page
    assert "Bread" not in page
    away = unescape(re.findall(r'cube-chip" href="([^"]+)"', page)[0])
    assert "Bread" in bo.get(away).text


def test_two_periods_are_compared(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    page = browse("bo").get("/markets/cube/?measure=sales&rows=city&where=currency=CHF&before=2025&after=2026").text
    assert "1,239.00" in page
    assert "Difference" in page
    refused = browse("bo").get("/markets/cube/?measure=sales&before=2025")
    assert (refused.status_code, "Give both" in refused.text) == (400, True)


def test_cuts_go_out_as_files(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo = browse("bo")
    address = "/markets/cube/file?measure=sales&rows=product&columns=year&where=currency=CHF"
    rows = list(csv.reader(io.StringIO(bo.get(f"{address}&as=csv").data.decode("utf-8-sig"))))
    assert next(row for row in rows if row[0] == "Total")[-1] == "1230"
    sheet = load_workbook(io.BytesIO(bo.get(f"{address}&as=xlsx").data)).active
    assert sheet is not None
    assert sheet["A1"].value == "product"
    assert bo.get(f"{address}&as=pdf").status_code == 400


def test_views_are_saved_by_name_and_lead_only_to_cuts(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo, pia = browse("bo"), browse("pia")
    saved = bo.post("/markets/cube/views?measure=lines&rows=rep&next=//evil.example", {"name": HOSTILE})
    assert saved.status_code == 302
    assert "evil" not in saved.location
    page = pia.get("/markets/cube/").text
    assert "<script>alert" not in page
    assert unescape(re.findall(r'<a class="name" href="([^"]+)"', page)[0]).endswith("?measure=lines&rows=rep")
    pia.post("/markets/cube/views/delete", {"name": HOSTILE})
    assert "Saved views" not in bo.get("/markets/cube/").text
    assert bo.post("/markets/cube/views?measure=lines", {"name": " "}).status_code == 400
    assert bo.post("/markets/cube/views/delete", {"name": "x"}).status_code == 400


def test_another_measure_drops_what_its_records_do_not_have(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    answer = browse("bo").get("/markets/cube/?measure=visits&rows=product&rows=city&where=currency=CHF")
    assert answer.location.endswith("?measure=visits&rows=city")


def test_hostile_addresses_are_refused_in_words(cube: Workspace, browse: Browse) -> None:  # noqa: ARG001
    bo = browse("bo")
    for query in (
        "rows=x'); DROP TABLE accounts; --",
        "measure=count(*)",
        "where=a.name=1",
        "where=nothing",
        "period=2026-99",
        "rows=region:' OR 1=1",
        "columns=" + "x" * 3_000,
    ):
        answer = bo.get(f"/markets/cube/?{query}")
        assert answer.status_code == 400, query
        assert "There is no" in answer.text or "is no" in answer.text
    assert bo.get("/markets/cube/records?rows=city&row=a&row=b").status_code == 400
    assert bo.get("/markets/cube/?where=city='; DROP TABLE accounts; --").status_code == 200


def test_what_was_changed_since_is_said(cube: Workspace, browse: Browse, world: World) -> None:
    bo = browse("bo")
    assert "Changed since" not in bo.get("/markets/cube/").text
    with cube.store.write() as tx:
        tx.orders.add_many([OrderLine(world.accounts["Alpen Bakery"], date(2026, 3, 2), Decimal(1), "CHF")])
    assert "Changed since" in bo.get("/markets/cube/").text

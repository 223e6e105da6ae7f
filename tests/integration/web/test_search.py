"""One search box: finds everything that a person may see, and nothing else."""

import re
from collections.abc import Callable

import pytest

from tests.integration.web.conftest import HOSTILE, Browser, World


def _found(browser: Browser, text: str) -> dict[str, list[tuple[str, str]]]:
    """What is found by heading: addresses and names."""
    page = browser.get("/search/", query_string={"q": text}, headers={"HX-Request": "true"})
    assert page.status_code == 200
    return {
        heading: [
            (link, re.sub(r"<[^>]+>", "", name)) for link, name in re.findall(r'<li><a href="([^"]+)">(.*?)</a>', hits)
        ]
        for heading, hits in re.findall(r"<h2>(.*?)</h2>(.*?)</section>", page.text, re.DOTALL)
    }


def test_an_account_is_found_by_name_telephone_and_person(bo: Browser, world: World) -> None:
    for text in ("alpen", "bak alp", "423 232 00 01", "Mr. Alp", "street of alpen"):
        assert _found(bo, text)["Accounts"][0][0] == f"/accounts/{world.accounts['Alpen Bakery']}", text


@pytest.mark.parametrize(
    ("text", "heading", "link"),
    [
        ("north", "Reps", "/day/north/2026-11-24"),
        ("North", "Territories", "/accounts/?territory="),
        ("nordh", "Regions", "/regions/?set=municipalities"),
        ("catch", "Pages", "/catchment/"),
        ("hire", "Pages", "/territories/scenarios/homes"),
    ],
)
def test_a_planner_finds_reps_territories_regions_and_pages(pia: Browser, text: str, heading: str, link: str) -> None:
    assert _found(pia, text)[heading][0][0].startswith(link)


def test_a_rep_finds_the_own_accounts_and_pages_only(ada: Browser, cy: Browser) -> None:
    assert "Accounts" in _found(ada, "alpen")
    assert _found(cy, "alpen") == {}
    for text in ("north", "nordhausen", "users", "catchment"):
        assert _found(ada, text) == {}, text
    assert _found(ada, "week")["Pages"] == [("/week/", "Week")]


def test_what_nobody_may_open_is_not_offered(bo: Browser, dee: Browser) -> None:
    assert _found(bo, "users") == {}
    assert _found(dee, "users")["Pages"] == [("/users/", "Users")]


def test_an_odd_text_is_text(bo: Browser) -> None:
    assert HOSTILE not in bo.get("/search/", query_string={"q": "script"}).text
    for text in (HOSTILE, "%", "'", "a" * 5_000, "💥", "---", "007 or 1=1"):
        assert bo.get("/search/", query_string={"q": text}).status_code == 200


def test_a_stranger_signs_in_first(browse: Callable[[str | None], Browser]) -> None:
    assert browse(None).get("/search/?q=alpen").status_code == 302

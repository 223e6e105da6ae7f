"""Pairs of accounts that may be one business: found, merged field by field, undone, or kept apart."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from gcrm.accounts.model import Account, Address
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import import_accounts
from gcrm.jobs.model import JobState
from gcrm.jobs.run import run_job
from gcrm.platform.errors import NotFound
from gcrm.workspace import Workspace
from tests.integration.web.conftest import HOSTILE, NOW, Browser, World, scripts_of


@pytest.fixture
def twice(workspace: Workspace, world: World) -> tuple[int, int]:
    """Alpen Bakery, and the same once more, with an e-mail address, another phone and a note."""
    first = world.accounts["Alpen Bakery"]
    with workspace.store.write() as tx:
        known = tx.accounts.get(first)
        again = replace(known, id=0, name="ALPEN BAKERY", phone="+423 232 00 99", email="a@alpen.example")
        second = tx.accounts.add(replace(again, last_visit=None)).id
        tx.activities.add(Activity(account_id=second, kind=ActivityKind.NOTE, at=NOW, note="Likes rye."))
    return first, second


def look(browser: Browser, workspace: Workspace) -> None:
    browser.post("/duplicates/look")
    with workspace.store.read() as tx:
        job = tx.jobs.list(1)[0]
    done = run_job(workspace, job.id)
    assert done is not None
    assert done.state is JobState.DONE, done.error


def test_nobody_has_looked_yet_then_pairs_stand_there_with_why(
    pia: Browser, workspace: Workspace, twice: tuple[int, int]
) -> None:
    assert "You have not searched for duplicates yet" in pia.get("/duplicates/").text
    pia.post("/duplicates/look")
    assert "Queued" in pia.get("/duplicates/").text
    look(pia, workspace)
    page = pia.get("/duplicates/").text
    assert "ALPEN BAKERY" in page
    assert "same" in page
    assert f"/duplicates/{twice[0]}/{twice[1]}" in page


def test_two_become_one_with_what_was_chosen_and_can_be_two_again(
    pia: Browser, workspace: Workspace, twice: tuple[int, int]
) -> None:
    first, second = twice
    look(pia, workspace)
    page = pia.get(f"/duplicates/{first}/{second}").text
    assert 'name="take-email" value="b" checked' in page
    assert 'name="take-phone" value="a" checked' in page
    done = pia.post(
        f"/duplicates/{first}/{second}",
        {"take-name": "a", "take-phone": "b", "take-email": "b"},
        follow_redirects=True,
    ).text
    assert "ALPEN BAKERY merged into Alpen Bakery. It brought 1 visit or note." in done
    assert "No duplicates left" in done
    with workspace.store.read() as tx:
        merged = tx.accounts.get(first)
        assert (merged.phone, merged.email) == ("+423 232 00 99", "a@alpen.example")
        assert [one.note for one in tx.activities.of_account(first)] == ["Likes rye."]
        with pytest.raises(NotFound):
            tx.accounts.get(second)
        number = tx.changes.latest()[0].id
    assert "1 account is back" in pia.post(f"/changes/{number}/undo", follow_redirects=True).text
    with workspace.store.read() as tx:
        assert tx.accounts.get(first).phone == "+423 232 00 01"
        assert tx.accounts.get(second).name == "ALPEN BAKERY"
        assert not tx.activities.of_account(first)


def test_a_pair_that_is_kept_apart_is_not_shown_again(
    pia: Browser, workspace: Workspace, twice: tuple[int, int]
) -> None:
    look(pia, workspace)
    page = pia.post(f"/duplicates/{twice[0]}/{twice[1]}/apart", follow_redirects=True).text
    assert "Marked as not duplicates." in page
    assert "ALPEN BAKERY" not in page
    look(pia, workspace)
    assert "ALPEN BAKERY" not in pia.get("/duplicates/").text


def test_an_account_is_no_duplicate_of_itself_or_of_none(pia: Browser, twice: tuple[int, int]) -> None:
    for a, b in ((twice[0], twice[0]), (twice[0], 999_999)):
        assert pia.get(f"/duplicates/{a}/{b}").status_code == 404
        assert pia.post(f"/duplicates/{a}/{b}").status_code == 404
        assert pia.post(f"/duplicates/{a}/{b}/apart").status_code == 404


def test_names_are_text_side_by_side(pia: Browser, world: World, twice: tuple[int, int]) -> None:
    page = pia.get(f"/duplicates/{twice[0]}/{world.accounts[HOSTILE]}").text
    assert HOSTILE not in page
    assert "alert(" not in scripts_of(page)


def test_all_pairs_are_gone_through_a_page_at_a_time(pia: Browser, workspace: Workspace) -> None:
    with workspace.store.write() as tx:
        names = [f"Shop {number:03} of {word}" for number, word in enumerate(["Aa", "Ba", "Ca", "Da"] * 30)]
        shops = [Account(name, address=Address(line=f"Way {at}, Vaduz")) for at, name in enumerate(names)]
        tx.accounts.add_many([shop for shop in shops for _ in range(2)])
    look(pia, workspace)
    first, last = pia.get("/duplicates/").text, pia.get("/duplicates/?page=2").text
    assert "120 pairs are probably one business" in first
    assert "1 to 100 of 120" in first
    assert "101 to 120 of 120" in last
    assert 'rel="next"' in first
    assert 'rel="next"' not in last
    assert pia.get("/duplicates/?page=99999&scope=x").status_code == 200


def test_pairs_of_one_file_are_told_from_those_with_the_others(
    pia: Browser, workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "new.csv"
    file.write_text(
        "name,address,phone\n"
        "Alpen Bakery,Street of Alpen Bakery,+4232320001\n"
        "Twin Tools,Way 1 Vaduz,+4232320777\nTwin Tools Ltd,Way 1 Vaduz,+4232320777\n",
        encoding="utf-8",
    )
    with workspace.store.write() as tx:
        tx.accounts.add(Account("Twin Tools AG", address=Address(line="Way 1 Vaduz"), phone="+4232320777"))
    batch = import_accounts(workspace, file).batch
    look(pia, workspace)

    def names(scope: str) -> int:
        page = pia.get(f"/duplicates/?import={batch}&scope={scope}").text
        return len(re.findall(r'<a class="name" href="/duplicates/', page))

    assert names("") == names("within") + names("against")
    assert names("within") == 1
    assert names("against") >= 2
    assert pia.get("/duplicates/?import=999999").status_code == 404

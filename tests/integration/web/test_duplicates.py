"""Pairs of accounts that may be one business: found, merged field by field, undone, or kept apart."""

from dataclasses import replace

import pytest

from gcrm.bootstrap import Workspace
from gcrm.domain.activity import Activity, ActivityKind
from gcrm.domain.job import JobState
from gcrm.errors import NotFound
from gcrm.jobs.run import run_job
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
    assert "Nobody has looked for duplicates yet" in pia.get("/duplicates/").text
    pia.post("/duplicates/look")
    assert "Waiting for its turn" in pia.get("/duplicates/").text
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
    assert "ALPEN BAKERY went into Alpen Bakery. It brought 1 visit or note." in done
    assert "No duplicates are left" in done
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
    assert "kept apart" in page
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

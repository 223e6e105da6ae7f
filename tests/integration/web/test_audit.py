"""The audit log: what people do stands there once, with who, whom and from where; what they typed does not."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from click.testing import CliRunner

from gcrm.audit.log import audit_log
from gcrm.audit.model import WORDS, Event
from gcrm.cli.main import gcrm
from gcrm.people.sign_in import Visitor
from gcrm.people.sign_in import sign_in as sign_in_there
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.privacy.erase import erase_rep
from gcrm.privacy.retain import retain
from gcrm.workspace import Workspace
from tests.fixtures.authenticator import Authenticator
from tests.integration.web.conftest import NOW, PASSWORD, Browser
from tests.integration.web.test_passkeys import add as add_passkey
from tests.integration.web.test_sign_in import sign_in

Browse = Callable[[str | None], Browser]


def told(workspace: Workspace, **wanted: object) -> list[tuple[str, str, str, str]]:
    """(who, what, whom, particulars), the first one first."""
    with workspace.store.read() as tx:
        found = audit_log(tx, **wanted)  # type: ignore[arg-type]
    return [(one.by, one.noted.event.value, one.about, one.noted.what) for one in reversed(found)]


def test_every_event_has_words() -> None:
    assert set(WORDS) == set(Event)
    assert all(words == event.value for event, words in WORDS.items())


def test_signing_in_and_out_stands_there_and_what_was_typed_does_not(
    workspace: Workspace, nobody: Browser, dee: Browser
) -> None:
    sign_in(nobody, "ada", "a password of somewhere else")
    sign_in(nobody, "my secret password", "x")
    sign_in(nobody, "ada")
    nobody.post(
        "/log-out", {"csrf_token": re.findall(r'name="csrf-token" content="([^"]+)', nobody.get("/me/").text)[0]}
    )
    assert told(workspace) == [
        ("", "sign-in failed", "Ada", "password"),
        ("", "sign-in failed", "", "password"),
        ("Ada", "signed in", "", "password"),
        ("Ada", "signed out", "", ""),
    ]
    page = dee.get("/audit/").text
    assert "127.0.0.1" in page
    assert "secret" not in page


def test_who_is_kept_out_after_many_tries_stands_there_once(workspace: Workspace, nobody: Browser) -> None:
    for _ in range(10):
        sign_in(nobody, "ada", "wrong password")
    assert [what for _, what, _, _ in told(workspace)] == ["sign-in failed"] * 8 + ["too many attempts"]


def test_what_an_administrator_does_to_users_stands_there(workspace: Workspace, dee: Browser) -> None:
    dee.post("/users/", {"login": "eve", "name": "Eve", "role": "rep", "rep": ""})
    dee.post("/users/eve", {"role": "manager", "rep": "", "active": "y"})
    dee.post("/users/eve", {"role": "manager", "rep": "", "active": "y"})
    dee.post("/users/eve", {"role": "manager", "rep": ""})
    dee.post("/users/eve/password")
    dee.post("/users/eve/lock-out")
    dee.post("/tokens/", {"login": "bo", "name": "ERP", "scope": ["accounts:read"], "days": "5"})
    dee.post("/tokens/1/revoke")
    assert told(workspace) == [
        ("Dee", "user added", "Eve", "rep"),
        ("Dee", "user changed", "Eve", "rep to manager"),
        ("Dee", "user changed", "Eve", "deactivated"),
        ("Dee", "password set", "Eve", ""),
        ("Dee", "locked out", "Eve", ""),
        ("Dee", "token made", "Bo", "ERP: accounts:read"),
        ("Dee", "token revoked", "Bo", "ERP"),
    ]


def test_what_a_person_does_to_the_own_sign_in_stands_there(workspace: Workspace, ada: Browser) -> None:
    add_passkey(ada, Authenticator(), "Phone")
    number = ada.get("/me/").text.split("/me/passkeys/")[1].split("/")[0]
    ada.post(f"/me/passkeys/{number}/remove")
    page = ada.post("/me/second-factor", {"act": "begin", "password": PASSWORD}).text
    secret = re.findall(r"<code>([A-Z2-7]{32})</code>", page)
    ada.post("/me/second-factor", {"act": "confirm", "code": pyotp.TOTP(secret[0]).at(NOW)})
    ada.post("/me/second-factor", {"act": "end", "password": PASSWORD})
    assert told(workspace) == [
        ("Ada", "passkey added", "", "Phone"),
        ("Ada", "passkey removed", "", ""),
        ("Ada", "second factor set up", "", "authenticator app"),
        ("Ada", "second factor ended", "", ""),
    ]


def test_data_that_is_taken_along_and_looks_at_persons_stand_there(
    workspace: Workspace, dee: Browser, pia: Browser
) -> None:
    pia.get("/accounts/export").close()
    dee.post("/privacy/points/north", {"why": "a complaint"})
    dee.get("/audit/file").close()
    dee.post("/health/backups")
    found = told(workspace)
    assert ("Pia", "data exported", "", "accounts.csv") in found
    assert any(what == "positions looked at" and "North team" in more for _, what, _, more in found)
    assert any(what == "data exported" and more.startswith("audit.csv") for _, what, _, more in found)
    assert any(who == "Dee" and what == "back-up made" for who, what, _, _ in found)


def test_the_log_is_filtered_by_person_kind_and_time(workspace: Workspace, dee: Browser, nobody: Browser) -> None:
    sign_in(nobody, "ada")
    workspace.clock = lambda: NOW + timedelta(days=2)
    dee.post("/users/bo/lock-out")
    with workspace.store.read() as tx:
        bo = tx.users.get_by_login("bo").id

    def rows(query: str) -> list[str]:
        return re.findall(r"<tr><td>.*?</tr>", dee.get(f"/audit/?{query}").text, re.DOTALL)

    assert len(rows("")) == 2
    assert len(rows(f"user={bo}")) == 1
    assert len(rows("event=signed in")) == 1
    assert len(rows("from=2026-11-25")) == 1
    assert len(rows("until=2026-11-25")) == 1
    assert len(rows("from=2026-11-24&until=2026-11-26")) == 2
    assert not rows("event=person erased")
    assert dee.get("/audit/?from=yesterday").status_code == 400
    assert dee.get("/audit/?event=nothing&user=x").status_code == 200


def test_a_name_is_text_on_the_page_and_in_the_file(workspace: Workspace, dee: Browser) -> None:
    add_user(workspace, "evil", "=1+1<script>", Role.MANAGER)
    assert "<script>alert" not in dee.get("/audit/").text
    assert "=1+1&lt;script&gt;" in dee.get("/audit/").text
    file = dee.get("/audit/file")
    assert "'=1+1<script>" in file.get_data().decode("utf-8-sig")
    file.close()


def test_the_command_line_lists_the_same(
    workspace: Workspace, nobody: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in(nobody, "ada")
    add_user(workspace, "eve", "Eve", Role.MANAGER)
    monkeypatch.setenv("GCRM_HOME", str(workspace.settings.home))

    def run(*words: str) -> str:
        return CliRunner().invoke(gcrm, ["audit", "list", *words], catch_exceptions=False).output

    listed = json.loads(run("--days", "3660", "--json"))
    assert [(one["by"], one["event"], one["via"]) for one in listed] == [
        (None, "user added", "command line"),
        ("Ada", "signed in", "web"),
    ]
    assert "signed in" in run("--days", "3660", "--user", "ada")
    assert "Nothing in the last" in run("--days", "3660", "--event", "person erased")


def test_entries_go_after_a_year_and_names_with_an_erasure(workspace: Workspace, ada: Browser) -> None:
    add_passkey(ada, Authenticator(), "Ada's phone")
    sign_in_there(workspace, "ada", PASSWORD, Visitor("192.0.2.7"))
    with workspace.store.write() as tx:
        south = tx.reps.get("south").id
        for territory in tx.territories.all():
            tx.territories.update(replace(territory, rep_id=south))
    made = erase_rep(workspace, "north")
    assert any("audit log" in what for what, _ in made.erased)
    with workspace.store.read() as tx:
        found = audit_log(tx)
    assert not any("Ada" in one.by or "phone" in one.noted.what for one in found)
    assert Event.ERASED in {one.noted.event for one in found}
    workspace.clock = lambda: NOW + timedelta(days=366)
    assert any("audit log" in what and count for what, count, _ in retain(workspace, dry_run=True).gone)
    retain(workspace)
    with workspace.store.read() as tx:
        assert [one.noted.event for one in audit_log(tx)] == [Event.ERASED], "certificates stay"

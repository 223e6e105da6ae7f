"""`gcrm users`: a link that signs in once, and the address at the sign-in provider."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm
from gcrm.people.provider_sign_in import provider_account_of
from gcrm.people.sign_in import Visitor, sign_in_once, user_of_session
from gcrm.people.user import Role
from gcrm.people.users import add_user, change_user
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed, NotFound
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace

ADA = Visitor("127.0.0.1")


def run(*words: str) -> str:
    return CliRunner().invoke(gcrm, ["users", *words], catch_exceptions=False).output


def test_a_link_of_the_command_line_signs_in_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(tmp_path))
    workspace = open_workspace(Settings(tmp_path))
    add_user(workspace, "dee", "Dee", Role.ADMINISTRATOR)
    assert "signs dee in once" in run("let-in", "dee")
    path = json.loads(run("let-in", "dee", "--json"))["path"]
    token = path.removeprefix("/log-in/once/")
    with workspace.store.read() as tx:
        assert user_of_session(workspace, tx, token) is None, "the link's secret is no session's"
    done = sign_in_once(workspace, token, ADA)
    with workspace.store.read() as tx:
        assert user_of_session(workspace, tx, done.token) == done.user
    for used in (token, "x", ""):
        with pytest.raises(NotAllowed):
            sign_in_once(workspace, used, ADA)
    with pytest.raises(NotFound):
        run("let-in", "nobody")
    add_user(workspace, "bo", "Bo", Role.MANAGER)
    change_user(workspace, "bo", Role.MANAGER, None, active=False)
    with pytest.raises(NotAllowed):
        run("let-in", "bo")
    workspace.close()


def test_the_address_at_the_provider_is_set_and_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(tmp_path))
    workspace = open_workspace(Settings(tmp_path))
    ada = add_user(workspace, "ada", "Ada", Role.MANAGER).user
    add_user(workspace, "bo", "Bo", Role.MANAGER)
    assert "ada signs in as" in run("provider", "ada", "Ada@Company.example")
    with pytest.raises(Conflict):
        run("provider", "bo", "ada@company.example")
    with pytest.raises(InputRejected):
        run("provider", "bo", "company")
    with workspace.store.read() as tx:
        account = provider_account_of(tx, ada.id)
    assert account
    assert account.email == "ada@company.example"
    assert "Nobody at the provider" in run("provider", "ada", "")
    with workspace.store.read() as tx:
        assert provider_account_of(tx, ada.id) is None
    workspace.close()

"""`gcrm tokens`: made, listed, revoked; the secret is told once."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm
from gcrm.people.tokens import caller_of
from gcrm.people.user import Role
from gcrm.people.users import add_user
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.platform.settings import Settings
from gcrm.workspace import open_workspace


def test_a_token_is_made_listed_and_revoked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(tmp_path))
    workspace = open_workspace(Settings(tmp_path))
    add_user(workspace, "pia", "Pia", Role.PLANNER)

    def run(*words: str) -> str:
        return CliRunner().invoke(gcrm, ["tokens", *words], catch_exceptions=False).output

    assert "There are no tokens" in run("list")
    made = json.loads(run("create", "pia", "--name", "ERP", "--scope", "accounts:read", "--days", "5", "--json"))
    (listed,) = json.loads(run("list", "--json"))
    assert made["token"].startswith("gcrm_")
    assert made["token"] not in json.dumps(listed)
    assert (listed["name"], listed["scopes"], listed["state"]) == ("ERP", ["accounts:read"], "active")
    with workspace.store.read() as tx:
        assert caller_of(workspace, tx, made["token"]) is not None
    run("revoke", str(made["id"]))
    assert "revoked" in run("list")
    with workspace.store.read() as tx:
        assert caller_of(workspace, tx, made["token"]) is None
    workspace.close()


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["nobody", "--name", "ERP"], NotFound),
        (["pia", "--name", " "], InputRejected),
        (["pia", "--name", "x" * 81], InputRejected),
        (["pia", "--name", "ERP", "--days", "0"], InputRejected),
        (["pia", "--name", "ERP", "--days", "367"], InputRejected),
        (["pia", "--name", "ERP", "--scope", "admin"], InputRejected),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], error: type[Exception]
) -> None:
    monkeypatch.setenv("GCRM_HOME", str(tmp_path))
    workspace = open_workspace(Settings(tmp_path))
    add_user(workspace, "pia", "Pia", Role.PLANNER)
    workspace.close()
    asked = ["tokens", "create", *words, "--scope", "accounts:read"]
    assert isinstance(CliRunner().invoke(gcrm, asked).exception, error)

"""What is held of persons: seen, ended in time, handed over, erased with a certificate; and nothing else with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from gcrm.accounts.model import Account
from gcrm.activities.check_in import Left, check_in
from gcrm.activities.model import Verdict
from gcrm.activities.verdict import Position, on_record
from gcrm.cli.main import gcrm
from gcrm.people.second_factor import SecondFactor
from gcrm.people.tokens import make_token
from gcrm.people.user import Role, User
from gcrm.platform.errors import Conflict, NotFound
from gcrm.privacy.erase import certificates, erase_account, erase_rep
from gcrm.privacy.positions import held_points, look_at_points, look_at_visit, looks_at
from gcrm.privacy.retain import retain, retain_if_due
from gcrm.privacy.subject_file import as_html, as_json, subject_of_account, subject_of_rep
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.integration.planning.conftest import plain, plain_account, staffed  # noqa: F401 - fixtures

SetUp = Callable[..., list[Account]]
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SECRETS = ("Frau Muster", "+423 1", "muster@x.li", "likes tea")


@pytest.fixture
def world(plain: Workspace, staffed: SetUp) -> tuple[Workspace, Account, Account]:  # noqa: F811 - fixtures
    one, other = staffed(
        [
            plain_account("Adler", 10, contact=SECRETS[0], phone=SECRETS[1], email=SECRETS[2], note=SECRETS[3]),
            plain_account("Bär", 20, contact="Herr Anders"),
        ]
    )
    with plain.store.write() as tx:
        ada = tx.reps.get("ada")
        tx.users.add(User("ada", "Ada Berg", Role.REP, "a hash", ada.id, email="ada@x.li"))
        tx.users.add(User("dee", "Dee", Role.ADMINISTRATOR, "a hash"))
    for days, account in ((100, one), (10, one), (100, other)):
        at = NOW - timedelta(days=days)
        left = Left((at + timedelta(minutes=30)).isoformat(), Position(account.place, 9))
        check_in(
            plain,
            account.id,
            rep_id=ada.id,
            user_id=1,
            at=at,
            position=Position(account.place, 8),
            left=left,
            note=f"{SECRETS[0]} {SECRETS[3]}" if account is one else "Herr Anders",
            client_id=f"visit-{days}-{account.id}",
        )
    return plain, one, other


def points(workspace: Workspace) -> int:
    with workspace.store.read() as tx:
        return len(held_points(workspace, tx, tx.reps.get("ada").id))


def test_positions_go_after_their_time_and_the_verdict_stays(world: tuple[Workspace, Account, Account]) -> None:
    workspace, one, _ = world
    assert points(workspace) == 6
    foreseen = retain(workspace, dry_run=True)
    assert foreseen.gone[0][:2] == ("positions of check-ins and check-outs", 4)
    assert points(workspace) == 6  # a dry run takes nothing
    assert retain(workspace).gone[0][1] == 4
    assert points(workspace) == 2
    assert retain(workspace, dry_run=True).gone[0][1] == 0
    with workspace.store.read() as tx:
        old = tx.activities.of_account(one.id)[-1]
    assert old.check_in.place is None
    assert old.check_in.verdict is Verdict.INSIDE
    assert "at the door" in on_record(old.check_in)
    assert old.lasted_s == 1_800


def test_the_worker_lets_go_once_a_day(world: tuple[Workspace, Account, Account]) -> None:
    workspace, *_ = world
    assert retain_if_due(workspace)
    assert retain_if_due(workspace) is None
    workspace.clock.move(days=1)  # type: ignore[attr-defined]
    assert retain_if_due(workspace)


def test_whoever_looks_at_positions_is_noted_for_the_rep(world: tuple[Workspace, Account, Account]) -> None:
    workspace, one, _ = world
    with workspace.store.read() as tx:
        ada, dee = (tx.users.get_by_login(login).id for login in ("ada", "dee"))
        visit = tx.activities.of_account(one.id)[0]
    assert len(look_at_points(workspace, "ada", dee, "a complaint")) == 6
    assert len(look_at_visit(workspace, visit.id, dee)) == 2
    look_at_visit(workspace, visit.id, ada)  # one's own
    subject_of_rep(workspace, "ada", dee)
    with workspace.store.read() as tx:
        looks = looks_at(tx, tx.reps.get("ada").id)
    assert [(look.why, look.points, name) for look, name in looks] == [
        ("subject file", 3, "Dee"),
        ("one visit", 2, "Dee"),
        ("a complaint", 6, "Dee"),
    ]


def test_a_subject_file_holds_what_is_kept_of_the_subject_and_of_nobody_else(
    world: tuple[Workspace, Account, Account],
) -> None:
    workspace, one, _ = world
    found = subject_of_account(workspace, one.id)
    document = json.loads(as_json(found))
    text, page = as_json(found), as_html(found)
    for secret in SECRETS:
        assert secret in text
        assert secret in page
    assert "Herr Anders" not in text
    assert len(document["tables"]["activity"]) == 2
    assert not any(name.startswith("check_in_l") for name in document["tables"]["activity"][0])
    assert "<script" not in as_html(replace(found, name="<script>alert(1)</script>"))


def test_a_rep_s_file_has_positions_and_no_secret(world: tuple[Workspace, Account, Account]) -> None:
    workspace, *_ = world
    text = as_json(subject_of_rep(workspace, "ada"))
    assert "check_in_lon" in text
    assert "ada@x.li" in text
    assert "a hash" not in text
    assert "password_hash" not in text
    with pytest.raises(NotFound):
        subject_of_rep(workspace, "nobody")


def test_erasing_an_account_s_persons_leaves_nothing_of_them_and_all_of_the_others(
    world: tuple[Workspace, Account, Account],
) -> None:
    workspace, one, other = world
    made = erase_account(workspace, one.id)
    assert ("notes and next steps of visits, calls and notes", 2) in made.erased
    assert made.kept
    text = as_json(subject_of_account(workspace, one.id))
    for secret in SECRETS:
        assert secret not in text
    with workspace.store.read() as tx:
        kept = tx.accounts.get(one.id)
        assert (kept.name, kept.place) == (one.name, one.place)
        assert len(tx.activities.of_account(one.id)) == 2
        assert tx.accounts.get(other.id).contact == "Herr Anders"
        assert [found.id for found in certificates(tx)] == [made.id]
        assert tx.accounts.page(text="muster", limit=5)[1] == 0  # nor can it be searched for
    again = erase_account(workspace, one.id)
    assert sum(count for _, count in again.erased) == 0


def test_a_rep_is_erased_only_when_nobody_waits_for_the_rep(world: tuple[Workspace, Account, Account]) -> None:
    workspace, one, _ = world
    with pytest.raises(Conflict):
        erase_rep(workspace, "ada")
    with workspace.store.write() as tx:
        ada = tx.reps.get("ada")
        for territory in tx.territories.of_rep(ada.id):
            tx.territories.update(replace(territory, rep_id=tx.reps.add(replace(ada, key="bo", name="Bo", id=0)).id))
        login = tx.users.get(1).login
        tx.second_factors.set_for(1, SecondFactor(1, "JBSWY3DPEHPK3PXP"))
    make_token(workspace, login, "Import", ["accounts:read"])
    made = erase_rep(workspace, "ada")
    assert ("tokens of other programs", 1) in made.erased
    assert ("second factors", 1) in made.erased
    assert any("results of jobs" in what for what, _ in made.kept)
    assert ("positions of check-ins and check-outs", 6) in made.erased
    assert ("log-ins", 1) in made.erased
    assert points(workspace) == 0
    text = as_json(subject_of_rep(workspace, "ada"))
    assert "Ada Berg" not in text
    assert "ada@x.li" not in text
    with workspace.store.read() as tx:
        assert tx.reps.get("ada").home is None
        assert not tx.users.get(1).active
        assert len(tx.activities.of_account(one.id)) == 2


def test_the_commands_write_erase_and_let_go(
    world: tuple[Workspace, Account, Account], tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, one, _ = world
    monkeypatch.setenv("GCRM_HOME", str(workspace.settings.home))
    run = CliRunner().invoke
    file = f"{tmp_path}/file.html"
    assert run(gcrm, ["privacy", "subject", "--account", str(one.id), "--html", file]).exit_code == 0
    assert "positions of check-ins" in run(gcrm, ["privacy", "retain", "--dry-run"]).output
    assert run(gcrm, ["privacy", "erase"]).exit_code == 2
    assert run(gcrm, ["privacy", "erase", "--account", str(one.id)], input="n\n").exit_code == 1
    done = run(gcrm, ["privacy", "erase", "--account", str(one.id), "--yes", "--json"])
    assert json.loads(done.output)["kind"] == "account"


def test_a_position_is_held_of_check_ins_and_check_outs_and_nowhere_else(
    world: tuple[Workspace, Account, Account],
) -> None:
    workspace, *_ = world
    retain(workspace)
    with workspace.store.read() as tx:
        held = held_points(workspace, tx, tx.reps.get("ada").id)
    assert {one.what for one in held} == {"check-in", "check-out"}
    assert all(isinstance(one.place, LonLat) for one in held)

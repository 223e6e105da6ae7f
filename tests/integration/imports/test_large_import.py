"""An import of thousands of rows: stopped anywhere it leaves nothing behind, undone it leaves everything as it was."""

from pathlib import Path

import pytest

from gcrm.accounts.linkage.pairs import find_pairs
from gcrm.accounts.linkage.profile import profile_of
from gcrm.accounts.model import Account, Address
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.model import Activity, ActivityKind
from gcrm.imports.import_accounts import import_accounts
from gcrm.workspace import Workspace
from tests.benchmarks.imports import is_untouched, measure, rows, state, write
from tests.fixtures.areas import MakeWorkspace

ADDRESSES = [("Landstrasse", str(number), "9490", "Vaduz") for number in range(1, 90)]
OTHERS = [("Landstrasse", str(number), "9494", "Schaan") for number in range(1, 90)]


@pytest.fixture(params=["workspace", "postgis_workspace"])
def standing(request: pytest.FixtureRequest, tmp_path: Path) -> Workspace:
    """A workspace, once on each database, with 100 accounts of which one has a history."""
    workspace: Workspace = request.getfixturevalue(request.param)
    base = tmp_path / "base.csv"
    write(base, [(f"B{number}", *row[1:]) for number, row in enumerate(rows(ADDRESSES, 100, 2))])
    import_accounts(workspace, base)
    with workspace.store.write() as tx:
        account = tx.accounts.all()[0]
        tx.activities.add(Activity(account.id, ActivityKind.NOTE, workspace.clock(), note="met Ada"))
    return workspace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """2,000 rows, 50 of which are accounts that are there, with a longer name and another phone."""
    target = tmp_path / "accounts.csv"
    new, there = list(rows(ADDRESSES, 2_000, 1)), list(rows(ADDRESSES, 100, 2))
    again = [
        (f"B{number}", f"{known[1]} Vaduz", *known[2:5], *row[5:])
        for number, (known, row) in enumerate(zip(there[:50], new, strict=False))
    ]
    write(target, [*again, *new[50:]])
    return target


@pytest.mark.parametrize("stage", ["Understanding rows", "Writing"])
def test_an_import_that_is_stopped_half_way_leaves_the_database_as_it_was(
    standing: Workspace, file: Path, stage: str
) -> None:
    assert is_untouched(standing, file, stage)


def test_an_undone_import_leaves_the_database_as_it_was(standing: Workspace, file: Path) -> None:
    before = state(standing)
    done = import_accounts(standing, file)
    assert (done.created, done.updated) == (1_950, 50)
    assert state(standing) != before
    assert done.batch is not None
    assert undo_change(standing, done.batch).kept == ()
    assert state(standing) == before


def test_the_benchmark_of_imports_places_matches_and_undoes(liechtenstein: Path, workspace_with: MakeWorkspace) -> None:
    figures = measure(workspace_with(liechtenstein), [*ADDRESSES, *OTHERS], 400, 1)
    assert figures["stopped_half_way_untouched"]
    assert figures["undone_as_before"]
    assert figures["placed"] == 400
    assert figures["updated"] > 0
    assert figures["pairs"] > 0


def test_pairs_that_are_passed_over_unseen_are_those_that_could_not_be_likely() -> None:
    accounts = [
        Account(name, id=number, address=Address(street=line, postcode=code, city=city), phone=phone, email=email)
        for number, (_, name, line, code, city, phone, email, _) in enumerate(rows(ADDRESSES[:9], 400, 5), start=1)
    ]
    accounts += [
        Account("Main office", id=1_000, phone="+4232333333"),
        Account("Head office", id=1_001, phone="00 232 33 33"),
        Account("<script>", id=1_002, email="a@b.li"),
        Account("&lt;script", id=1_003, email="a@b.li"),
    ]
    profiles = [profile_of(account) for account in accounts]
    everything = [pair for pair in find_pairs(profiles, least=1e-9) if pair.probability >= 0.6]
    assert find_pairs(profiles) == everything
    assert len(everything) > 20


@pytest.mark.parametrize("line", ["Rua da Paz, 12, 4000-123 Porto", "Rua da Paz 12", "Rua da Paz,12 , Porto"])
def test_a_number_after_a_comma_is_the_house_number(line: str) -> None:
    assert profile_of(Account("Ada", address=Address(line=line))).number == "12"


def test_a_postcode_after_a_comma_is_no_house_number() -> None:
    assert profile_of(Account("Ada", address=Address(line="Landstrasse, 9490 Vaduz"))).number == ""

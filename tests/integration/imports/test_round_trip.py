"""An export imported again is the same accounts: in every format, whatever can be stored in them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcrm.accounts.edit_account import add_account
from gcrm.accounts.export_accounts import FORMATS, export_accounts
from gcrm.accounts.model import GIVEN, PERSON, Account, Address, Kind, Level, Placement, Priority
from gcrm.common.spreadsheet import harmless, original
from gcrm.imports.import_accounts import import_accounts
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from routing.points import LonLat

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs", "Cn", "Co"), include_characters=" "),
    max_size=30,
).map(lambda text: " ".join(text.split()))
HARD = st.sampled_from(
    [
        "x;=1+1",
        "=1+1",
        "'=1",
        "-x",
        "@a",
        'a "b", c',
        "a|b",
        "00101",
        "1E5",
        "2026/11/03",
        "[1, 2]",
        "NULL",
        "Äöü ß",
        "Ω",
    ]
)
CELL = st.one_of(TEXT, HARD)
NAME = st.one_of(TEXT, HARD).filter(lambda text: any(letter.isascii() and letter.isalnum() for letter in text))
NOTE = st.lists(CELL, max_size=3).map("\n".join).map(str.strip)
DEGREES = st.tuples(
    st.floats(-179, 179, allow_nan=False).map(lambda value: round(value, 7)),
    st.floats(-89, 89, allow_nan=False).map(lambda value: round(value, 7)),
).filter(lambda pair: pair != (0, 0))
ADDRESS = st.one_of(
    st.builds(Address, line=CELL, country=TEXT),
    st.builds(Address, street=CELL, house_number=CELL, postcode=CELL, city=CELL, country=CELL),
)
ACCOUNT = st.builds(
    Account,
    name=NAME,
    kind=st.sampled_from(Kind),
    external_id=st.one_of(st.just(""), CELL),
    address=ADDRESS,
    place=st.one_of(st.none(), DEGREES.map(lambda pair: LonLat(*pair))),
    contact=CELL,
    phone=st.sampled_from(["", "+4232321234", "+4232321234;ext=5", "226-2649", "call the office"]),
    email=st.sampled_from(["", "ada@example.li"]),
    website=st.sampled_from(["", "https://www.example.li/a?b=c"]),
    segment=CELL,
    opening_hours=st.sampled_from(["", "Mo-Fr 08:00-12:00,13:30-18:00; Sa off", "by appointment"]),
    priority=st.sampled_from(Priority),
    visit_every_days=st.one_of(st.none(), st.integers(1, 3_650)),
    visit_minutes=st.one_of(st.none(), st.integers(1, 1_440)),
    last_visit=st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2026, 11, 24))),
    note=NOTE,
    skills=st.sampled_from([(), ("coffee",), ("coffee", "cold chain")]),
    languages=st.sampled_from([(), ("de",), ("de", "fr")]),
    holiday_region=st.just(""),
)
AT = datetime(2026, 11, 3, 8, tzinfo=UTC)
PLACED = st.builds(
    Placement,
    level=st.sampled_from([Level.HOUSE, Level.STREET, Level.PLACE]),
    confidence=st.floats(0, 1).map(lambda value: round(value, 3)),
    matched=CELL,
    ignored=CELL,
    source=st.sampled_from([GIVEN, PERSON, "OpenStreetMap"]),
    placed_at=st.just(AT),
)


def placed(account: Account, placement: Placement) -> Account:
    """With the placement where it has a place."""
    reason = Placement(reason="No area is imported.")
    return replace(account, placement=placement if account.place else reason)


def told(accounts: list[Account]) -> list[Account]:
    """The accounts without what a workspace gives them itself, in an order of their own."""
    plain = [
        replace(
            one,
            id=0,
            created_at=None,
            updated_at=None,
            place=LonLat(round(one.place.lon, 7), round(one.place.lat, 7)) if one.place else None,
            placement=replace(one.placement, placed_at=one.placement.placed_at if one.place else None),
        )
        for one in accounts
    ]
    return sorted(plain, key=repr)


def emptied(workspace: Workspace) -> Workspace:
    with workspace.store.write() as tx:
        tx.accounts.delete([one.id for one in tx.accounts.all()])
    return workspace


@pytest.mark.parametrize("file_format", FORMATS)
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(some=st.lists(st.builds(placed, ACCOUNT, PLACED), min_size=1, max_size=6), twins=st.booleans())
def test_an_export_imported_elsewhere_is_the_same_accounts(
    file_format: str, some: list[Account], twins: bool, tmp_path: Path, workspace: Workspace, other: Workspace
) -> None:
    accounts = [*some, some[0]] if twins else some
    here, there = emptied(workspace), emptied(other)
    with here.store.write() as tx:
        tx.accounts.add_many(accounts)
    out = export_accounts(here, tmp_path / f"out.{file_format}", file_format).file
    done = import_accounts(there, out)
    assert (done.created, done.rejected, done.repeated) == (len(accounts), 0, 0), done.rejects
    with here.store.read() as tx, there.store.read() as imported:
        assert told(imported.accounts.all()) == told(tx.accounts.all())
    again = import_accounts(here, out)
    assert (again.created, again.updated, again.unchanged) == (0, 0, len(accounts)), again
    assert import_accounts(there, out).unchanged == len(accounts)


def test_branches_of_one_name_are_told_apart_where_their_ids_are_those_of_another_workspace(
    workspace: Workspace, other: Workspace, tmp_path: Path
) -> None:
    here, there = emptied(workspace), emptied(other)
    branches = [Account("Coffee Corner", address=Address(line=f"Road {number}, Vaduz")) for number in range(1, 6)]
    with here.store.write() as tx:
        tx.accounts.add_many(branches)
    with there.store.write() as tx:
        tx.accounts.delete([tx.accounts.add(Account("First")).id for _ in range(2)])
    out = export_accounts(here, tmp_path / "out.csv", "csv").file
    assert import_accounts(there, out).created == 5
    assert import_accounts(there, out).unchanged == 5
    with there.store.write() as tx:
        moved = next(one for one in tx.accounts.all() if one.address.line == "Road 1, Vaduz")
        tx.accounts.delete([moved.id])
    assert import_accounts(there, out).created == 1


def test_an_account_that_has_moved_in_an_exported_file_moves(workspace: Workspace, tmp_path: Path) -> None:
    here = emptied(workspace)
    with here.store.write() as tx:
        tx.accounts.add_many([Account("Coffee Corner", address=Address(line=f"Road {n}, Vaduz")) for n in (1, 2, 3)])
    out = export_accounts(here, tmp_path / "out.csv", "csv").file
    out.write_text(out.read_text(encoding="utf-8-sig").replace("Road 1,", "Lane 9,"), encoding="utf-8")
    done = import_accounts(here, out)
    assert (done.created, done.updated, done.unchanged) == (0, 1, 2)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workspace]:
    made = open_workspace(Settings(home=tmp_path / "other"))
    yield made
    made.close()


@given(st.one_of(st.text(max_size=20), st.text("'=+-@;,| \t\n1ax", max_size=12)))
@settings(max_examples=300, deadline=None)
def test_what_is_made_harmless_reads_back(text: str) -> None:
    assert original(harmless(text)) == text


@pytest.mark.parametrize("text", ["x;=1+1", "a,@b", "a\n=1", "x|\t+cmd", "x; =1"])
def test_no_part_of_a_cell_is_run_by_a_spreadsheet_that_divides_it(text: str) -> None:
    written = harmless(text)
    for sign in (",", ";", "|", "\n", "\t"):
        assert not any(part.strip().startswith(("=", "@", "+")) for part in written.split(sign)[1:])


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [("semicolon", "utf-8-sig"), ("tab", "utf-16"), ("semicolon", "cp1252"), ("comma", "utf-8")],
)
def test_a_spreadsheet_gets_the_delimiter_and_the_encoding_that_it_wants(
    workspace: Workspace, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    add_account(workspace, {"name": "Bäckerei Öhri; =1+1", "city": "Vaduz", "phone": "+423 232 12 34 ext. 5"})
    file = export_accounts(workspace, tmp_path / "out.csv", delimiter=delimiter, encoding=encoding).file
    assert "Bäckerei Öhri; '=1+1" in file.read_text(encoding=encoding)
    assert import_accounts(workspace, file).unchanged == 1


def test_what_is_closed_down_and_locked_comes_along(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name,city,status\n1,Ada,Vaduz,Closed\n2,Bo,Vaduz,Active\n", encoding="utf-8")
    first = import_accounts(workspace, file)
    assert first.closed == 1
    assert import_accounts(workspace, file).unchanged == 2
    out = export_accounts(workspace, tmp_path / "out.xlsx", "xlsx").file
    assert import_accounts(workspace, out).unchanged == 2
    with workspace.store.read() as tx:
        closed = [one.name for one in tx.accounts.all() if one.id in tx.activities.closed_down()]
    assert closed == ["Ada"]

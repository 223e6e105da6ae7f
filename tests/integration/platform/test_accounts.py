"""Accounts as records: kept whole, searched, sorted and counted alike on both backends."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gcrm.accounts.model import Account, Address, Kind, Level, Placement, Priority
from gcrm.accounts.repository.folding import fold
from gcrm.people.model import Rep
from gcrm.platform.errors import InputRejected, NotFound
from gcrm.store import Store
from gcrm.territories.model import Territory
from routing.points import LonLat

NOW = datetime(2026, 11, 24, 8, 30, 15, 123456, tzinfo=UTC)
WHOLE = Account(
    name="Müller & Söhne <script>alert(1)</script>",
    kind=Kind.PROSPECT,
    external_id="C-0017",
    address=Address("Städtle 1, 9490 Vaduz", "Städtle", "1", "9490", "Vaduz", "LI"),
    place=LonLat(9.521512345678901, 47.14101234567891),
    placement=Placement(Level.HOUSE, 0.987654321, "Städtle 1", "c/o", "OpenStreetMap, ODbL", "", NOW),
    contact="Łukasz Ødegård",
    phone="+4232300000",
    email="post@example.li",
    website="https://example.li",
    segment="Bakery",
    opening_hours="Mo-Fr 08:00-12:00,13:30-18:00",
    priority=Priority.A,
    visit_every_days=14,
    visit_minutes=35,
    last_visit=date(2026, 10, 1),
    note="Ring twice.\nAsk for 'Ada'; 100 % \\ done 🥖",
    territory_locked=True,
    created_at=NOW,
    updated_at=NOW,
)


def ada(store: Store) -> Rep:
    with store.write() as tx:
        return tx.reps.add(Rep("ada", "Ada", "", None, (None,) * 7, "Europe/Vaduz"))


def test_an_account_comes_back_as_it_was_given(store: Store) -> None:
    with store.write() as tx:
        added = tx.accounts.add_many([WHOLE, Account("Bare")])
    assert [one.id for one in added] == [1, 2]
    assert added[0] == replace(WHOLE, id=1)
    with store.read() as tx:
        assert tx.accounts.all() == added
        assert tx.accounts.get(2) == added[1]
        assert tx.accounts.by_ids([2, 1, 2, 99]) == added


def test_what_is_missing_is_not_found(store: Store) -> None:
    with store.write() as tx:
        kept = tx.accounts.add(WHOLE)
        with pytest.raises(NotFound):
            tx.accounts.get(99)
        with pytest.raises(NotFound):
            tx.accounts.update_many([replace(kept, name="Changed"), Account("Stranger", id=99)])
        assert tx.accounts.all() == [kept]
        assert tx.accounts.delete([99]) == 0


def test_an_account_is_changed_whole_and_deleted(store: Store) -> None:
    with store.write() as tx:
        one, other = tx.accounts.add_many([WHOLE, Account("Bare")])
        emptied = replace(Account("Emptied"), id=one.id)
        filled = replace(WHOLE, id=other.id)
        assert tx.accounts.update_many([filled, emptied]) == [filled, emptied]
        assert tx.accounts.all() == [emptied, filled]
        assert tx.accounts.delete(one.id) == 1
        assert tx.accounts.all() == [filled]


def test_an_id_is_never_given_twice(store: Store) -> None:
    with store.write() as tx:
        last = tx.accounts.add_many([Account("a"), Account("b")])[-1]
    with store.write() as tx:
        tx.accounts.delete([last.id])
    with store.write() as tx:
        assert tx.accounts.add(Account("c")).id > last.id


def test_more_accounts_than_one_statement_may_name(store: Store) -> None:
    with store.write() as tx:
        added = tx.accounts.add_many([Account(f"{number:05}") for number in range(11_000)])
        ids = [one.id for one in added]
        assert tx.accounts.by_ids(ids) == added
        assert tx.accounts.update_many([replace(one, name=f"{one.name}!") for one in added])[-1].name == "10999!"
        assert tx.accounts.delete(ids) == 11_000
        assert tx.accounts.counts() == {Kind.CUSTOMER: 0, Kind.PROSPECT: 0}


def test_counts_are_by_kind(store: Store) -> None:
    with store.write() as tx:
        tx.accounts.add_many([Account("a"), Account("b"), WHOLE])
        assert tx.accounts.counts() == {Kind.CUSTOMER: 2, Kind.PROSPECT: 1}


def test_a_nul_letter_is_refused_before_anything_is_written(store: Store) -> None:
    with pytest.raises(InputRejected, match="NUL"), store.write() as tx:
        tx.accounts.add_many([Account("Fine"), Account("Half\0row")])
    with store.read() as tx:
        assert tx.accounts.all() == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("muller", True),
        ("MÜLLER", True),
        ("söhne müller", True),
        ("stadtle 1", True),
        ("9490 vad", True),
        ("c-0017", True),
        ("lukasz odegard", True),
        ("", True),
        ("  ", True),
        ("müller meier", False),
        ("100", False),
        ("%", False),
        ("_", False),
        ("\\", False),
        ("' OR 1=1 --", False),
        ("<script>", True),
    ],
)
def test_text_is_searched_word_by_word_whatever_the_case_and_accents(store: Store, text: str, *, found: bool) -> None:
    with store.write() as tx:
        tx.accounts.add(WHOLE)
        accounts, total = tx.accounts.page(text=text)
    assert (len(accounts), total) == (int(found), int(found))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("berg", ["Berg", "Berg Hotel", "Hotel Berg", "Kirchberg Inn", "Zum Ochsen"]),
        ("BERG hôtel", ["Berg Hotel", "Hotel Berg"]),
        ("b-7", ["Zum Ochsen"]),
        ("info@ochsen.li", ["Zum Ochsen"]),
        ("Info@Ochsen", ["Zum Ochsen"]),
        ("+423 232 11 22", ["Kirchberg Inn"]),
        ("232/1122", ["Kirchberg Inn"]),
        ("02321122", ["Kirchberg Inn"]),
        ("423-2321122", ["Kirchberg Inn"]),
        ("2321", []),
        ("berg 100%", []),
    ],
)
def test_whoever_a_text_means_comes_first(store: Store, text: str, found: list[str]) -> None:
    with store.write() as tx:
        tx.accounts.add_many(
            [
                Account("Kirchberg Inn", phone="+423 (232) 11-22"),
                Account("Hotel Berg"),
                Account("Zum Ochsen", external_id="B-7", address=Address(street="Bergweg"), email="Info@ochsen.li"),
                Account("Berg Hotel"),
                Account("Berg"),
                Account("Tal"),
            ]
        )
        assert [one.name for one in tx.accounts.named(text, 10)] == found
        assert [one.name for one in tx.accounts.named(text, 1)] == found[:1]
        assert tx.accounts.named(text, 10, territory_id=[]) == []


def test_a_wildcard_in_a_name_is_a_letter(store: Store) -> None:
    with store.write() as tx:
        percent, _ = tx.accounts.add_many([Account("50% off_shop"), Account("500 offXshop")])
        assert tx.accounts.find(text="50%") == [percent]
        assert tx.accounts.find(text="off_") == [percent]


def _many(store: Store, count: int = 300) -> list[Account]:
    rep = ada(store)
    dice = random.Random(6)
    names = [
        "Ödön",
        "odon",
        "Zürich",
        "zebra",
        "Æther",
        "aether",
        "Émile",
        "emil",
        "ß",
        "ss",
        "Ωmega",
        "10",
        "9",
        "",
        "-",
    ]
    cities = ["", "Vaduz", "vaduz", "Triesen", "Österreich", "Oslo", "Ålesund"]
    with store.write() as tx:
        north, south = (tx.territories.add(Territory(name, rep.id)).id for name in ("North", "South"))
        return tx.accounts.add_many(
            [
                Account(
                    dice.choice(names),
                    kind=dice.choice(list(Kind)),
                    address=Address(city=dice.choice(cities)),
                    placement=Placement(dice.choice(list(Level))),
                    priority=dice.choice(list(Priority)),
                    last_visit=dice.choice([None, date(2026, 1, dice.randint(1, 28))]),
                    territory_id=dice.choice([None, north, south]),
                )
                for _ in range(count)
            ]
        )


_KEYS: dict[str, Callable[[Account], object]] = {
    "name": lambda one: fold(one.name),
    "priority": lambda one: one.priority.value,
    "city": lambda one: fold(one.address.city) or None,
    "last_visit": lambda one: one.last_visit.isoformat() if one.last_visit else None,
}


def _sorted(accounts: list[Account], sort: str, *, descending: bool) -> list[int]:
    """The plain way: what is unknown last, equals by name and id."""
    key = _KEYS[sort]
    by_name = sorted(accounts, key=lambda one: (fold(one.name), one.id) if sort != "name" else one.id)
    # Stable in both directions: equals stay in the order of their names.
    known = sorted((one for one in by_name if key(one) is not None), key=lambda one: str(key(one)), reverse=descending)
    return [one.id for one in known] + [one.id for one in by_name if key(one) is None]


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("sort", ["name", "priority", "city", "last_visit"])
def test_pages_in_any_order_hold_every_account_once(store: Store, sort: str, *, descending: bool) -> None:
    accounts = _many(store)
    wanted = _sorted(accounts, sort, descending=descending)
    with store.read() as tx:
        pages = [
            tx.accounts.page(sort=sort, descending=descending, limit=70, offset=start) for start in range(0, 350, 70)
        ]
        assert [total for _, total in pages] == [300] * 5
        assert [one.id for page, _ in pages for one in page] == wanted
        assert [one.id for one in tx.accounts.find(sort=sort, descending=descending)] == wanted


def test_filters_narrow_and_all_must_hold(store: Store) -> None:
    accounts = _many(store)
    north = 1
    with store.read() as tx:

        def found(**filters: object) -> set[int]:
            page, total = tx.accounts.page(limit=1_000, **filters)  # type: ignore[arg-type]
            assert total == len(page)
            assert {one.id for one in tx.accounts.find(**filters)} == {one.id for one in page}  # type: ignore[arg-type]
            return {one.id for one in page}

        assert found() == {one.id for one in accounts}
        assert found(kind=Kind.PROSPECT) == {one.id for one in accounts if one.kind is Kind.PROSPECT}
        assert found(level=Level.STREET) == {one.id for one in accounts if one.placement.level is Level.STREET}
        assert found(territory_id=north) == {one.id for one in accounts if one.territory_id == north}
        assert found(territory_id=[1, 2]) == {one.id for one in accounts if one.territory_id}
        assert found(territory_id=[]) == set()
        assert found(territory_id="none") == {one.id for one in accounts if one.territory_id is None}
        assert found(kind=Kind.CUSTOMER, territory_id="none", text="ZURICH") == {
            one.id
            for one in accounts
            if one.kind is Kind.CUSTOMER and one.territory_id is None and one.name == "Zürich"
        }
        assert {one.id for one in tx.accounts.of_territory(north)} == found(territory_id=north)


def test_an_order_that_there_is_not_is_refused(store: Store) -> None:
    with store.read() as tx, pytest.raises(InputRejected, match="sort"):
        tx.accounts.page(sort="name; DROP TABLE account")


def test_a_frame_has_its_crs_and_its_schema_also_when_empty(store: Store) -> None:
    with store.write() as tx:
        empty = tx.accounts.frame()
        tx.accounts.add_many([WHOLE, Account("Bare", place=None)])
        frame = tx.accounts.frame()
        prospects = tx.accounts.frame(kind=Kind.PROSPECT)
    assert empty.crs == frame.crs == "EPSG:4326"
    assert (len(empty), len(frame), len(prospects)) == (0, 2, 1)
    assert list(empty.columns) == list(frame.columns)
    for name in (
        "id",
        "confidence",
        "visit_every_days",
        "territory_id",
        "last_visit",
        "updated_at",
        "territory_locked",
    ):
        assert empty[name].dtype == frame[name].dtype, name
    assert (frame.geometry[0].x, frame.geometry[0].y) == WHOLE.place
    assert frame.geometry[1] is None
    assert frame.visit_every_days.to_list()[0] == 14
    assert frame.visit_every_days.isna().to_list() == [False, True]
    assert frame.updated_at[0] == NOW


def test_territories_are_set_in_bulk(store: Store) -> None:
    rep = ada(store)
    with store.write() as tx:
        north = tx.territories.add(Territory("North", rep.id))
        first, second, third = tx.accounts.add_many([Account("a"), Account("b"), Account("c", territory_id=north.id)])
        tx.accounts.set_territories({first.id: north.id, third.id: None, 99: north.id})
        tx.accounts.set_territories({})
        assert [one.territory_id for one in tx.accounts.all()] == [north.id, None, None]
        assert tx.accounts.get(second.id) == second

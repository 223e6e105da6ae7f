"""Which businesses of an extract are accounts already, and which kinds buy."""

from typing import Any

import geopandas as gpd
import pytest
from shapely import Point

from gcrm.accounts.model import Account, Kind, Level, Placement
from gcrm.markets.businesses import businesses_of, buying_kinds, is_account, kind_words, matched, rows_of_kinds
from routing.points import LonLat

M = 1 / 111_000
"""Degrees of latitude that are about a metre."""


def frame(*rows: tuple[str, str, str, float]) -> Any:
    """Points of interest: category, kind, name, metres north of a spot."""
    return gpd.GeoDataFrame(
        {
            "category": [row[0] for row in rows],
            "kind": [row[1] for row in rows],
            "name": [row[2] for row in rows],
            "osm_id": [f"n{number}" for number in range(len(rows))],
        },
        geometry=[Point(9.5, 47 + row[3] * M) for row in rows],
        crs="EPSG:4326",
    )


def account(name: str, north_m: float | None = 0.0, level: Level = Level.HOUSE, **more: Any) -> Account:
    place = None if north_m is None else LonLat(9.5, 47 + north_m * M)
    return Account(name, place=place, placement=Placement(level), id=more.pop("id", 1), **more)


PLACES = frame(
    ("shop", "bakery", "Bäckerei Öhri", 0),
    ("shop", "bakery", "Bäckerei Wanger", 60),
    ("amenity", "restaurant", "Restaurant Linde", 30),
    ("amenity", "restaurant", "Restaurant Löwen", 2_000),
    ("shop", "kiosk", "", 10),
)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (account("Bäckerei Öhri"), "Bäckerei Öhri"),
        (account("BAECKEREI OEHRI AG", 40), "Bäckerei Öhri"),
        (account("Restaurant Linde", 120), "Restaurant Linde"),
        (account("Löwen", 1_900, Level.PLACE), "Restaurant Löwen"),
        (account("Restaurant Löwen", None, Level.NONE), "Restaurant Löwen"),
    ],
)
def test_an_account_is_found_by_name_and_place(one: Account, name: str) -> None:
    there = businesses_of(PLACES)
    (row,) = matched(there, [one]).values()
    assert there.names[row] == name
    assert is_account(name, (float(there.points[row][0]), float(there.points[row][1])), [one]) == one


@pytest.mark.parametrize(
    "one",
    [
        account("Bäckerei Öhri", 900),
        account("Hotel Linde und Sonne", 5_000),
        account("Metzgerei Frick"),
        account("Bäckerei", None, Level.NONE),
    ],
)
def test_another_name_or_another_place_is_another_business(one: Account) -> None:
    assert matched(businesses_of(PLACES), [one]) == {}


def test_what_has_no_name_and_what_is_mapped_twice_count_once() -> None:
    bakery = ("shop", "bakery", "Öhri")
    there = businesses_of(frame((*bakery, 0), ("shop", "bakery", "ÖHRI", 5), (*bakery, 500), ("shop", "kiosk", "", 0)))
    assert [*there.names] == ["Öhri", "Öhri"]
    assert there.unnamed == 1


def test_kinds_are_learnt_from_customers() -> None:
    there = businesses_of(PLACES)
    everyone = [
        account("Bäckerei Öhri", 0, id=1),
        account("Restaurant Linde", 30, id=2, kind=Kind.PROSPECT),
        account("Nowhere to be found", 0, id=3),
    ]
    kinds = buying_kinds(there, everyone, matched(there, everyone))
    assert [(one.name, one.customers, one.known, one.businesses) for one in kinds] == [("bakery shop", 1, 1, 2)]
    assert [there.names[row] for row in rows_of_kinds(there, kinds)] == ["Bäckerei Öhri", "Bäckerei Wanger"]


@pytest.mark.parametrize(
    ("segment", "kind"), [("Restaurants", "restaurant"), ("bakery", "bakery shop"), ("Shop", "shop")]
)
def test_segments_say_the_kind_of_customers_that_are_not_in_the_extract(segment: str, kind: str) -> None:
    there = businesses_of(PLACES)
    kinds = buying_kinds(there, [account("Unmapped", segment=segment)], {})
    assert [one.name for one in kinds] == [kind]


def test_kinds_can_be_given() -> None:
    there = businesses_of(PLACES)
    assert [one.businesses for one in buying_kinds(there, [], {}, ["bakery", "no such kind"])] == [2]


def test_nothing_is_nothing() -> None:
    nothing = businesses_of(frame())
    assert len(nothing) == 0
    assert matched(nothing, [account("Anybody")]) == {}
    assert buying_kinds(nothing, [account("Anybody")], {}) == ()


@pytest.mark.parametrize(
    ("key", "words"),
    [(("shop", "bakery"), "bakery shop"), (("office", "yes"), "office"), (("amenity", "fast_food"), "fast food")],
)
def test_kinds_are_called_as_people_call_them(key: tuple[str, str], words: str) -> None:
    assert kind_words(key) == words

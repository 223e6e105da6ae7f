"""The geocoder on a real country, with the benchmark's own noise: quick versions of what the benchmark measures."""

import csv
from pathlib import Path

import numpy as np
import pytest

from gcrm.geocoding.find_address import address_at, find_address, suggest_address
from gcrm.platform.errors import InputRejected
from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace, open_workspace
from tests.benchmarks.geocoding import outside_accepted, score
from tests.benchmarks.noise import KINDS, made_dirty


@pytest.fixture(scope="module")
def area(liechtenstein: Path) -> Workspace:
    return open_workspace(Settings(home=liechtenstein))


@pytest.fixture(scope="module")
def truth(shared: Path) -> tuple[list[str], np.ndarray]:
    with (shared / "data" / "crm" / "liechtenstein_businesses.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["street"] and row["housenumber"] and row["city"]]
    texts = [f"{row['street']} {row['housenumber']}, {row['postcode']} {row['city']}" for row in rows]
    return texts, np.asarray([(row["lon"], row["lat"]) for row in rows], dtype=float)


def test_clean_addresses_are_found(area: Workspace, truth: tuple[list[str], np.ndarray]) -> None:
    figures = score(area.geocoder, *truth)
    assert figures.within_100_m >= 0.99
    assert figures.wrong <= 0.005


@pytest.mark.parametrize("kind", KINDS)
def test_dirty_addresses_are_found(area: Workspace, truth: tuple[list[str], np.ndarray], kind: str) -> None:
    addresses, places = truth[0][::3], truth[1][::3]
    figures = score(area.geocoder, made_dirty(addresses, kind, seed=7), places)
    assert figures.within_100_m >= 0.97
    assert figures.wrong <= 0.005


def test_addresses_of_another_country_are_not_placed(area: Workspace, shared: Path) -> None:
    with (shared / "data" / "crm" / "openbrewerydb_breweries.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] == "Germany" and row["address_1"]]
    texts = [f"{row['address_1']}, {row['postal_code']} {row['city']}" for row in rows[:500]]
    assert outside_accepted(area.geocoder, texts) <= 0.005


def test_the_services_answer_and_refuse(area: Workspace) -> None:
    (best, *_) = find_address(area, "Äulestrasse 30, Vaduz")
    assert best.label == "Äulestrasse 30, 9490 Vaduz"
    back = address_at(area, best.place)
    assert back is not None
    assert back.label == best.label
    assert suggest_address(area, "äulestr")[0].label.startswith("Äulestrasse")
    assert find_address(area, "Nowhere 1, Atlantis") == []
    with pytest.raises(InputRejected):
        find_address(area, " ")
    with pytest.raises(InputRejected):
        suggest_address(area, "a", 0)

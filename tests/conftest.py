"""Fixtures that every kind of test may use."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.fixtures.requires import missing

pytest_plugins = ["tests.fixtures.areas", "tests.fixtures.servers", "tests.fixtures.stores"]

# How fast a machine makes examples says nothing about what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real extracts, lists and benchmark instances that stands beside the checkout."""
    if not (SHARED / "data" / "README.md").is_file():
        missing(f"the real data is not here: {SHARED.name}/data is missing beside the checkout")
    return SHARED

"""The numbers that the scripts are tested against are those that the server counts today."""

import json
from typing import Any

import pytest

from tests.fixtures.scenario_figures import FILE, document


def test_the_kept_figures_are_the_server_s() -> None:
    kept, now = json.loads(FILE.read_text(encoding="utf-8")), document()
    assert len(kept["packed"]) == len(now["packed"])
    for one, other in zip(kept["cases"], now["cases"], strict=True):
        _alike(one, json.loads(json.dumps(other)))


def _alike(one: Any, other: Any) -> None:
    if isinstance(one, dict):
        assert set(one) == set(other)
        for name, value in one.items():
            _alike(value, other[name])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            _alike(a, b)
    else:
        assert one == (other if other is None or isinstance(other, str) else pytest.approx(other, abs=1e-4))

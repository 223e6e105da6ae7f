import stat
from pathlib import Path

import pytest

from gcrm.platform.secret_key import seal, secret_key, unseal
from webapp.security import POLICY, safe_target


@pytest.mark.parametrize("target", ["/day/", "/accounts/?text=a%20b&page=2", "/accounts/7#history"])
def test_a_path_of_our_own_may_follow_a_log_in(target: str) -> None:
    assert safe_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        None,
        "",
        "day",
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\..\\evil",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        " //evil.example",
    ],
)
def test_no_other_place_follows_a_log_in(target: str | None) -> None:
    assert safe_target(target) is None


def test_the_policy_lets_nothing_in_from_another_host() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert not [rule for rule in rules.values() if "http" in rule or "*" in rule]
    assert "'unsafe-inline'" not in rules["script-src"]
    assert "'unsafe-eval'" not in POLICY


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = secret_key(tmp_path)
    assert len(key) == 32
    assert secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_damaged_key_is_refused_not_used(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_bytes(b"short")
    with pytest.raises(RuntimeError, match="damaged"):
        secret_key(tmp_path)


def test_what_is_sealed_is_read_with_the_same_key_alone(tmp_path: Path) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    here.mkdir()
    elsewhere.mkdir()
    sealed = seal(here, "Paßwort")
    assert "Pa" not in sealed
    assert unseal(here, sealed) == "Paßwort"
    assert unseal(elsewhere, sealed) is None
    assert unseal(here, sealed[:-4] + "AAAA") is None
    assert unseal(here, "") is None

"""The documents that the commands print, as other programs read them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm

FILE = """id,name,street,postcode,city,phone
1,Ada's Bikes,Aeulestrasse 30,9490,Vaduz,232 12 34
2,Adas Bikes AG,Äulestr. 30,9490,Vaduz,+423 232 12 34
3,,Nowhere,1,Vaduz,
"""


class Command:
    """Runs `gcrm` in a home of the test's own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *words: str) -> Any:
        """The document that the command prints."""
        done = CliRunner().invoke(gcrm, [*words, "--json"], env={"GCRM_HOME": str(self.home)}, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)


@pytest.fixture
def run(liechtenstein: Path, tmp_path: Path) -> Command:
    home = tmp_path / "home"
    home.mkdir()
    (home / "areas").symlink_to(liechtenstein / "areas", target_is_directory=True)
    return Command(home)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "customers.csv"
    file.write_text(FILE, encoding="utf-8")
    return file


def test_accounts_go_in_are_looked_at_and_come_out(run: Command, file: Path, tmp_path: Path) -> None:
    preview = run("accounts", "import", str(file), "--dry-run")
    assert [(row["row"], row["action"], row["level"]) for row in preview["rows"]] == [
        (2, "create", "house"),
        (3, "create", "house"),
    ]
    assert run("accounts", "list") == []
    done = run("accounts", "import", str(file), "--rejects", str(tmp_path / "rejects.csv"))
    assert {name: done[name] for name in ("read", "created", "updated", "unchanged", "rejected")} == {
        "read": 3,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 1,
    }
    assert done["rejects"] == [{"row": 4, "reason": "Has no name."}]
    assert done["placed"] == {"house": 2, "interpolated": 0, "street": 0, "postcode": 0, "place": 0, "none": 0}
    assert run("accounts", "import", str(file))["unchanged"] == 2
    first, _ = run("accounts", "list")
    assert (first["name"], first["phone"], first["placement_level"]) == ("Ada's Bikes", "+4232321234", "house")
    assert first["placement_source"] == "OpenStreetMap, ODbL"
    assert run("accounts", "show", str(first["id"]))["activities"] == []
    assert [change["by"] for change in run("accounts", "history", str(first["id"]))] == ["customers.csv"]
    for file_format in ("csv", "geojson", "gpkg"):
        out = tmp_path / f"out.{file_format}"
        assert run("accounts", "export", "--format", file_format, "--out", str(out))["accounts"] == 2
        assert run("accounts", "import", str(out))["unchanged"] == 2
    assert run("accounts", "place")["changed"] == 0
    assert run("accounts", "unplaced") == {"total": 0, "accounts": []}


def test_accounts_are_added_and_edited_with_a_history(run: Command) -> None:
    added = run("accounts", "add", "name=Ada's Bikes", "city=Vaduz")
    edited = run("accounts", "edit", str(added["id"]), "phone=+423 232 12 34", "city=Triesen")
    assert (edited["phone"], edited["city"]) == ("+4232321234", "Triesen")
    assert run("accounts", "edit", str(added["id"]), "city=Triesen")["change_set"] == 0
    history = run("accounts", "history", str(added["id"]))
    assert [(each["kind"], each["field"]) for each in history[:2]] == [("edit", "address"), ("edit", "phone")]
    run("imports", "undo", str(edited["change_set"]))
    assert run("accounts", "show", str(added["id"]))["phone"] == ""


def test_duplicates_are_listed_merged_and_undone(run: Command, file: Path) -> None:
    batch = run("accounts", "import", str(file))["batch"]
    (pair,) = run("duplicates")
    assert pair["a"] < pair["b"]
    assert 0.9 < pair["probability"] <= 1
    assert "same phone" in pair["why"]
    merged = run("duplicates", "merge", str(pair["a"]), str(pair["b"]), "--take", "name")
    assert merged["account"]["name"] == "Adas Bikes AG"
    assert len(run("accounts", "list")) == 1
    assert run("imports", "undo", str(merged["change_set"]))["brought_back"] == 1
    assert [change["kind"] for change in run("imports", "list")] == ["undo", "merge", "import"]
    assert run("imports", "undo", str(batch))["removed"] == 2
    assert run("accounts", "list") == []


def test_addresses_are_found_suggested_and_found_back(run: Command) -> None:
    (best, *_) = run("address", "find", "Aeulestr", "30", "Vaduz")
    assert set(best) >= {"lon", "lat", "level", "confidence", "label", "matched", "ignored", "source"}
    assert (best["level"], best["label"]) == ("house", "Äulestrasse 30, 9490 Vaduz")
    assert run("address", "find", "Atlantis 99, Nowhere") == []
    (back,) = run("address", "reverse", f"{best['lon']},{best['lat']}")
    assert (back["label"], back["level"]) == (best["label"], "house")
    assert back["distance_m"] < 1
    (near,) = run("address", "at", f"{best['lon'] + 0.0001},{best['lat']}")
    assert 0 <= near["distance_m"] <= 30
    assert run("address", "reverse", "-9.5,-47.1") == []
    assert run("address", "suggest", "äulestr 3")[0]["label"].startswith("Äulestrasse 3")


def test_a_pin_is_set_by_hand_and_taken_out(run: Command, file: Path) -> None:
    run("accounts", "import", str(file))
    first, _ = run("accounts", "list")
    pinned = run("accounts", "pin", str(first["id"]), "9.5,47.1")
    assert (pinned["lon"], pinned["lat"], pinned["placement_source"]) == (9.5, 47.1, "person")
    back = run("accounts", "pin", str(first["id"]), "--out")
    assert (back["lon"], back["lat"]) == (first["lon"], first["lat"])
    elsewhere = run("accounts", "pin", str(first["id"]), "--address", "Landstrasse 105, Vaduz")
    assert elsewhere["placement_matched"] == "Landstrasse 105, 9490 Vaduz"


@pytest.mark.parametrize(
    "words",
    [
        ("accounts", "import", "x.csv", "--column", "name"),
        ("accounts", "pin", "1"),
        ("address", "reverse", "north"),
        ("accounts", "export", "--format", "pdf"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(gcrm, words, env={"GCRM_HOME": str(tmp_path)})
    assert done.exit_code == 2

"""From a file to a plan through the command line alone: hours on regional holidays, a territory across 180 degrees."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gcrm.cli.main import gcrm
from gcrm.workspace import Workspace
from tests.fixtures.plain_roads import plain_areas

FRANCONIA = [[11, 49], [12, 49], [12, 50], [11, 50], [11, 49]]

HOURS = {
    "holidays last": ("Mo-Sa 07:00-19:00; Su,PH off", None),
    "holidays first": ("Mo-Sa 07:00-19:00; PH,Su off", None),
    "an afternoon": ("Mo-Sa 07:00-19:00; PH 16:00-17:00", ("16:00", "17:00")),
    "a rule before the others": ("PH off; Mo-Sa 07:00-19:00", None),
    "on weekdays only": ("Mo-Sa 07:00-19:00; PH Mo-Fr off", None),
    "holidays as any day": ("Mo-Su,PH 07:00-19:00", ("08:00", "17:00")),
    "said nothing": ("Mo-Sa 07:00-19:00", None),
    "in words": ("Mo-Fr 8-18, Feiertage 10-12", ("10:00", "12:00")),
}
"""Opening hours, and between which times a visit lies on Epiphany, a holiday in Bavaria and not in Berlin."""


@pytest.fixture
def run(geopackage_file: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run `gcrm` with the given words; its JSON. Days are planned on roads that a hand can compute."""
    monkeypatch.setenv("GCRM_HOME", str(geopackage_file.parent))
    monkeypatch.delenv("GCRM_DATABASE_URL", raising=False)

    def go(*words: str) -> Any:
        with monkeypatch.context() as patch:
            if words[0] == "plan":
                patch.setattr(Workspace, "areas", plain_areas())
            done = CliRunner().invoke(gcrm, [*words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return go


def polygons(folder: Path, **rings: Sequence[Sequence[float]]) -> str:
    file = folder / "areas.geojson"
    features = [
        {
            "type": "Feature",
            "properties": {"name": name},
            "geometry": {"type": "Polygon", "coordinates": [ring]},
        }
        for name, ring in rings.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(file)


@pytest.mark.parametrize("region", ["BY", "BE"])
def test_hours_on_a_regional_holiday_hold_as_they_were_typed(run: Any, tmp_path: Path, region: str) -> None:
    # Epiphany 2027 is a Wednesday; eight visits of 20 minutes fit into its hours where it is no holiday.
    accounts = tmp_path / "accounts.csv"
    rows = "".join(
        f'{name},customer,A,{11.28 + number / 10_000},49.51,"{hours}",20,{region}\n'
        for number, (name, (hours, _)) in enumerate(HOURS.items())
    )
    head = "name,type,priority,lon,lat,opening_hours,visit_minutes,holiday_region\n"
    accounts.write_text(head + rows, encoding="utf-8")
    run("accounts", "import", str(accounts))
    run("reps", "add", "rita", "--home-at", "11.28,49.51", "--hours", "Mo-Fr 08:00-17:00")
    run("regions", "import", polygons(tmp_path, all=FRANCONIA), "--name-column", "name", "--set", "all")
    run("territories", "assign", "--regions", "all", "--rep", "rita", "all")
    day = run("plan", "day", "--rep", "rita", "--date", "2027-01-06", "--seconds", "0")
    visits = {stop["name"]: (stop["start"][11:16], stop["leave"][11:16]) for stop in day["stops"]}
    if region == "BE":
        assert set(visits) == set(HOURS)
        return
    assert set(visits) == {name for name, (_, window) in HOURS.items() if window}
    for name, (begin, end) in visits.items():
        window = HOURS[name][1]
        assert window is not None
        assert window[0] <= begin < end <= window[1], name
    closed = {one["name"]: one["reason"] for one in day["dropped"]}
    assert all("Heilige Drei Könige" in reason for reason in closed.values()), closed


@pytest.mark.parametrize("shift", [0, 360, -360])
def test_a_territory_across_180_degrees_holds_who_is_in_it_and_nobody_else(
    run: Any, tmp_path: Path, shift: int
) -> None:
    # As it comes out of programs: the eastern degrees below -180, above 180, or with the sign turned over.
    ring = [[lon, lat] for lon, lat in [(177, -19), (-178.5, -19), (-178.5, -15.5), (177, -15.5), (177, -19)]]
    if shift:
        ring = [[lon + shift if lon * shift < 0 else lon, lat] for lon, lat in ring]
    run("regions", "import", polygons(tmp_path, Fiji=ring), "--name-column", "name", "--set", "fiji")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text(
        "name,type,lon,lat\nSuva,customer,178.44,-18.14\nTaveuni,customer,-179.9,-16.9\nAtlantic,customer,0.0,-17.0\n"
    )
    run("accounts", "import", str(accounts))
    table = run("regions", "table", "fiji")
    (fiji,) = table["rows"]
    assert (fiji["customers"], table["outside"]) == (2, 1)
    assert fiji["area_km2"] == pytest.approx(185_000, rel=0.01)

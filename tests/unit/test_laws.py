"""The laws of the house: who may import whom, and which library stays in which room."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("routing", "gcrm", "maps", "webapp")

MAY_IMPORT = {
    "routing": {"routing"},
    "gcrm": {"gcrm", "routing"},
    "maps": {"maps", "gcrm.accounts.model", "gcrm.common.language", "gcrm.errors", "routing"},
    "webapp": {"webapp", "maps", "gcrm", "routing"},
}

SLICES = (
    "platform",
    "common",
    "geocoding",
    "areas",
    "accounts",
    "imports",
    "people",
    "activities",
    "sales",
    "planning",
    "service",
    "territories",
    "markets",
    "insights",
    "exchange",
    "search",
    "privacy",
    "audit",
    "backup",
    "jobs",
    "health",
    "cli",
)
"""The rooms of `gcrm`, each leaning only on those before it. `workspace.py`, `store.py`, `transaction.py` join them."""

SQL = ("gcrm/platform/", "gcrm/store.py", *(f"gcrm/{room}/repository" for room in SLICES))

FENCES = {
    "alembic": SQL,
    "authlib": ("gcrm/people/provider.py",),
    "branca": ("maps/",),
    "click": ("gcrm/cli/", "webapp/serve.py", "webapp/demo.py"),
    "duckdb": ("gcrm/markets/",),
    "flask": ("webapp/",),
    "flask_login": ("webapp/",),
    "flask_wtf": ("webapp/",),
    "folium": ("maps/",),
    "geoalchemy2": SQL,
    "geopy": ("gcrm/geocoding/",),
    "joserfc": ("gcrm/people/provider.py",),
    "jsonschema": ("webapp/api/",),
    "huey": ("gcrm/jobs/",),
    "icalendar": ("gcrm/common/icalendar_text.py", "gcrm/people/expand_calendar.py"),
    "networkx": ("routing/network/", "routing/travel_times/"),
    "numba": ("routing/",),
    "ortools": ("routing/cpsat.py", "routing/planner/", "routing/districting/"),
    "osmium": ("gcrm/areas/", "routing/network/", "routing/travel_times/"),
    "osmnx": ("routing/network/", "routing/travel_times/"),
    "osrm": ("routing/network/", "routing/travel_times/"),
    "psycopg": SQL,
    "redis": ("gcrm/jobs/", "gcrm/platform/rates.py"),
    "reportlab": ("gcrm/insights/",),
    "segno": ("webapp/me/",),
    "sqlalchemy": SQL,
    "sqlite3": SQL,
    "waitress": ("webapp/",),
    "webauthn": ("gcrm/people/passkeys.py",),
}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "node_modules" not in path.parts]


def imported_by(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it, by its full dotted name."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_room_leans_only_on_rooms_below_it(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    strangers = {
        name
        for name in imported_by(path)
        if name.split(".")[0] in {*ROOMS, "tests"}
        and not any(
            name == allowed or name.startswith(f"{allowed}.") or allowed.startswith(f"{name}.")
            for allowed in MAY_IMPORT[room]
        )
    }
    assert not strangers, f"{path.name} may not import {sorted(strangers)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_vendor_stays_behind_its_fence(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    escaped = {
        name.split(".")[0]
        for name in imported_by(path)
        if name.split(".")[0] in FENCES and not where.startswith(FENCES[name.split(".")[0]])
    }
    assert not escaped, f"{where} may not use {sorted(escaped)}"


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_slice_leans_only_on_slices_before_it(path: Path) -> None:
    parts = path.relative_to(ROOT).parts
    if parts[0] != "gcrm" or len(parts) < 3:
        return
    here = SLICES.index(parts[1])
    above = {
        name
        for name in imported_by(path)
        if (there := name.split("."))[0] == "gcrm"
        and len(there) > 1
        # A noun itself may be spoken of anywhere: models are plain dataclasses that lean on nothing.
        and not (len(there) > 2 and there[2] == "model")
        # So may be what people are spoken to in: it leans on nothing of ours.
        and there[1:3] != ["common", "language"]
        and (
            (there[1] in SLICES and SLICES.index(there[1]) > here)
            or (there[1] in {"workspace", "store", "transaction"} and parts[1] in {"platform", "common"})
        )
    }
    assert not above, f"{path.name} may not import {sorted(above)}"


def test_a_slice_opens_without_another() -> None:
    # Since models may be spoken of anywhere, a slice that loaded another when it is opened would load in a circle.
    for room in SLICES:
        file = ROOT / "gcrm" / room / "__init__.py"
        strangers = {name for name in imported_by(file) if name.startswith("gcrm.") and name.split(".")[1] != room}
        assert not strangers, f"gcrm/{room}/__init__.py may not import {sorted(strangers)}"


def test_every_slice_has_its_place_in_the_order() -> None:
    # A folder of the past may still hold bytecode.
    assert {path.parent.name for path in (ROOT / "gcrm").glob("*/*.py")} == {*SLICES}


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_metres_come_from_one_place(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() != "routing/geodesy.py":
        assert "Geod(" not in path.read_text(encoding="utf-8"), f"{path.name}: ask routing.geodesy"


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_day_is_somebodys_and_never_the_servers(path: Path) -> None:
    if path.relative_to(ROOT).as_posix() == "gcrm/common/today.py":
        return
    asked = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            (
                node.func.attr == "date"
                and ast.unparse(node.func.value) in {"now", "workspace.clock()", "workspace().clock()"}
            )
            or (node.func.attr == "today" and ast.unparse(node.func.value) in {"date", "datetime"})
        )
    ]
    assert not asked, f"{path.name}, lines {asked}: ask gcrm.common.today whose day it is"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "webapp").glob("*/*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_view_reads_through_queries_and_writes_through_use_cases(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    opened = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr == "store"]
    # A snapshot is only passed on to queries: tx.accounts and the like are the repositories.
    taken = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "tx"
    ]
    assert not opened, f"{path.name}, lines {opened}: call a use-case or a query"
    assert not taken, f"{path.name}, lines {taken}: ask the slice's queries"


@pytest.mark.parametrize("room", ["planner", "districting"])
def test_the_checker_does_not_know_the_solver(room: str) -> None:
    checker = ROOT / "routing" / room / "check.py"
    assert checker.is_file()
    seen, queue = set(), [checker]
    while queue:
        path = queue.pop()
        for name in imported_by(path):
            assert name.split(".")[0] != "ortools", f"{path.name} brings OR-Tools into the checker"
            file = ROOT.joinpath(*name.split(".")).with_suffix(".py")
            if file.is_file() and file not in seen:
                seen.add(file)
                queue.append(file)


def test_no_source_names_a_content_delivery_network() -> None:
    networks = (
        "cdn.jsdelivr.net",
        "unpkg.com",
        "cdnjs.cloudflare.com",
        "tile.openstreetmap.org",
        "fonts.googleapis.com",
    )
    files = [
        path
        for room in ROOMS
        for ending in ("*.py", "*.html", "*.js", "*.css")
        for path in (ROOT / room).rglob(ending)
        if not {"node_modules", "vendor"} & set(path.parts)
    ]
    assert files
    assert not [(path.name, host) for path in files for host in networks if host in path.read_text(encoding="utf-8")]

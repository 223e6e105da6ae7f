"""Scenarios as JSON: for the store, and as the command line and the API answer them. Made and read only here."""

import io
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from gcrm.territories.scenarios.model import Figures, Made, Scenario, ScenarioTerritory, Units, Wish
from routing.points import LonLat

VERSION = 1
Json = dict[str, Any]
_NUMBERS = ("deviation", "deviation_before", "moved", "bound", "gap", "seconds", "first_answer_s", "seed", "unplaced")


def write_scenario(one: Scenario) -> Json:
    """What is kept of a scenario; what questions are asked of stands in columns of its own."""
    return {
        "version": VERSION,
        "wish": write_wish(one.wish),
        "territories": [write_territory(territory) for territory in one.territories],
        "deviations": one.deviations,
        "moved_revenue": one.moved_revenue,
        "remarks": list(one.remarks),
        "open": one.open_for_comment,
        **{name: getattr(one, name) for name in _NUMBERS},
    }


def read_scenario(written: Mapping[str, Any]) -> Json:
    """The fields of a scenario that its document holds."""
    return {
        "wish": read_wish(written["wish"]),
        "territories": tuple(read_territory(one) for one in written["territories"]),
        "deviations": dict(written["deviations"]),
        "moved_revenue": dict(written["moved_revenue"]),
        "remarks": tuple(written["remarks"]),
        "open_for_comment": bool(written.get("open", False)),
        **{name: written[name] for name in _NUMBERS},
    }


def write_wish(wish: Wish) -> Json:
    """What was asked for."""
    return {each.name: getattr(wish, each.name) for each in fields(Wish)}


def read_wish(written: Mapping[str, Any]) -> Wish:
    """The wish that JSON says."""
    wish = dict(written)
    for name in ("balance", "without", "fixed", "together", "apart"):
        wish[name] = tuple(tuple(one) if isinstance(one, list) else one for one in wish.get(name, ()))
    return Wish(**wish)


def write_territory(one: ScenarioTerritory) -> Json:
    """A territory with its figures, now and as they were."""
    return {
        "position": one.position,
        "name": one.name,
        "rep_id": one.rep_id,
        "rep": one.rep,
        "centre": list(one.centre) if one.centre else None,
        "figures": write_figures(one.figures),
        "was": write_figures(one.was) if one.was else None,
        "outline": one.outline,
    }


def read_territory(written: Mapping[str, Any]) -> ScenarioTerritory:
    """The territory that JSON says."""
    return ScenarioTerritory(
        written["position"],
        written["name"],
        written["rep_id"],
        written["rep"],
        LonLat(*written["centre"]) if written["centre"] else None,
        Figures(**written["figures"]),
        Figures(**written["was"]) if written["was"] else None,
        written["outline"],
    )


def write_made(one: Made | None) -> Json | None:
    """What a change by hand has added."""
    if one is None:
        return None
    return {"territory": write_territory(one.territory), "centre_min": one.centre_min and list(one.centre_min)}


def read_made(written: Mapping[str, Any] | None) -> Made | None:
    """What JSON says a change by hand has added."""
    if not written:
        return None
    minutes = written["centre_min"]
    return Made(read_territory(written["territory"]), None if minutes is None else tuple(minutes))


def write_figures(one: Figures) -> Json:
    """The numbers of a territory."""
    return {each.name: getattr(one, each.name) for each in fields(Figures)}


def answer_json(one: Scenario) -> Json:
    """A scenario as `gcrm territories propose --json` answers it."""
    return {
        "scenario": one.id,
        "name": one.name,
        "state": one.state.value,
        "level": one.wish.level,
        "balance": list(one.wish.balance),
        "from": one.wish.start,
        "territories": [
            {
                "name": each.name,
                "rep": each.rep or None,
                "centre": list(each.centre) if each.centre else None,
                **write_figures(each.figures),
                "revenue": each.figures.revenue or None,
                "load": each.figures.load,
                "before": write_figures(each.was) if each.was else None,
            }
            for each in one.territories
        ],
        "deviation": one.deviation,
        "deviations": one.deviations,
        "deviation_before": one.deviation_before,
        "moved": one.moved,
        "moved_revenue": one.moved_revenue or None,
        "bound": one.bound,
        "gap": one.gap,
        "seconds": one.seconds,
        "first_answer_s": one.first_answer_s,
        "seed": one.seed,
        "unplaced": one.unplaced,
        "remarks": list(one.remarks),
        "apply_on": one.apply_on.isoformat() if one.apply_on else None,
        "applied_at": one.applied_at.isoformat() if one.applied_at else None,
        "outdated": one.outdated,
    }


_ARRAYS = (
    "account_ids",
    "places",
    "now",
    "visits_min",
    "travel_min",
    "visits",
    "customer",
    "edges",
    "edge_s",
    "others",
)
_CELLS = ("area_m2", "outside_m", "pairs", "border_m")


def pack_units(units: Units) -> bytes:
    """The accounts of a scenario with their weights and neighbours, as compressed arrays."""
    held = io.BytesIO()
    arrays = {name: getattr(units, name) for name in _ARRAYS}
    arrays |= {f"cell {name}": getattr(units.cells, name) for name in _CELLS}
    arrays |= {f"revenue {currency}": values for currency, values in units.revenue.items()}
    if units.potential is not None:
        arrays["potential"] = units.potential
    if units.centre_min is not None:
        arrays["centre_min"] = units.centre_min
    np.savez_compressed(held, **arrays)
    return held.getvalue()


def unpack_units(packed: bytes) -> Units:
    """What `pack_units` made."""
    from routing.districting.cells import Cells

    with np.load(io.BytesIO(packed), allow_pickle=False) as held:
        money = {name.removeprefix("revenue "): held[name] for name in held.files if name.startswith("revenue ")}
        return Units(
            **{name: held[name] for name in _ARRAYS},
            cells=Cells(**{name: held[f"cell {name}"] for name in _CELLS}),
            centre_min=held["centre_min"] if "centre_min" in held.files else None,
            revenue=money,
            potential=held["potential"] if "potential" in held.files else None,
        )

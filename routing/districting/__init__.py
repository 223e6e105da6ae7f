"""Units divided into territories: balanced, in one piece on the roads, with little driving. See README.md."""

from routing.districting.answer import Code, Districting, Reason
from routing.districting.check import check_districting
from routing.districting.graph import UnitGraph, units_on_streets
from routing.districting.problem import DistrictingProblem, Measure
from routing.districting.solve import solve

__all__ = [
    "Code",
    "Districting",
    "DistrictingProblem",
    "Measure",
    "Reason",
    "UnitGraph",
    "check_districting",
    "solve",
    "units_on_streets",
]

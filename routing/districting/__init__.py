"""Units divided into territories: balanced, in one piece on the roads, with little driving. See README.md."""

from routing.districting.answer import Code, Districting, Reason
from routing.districting.check import check_districting
from routing.districting.frontier import FrontierPoint, frontier
from routing.districting.graph import UnitGraph, units_on_streets
from routing.districting.problem import DistrictingProblem, Measure
from routing.districting.solve import judge_division, solve

__all__ = [
    "Code",
    "Districting",
    "DistrictingProblem",
    "FrontierPoint",
    "Measure",
    "Reason",
    "UnitGraph",
    "check_districting",
    "frontier",
    "judge_division",
    "solve",
    "units_on_streets",
]

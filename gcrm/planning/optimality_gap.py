"""How good a plan is: what no plan exceeds, how far this one may be below it, and how that is known."""

from collections.abc import Sequence

from gcrm.common.language import number, say
from gcrm.planning.candidates import Candidate
from gcrm.planning.day_plan import OptimalityGap

TOLD_APART = 1e-6


def optimality_gap(worth: float, bound: float | None, *, proven: bool, ended: str = "") -> OptimalityGap:
    """What is known of a plan. bound: no plan is worth more; None where nothing is known. ended: as OptimalityGap."""
    gap = None
    if proven:
        gap = 0.0
    elif bound is not None and bound > 0:
        gap = round(max(0.0, 1 - worth / bound), 4)
    return OptimalityGap(bound, gap, proven, _how(bound, gap, proven=proven), ended)


def _how(bound: float | None, gap: float | None, *, proven: bool) -> str:
    if proven:
        return say("Proven: no better plan exists.")
    if gap is None or bound is None:
        return say("How much better a plan could be is unknown.")
    return say(
        "It is proven that no plan is worth more than {bound}. So this one is at most {percent} % below "
        "the best, and nearer where the best does not reach that limit.",
        bound=number(bound),
        percent=number(100 * gap, 1),
    )


def most_of_all(candidates: Sequence[Candidate], hours_s: int) -> float:
    """What no day is worth more than, whoever of the candidates is visited: the drives are left out of account."""
    left, most = float(hours_s), 0.0
    for one in sorted(candidates, key=lambda one: -one.prize / max(one.service_s, TOLD_APART)):
        part = min(1.0, left / one.service_s) if one.service_s else 1.0
        most += one.prize * part
        left -= one.service_s
        if left <= 0:
            break
    return float(int(most + TOLD_APART))

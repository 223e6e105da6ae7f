"""Why territories cannot be had as asked for: found before the search, and in its answer."""

from collections.abc import Iterator

import numpy as np

from routing.districting.answer import Code, Reason
from routing.districting.problem import FREE, DistrictingProblem, Flags, Floats, Ints

SHOWN = 100
"""So many units are named at most."""


def reasons_before(problem: DistrictingProblem, links: Ints) -> list[Reason]:
    """What is wrong whatever the search finds; crossings (l, 2) join islands."""
    n, k = problem.units, problem.k
    if not n:
        return [Reason(Code.NO_UNITS, "There is no account to give to a territory.")]
    if not k:
        return [Reason(Code.NO_TERRITORIES, "There is no territory to give accounts to.")]
    found = []
    if k > n:
        found.append(
            Reason(
                Code.MORE_TERRITORIES_THAN_UNITS,
                "{territories} territories cannot be made of {accounts} accounts: {empty} stay empty.",
                more={"territories": k, "accounts": n, "empty": k - n},
            )
        )
    if n > 1 and (problem.places == problem.places[0]).all():
        found.append(Reason(Code.ONE_PLACE, "All accounts are at one place, so that territories have no shape."))
    if len(links):
        found.append(_islands(problem))
    return [*found, *_barred(problem), *_too_heavy(problem), *_contradictions(problem)]


def _islands(problem: DistrictingProblem) -> Reason:
    from routing.districting.graph import islands

    island = islands(problem.units, problem.edges)
    count = int(island.max())
    return Reason(
        Code.ISLANDS,
        "{count} island is not joined to the others by any road; each goes with what lies nearest across."
        if count == 1
        else "{count} islands are not joined to the others by any road; each goes with what lies nearest across.",
        _shown(island > 0),
        more={"count": count},
    )


def _barred(problem: DistrictingProblem) -> Iterator[Reason]:
    if problem.allowed is None:
        return
    nobody = ~problem.allowed.any(axis=1)
    if problem.locked is not None:
        nobody &= problem.locked == FREE
        held = np.flatnonzero(problem.locked != FREE)
        against = np.zeros(problem.units, dtype=bool)
        against[held] = ~problem.allowed[held, problem.locked[held]]
        if against.any():
            yield Reason(
                Code.LOCKED_NOT_ALLOWED,
                "{count} account is locked to a territory that may not have it. The lock holds."
                if against.sum() == 1
                else "{count} accounts are locked to a territory that may not have it. The lock holds.",
                _shown(against),
                more={"count": int(against.sum())},
            )
    if nobody.any():
        yield Reason(
            Code.NOBODY_ALLOWED,
            "No territory may have {count} account. So any may."
            if nobody.sum() == 1
            else "No territory may have {count} accounts. So any may.",
            _shown(nobody),
            more={"count": int(nobody.sum())},
        )


def _too_heavy(problem: DistrictingProblem) -> Iterator[Reason]:
    due = problem.due
    for column, measure in enumerate(problem.measures):
        if not measure.is_balanced:
            continue
        weight = problem.weights[:, column]
        if not weight.sum():
            yield Reason(
                Code.ZERO_MEASURE, "No account has any {measure}, so it is not balanced.", measure=measure.name
            )
            continue
        most = due[:, column] * (1 + measure.tolerance)
        heavy = weight > most.max()
        if heavy.any():
            yield Reason(
                Code.TOO_HEAVY,
                "{count} account has more {measure} than a whole territory should."
                if heavy.sum() == 1
                else "{count} accounts have more {measure} than a whole territory should.",
                _shown(heavy),
                measure=measure.name,
                more={"count": int(heavy.sum())},
            )
        for group in problem.together:
            if weight[list(group)].sum() > most.max() and not heavy[list(group)].any():
                yield Reason(
                    Code.TOGETHER_TOO_HEAVY,
                    "{count} accounts kept together have more {measure} than a whole territory should.",
                    group[:SHOWN],
                    measure=measure.name,
                    more={"count": len(group)},
                )
        yield from _bound_loads(problem, column, most, due[:, column] * (1 - measure.tolerance))


def _bound_loads(problem: DistrictingProblem, column: int, most: Floats, least: Floats) -> Iterator[Reason]:
    name, weight = problem.measures[column].name, problem.weights[:, column]
    free = np.ones(problem.units, dtype=bool)
    if problem.locked is not None:
        free = problem.locked == FREE
        held = np.bincount(problem.locked[~free], weight[~free], minlength=problem.k)
        for territory in np.flatnonzero(held > most).tolist():
            yield Reason(
                Code.LOCKED_TOO_HEAVY,
                "What is locked to {territory} has more {measure} than it should have in all.",
                _shown(problem.locked == territory),
                territory,
                name,
            )
    if problem.allowed is not None:
        may = problem.allowed & free[:, None]
        may[~problem.allowed.any(axis=1) & free] = True
        if problem.locked is not None:
            may[~free, problem.locked[~free]] = True
        could = weight @ may
        for territory in np.flatnonzero(could < least).tolist():
            yield Reason(
                Code.ALLOWED_TOO_LITTLE,
                "All accounts that {territory} may have bring less {measure} than it should have.",
                (),
                territory,
                name,
            )


def _contradictions(problem: DistrictingProblem) -> Iterator[Reason]:
    groups = _joined(problem)
    of = {unit: number for number, group in enumerate(groups) for unit in group}
    wrong = {of[one] for one, other in problem.apart if one != other and one in of and of[one] == of.get(other)}
    for number, group in enumerate(groups):
        if problem.locked is not None and len({int(problem.locked[u]) for u in group} - {FREE}) > 1:
            wrong.add(number)
    for number in sorted(wrong):
        yield Reason(
            Code.TOGETHER_CONTRADICTS,
            "{count} accounts are to stay together that are locked to different territories or to be kept apart. They"
            " are not kept together.",
            groups[number][:SHOWN],
            more={"count": len(groups[number])},
        )
    if problem.allowed is not None:
        for group in groups:
            if not problem.allowed[list(group)].all(axis=0).any():
                yield Reason(
                    Code.TOGETHER_CONTRADICTS,
                    "No territory may have all {count} accounts that are to stay together.",
                    group[:SHOWN],
                    more={"count": len(group)},
                )
    if problem.locked is not None:
        for one, other in problem.apart:
            if one != other and problem.locked[one] == problem.locked[other] != FREE:
                yield Reason(
                    Code.APART_NOT_KEPT,
                    "Accounts {one} and {other} are to be kept apart, but are locked to one territory.",
                    (one, other),
                    int(problem.locked[one]),
                    more={"one": one, "other": other},
                )


def _joined(problem: DistrictingProblem) -> list[tuple[int, ...]]:
    """Groups to stay together, those that share a unit as one."""
    found: list[set[int]] = []
    for group in problem.together:
        own = set(group)
        for other in [other for other in found if other & own]:
            own |= other
            found.remove(other)
        found.append(own)
    return [tuple(sorted(group)) for group in found if len(group) > 1]


def reasons_after(
    problem: DistrictingProblem, assignment: Ints, deviations: Floats, pieces: Ints, moved: int, counts: Ints
) -> Iterator[Reason]:
    """What is wrong with an answer: out of balance, in pieces, not apart."""
    limit = problem.max_moves
    used_up = limit is not None and moved >= limit
    off = False
    for column, measure in enumerate(problem.measures):
        if measure.is_balanced and (np.abs(deviations[:, column]) > measure.tolerance + 1e-9).any():
            off = True
            territory = int(np.argmax(np.abs(deviations[:, column])))
            share = abs(float(deviations[territory, column]))
            yield Reason(
                Code.NOT_BALANCED,
                "{territory} is {percent:.1f} % above its due of {measure}: no better division was found."
                if deviations[territory, column] > 0
                else "{territory} is {percent:.1f} % below its due of {measure}: no better division was found.",
                (),
                territory,
                measure.name,
                more={"percent": 100 * share},
            )
    broken = np.flatnonzero(pieces > 1)
    for territory in broken.tolist():
        held = problem.locked is not None and bool((problem.locked[assignment == territory] == territory).any())
        yield Reason(
            Code.LOCKED_IN_PIECES if held else Code.IN_PIECES,
            "{territory} lies in {pieces} pieces, because of accounts locked to it."
            if held
            else "{territory} lies in {pieces} pieces.",
            (),
            territory,
            more={"pieces": int(pieces[territory])},
        )
    if used_up and (off or len(broken)):
        yield Reason(
            Code.MOVES_USED_UP,
            "All {limit} hand-overs are used up. Allow more to come closer.",
            more={"limit": limit},
        )
    if limit is not None and moved > limit:
        yield Reason(
            Code.MOVES_USED_UP,
            "Locks and skills alone move {moved} accounts, more than the {limit} hand-overs allowed.",
            more={"moved": moved, "limit": limit},
        )
    for territory in np.flatnonzero(counts == 0).tolist() if problem.k <= problem.units else []:
        yield Reason(Code.NOT_BALANCED, "{territory} has no account.", (), territory)
    pairs = [(one, other) for one, other in problem.apart if one != other and assignment[one] == assignment[other]]
    if pairs:
        yield Reason(
            Code.APART_NOT_KEPT,
            "{count} pair of accounts could not be kept apart."
            if len(pairs) == 1
            else "{count} pairs of accounts could not be kept apart.",
            tuple(dict.fromkeys(unit for pair in pairs for unit in pair))[:SHOWN],
            more={"count": len(pairs)},
        )


def _shown(mask: Flags) -> tuple[int, ...]:
    return tuple(int(unit) for unit in np.flatnonzero(mask)[:SHOWN])

"""Stretches of a day in minutes since midnight: joined, cut, held against each other."""

from collections.abc import Sequence

from gcrm.common.opening_hours.table import Span


def apart(one: Sequence[Span], other: Sequence[Span]) -> bool:
    """Whether no stretch of one touches the inside of one of the other."""
    return all(a[1] <= b[0] or b[1] <= a[0] for a in one for b in other)


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Sorted stretches with those that touch made one."""
    found: list[Span] = []
    for start, end in spans:
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def inside(gap: Span, spans: Sequence[Span]) -> bool:
    """Whether a stretch lies wholly in one of others."""
    return any(start <= gap[0] and gap[1] <= end for start, end in spans)


def cut(spans: Sequence[Span], gaps: Sequence[Span]) -> list[Span]:
    """Stretches without gaps."""
    left = list(spans)
    for start, end in gaps:
        left = [
            piece
            for one in left
            for piece in ((one[0], min(one[1], start)), (max(one[0], end), one[1]))
            if piece[0] < piece[1]
        ]
    return left

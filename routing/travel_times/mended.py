"""What was not sound in a router's answer, counted."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Mended:
    """How many cells of a router's answer were not sound, each counted once, by the first that was wrong with it.

    missing: there is a time, but no distance. below_zero: a time or a distance. not_finite: endless, or no number.
    absurd: faster than any car, a week or more, or a way shorter than the straight line.
    asymmetric: two places at one spot, as far from each other as a metre in one direction and not in the other.
    wrong_shape: the answer had other rows and columns than the question, and the street graph answered instead.
    """

    missing: int = 0
    below_zero: int = 0
    not_finite: int = 0
    absurd: int = 0
    asymmetric: int = 0
    wrong_shape: int = 0

    @property
    def cells(self) -> int:
        """All of them."""
        return sum(self.by_fault().values())

    def by_fault(self) -> dict[str, int]:
        """The counts by the name of the fault, without those that did not occur."""
        counts = {field.name: int(getattr(self, field.name)) for field in fields(self)}
        return {fault: count for fault, count in counts.items() if count}

    def __add__(self, other: "Mended") -> "Mended":
        """The counts of two answers together."""
        return Mended(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


NOTHING_MENDED = Mended()

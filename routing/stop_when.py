"""When a search is over: small rules, each a bound that a person or a test can name, and the first that holds decides.

A search that is bounded by steps alone gives the same plan for the same seed on any machine; one that is bounded by
seconds comes as far as the machine is fast.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Ended(StrEnum):
    """Which bound held, in the words that plans and pages use."""

    PROVEN = "proven"
    STEPS = "steps"
    SECONDS = "seconds"
    NO_IMPROVEMENT = "no improvement"
    ASKED = "asked to stop"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one core has come. idle: its steps since it last found something better."""

    steps: int = 0
    seconds: float = 0.0
    idle: int = 0


class StopRule(Protocol):
    """One bound of a search."""

    @property
    def ended(self) -> Ended:
        """What is said where this bound held."""

    def __call__(self, progress: Progress, /) -> float:
        """The share of the bound that is used up; from 1 on the search is over."""


@dataclass(frozen=True, slots=True)
class Steps:
    """So many steps of each core."""

    most: int
    ended: Ended = field(default=Ended.STEPS, init=False)

    def __call__(self, progress: Progress) -> float:
        """The share of the steps that were made."""
        return progress.steps / self.most if self.most > 0 else 1.0


@dataclass(frozen=True, slots=True)
class Seconds:
    """So many seconds. grace: the share of them in which another rule alone sets the pace, being the first to end."""

    most: float
    grace: float = 0.0
    ended: Ended = field(default=Ended.SECONDS, init=False)

    def __call__(self, progress: Progress) -> float:
        """The share of the time that is over."""
        spent = progress.seconds / self.most if self.most > 0 else 1.0
        return max(0.0, (spent - self.grace) / (1.0 - self.grace))


@dataclass(frozen=True, slots=True)
class NoImprovement:
    """So many steps of a core in which it finds nothing better."""

    most: int
    ended: Ended = field(default=Ended.NO_IMPROVEMENT, init=False)

    def __call__(self, progress: Progress) -> float:
        """0 until it is over: what comes next is not known."""
        return float(progress.idle >= self.most)


@dataclass(frozen=True, slots=True)
class AskedTo:
    """Whoever waits for the plan has enough."""

    asked: Callable[[], bool]
    ended: Ended = field(default=Ended.ASKED, init=False)

    def __call__(self, _: Progress) -> float:
        """0 until it is asked for."""
        return float(self.asked())


@dataclass(frozen=True, slots=True)
class StopWhen:
    """The first of some rules."""

    rules: tuple[StopRule, ...]

    @classmethod
    def first_of(
        cls, *, seconds: float | None = None, steps: int | None = None, asked: Callable[[], bool] | None = None
    ) -> "StopWhen":
        """The usual rules, those that are given."""
        rules: list[StopRule] = []
        if asked is not None:
            rules.append(AskedTo(asked))
        if steps is not None:
            rules.append(Steps(steps))
        if seconds is not None:
            rules.append(Seconds(seconds))
        return cls(tuple(rules))

    @property
    def steps(self) -> int | None:
        """The steps of each core that set the pace, so that nothing may depend on how long anything takes; or None."""
        return min((rule.most for rule in self.rules if isinstance(rule, Steps)), default=None)

    @property
    def seconds(self) -> float | None:
        """The most seconds; None for no such bound."""
        return min((rule.most for rule in self.rules if isinstance(rule, Seconds)), default=None)

    @property
    def counted(self) -> bool:
        """Whether steps set the pace."""
        return self.steps is not None

    def asked(self) -> bool:
        """Whether somebody has enough; raises what asking raises."""
        return any(isinstance(rule, AskedTo) and rule.asked() for rule in self.rules)

    def share(self, progress: Progress) -> float:
        """The largest share that is used up; from 1 on it is over."""
        return max((rule(progress) for rule in self.rules), default=0.0)

    def unasked(self) -> "StopWhen":
        """The rules that need nobody's answer, for threads beside the one that may be asked."""
        return StopWhen(tuple(rule for rule in self.rules if not isinstance(rule, AskedTo)))

    def ended(self, progress: Progress) -> Ended | None:
        """The first rule that holds; None as long as none does."""
        return next((rule.ended for rule in self.rules if rule(progress) >= 1.0), None)


class Budget:
    """What a whole plan may take, given out to the parts of the recipe one after the other.

    seconds, steps: None for no bound of that kind; steps are those of one core.
    """

    def __init__(self, *, seconds: float | None, steps: int | None, asked: Callable[[], bool] | None) -> None:
        if seconds is None and steps is None:
            raise ValueError("A search without a bound never ends. Give seconds or steps.")
        self.seconds, self.steps, self.asked = seconds, steps, asked or (lambda: False)
        self._began = time.monotonic()
        self._ended: Ended | None = None

    @property
    def counted(self) -> bool:
        """Whether it is bounded by steps."""
        return self.steps is not None

    def spent_s(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def left_s(self) -> float:
        """Seconds that are left; infinite where only steps count."""
        return float("inf") if self.seconds is None else self.seconds - self.spent_s()

    def over(self) -> bool:
        """Whether there is no time left, or somebody has enough."""
        return self.ended is not None

    @property
    def ended(self) -> Ended | None:
        """The bound that held; None as long as none does."""
        if self._ended is None:
            if self.asked():
                self._ended = Ended.ASKED
            elif self.left_s() <= 0:
                self._ended = Ended.SECONDS
        return self._ended

    def part(self, *, share: float, most_s: float | None = None, asked: Callable[[], bool] | None = None) -> StopWhen:
        """Rules for one part: a share of all steps where they are counted, else of the seconds that are left."""
        left = max(0.0, self.left_s())
        if self.steps is not None:
            seconds = None if self.seconds is None else left
            return StopWhen.first_of(
                seconds=seconds, steps=max(1, round(share * self.steps)), asked=asked or self.asked
            )
        seconds = share * left if most_s is None else min(share * left, most_s)
        return StopWhen.first_of(seconds=seconds, asked=asked or self.asked)

    def verdict(self) -> Ended:
        """Which bound held after all parts have run; nothing proven, it is the steps where they are counted."""
        return self.ended or (Ended.STEPS if self.counted else Ended.SECONDS)

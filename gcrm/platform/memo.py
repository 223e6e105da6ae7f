"""Answers that are remembered by what they were worked out from, so that a remembered answer cannot be an old one."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memo(Generic[Value]):
    """The latest answers of a function whose answer depends on nothing but the bytes that it is given.

    Safe to share between threads. An answer is handed out again as it is, and must not be changed. Two threads that ask
    for the same at once may both work it out.
    """

    def __init__(self, most: int, heaviest: int | None = None) -> None:
        """most: how many answers are remembered; heaviest: the sum of their weights (see `of`), None for any."""
        self._most = most
        self._heaviest = heaviest
        self._weight = 0
        self._answers: OrderedDict[bytes, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, key: bytes, work_out: Callable[[], Value], weight: int = 0) -> Value:
        """The answer for a key (`digest` makes one), remembered or worked out now; weight: how much memory it takes."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key][0]
        answer = work_out()
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer, weight
                self._weight += weight
            while len(self._answers) > self._most or self._is_too_heavy():
                self._weight -= self._answers.popitem(last=False)[1][1]
        return answer

    def _is_too_heavy(self) -> bool:
        return self._heaviest is not None and self._weight > self._heaviest and len(self._answers) > 1


def digest(parts: Iterable[bytes]) -> bytes:
    """A key for what some bytes say together; different parts, or the same divided otherwise, get different keys."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.digest()

"""What a person decides about an import, and what is asked where a file does not tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gcrm.common.language import say
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST
from gcrm.platform.errors import InputRejected

OPTIONS = {"encoding": "--encoding", "sheet": "--sheet", "dates": "--dates", "account": "--same"}
"""What a question is about, to the option of the command line that answers it."""


@dataclass(frozen=True, slots=True)
class ImportChoices:
    """What a person has said about a file; nothing of it needs to be said where the file is clear.

    columns: field to heading, "" for a field that is read from none. encoding; sheet: a worksheet or "all". same: line
    of a row to the id of the account that it is, 0 for a new one. dates: "day" or "month", whichever stands first.
    """

    columns: Mapping[str, str] | None = None
    encoding: str = ""
    sheet: str = ""
    same: Mapping[int, int] = field(default_factory=dict)
    dates: str = ""

    def __post_init__(self) -> None:
        """Raise InputRejected for an order of dates that is none."""
        if self.dates not in {"", DAY_FIRST, MONTH_FIRST}:
            raise InputRejected(
                say("{dates!r} is no order of dates.", dates=self.dates),
                say('Say "{day_first}" or "{month_first}".', day_first=DAY_FIRST, month_first=MONTH_FIRST),
            )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ImportChoices":
        """From the parameters of a job, as `as_json` made them."""
        return cls(
            document.get("columns") or None,
            str(document.get("encoding") or ""),
            str(document.get("sheet") or ""),
            {int(line): int(account) for line, account in (document.get("same") or {}).items()},
            str(document.get("dates") or ""),
        )

    def as_json(self) -> dict[str, Any]:
        """What was said, and nothing that was not."""
        made = {
            "columns": dict(self.columns or {}),
            "encoding": self.encoding,
            "sheet": self.sheet,
            "same": {str(line): account for line, account in self.same.items()},
            "dates": self.dates,
        }
        return {name: value for name, value in made.items() if value}


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its value, how it is called, and for an encoding the first lines as it reads them."""

    value: str
    label: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a person has to say, about "encoding", "sheet", "dates" or "account" (of a row).

    taken: the answer that is used meanwhile.
    """

    about: str
    text: str
    options: tuple[Option, ...]
    taken: str
    row: int | None = None

    @property
    def option(self) -> str:
        """How the command line is told the answer."""
        return OPTIONS[self.about]


def refuse_open(questions: tuple[Question, ...]) -> None:
    """Raise InputRejected for the first question without whose answer nothing may be written."""
    for question in questions:
        if question.about == "account":
            continue
        answers = say(" or ").join(f"{question.option} {_quoted(one.value)}" for one in question.options)
        raise InputRejected(question.text, say("Say it with {answers}, or choose in the preview.", answers=answers))


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value

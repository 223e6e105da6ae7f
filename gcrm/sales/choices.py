"""What a person says of a file of orders, where the file does not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gcrm.common.language import say
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST
from gcrm.platform.errors import InputRejected


@dataclass(frozen=True, slots=True)
class OrderChoices:
    """Nothing of it needs to be said where the file is clear.

    columns: field to heading, "" for a field that is read from none. encoding; sheet: a worksheet or "all". currency:
    of amounts beside which none stands. decimal: "point" or "comma", for numbers that may be read in two ways.
    dates: "day" or "month", whichever stands first.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    encoding: str = ""
    sheet: str = ""
    currency: str = ""
    decimal: str = ""
    dates: str = ""

    def __post_init__(self) -> None:
        """Raise InputRejected for an order of dates that is none."""
        if self.dates not in {"", DAY_FIRST, MONTH_FIRST}:
            raise InputRejected(
                say("{dates!r} is no order of dates.", dates=self.dates[:20]),
                say('Say "{day_first}" or "{month_first}".', day_first=DAY_FIRST, month_first=MONTH_FIRST),
            )

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "OrderChoices":
        """From the parameters of a job, as `as_json` made them."""
        texts = {name: str(document.get(name) or "") for name in ("encoding", "sheet", "currency", "decimal", "dates")}
        return cls(dict(document.get("columns") or {}), **texts)

    def as_json(self) -> dict[str, Any]:
        """What was said, and nothing that was not."""
        made = {
            "columns": dict(self.columns),
            "encoding": self.encoding,
            "sheet": self.sheet,
            "currency": self.currency,
            "decimal": self.decimal,
            "dates": self.dates,
        }
        return {name: value for name, value in made.items() if value}

"""What the use-cases answer, as JSON can say it: the same for the command line, the job worker and the web app."""

import sys
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from routing.late import late

if TYPE_CHECKING:
    import numpy as np
else:
    np = late("numpy")


def as_document(value: Any) -> Any:
    """Turn results (dataclasses, NumPy numbers, dates, enums, paths) into what JSON can say.

    A field whose name ends in an underscore, as `break_`, loses it.
    """
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name.rstrip("_"): as_document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {str(as_document(key)): as_document(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_document(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return float(value) if isinstance(value, float) else value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Decimal):
        # A number, as programs expect of an amount: exact to the cent up to 15 digits.
        return float(value)
    if isinstance(value, Path):
        return str(value)
    # Where nothing has loaded NumPy there is no value of its kind.
    if "numpy" in sys.modules and isinstance(value, np.ndarray):
        return value.tolist()
    if "numpy" in sys.modules and isinstance(value, np.generic):
        return value.item()
    return value

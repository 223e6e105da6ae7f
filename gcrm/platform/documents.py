"""What the use-cases answer, as JSON can say it: the same for the command line, the job worker and the web app."""

from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np


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
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, (list, tuple, set, frozenset)):
        return [as_document(item) for item in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value

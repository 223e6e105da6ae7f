"""What a request carries, read and checked against what its operation says; each fault comes back with its remedy."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import request
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

from webapp.api.operation import NDJSON, Given, Operation, Shape
from webapp.api.problems import Refused
from webapp.api.shapes import resolved
from webapp.given import YEARS, whole

MOST_FAULTS = 20
"""Faults named in one answer."""
MOST_LINES = 1_000
"""Rows of one bulk request."""
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date", raises=ValueError)  # type: ignore[untyped-decorator]  # jsonschema carries no types
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and date.fromisoformat(value).year in YEARS)


@_FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_instant(value: object) -> bool:
    if not isinstance(value, str):
        return True
    at = datetime.fromisoformat(value)
    return "T" in value.upper() and at.tzinfo is not None and at.year in YEARS


def given_to(operation: Operation, path: Mapping[str, Any]) -> Given:
    """What this request carries. Raises Refused."""
    body = _body(operation)
    return Given(_path(operation, path), _query(operation), body, request.headers.get("If-Match", "").strip())


def faults_of(shape: Shape, value: Any) -> list[dict[str, str]]:
    """Why a value is not of that shape, each with the field it is about."""
    return [_said(fault) for fault in _sorted(_validator(_frozen(shape)).iter_errors(value))][:MOST_FAULTS]


def _path(operation: Operation, path: Mapping[str, Any]) -> dict[str, Any]:
    for name, shape in operation.path.items():
        if faults_of(shape, path[name]):
            raise Refused(404, f"There is no {name} {str(path[name])[:40]!r}.", "See what the document says of it.")
    return dict(path)


def _query(operation: Operation) -> dict[str, Any]:
    strange = sorted(set(request.args) - set(operation.query))
    if strange:
        known = ", ".join(operation.query) or "none"
        raise _wrong(
            [{"field": strange[0][:80], "fault": "There is no such parameter.", "remedy": f"Known: {known}."}],
            operation.refuses,
        )
    found: dict[str, Any] = {}
    faults: list[dict[str, str]] = []
    for name, shape in operation.query.items():
        sent = request.args.getlist(name)
        if len(sent) > 1:
            faults.append({"field": name, "fault": "It is given twice.", "remedy": "Give it once."})
        elif sent:
            value = _converted(sent[0], shape)
            wrong = faults_of(shape, value)
            faults += [{**one, "field": name} for one in wrong]
            found[name] = value
        elif shape.get("x-required"):
            faults.append({"field": name, "fault": "It is missing.", "remedy": "Give it."})
        elif "default" in shape:
            found[name] = shape["default"]
    if faults:
        raise _wrong(faults, operation.refuses)
    return found


def _converted(text: str, shape: Shape) -> Any:
    """A parameter as its shape has it; left as it is where it cannot be, for the check to say so."""
    if shape.get("type") == "integer":
        try:
            return whole(text)
        except ValueError:
            return text
    if shape.get("type") == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text


def _body(operation: Operation) -> Any:
    if operation.body is None:
        return None
    if request.mimetype not in operation.body_types:
        named = " or ".join(operation.body_types)
        raise Refused(415, f"{request.mimetype[:80] or 'A request without a content type'} is not read here.",
                      f"Send {named}.")  # fmt: skip
    body = _lines() if request.mimetype == NDJSON else _whole_numbers(request.get_json())
    # Rows of a bulk request are looked at one by one, so that a bad one does not hold up the others.
    faults = faults_of(operation.body, body)
    if faults:
        raise _wrong(faults)
    return body


def _lines() -> list[Any]:
    rows: list[Any] = []
    for number, line in enumerate(request.get_data().splitlines(), 1):
        if not line.strip():
            continue
        if len(rows) == MOST_LINES:
            raise Refused(413, f"There are more than {MOST_LINES:,} rows.", "Send them in several requests.")
        try:
            rows.append(_whole_numbers(json.loads(line, parse_constant=_no_number)))
        except (ValueError, RecursionError) as wrong:
            raise Refused(400, f"Line {number} is not JSON.", "Write one JSON object a line.") from wrong
    return rows


def _whole_numbers(value: Any) -> Any:
    """The document with 5.0 as 5, which JSON does not tell apart: ids are never fractions."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole_numbers(one) for name, one in value.items()}
    return [_whole_numbers(one) for one in value] if isinstance(value, list) else value


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _wrong(faults: list[dict[str, str]], code: int = 422) -> Refused:
    first = faults[0]
    more = f" And {len(faults) - 1} more." if len(faults) > 1 else ""
    about = f"{first['field']}: " if first["field"] else ""
    return Refused(code, f"{about}{first['fault']}{more}", first["remedy"], errors=faults)


def _said(fault: ValidationError) -> dict[str, str]:
    where = ".".join(str(part) for part in fault.absolute_path)
    kind, wanted = fault.validator, fault.validator_value
    remedies = {
        "type": f"Send {_words(wanted)}.",
        "enum": f"Send one of {_words(wanted)}.",
        "required": f"Needed: {_words(wanted)}.",
        "additionalProperties": f"Known: {_words(sorted(fault.schema.get('properties', {})))}."
        if isinstance(fault.schema, Mapping)
        else "",
        "format": {"date": "Write it as 2026-11-24.", "date-time": "Write it as 2026-11-24T09:30:00Z."}.get(
            str(wanted), ""
        ),
    }
    return {
        "field": where,
        "fault": f"{fault.message[:200]}.",
        "remedy": remedies.get(str(kind)) or _limit(kind, wanted),
    }


def _limit(kind: object, wanted: object) -> str:
    return f"The document says {kind} {str(wanted)[:80]}."


def _words(values: Any) -> str:
    return ", ".join(str(value) for value in values) if isinstance(values, (list, tuple)) else str(values)


def _sorted(faults: Any) -> list[ValidationError]:
    return sorted(faults, key=lambda fault: [str(part) for part in fault.absolute_path])


def _frozen(shape: Shape) -> str:
    return json.dumps(resolved(dict(shape)), sort_keys=True)


@lru_cache(maxsize=256)
def _validator(shape: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(shape), format_checker=_FORMATS)

"""The OpenAPI 3.1 document, made of the same operations that check each request."""

import re
from functools import lru_cache
from typing import Any

from webapp.api.operation import OPERATIONS, Operation
from webapp.api.problems import CONTENT_TYPE, TITLES
from webapp.api.shapes import PROBLEM, SCHEMAS

BASE = "/api/v1"
_PART = re.compile(r"<(?:(\w+):)?(\w+)>")
_PARTS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    "": {"type": "string", "minLength": 1, "maxLength": 200},
}
ALWAYS = (401, 403, 429, 503, 507)
"""Answers that any operation with a token may give: about the token, about others who write, about the disk."""


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS.values():
        paths.setdefault(_PART.sub(r"{\2}", one.rule), {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "GCRM",
            "version": "1",
            "description": "Accounts, activities, territories and plans. Coordinates are longitude, latitude in "
            "EPSG:4326; instants are UTC; days are days where the rep works.",
        },
        "servers": [{"url": BASE}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    said: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.tag],
        "security": [] if one.public else [{"token": []}],
        "responses": {str(code): _answer(one, code) for code in sorted(codes_of(one))},
    }
    if one.description:
        said["description"] = one.description
    if one.scope is not None:
        said["x-scope"] = str(one.scope)
        said["x-roles"] = sorted(str(role) for role in one.roles)
    parameters = [*_in_path(one), *_in_query(one), *_in_head(one)]
    if parameters:
        said["parameters"] = parameters
    if one.body is not None:
        said["requestBody"] = {
            "required": True,
            "content": {kind: {"schema": dict(one.body)} for kind in one.body_types},
        }
    return said


def codes_of(one: Operation) -> set[int]:
    """Every code that an operation may answer with."""
    codes = set(one.answers)
    if one.public:
        return codes | {422}
    codes |= {*ALWAYS, 422}
    if _PART.search(one.rule):
        codes.add(404)
    if one.body is not None:
        codes |= {400, 413, 415}
    if one.method != "GET":
        codes |= {400, 404, 409}
    if one.versioned and one.method in {"PATCH", "PUT", "DELETE"}:
        codes |= {412, 428}
    return codes | {400}


def _answer(one: Operation, code: int) -> dict[str, Any]:
    if code not in one.answers:
        return {
            "description": TITLES.get(code, "It was not carried out."),
            "content": {CONTENT_TYPE: {"schema": PROBLEM}},
        }
    means, shape = one.answers[code]
    said: dict[str, Any] = {"description": means}
    if shape is not None:
        said["content"] = {one.answer_type if code < 300 else CONTENT_TYPE: {"schema": dict(shape)}}
    if one.versioned and code < 300:
        said["headers"] = {"ETag": {"description": "The version, for If-Match.", "schema": {"type": "string"}}}
    return said


def _in_path(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": dict(one.path.get(name) or _PARTS[kind or ""])}
        for kind, name in _PART.findall(one.rule)
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    found = []
    for name, shape in one.query.items():
        plain = {key: value for key, value in shape.items() if key not in {"x-required", "description"}}
        parameter: dict[str, Any] = {"name": name, "in": "query", "schema": plain}
        if shape.get("x-required"):
            parameter["required"] = True
        if "description" in shape:
            parameter["description"] = shape["description"]
        found.append(parameter)
    return found


def _in_head(one: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if one.takes_key and not one.public:
        found.append({
            "name": "Idempotency-Key", "in": "header",
            "description": "A key of your own: the same request with the same key is done once.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        })  # fmt: skip
    if one.versioned and one.method in {"PATCH", "PUT", "DELETE"}:
        found.append({
            "name": "If-Match", "in": "header", "required": True,
            "description": "The ETag that you have read; * changes whatever is there.",
            "schema": {"type": "string", "pattern": '^(\\*|"[!#-~]{1,80}")$'},
        })  # fmt: skip
    return found

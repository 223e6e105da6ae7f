"""One operation of the API: what it is called with and what it answers, said once, for checking and for the document.

Shapes are JSON Schema (2020-12), which is what OpenAPI 3.1 speaks: the same lines describe a request and check it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gcrm.people.token import Scope
from gcrm.people.user import Role

Shape = Mapping[str, Any]
"""A JSON Schema."""

JSON = "application/json"
NDJSON = "application/x-ndjson"
GEOJSON = "application/geo+json"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a view hands back: a document as JSON can hold it, and what goes into the head of the answer.

    raw: bytes in the place of the document, with their content type.
    """

    document: Any = None
    status: int = 200
    etag: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = JSON


@dataclass(frozen=True, slots=True)
class Given:
    """What a request carried, checked against the shapes of its operation: address, query, body."""

    path: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any = None
    if_match: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    name: the operationId. rule: as Flask writes it. scope: what the token must have been made for, None for any token.
    roles: who may call it at all; public: without a token. query: parameters by name. body: the shape of what is sent,
    None for nothing. answers: code to what it means and the shape of it, None for nothing. versioned: whether it says
    and asks for the version (ETag, If-Match). refuses: the code for a parameter that cannot be used.
    """

    name: str
    method: str
    rule: str
    summary: str
    tag: str
    scope: Scope | None
    roles: frozenset[Role]
    answers: Mapping[int, tuple[str, Shape | None]]
    view: Callable[[Given], Reply]
    query: Mapping[str, Shape] = field(default_factory=dict)
    path: Mapping[str, Shape] = field(default_factory=dict)
    body: Shape | None = None
    body_types: tuple[str, ...] = (JSON,)
    answer_type: str = JSON
    versioned: bool = False
    public: bool = False
    refuses: int = 422
    description: str = ""

    @property
    def takes_key(self) -> bool:
        """Whether a request may carry an Idempotency-Key."""
        return self.method == "POST"


OPERATIONS: dict[str, Operation] = {}
"""All operations by name, in the order in which they were said."""


def operation(
    method: str,
    rule: str,
    summary: str,
    *,
    tag: str,
    answers: Mapping[int, tuple[str, Shape | None]],
    scope: Scope | None = None,
    roles: tuple[Role, ...] = tuple(Role),
    **more: Any,
) -> Callable[[Callable[[Given], Reply]], Callable[[Given], Reply]]:
    """Make a function the view of an operation, under its own name."""

    def keep(view: Callable[[Given], Reply]) -> Callable[[Given], Reply]:
        name = view.__name__
        if name in OPERATIONS:
            raise RuntimeError(f"There are two operations called {name}.")
        OPERATIONS[name] = Operation(
            name, method, rule, summary, tag, scope, frozenset(roles), answers, view,
            description=(view.__doc__ or "").strip(), **more,
        )  # fmt: skip
        return view

    return keep

"""Answers of the API that say what went wrong and what to do next. Source: RFC 9457 (application/problem+json)."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify

CONTENT_TYPE = "application/problem+json"

TITLES = {
    400: "The request cannot be read.",
    401: "The token is missing or does not hold.",
    403: "The token may not do that.",
    404: "There is nothing of that name among yours.",
    405: "This address does not take that method.",
    409: "It contradicts what is there.",
    410: "It is not kept any more.",
    412: "Somebody else changed it first.",
    413: "The request is too large.",
    415: "The request is not in a format that is read here.",
    422: "A value cannot be used.",
    428: "Say which version you are changing.",
    429: "Too many requests.",
    500: "Something went wrong here. Nothing was changed.",
    503: "It is not possible at the moment.",
    507: "There is no room to write.",
}
LATER = frozenset({408, 409, 425, 429, 500, 502, 503, 507})
"""Codes after which the same request may be answered well a little later."""


def problem(code: int, fault: str, remedy: str, **more: Any) -> Response:
    """One problem document. more: members beside the usual ones, as `errors`, or both versions of a conflict."""
    document: dict[str, Any] = {
        "type": f"urn:gcrm:problem:{code}",
        "title": TITLES.get(code, "The request was not carried out."),
        "status": code,
        "detail": fault,
        "remedy": remedy,
        "retry": code in LATER,
        **more,
    }
    answer = jsonify(document)
    answer.status_code = code
    answer.content_type = CONTENT_TYPE
    if code in {429, 503}:
        answer.headers["Retry-After"] = "5"
    return answer


class Refused(Exception):
    """A request that the API itself refuses, before a use-case is called."""

    def __init__(
        self, code: int, fault: str, remedy: str, *, headers: Mapping[str, str] | None = None, **more: Any
    ) -> None:
        """more: members of the problem document beside the usual ones."""
        super().__init__(f"{fault} {remedy}")
        self.code, self.fault, self.remedy, self.more = code, fault, remedy, more
        self.headers = dict(headers or {})

    def answer(self) -> Response:
        """As a problem document."""
        said = problem(self.code, self.fault, self.remedy, **self.more)
        said.headers.update(self.headers)
        return said

"""The document says what the API does: requests made up from it meet no fault of the server and no answer unsaid.

The made-up requests come from schemathesis, the same ones each time.
"""

import functools
import json
import re
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS, load_all_checks

import webapp.api.views  # noqa: F401 - it says what operations there are
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser
from tests.integration.web.programs import program_of
from webapp.api.document import document
from webapp.api.operation import OPERATIONS

load_all_checks()
EXAMPLES = 5
"""Requests made up for each operation: with more the run takes longer, and finds nothing else so far."""
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
        "negative_data_rejection",
    ]
)


@functools.cache
def _schema(app: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers={"Accept-Encoding": "identity"})


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_requests_made_up_from_the_document_are_answered_as_it_says(
    name: str, app: Flask, workspace: Workspace
) -> None:
    one = _schema(app).find_operation_by_id(name)
    head = program_of(app, workspace, "dee").head | {"Accept-Encoding": "identity"}
    app.config["API_A_MINUTE"] = 100_000

    @given(case=one.as_strategy())
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def run(case: Any) -> None:
        case.call_and_validate(headers=head, checks=CHECKED)

    try:
        run()
    finally:
        del app.config["API_A_MINUTE"]


def test_the_document_is_read_without_a_token_and_is_openapi_3_1(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json").get_json()
    assert told["openapi"] == "3.1.0"
    assert told == json.loads(json.dumps(document()))
    names = [one["operationId"] for methods in told["paths"].values() for one in methods.values()]
    assert sorted(names) == sorted(OPERATIONS)


def test_the_page_shows_each_operation_and_loads_nothing_from_elsewhere(ada: Browser) -> None:
    page = ada.get("/api/").text
    assert all(f"{one.summary}." in page for one in OPERATIONS.values())
    assert re.findall(r'(?:src|href)="https?:', page) == []

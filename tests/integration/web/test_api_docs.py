"""The examples of docs/api.md, run as they stand."""

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask

from gcrm.people.token import Scope
from gcrm.people.tokens import make_token
from gcrm.workspace import Workspace
from tests.integration.web.programs import program_of, scopes_of

GUIDE = Path(__file__).parents[3] / "docs" / "api.md"
EXAMPLE = re.compile(r"```http\n(.*?)```\n```json (\d+)\n(.*?)```", re.DOTALL)


def test_every_example_of_the_guide_is_answered_as_it_says(app: Flask, workspace: Workspace) -> None:
    examples = EXAMPLE.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(examples) >= 10
    people = {"/api/v1/webhooks": make_token(workspace, "dee", "Program", scopes_of("dee")).secret}
    pia = program_of(app, workspace, "pia")
    for asked, code, answer in examples:
        head, _, body = asked.partition("\n\n")
        first, *lines = head.strip().splitlines()
        method, path = first.split(" ")
        headers = {**pia.head, **dict(line.split(": ", 1) for line in lines)}
        for start, secret in people.items():
            if path.startswith(start):
                headers["Authorization"] = f"Bearer {secret}"
        more = {"data": body, "content_type": "application/json"} if body.strip() else {}
        told = pia.client.open(path, method=method, headers=headers, **more)
        assert told.status_code == int(code), (first, told.text)
        assert holds(told.get_json(force=True), json.loads(answer)), (first, told.text)


def holds(whole: Any, part: Any) -> bool:
    """Whether an answer has all that an example shows of it."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(name in whole and holds(whole[name], one) for name, one in part.items())
    if isinstance(part, list):
        return len(whole) >= len(part) and all(holds(one, other) for one, other in zip(whole, part, strict=False))
    return bool(whole == part)


def test_the_guide_names_every_scope() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert [one for one in Scope if f"`{one}`" not in text] == []

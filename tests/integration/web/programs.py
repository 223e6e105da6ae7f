"""Other programs, as tests have them: each with a token of its own."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gcrm.people.token import Scope
from gcrm.people.tokens import make_token
from gcrm.workspace import Workspace

V1 = "/api/v1"


def scopes_of(login: str) -> list[str]:
    """All scopes that somebody's token may have."""
    return [str(one) for one in Scope if one is not Scope.ADMIN or login == "dee"]


class Program:
    """Another program with a token."""

    def __init__(self, app: Flask, secret: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.head = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, method: str, path: str, body: Any = None, **head: str) -> TestResponse:
        """Call an address under /api/v1; head: with underscores for the hyphens."""
        headers = self.head | {name.replace("_", "-"): value for name, value in head.items()}
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.open(V1 + path, method=method, headers=headers, **more)

    def get(self, path: str) -> TestResponse:
        return self.ask("GET", path)

    def post(self, path: str, body: Any, **head: str) -> TestResponse:
        return self.ask("POST", path, body, **head)

    def patch(self, path: str, body: Any, seen: str = "", **head: str) -> TestResponse:
        return self.ask("PATCH", path, body, **({"If_Match": seen} if seen else {}), **head)


def program_of(app: Flask, workspace: Workspace, login: str, *scopes: str) -> Program:
    """A program that acts for somebody, with all scopes unless told otherwise."""
    return Program(app, make_token(workspace, login, f"Program of {login}", scopes or scopes_of(login)).secret)

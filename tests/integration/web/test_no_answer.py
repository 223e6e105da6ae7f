"""A database server that is gone: whoever asks is told to come again, not that something contradicts."""

from pathlib import Path

import psycopg
import pytest

from gcrm.platform.settings import Settings
from gcrm.workspace import Workspace
from webapp.app import create_app


@pytest.mark.parametrize(("path", "kind"), [("/log-in", "text/html"), ("/api/v1/me", "application/problem+json")])
def test_a_database_that_is_gone_is_answered_with_later(
    tmp_path: Path, postgres: str, empty_postgis_url: str, path: str, kind: str
) -> None:
    workspace = Workspace(Settings(tmp_path, database_url=empty_postgis_url))
    asking = create_app(workspace).test_client()
    headers = {"Authorization": "Bearer of-nobody"}
    assert asking.get(path, headers=headers).status_code in {200, 401}
    name = empty_postgis_url.partition("@/")[2].partition("?")[0]
    with psycopg.connect(postgres % "postgres", autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    answer = asking.get(path, headers=headers)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.content_type.startswith(kind)
    assert "does not answer" in answer.text
    workspace.close()
    with psycopg.connect(postgres % "postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())

"""Migrations: one set for both backends, and the schema in the code is what they leave."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from gcrm.platform.database.geopackage import GeoPackage
from gcrm.platform.database.migrate import MIGRATIONS, newest, revision_of, upgrade
from gcrm.platform.database.postgis import PostGis
from gcrm.platform.database.schema import metadata
from gcrm.platform.errors import InputRejected, NotReady
from gcrm.store import open_store


@pytest.fixture
def engine(database: str) -> Iterator[Engine]:
    backend = PostGis(database) if database.startswith("postgresql") else GeoPackage(Path(database))
    yield backend.engine
    backend.engine.dispose()


def _is_ours(name: str | None, kind: str, _: Any) -> bool:
    """Whether a table is in the schema: not what a GeoPackage or PostGIS adds."""
    return kind != "table" or name in metadata.tables


def _is_compared(_: Any, name: str | None, kind: str, *__: Any) -> bool:
    """Spatial indices are made by `add_layer`, and stand in no table's definition."""
    return not (kind == "index" and name and name.endswith(("_geom", "_geography")))


def test_each_migration_has_a_number_of_its_own_and_follows_the_one_before() -> None:
    numbers = sorted(file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


def test_the_schema_in_the_code_is_what_the_migrations_leave(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"include_name": _is_ours, "include_object": _is_compared, "compare_type": False}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []
        assert revision_of(connection) == newest()


def test_every_column_has_the_same_type_in_migration_and_code(database: str, engine: Engine) -> None:
    fresh = "CREATE SCHEMA fresh; SET search_path = fresh, public" if database.startswith("postgresql") else ""

    def columns(connection: Any, schema: str) -> dict[tuple[str, str], tuple[Any, ...]]:
        if not fresh:
            return {
                (table, row[1]): tuple(row[2:])
                for table in metadata.tables
                for row in connection.exec_driver_sql(f"PRAGMA {schema}.table_info('{table}')")
            }
        found = connection.execute(
            text(
                "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation::text"
                " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                " WHERE c.relnamespace = CAST(:schema AS regnamespace) AND c.relkind = 'r' AND a.attnum > 0"
            ),
            {"schema": schema},
        )
        return {(table, name): tuple(rest) for table, name, *rest in found if table in metadata.tables}

    with engine.connect().execution_options(writes=True) as connection:
        migrated = columns(connection, "public" if fresh else "main")
        if fresh:
            connection.exec_driver_sql(fresh)
            metadata.create_all(connection, checkfirst=False)
            written = columns(connection, "fresh")
            connection.rollback()
        else:
            memory = GeoPackage(Path(database).with_name("fresh.gpkg"))
            with memory.engine.connect().execution_options(writes=True) as other:
                metadata.create_all(other)
                written = columns(other, "main")
            memory.engine.dispose()
    assert migrated == written
    assert len(migrated) > 80


def test_opening_again_changes_nothing(database: str) -> None:
    for _ in range(2):
        store = open_store(database)
        with store.write() as tx:
            tx.settings.set("opened", tx.settings.get("opened", 0) + 1)
        store.close()
    store = open_store(database)
    with store.read() as tx:
        assert tx.settings.get("opened") == 2
    store.close()


DRAWER: dict[str, Any] = {
    "queue name": "gcrm1234",
    "enough:7": "now",
    "kept apart": [[1, 2], [2, 1], [2, 99]],
    "import columns abc": {"name": "Firm"},
    "order-columns:abc": {"day": "Date"},
    "outside geocode 0f": {"until": "2027-01-01T00:00:00+00:00", "answer": None},
    "something else": 5,
}


@pytest.mark.parametrize("kind", ["geopackage", "postgis"])
def test_what_stood_in_settings_comes_into_its_own_tables(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = tmp_path / "old.gpkg" if kind == "geopackage" else request.getfixturevalue("empty_postgis_url")
    backend = GeoPackage(where) if kind == "geopackage" else PostGis(str(where))
    backend.prepare()
    with backend.engine.connect().execution_options(writes=True) as connection, connection.begin():
        upgrade(connection, "0014")
        for name in ("Ada", "Bo"):
            connection.execute(text("INSERT INTO account (name) VALUES (:name)"), {"name": name})
        for key, value in DRAWER.items():
            row = {"key": key, "value": json.dumps(value)}
            connection.execute(text("INSERT INTO setting (key, value) VALUES (:key, :value)"), row)
    backend.engine.dispose()
    store = open_store(where)
    with store.write() as tx:
        assert tx.jobs.queue_name("another") == "gcrm1234"
        assert tx.distinct_pairs.all() == {frozenset((1, 2))}
        assert tx.import_columns.of("account", "abc") == {"name": "Firm"}
        assert tx.import_columns.of("order", "abc") == {"day": "Date"}
        assert tx.outside_answers.of("0f", datetime(2026, 12, 1, tzinfo=UTC)) == (None,)
        assert tx.outside_answers.of("0f", datetime(2027, 12, 1, tzinfo=UTC)) is None
        assert {key: tx.settings.get(key) for key in DRAWER if tx.settings.get(key)} == {"something else": 5}
    store.close()


def test_a_database_of_a_newer_version_is_refused(database: str, engine: Engine) -> None:
    def set_revision(revision: str) -> None:
        with engine.connect().execution_options(writes=True) as connection, connection.begin():
            connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})

    set_revision("9999")
    try:
        with pytest.raises(NotReady, match="newer GCRM"):
            open_store(database)
    finally:
        set_revision(newest())


def test_an_empty_server_is_set_up(empty_postgis_url: str) -> None:
    store = open_store(empty_postgis_url)
    with store.read() as tx:
        assert tx.accounts.all() == []
    store.close()


def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(NotReady, match="does not answer") as error:
        open_store(f"postgresql://ada:secret-word@/gcrm?host={tmp_path}")
    assert "secret-word" not in str(error.value)
    assert "GCRM_DATABASE_URL" in error.value.remedy


def test_a_url_that_is_none_is_refused() -> None:
    with pytest.raises(InputRejected, match="database URL"):
        open_store("postgresql:no url at all")


def test_a_store_says_where_it_is_without_the_password(database: str) -> None:
    store = open_store(database.replace("gcrm@", "gcrm:secret-word@"))
    assert store.where
    assert "secret-word" not in store.where
    store.close()


def test_migrations_are_numbered_in_one_line() -> None:
    files = sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))
    numbers = [file.name.split("_", 1)[0] for file in files]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    for number, file, before in zip(numbers, files, [None, *numbers], strict=False):
        source = file.read_text(encoding="utf-8")
        assert f'revision = "{number}"' in source
        assert f"down_revision = {before!r}".replace("'", '"') in source

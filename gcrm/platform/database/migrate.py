"""Brings a database to the newest schema, once, however many processes open it at the same time."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from gcrm.common.language import say
from gcrm.platform.database.backend import Backend
from gcrm.platform.errors import NotReady

MIGRATIONS = Path(__file__).parent / "migrations"


def newest() -> str:
    """The revision that the code is written for: migrations are numbered."""
    return max(file.name.split("_", 1)[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revision_of(connection: Connection) -> str:
    """The revision that the database has, "" for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def migrate(backend: Backend) -> None:
    """Run the migrations that the database has not seen, in one transaction.

    Raises NotReady if it was written by a newer GCRM.
    """
    with backend.engine.connect() as connection:
        revision = revision_of(connection)
    if revision > newest():
        raise NotReady(
            say(
                "The database {where} was written by a newer GCRM (schema {revision}, here {newest}).",
                where=backend.where,
                revision=revision,
                newest=newest(),
            ),
            say("Update GCRM."),
        )
    if revision == newest():
        return
    with backend.engine.connect().execution_options(writes=True) as connection, connection.begin():
        backend.lock(connection)
        # Somebody else may have done it while this process waited.
        if revision_of(connection) != newest():
            upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to a revision in a transaction that is open. Raises IntegrityError."""
    # Alembic is slow to load, and hardly ever needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
    if inspect(connection).has_table("change_feed"):
        from gcrm.platform.database.feed import watch

        # Columns that a later migration has added are watched too.
        watch(connection)
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise IntegrityError("a migration left rows that point nowhere", None, ValueError(repr(broken[:3])))

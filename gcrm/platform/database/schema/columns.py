"""Columns that many tables have. Each that may not be empty has a default, so that a row drawn in QGIS is whole."""

from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, Integer, MetaData, Table, event, text

from gcrm.platform.database.types import TEXT

metadata = MetaData()


def number() -> Column[int]:
    """The key of a row: a number that is never given again."""
    return Column("id", Integer, primary_key=True, autoincrement=True)


def words(name: str, default: str = "") -> Column[str]:
    """A text that is never NULL."""
    return Column(name, TEXT, nullable=False, server_default=text(f"'{default}'"))


def flag(name: str, *, default: bool) -> Column[bool]:
    """A yes or no that is never NULL."""
    return Column(name, Boolean, nullable=False, server_default=text("true" if default else "false"))


def count(name: str) -> Column[int]:
    """A number of things, 0 where nothing is said."""
    return Column(name, Integer, nullable=False, server_default=text("0"))


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of the rows that a condition holds of, on either database."""
    # To say it to PostgreSQL at once would load all of its dialect in every command.
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={"where": where})


@event.listens_for(Table, "before_create")
def _tell_postgresql(table: Table, connection: Connection, **_: Any) -> None:
    if connection.dialect.name == "postgresql":
        for index in table.indexes:
            if "where" in index.info:
                index.dialect_options["postgresql"]["where"] = text(index.info["where"])

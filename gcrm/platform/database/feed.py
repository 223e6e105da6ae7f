"""Triggers that number each change, whoever makes it: the app, a job, or somebody who draws in QGIS.

The numbers ascend in the order in which transactions end, since one transaction at a time writes: on SQLite always, on
PostgreSQL by the lock of writers, which the trigger takes too, for programs that know nothing of it.
"""

# ruff: noqa: S608 - the names of tables and columns are ours

from sqlalchemy import Connection

from gcrm.platform.database.backend import WRITERS_LOCK

_COLUMNS = "at, kind, object_id, action, account_id, territory_id, territory_before, rep_id, rep_before"
_OF = "(SELECT territory_id FROM account WHERE id = {row}.account_id)"

WATCHED: dict[str, dict[str, str]] = {
    "account": {"account_id": "{row}.id", "territory": "{row}.territory_id", "rep": "NULL"},
    "activity": {"account_id": "{row}.account_id", "territory": _OF, "rep": "NULL"},
    "appointment": {"account_id": "{row}.account_id", "territory": _OF, "rep": "{row}.rep_id"},
    "plan": {"account_id": "NULL", "territory": "NULL", "rep": "{row}.rep_id"},
    "rep": {"account_id": "NULL", "territory": "NULL", "rep": "{row}.id"},
    "territory": {"account_id": "NULL", "territory": "{row}.id", "rep": "{row}.rep_id"},
}
"""Per table, in words of SQL: the account that it is about, and by which territory and rep it is seen."""
_ACTIONS = {"INSERT": "created", "UPDATE": "changed", "DELETE": "removed"}
_DERIVED = frozenset({"name_key", "city_key", "search_key"})
"""Columns that follow from others: filling them changes nothing."""


def watch(connection: Connection) -> None:
    """Make the triggers, in the place of those that are there: a table may have got columns since.

    The table `change_feed` and those that are watched must be there.
    """
    for table, words in WATCHED.items():
        if connection.dialect.name == "sqlite":
            _watch_in_geopackage(connection, table, words)
        else:
            _watch_in_postgis(connection, table, words)


def _values(table: str, event: str, words: dict[str, str], now: str) -> str:
    after, before = event != "DELETE", event != "INSERT"
    row = "NEW" if after else "OLD"

    def seen(column: str, of: str, *, known: bool) -> str:
        return words[column].format(row=of) if known else "NULL"

    return ", ".join((
        now, f"'{table}'", f"{row}.id", f"'{_ACTIONS[event]}'", words["account_id"].format(row=row),
        seen("territory", "NEW", known=after), seen("territory", "OLD", known=before),
        seen("rep", "NEW", known=after), seen("rep", "OLD", known=before),
    ))  # fmt: skip


def _watch_in_geopackage(connection: Connection, table: str, words: dict[str, str]) -> None:
    columns = [row[1] for row in connection.exec_driver_sql(f'PRAGMA table_info("{table}")') if row[1] not in _DERIVED]
    for event in _ACTIONS:
        of = " OF " + ", ".join(f'"{name}"' for name in columns) if event == "UPDATE" else ""
        values = _values(table, event, words, "strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "feed_{table}_{event.lower()}"')
        connection.exec_driver_sql(
            f'CREATE TRIGGER "feed_{table}_{event.lower()}" AFTER {event}{of} ON "{table}" '
            f"BEGIN INSERT INTO change_feed ({_COLUMNS}) VALUES ({values}); END"
        )


def _watch_in_postgis(connection: Connection, table: str, words: dict[str, str]) -> None:
    columns = connection.exec_driver_sql(
        "SELECT column_name FROM information_schema.columns "
        f"WHERE table_schema = current_schema() AND table_name = '{table}'"
    ).scalars()
    of = ", ".join(f'"{name}"' for name in columns if name not in _DERIVED)
    for event in _ACTIONS:
        name = f"feed_{table}_{event.lower()}"
        values = _values(table, event, words, "date_trunc('milliseconds', now())")
        connection.exec_driver_sql(
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
            f"PERFORM pg_advisory_xact_lock({WRITERS_LOCK}); "
            f"INSERT INTO change_feed ({_COLUMNS}) VALUES ({values}); RETURN NULL; END $$"
        )
        what = f"UPDATE OF {of}" if event == "UPDATE" else event
        connection.exec_driver_sql(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"')
        connection.exec_driver_sql(
            f'CREATE TRIGGER "{name}" AFTER {what} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()'
        )

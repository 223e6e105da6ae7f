"""Mends the folded columns of accounts that another program wrote.

QGIS can add and rename accounts in the file, but not fold names. A trigger empties the folded columns of such rows, and
the store fills them again before the next transaction.
"""

from sqlalchemy import Connection, bindparam, select, update

from gcrm.accounts.repository.folding import fold, search_key
from gcrm.platform.database.schema import account

_SOURCES = (
    account.c.name,
    account.c.external_id,
    account.c.contact,
    account.c.address_line,
    account.c.street,
    account.c.house_number,
    account.c.postcode,
    account.c.city,
    account.c.country,
)


def has_unfolded(connection: Connection) -> bool:
    """Whether another program wrote since."""
    return connection.execute(select(account.c.id).where(account.c.search_key.is_(None)).limit(1)).first() is not None


def refold(connection: Connection) -> None:
    """Fold what is not folded."""
    rows = connection.execute(select(account.c.id, *_SOURCES).where(account.c.search_key.is_(None))).all()
    if rows:
        connection.execute(
            update(account).where(account.c.id == bindparam("row")),
            [
                {
                    "row": row.id,
                    "name_key": fold(row.name),
                    "city_key": fold(row.city) or None,
                    "search_key": search_key(*row[1:]),
                }
                for row in rows
            ],
        )

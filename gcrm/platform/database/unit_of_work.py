"""What a repository knows of the transaction that it works in."""

from sqlalchemy import Connection

from gcrm.platform.database.backend import Backend, Touched


class UnitOfWork:
    """One connection inside one transaction, and what was touched in it."""

    def __init__(self, backend: Backend, connection: Connection) -> None:
        self.backend = backend
        self.connection = connection
        self.touched: dict[str, Touched] = {}

    def touch(self, table: str) -> Touched:
        """Note that a table is being changed; at the commit its description is brought up to date."""
        return self.touched.setdefault(table, Touched())

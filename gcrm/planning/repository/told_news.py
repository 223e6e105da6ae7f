"""News of days that phones told, and what became of them."""

from sqlalchemy import insert, select

from gcrm.planning.model import ToldNews
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import told_news

_FIELDS = ("client_id", "user_id", "rep_id", "day", "at", "applied", "words")


class ToldNewsOfDays(Repository):
    """Each by the phone's own number, so that told twice it is one."""

    def by_client_id(self, client_id: str) -> ToldNews | None:
        """The one with a phone's number; None where it is not known."""
        wanted = [told_news.c[name] for name in _FIELDS]
        row = self._connection.execute(select(*wanted).where(told_news.c.client_id == client_id)).first()
        return ToldNews(*row) if row is not None else None

    def add(self, told: ToldNews) -> None:
        """Note one. Raises Conflict where its number is known already."""
        self._connection.execute(insert(told_news).values({name: getattr(told, name) for name in _FIELDS}))
        self._transaction.touch("told_news")

"""What geocoders on other machines have answered, as long as their terms allow to keep it."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import outside_answer


class OutsideAnswers(Repository):
    """Answers by a key that tells the geocoder and the address."""

    def of(self, key: str, now: datetime) -> tuple[Any] | None:
        """The answer in a tuple, as it may be that nothing was found; None where none is kept, or no longer."""
        row = self._connection.execute(
            select(outside_answer.c.answer).where(outside_answer.c.key == key, outside_answer.c.until > now)
        ).first()
        return None if row is None else (row.answer,)

    def keep(self, key: str, answer: Any, now: datetime, until: datetime) -> None:
        """Keep an answer; those whose time is over go."""
        gone = (outside_answer.c.key == key) | (outside_answer.c.until <= now)
        self._connection.execute(delete(outside_answer).where(gone))
        self._connection.execute(insert(outside_answer).values(key=key, until=until, answer=answer))

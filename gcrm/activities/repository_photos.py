"""Photos of visits, calls and notes."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import insert, select

from gcrm.activities.model import Photo
from gcrm.platform.database.repository import Repository, chunks
from gcrm.platform.database.schema import photo

_ABOUT_IT = [column for column in photo.c if column.name != "content"]


class Photos(Repository):
    """Photos; their bytes are read only where one is asked for."""

    def add(self, new: Photo, content: bytes) -> Photo:
        """Add one whose number is not known yet; returned with its id."""
        row = {column.name: getattr(new, column.name) for column in _ABOUT_IT if column.name != "id"}
        made = self._connection.execute(insert(photo).values(**row, content=content)).inserted_primary_key
        assert made is not None
        self._transaction.touch("photo")
        return self._found(photo.c.id == made[0])[0]

    def by_client_id(self, client_id: str) -> Photo | None:
        """The one with a phone's number; None where it is not known."""
        return next(iter(self._found(photo.c.client_id == client_id)), None)

    def about(self, client_ids: Collection[str]) -> list[Photo]:
        """Those of some activities, by the phone's numbers of these, in the order in which they were taken."""
        wanted = sorted({one for one in client_ids if one})
        return [found for part in chunks(wanted) for found in self._found(photo.c.about.in_(part))]

    def with_content(self, photo_id: int) -> tuple[Photo, bytes] | None:
        """A photo and its bytes; None where there is none."""
        row = self._connection.execute(select(photo).where(photo.c.id == photo_id)).first()
        return (_photo_of(row), bytes(row.content)) if row is not None else None

    def _found(self, *wanted: Any) -> list[Photo]:
        rows = self._connection.execute(select(*_ABOUT_IT).where(*wanted).order_by(photo.c.taken_at, photo.c.id))
        return [_photo_of(row) for row in rows]


def _photo_of(row: Any) -> Photo:
    return Photo(**{column.name: getattr(row, column.name) for column in _ABOUT_IT})

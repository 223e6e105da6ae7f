"""Lists of people, a page at a time."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from gcrm.accounts.record_values import name_key
from gcrm.accounts.repository.record import Record
from gcrm.platform.database.repository import Repository, not_found
from gcrm.platform.database.schema import account, consent, person, person_account


class People(Repository):
    """People at accounts. territory_ids: those at accounts of these territories only, None for all."""

    def page(
        self,
        *,
        text: str = "",
        account_id: int | None = None,
        territory_ids: Collection[int] | None = None,
        refuses: str = "",
        after: int = 0,
        limit: int = 50,
    ) -> tuple[list[int], int]:
        """Ids in the order of names, from the `after`-th on, and how many there are in all."""
        wanted = _conditions(text, account_id, territory_ids, refuses)
        total = self._connection.execute(select(func.count()).select_from(person).where(*wanted)).scalar() or 0
        rows = self._connection.execute(
            select(person.c.id).where(*wanted).order_by(person.c.name_key, person.c.id).offset(after).limit(limit)
        )
        return [row[0] for row in rows], int(total)

    def get(self, person_id: int) -> Any:
        """One person. Raises NotFound."""
        found = Record(self._transaction).people([person_id])
        if not found:
            raise not_found("person", person_id)
        return found[0]

    def is_seen(self, person_id: int, territory_ids: Collection[int] | None) -> bool:
        """Whether a person belongs to an account of these territories."""
        if territory_ids is None:
            return True
        wanted = _conditions("", None, territory_ids, "")
        return bool(self._connection.execute(select(person.c.id).where(person.c.id == person_id, *wanted)).first())

    def names(self, ids: Collection[int]) -> dict[int, str]:
        """Person id to name."""
        rows = self._connection.execute(
            select(person.c.id, person.c.first_name, person.c.last_name).where(person.c.id.in_(sorted(ids)))
        )
        return {row[0]: f"{row[1]} {row[2]}".strip() for row in rows}

    def count(self) -> int:
        """How many there are."""
        return self._connection.execute(select(func.count()).select_from(person)).scalar() or 0


def of_territories(territory_ids: Collection[int]) -> Any:
    """The accounts of territories, as a condition on their ids."""
    return select(account.c.id).where(account.c.territory_id.in_(sorted(territory_ids)))


def _conditions(
    text: str, account_id: int | None, territory_ids: Collection[int] | None, refuses: str
) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if text.strip():
        key = name_key(text)
        ways: list[ColumnElement[bool]] = [
            person.c.email.contains(text.strip().lower(), autoescape=True),
            person.c.title.contains(text.strip(), autoescape=True),
        ]
        ways += [person.c.name_key.contains(one, autoescape=True) for one in {key, _turned(text)} if one]
        wanted.append(or_(*ways))
    if account_id is not None:
        wanted.append(
            exists().where(person_account.c.person_id == person.c.id, person_account.c.account_id == account_id)
        )
    if territory_ids is not None:
        wanted.append(
            exists().where(
                person_account.c.person_id == person.c.id,
                person_account.c.account_id.in_(of_territories(territory_ids)),
            )
        )
    if refuses:
        wanted.append(
            exists().where(
                consent.c.person_id == person.c.id, consent.c.channel == refuses, consent.c.state == "refused"
            )
        )
    return wanted


def _turned(text: str) -> str:
    """First name and last name, as the key has them: last name first."""
    first, _, last = text.strip().rpartition(" ")
    return name_key(last, first)

"""What other programs told of calls, mails, meetings, notes and tasks: of an account, of a person, and what is open."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select

from gcrm.activities.model import Channel
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import account, interaction, interaction_person


class Interactions(Repository):
    """Calls, mails, meetings, notes and tasks. territory_ids: of accounts of these only, None for all."""

    def page(
        self,
        *,
        account_id: int | None = None,
        person_id: int | None = None,
        kinds: Collection[Channel] = (),
        done: bool | None = None,
        text: str = "",
        until: date | None = None,
        territory_ids: Collection[int] | None = None,
        newest_first: bool = True,
        after: int = 0,
        limit: int = 50,
    ) -> tuple[list[int], int]:
        """Ids by day and instant, and how many there are in all. until: due by that day."""
        wanted: list[ColumnElement[bool]] = []
        if account_id is not None:
            wanted.append(interaction.c.account_id == account_id)
        if person_id is not None:
            own = select(interaction_person.c.interaction_id).where(interaction_person.c.person_id == person_id)
            wanted.append(interaction.c.id.in_(own))
        if kinds:
            wanted.append(interaction.c.kind.in_(sorted(kind.value for kind in kinds)))
        if done is not None:
            wanted.append(interaction.c.done if done else ~interaction.c.done)
        if text.strip():
            wanted.append(
                interaction.c.subject.icontains(text.strip(), autoescape=True)
                | interaction.c.text.icontains(text.strip(), autoescape=True)
            )
        if until is not None:
            wanted.append(interaction.c.day <= until)
        if territory_ids is not None:
            seen = select(account.c.id).where(account.c.territory_id.in_(sorted(territory_ids)))
            wanted.append(interaction.c.account_id.in_(seen))
        total = self._connection.execute(select(func.count()).select_from(interaction).where(*wanted)).scalar() or 0
        day, at, number = interaction.c.day, interaction.c.at, interaction.c.id
        order = (day.desc(), at.desc(), number.desc()) if newest_first else (day, at, number)
        rows = self._connection.execute(
            select(interaction.c.id).where(*wanted).order_by(*order).offset(after).limit(limit)
        )
        return [row[0] for row in rows], int(total)

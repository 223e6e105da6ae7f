"""Second factors of users."""

from sqlalchemy import delete, insert, select

from gcrm.people.second_factor import SecondFactor
from gcrm.platform.database.repository import Repository
from gcrm.platform.database.schema import second_factor


class SecondFactors(Repository):
    """One a user at most."""

    def of_user(self, user_id: int) -> SecondFactor | None:
        """A user's, confirmed or not."""
        row = self._connection.execute(select(second_factor).where(second_factor.c.user_id == user_id)).first()
        if row is None:
            return None
        return SecondFactor(row.user_id, row.secret, row.confirmed_at, row.last_step, tuple(row.recovery or ()))

    def users(self) -> set[int]:
        """The users who are asked for one."""
        wanted = select(second_factor.c.user_id).where(second_factor.c.confirmed_at.is_not(None))
        return set(self._connection.execute(wanted).scalars())

    def set_for(self, user_id: int, new: SecondFactor | None) -> None:
        """Give a user another one; None for none."""
        self._connection.execute(delete(second_factor).where(second_factor.c.user_id == user_id))
        if new is not None:
            names = ("user_id", "secret", "confirmed_at", "last_step")
            row = {name: getattr(new, name) for name in names} | {"recovery": list(new.recovery)}
            self._connection.execute(insert(second_factor).values(row))

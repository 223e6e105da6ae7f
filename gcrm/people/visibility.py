"""What each person may see: all accounts and days at a desk, the own ones on the road."""

from dataclasses import dataclass

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.people.model import Rep
from gcrm.people.user import Role, User
from gcrm.platform.errors import NotFound
from gcrm.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person who looks, as pages, API, exports and jobs ask about: every question is answered in one snapshot."""

    user: User

    @property
    def sees_all(self) -> bool:
        """Whether every account and every day may be seen."""
        return self.user.role is not Role.REP

    def territories(self, tx: Transaction) -> frozenset[int] | None:
        """The territories whose accounts may be seen; None for all accounts, also those in none."""
        if self.sees_all:
            return None
        if self.user.rep_id is None:
            return frozenset()
        return frozenset(territory.id for territory in tx.territories.of_rep(self.user.rep_id))

    def account(self, tx: Transaction, account_id: int) -> Account:
        """The account, if it may be seen.

        Raises NotFound, with the same words for an account of somebody else as for one that does not exist.
        """
        hidden = NotFound(
            say("There is no account {account} among yours.", account=account_id),
            say("Find it in the list of accounts."),
        )
        try:
            account = tx.accounts.get(account_id)
        except NotFound as unknown:
            raise hidden from unknown
        territories = self.territories(tx)
        if territories is not None and account.territory_id not in territories:
            raise hidden
        return account

    def rep(self, tx: Transaction, key: str) -> Rep:
        """The rep, if that rep's days may be seen. Raises NotFound as `account` does."""
        hidden = NotFound(say("There is no rep {key!r} that you may see.", key=key), say("Open your own day."))
        try:
            rep = tx.reps.get(key)
        except NotFound as unknown:
            raise hidden from unknown
        if not self.sees_all and rep.id != self.user.rep_id:
            raise hidden
        return rep

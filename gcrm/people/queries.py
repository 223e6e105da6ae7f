"""What pages and other programs ask about reps and users, in one snapshot."""

from gcrm.people.model import Rep
from gcrm.transaction import Transaction


def all_reps(tx: Transaction) -> list[Rep]:
    """All reps, by key."""
    return tx.reps.all()


def rep_of_id(tx: Transaction, rep_id: int | None) -> Rep | None:
    """A rep by number; None where none is named. Raises NotFound."""
    return tx.reps.by_id(rep_id) if rep_id else None


def rep_of_key(tx: Transaction, key: str) -> Rep:
    """A rep by key. Raises NotFound."""
    return tx.reps.get(key)


def user_names(tx: Transaction) -> dict[int, str]:
    """The names of all users, by number."""
    return {user.id: user.name for user in tx.users.all()}

"""What pages and other programs ask about reps and users, in one snapshot."""

from gcrm.people.model import Rep
from gcrm.store import Transaction


def all_reps(tx: Transaction) -> list[Rep]:
    """All reps, by key."""
    return tx.reps.all()


def user_names(tx: Transaction) -> dict[int, str]:
    """The names of all users, by number."""
    return {user.id: user.name for user in tx.users.all()}

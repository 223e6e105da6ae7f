"""The accounts of the map with their fields, as bytes."""

from collections.abc import Collection
from datetime import date

import numpy as np

from gcrm.accounts.account_fields import account_fields, day_of_last, said_words, visit_words
from gcrm.accounts.queries import seen_columns
from gcrm.activities.queries import closed_down
from gcrm.planning.due_of_many import days_left, is_among
from gcrm.transaction import Transaction
from maps.field_points import encode_fields


def packed_accounts(tx: Transaction, seen: Collection[int] | None, day: date) -> bytes:
    """All placed accounts of the territories that may be seen, None for all. day: what "overdue" is meant for."""
    every = seen_columns(tx, seen)
    closed = is_among(every, closed_down(tx))
    visits = {
        "Visit": visit_words(days_left(every, day), np.isnat(every.last_visits), closed),
        "Visited": day_of_last(every.last_visits, day),
    }
    found = account_fields(tx, seen, visits)
    fields = [(one.key, one.label, one.values, one.codes) for one in found.fields]
    return encode_fields(found.accounts.ids, found.accounts.places, fields, said_words())

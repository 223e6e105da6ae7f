"""Finds accounts, cases, reps, territories, regions and scenarios by words of theirs: what one search box asks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from gcrm.accounts.model import Account
from gcrm.common.text import tokens
from gcrm.people.visibility import Viewer
from gcrm.service.repository import CaseFilter
from gcrm.transaction import Transaction

MOST_LETTERS = 200
"""A text is cut there: nobody types more into a search box, and a pasted page is none."""


class RecordKind(StrEnum):
    """What was found."""

    ACCOUNT = "account"
    CASE = "case"
    REP = "rep"
    TERRITORY = "territory"
    REGION = "region"
    SCENARIO = "scenario"


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is meant. key: what its page is asked for by; detail: what tells it from others of its name."""

    kind: RecordKind
    key: str
    name: str
    detail: str = ""


def find_records(tx: Transaction, viewer: Viewer, text: str, limit: int = 8) -> tuple[Found, ...]:
    """The records that the text may mean, at most `limit` of each kind, kind by kind and best first.

    Accounts are also found by address, contact, number, e-mail address and telephone; a rep finds only accounts of the
    own territories. Nothing for a text without a letter or digit.
    """
    typed = " ".join(text.replace("\0", "").split())[:MOST_LETTERS]
    words = tokens(typed)
    if not words:
        return ()
    seen = viewer.territories(tx)
    accounts = tx.accounts.named(typed, limit, None if seen is None else sorted(seen))
    found = [_account(one) for one in accounts]
    cases, _ = tx.cases.page(CaseFilter(text=typed), seen, limit=limit)
    names = {one.id: one.name for one in tx.accounts.by_ids(sorted({one.account_id for one in cases}))}
    found += [
        Found(RecordKind.CASE, str(one.id), f"{one.number} {one.title}", names.get(one.account_id, "")) for one in cases
    ]
    if viewer.sees_all:
        reps = tx.reps.all()
        rep_names = {rep.id: rep.name for rep in reps}
        found += _best(words, (Found(RecordKind.REP, rep.key, rep.name, rep.home_address) for rep in reps), limit)
        found += _best(
            words,
            (
                Found(RecordKind.TERRITORY, str(one.id), one.name, rep_names.get(one.rep_id, ""))
                for one in tx.territories.all()
            ),
            limit,
        )
        found += _best(words, (Found(RecordKind.REGION, one[0], one[1], one[0]) for one in tx.regions.names()), limit)
        found += _best(
            words,
            (Found(RecordKind.SCENARIO, str(one.id), one.name, one.state.value) for one in tx.scenarios.all()),
            limit,
        )
    return tuple(found)


def meant(wanted: tuple[str, ...], name: str) -> int | None:
    """How well a name answers words, 0 best; None where a word is not in it: whole names, beginnings, parts."""
    known = tokens(name)
    if not wanted or not known:
        return None
    if known == wanted:
        return 0
    if all(any(one.startswith(word) for one in known) for word in wanted):
        return 1 if known[0].startswith(wanted[0]) else 2
    joined = " ".join(known)
    return 3 if all(word in joined for word in wanted) else None


def _best(words: tuple[str, ...], known: Iterable[Found], limit: int) -> list[Found]:
    ranked = [(rank, one) for one in known if (rank := meant(words, one.name)) is not None]
    ranked.sort(key=lambda pair: (pair[0], pair[1].name.casefold(), pair[1].key))
    return [one for _, one in ranked[:limit]]


def _account(account: Account) -> Found:
    told = [account.address.text, account.contact, account.external_id]
    return Found(RecordKind.ACCOUNT, str(account.id), account.name, ", ".join(filter(None, told)))

"""Which account a row of a file is, so that importing a file again changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from gcrm.accounts.cells import days_before
from gcrm.accounts.model import PERSON, Account, Address
from gcrm.common.text import joined, tokens
from gcrm.imports.cleaning import Draft


def account_key(name: str, address: Address) -> str:
    """The same for rows that say the same firm at the same address, however they are spelled in case and signs."""
    where = joined(tokens(address.line)) or joined(
        tokens(f"{address.street} {address.house_number} {address.postcode} {address.city}")
    )
    return f"{joined(tokens(name))}|{where}"


@dataclass
class Known:
    """The accounts of the database, to be found by external id, else by name and address."""

    by_external_id: dict[str, Account] = field(default_factory=dict)
    by_key: dict[str, Account] = field(default_factory=dict)
    by_id: dict[int, Account] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[Account]) -> "Known":
        """Index the accounts; of two with the same key the older one is taken."""
        known = cls()
        for account in accounts:
            known.by_id[account.id] = account
            if account.external_id:
                known.by_external_id.setdefault(account.external_id, account)
            known.by_key.setdefault(account_key(account.name, account.address), account)
        return known

    def match(self, draft: Draft) -> Account | None:
        """The account that a row is, None for a new one. An account with another external id is another account."""
        external_id = draft.values.get("external_id", "")
        if external_id and external_id in self.by_external_id:
            return self.by_external_id[external_id]
        exported = self.by_id.get(draft.gcrm_id)
        if exported and _still_the_same(exported, draft):
            return exported
        found = self.by_key.get(account_key(draft.values["name"], draft.address))
        if found and external_id and found.external_id:
            return None
        return found


def _still_the_same(account: Account, draft: Draft) -> bool:
    """Whether the account of an exported row's id is the one exported: ids of another workspace mean others."""
    if account.external_id != draft.values.get("external_id", ""):
        return False
    same_name = joined(tokens(account.name)) == joined(tokens(draft.values["name"]))
    return same_name or (bool(draft.address) and account_key("", account.address) == account_key("", draft.address))


def apply(draft: Draft, existing: Account | None, today: date) -> Account:
    """The account as the row wants it. A blank cell leaves what is there; a visit never moves back in time."""
    values = dict(draft.values)
    if existing is None:
        account = replace(Account(name=values["name"], address=draft.address), **values)
    else:
        if draft.address:
            values["address"] = draft.address
        known_visit, new_visit = existing.last_visit, values.get("last_visit")
        if known_visit and new_visit and new_visit < known_visit:
            del values["last_visit"]
        account = replace(existing, **values)
    if draft.visited_days_ago is not None and account.last_visit is None:
        account = replace(account, last_visit=days_before(today, draft.visited_days_ago))
    return account


def needs_placing(account: Account, existing: Account | None) -> bool:
    """Whether the address has to be looked up: a new account, or one whose address is another now."""
    if existing is None:
        return True
    if existing.placement.source == PERSON:
        return False
    return account_key("", existing.address) != account_key("", account.address)

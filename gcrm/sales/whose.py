"""Whose an order is: by our number, by the company's own, or by name and town."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from gcrm.accounts.model import Account
from gcrm.common.language import say
from gcrm.common.text import joined, tokens
from gcrm.imports.identity import alike_names, loose_number
from gcrm.platform.errors import InputRejected, NotFound

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Named:
    """How a row names an account: our number, the company's, what may be either its number or its name, the town."""

    gcrm_id: str = ""
    external_id: str = ""
    account: str = ""
    city: str = ""

    @property
    def text(self) -> str:
        """As a person reads it."""
        number = self.external_id or (f"gcrm_id {self.gcrm_id}" if self.gcrm_id else "")
        name = ", ".join(part for part in (self.account, self.city) if part)
        return " ".join(part for part in (number, name) if part)

    @property
    def key(self) -> str:
        """The same for the same account in any file that names it so; a merge changes nothing of it."""
        parts = (self.gcrm_id.strip(), loose_number(self.external_id), *(joined(tokens(part)) for part in self.name))
        return "|".join(parts)

    @property
    def name(self) -> tuple[str, str]:
        """The name and the town."""
        return self.account, self.city


@dataclass
class Whose:
    """The accounts of the database, found by what a row says; one that was merged away as what it went into."""

    by_id: dict[int, int] = field(default_factory=dict)
    by_external_id: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    by_town: dict[str, list[Account]] = field(default_factory=lambda: defaultdict(list))
    _found: dict[Named, int | str] = field(default_factory=dict)

    @classmethod
    def of(cls, accounts: Iterable[Account], merged_away: Iterable[tuple[int, str, int]] = ()) -> "Whose":
        """Index the accounts. merged_away: the id of each, its external id, and the id that it went into."""
        known = cls()
        own = {account.id: account for account in accounts}
        for account in own.values():
            known.by_id[account.id] = account.id
            if account.external_id:
                known.by_external_id[loose_number(account.external_id)].append(account)
            known.by_name[joined(tokens(account.name))].append(account)
            known.by_town[joined(tokens(account.address.city))].append(account)
        into = {gone: (number, to) for gone, number, to in merged_away}
        for gone, (number, to) in into.items():
            seen = {gone}
            while to in into and to not in own and to not in seen:
                seen.add(to)
                to = into[to][1]  # noqa: PLW2901 - an account may be merged more than once
            if to in own and gone not in own:
                known.by_id[gone] = to
                folded = loose_number(number)
                if number and folded not in known.by_external_id:
                    known.by_external_id[folded].append(own[to])
        return known

    def find(self, named: Named) -> int:
        """The id of the account. Raises NotFound for an unknown one, InputRejected where it may be several."""
        if named not in self._found:
            try:
                self._found[named] = self._look(named)
            except NotFound as error:
                self._found[named] = f"?{error.fault}"
            except InputRejected as error:
                self._found[named] = error.fault
        found = self._found[named]
        if isinstance(found, int):
            return found
        if found.startswith("?"):
            raise NotFound(found[1:])
        raise InputRejected(found)

    def _look(self, named: Named) -> int:
        if named.gcrm_id:
            digits = named.gcrm_id.removesuffix(".0")
            account_id = self.by_id.get(int(digits)) if digits.isascii() and digits.isdecimal() else None
            if account_id is not None:
                return account_id
        if named.external_id:
            found = self._numbered(named.external_id, named)
            if found is not None:
                return found
        if named.account:
            found = self._numbered(named.account, named) if not named.external_id else None
            if found is None:
                found = self._by_name(named)
            if found is not None:
                return found
        raise NotFound(say("There is no account {given!r}.", given=named.text[:80]))

    def _numbered(self, number: str, named: Named) -> int | None:
        known = self.by_external_id.get(loose_number(number), [])
        exact = [one for one in known if one.external_id == number] or known
        if len(exact) > 1:
            exact = self._in_town(
                [one for one in exact if named.account and alike_names(one.name, named.account)], named
            )
            if not exact:
                exact = known
        return self._only(exact, named)

    def _by_name(self, named: Named) -> int | None:
        known = self._in_town(self.by_name.get(joined(tokens(named.account)), []), named)
        if not known and named.city:
            town = self.by_town.get(joined(tokens(named.city)), [])
            known = [one for one in town if alike_names(one.name, named.account)]
        if named.external_id:
            # One of another number is another account.
            known = [one for one in known if not one.external_id]
        return self._only(known, named)

    def _in_town(self, known: list[Account], named: Named) -> list[Account]:
        if not named.city:
            return known
        town = joined(tokens(named.city))
        there = [one for one in known if joined(tokens(one.address.city)) == town]
        # An account whose town nobody knows may be meant; one of another town is another.
        return there or [one for one in known if not one.address.city]

    def _only(self, known: list[Account], named: Named) -> int | None:
        if len(known) > 1:
            ids = ", ".join(str(one.id) for one in known[:SHOWN])
            raise InputRejected(
                say(
                    "{given!r} may be any of the accounts {ids}; give its number or its town.",
                    given=named.text[:80],
                    ids=ids,
                )
            )
        return known[0].id if known else None

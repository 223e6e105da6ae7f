"""Drafts joined with each other and with what is there: by id, else by domain, else by name.

A record that its own program told before is known by its id. The row that reads as it did then changes nothing; one
that reads otherwise replaces what it said. What another program tells of the same company, person, deal or talk fills
blanks only: what is there stays, and what differs is told.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gcrm.accounts.model import Account, Address, Kind
from gcrm.accounts.person import AccountExtra, AtAccount, Consent, ConsentState, Person, Reached
from gcrm.accounts.record_values import document_of
from gcrm.activities.model import Channel, Interaction
from gcrm.common.language import number as written
from gcrm.common.language import say, to_say
from gcrm.imports.crm import values
from gcrm.imports.crm.drafts import (
    AccountDraft,
    ActivityDraft,
    Context,
    DealDraft,
    Draft,
    Drafts,
    PersonDraft,
    digest_of,
)
from gcrm.imports.crm.read_rows import names_key, odoo_number
from gcrm.imports.identity import alike_addresses, alike_names
from gcrm.platform.errors import InputRejected
from gcrm.sales.model import Deal, DealOutcome
from gcrm.transaction import Transaction

SHOWN = 8
"""Names that a remark lists before "and N more"."""


@dataclass(slots=True, eq=False)
class Rec:
    """A record on its way. value: as it will be; was: its plain values as they were, None for a new one.

    systems: the programs that have an id for it. changed: something of it is another now.
    """

    kind: str
    value: Any
    was: dict[str, Any] | None = None
    before: Any = None
    id: int = 0
    extra: AccountExtra | None = None
    extra_was: dict[str, Any] | None = None
    systems: set[str] = field(default_factory=set)
    accounts: "list[tuple[Rec, str]]" = field(default_factory=list)
    people: "list[Rec]" = field(default_factory=list)
    account: "Rec | None" = None
    deal: "Rec | None" = None
    parent: "Rec | None" = None
    result: str = ""

    @property
    def is_new(self) -> bool:
        """Whether this import makes it."""
        return self.was is None


@dataclass(slots=True)
class Joined:
    """What an import comes to. refs: (system, kind, external id, record, digest, is new)."""

    accounts: list[Rec] = field(default_factory=list)
    people: list[Rec] = field(default_factory=list)
    deals: list[Rec] = field(default_factory=list)
    activities: list[Rec] = field(default_factory=list)
    results: dict[str, dict[str, int]] = field(default_factory=dict)
    links: Counter[str] = field(default_factory=Counter)
    refs: list[tuple[str, str, str, Rec, str, bool]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    custom: list[tuple[str, str, str, str, str]] = field(default_factory=list)


RESULTS = ("created", "updated", "unchanged")
NOUNS = {"account": "accounts", "person": "people", "deal": "deals", "activity": "activities"}


class Join:
    """One import being joined, in one view of the database."""

    def __init__(self, tx: Transaction, drafts: Drafts, context: Context) -> None:
        self.tx, self.drafts, self.context = tx, drafts, context
        self.joined = Joined(results={name: dict.fromkeys(RESULTS, 0) for name in NOUNS.values()})
        systems = {
            one.system for some in (drafts.accounts, drafts.people, drafts.deals, drafts.activities) for one in some
        }
        systems |= {one[0] for one in drafts.deal_people} | {one[0] for one in drafts.person_accounts}
        self.refs = tx.record.refs(systems)
        self.by_ref: dict[tuple[str, str, str], Rec] = {}
        self.seen: set[tuple[str, str, str]] = set()
        self.told: dict[str, list[str]] = defaultdict(list)
        self.users = _Users(tx, context)
        self._twice: Counter[str] = Counter()
        self._edited: dict[int, frozenset[str]] | None = None
        self._load()

    # What is there

    def _load(self) -> None:
        tx = self.tx
        extras = tx.record.extras()
        by_id: dict[int, Rec] = {}
        self.accounts_by_name: dict[str, list[Rec]] = defaultdict(list)
        self.accounts_by_domain: dict[str, list[Rec]] = defaultdict(list)
        self.by_phone: dict[str, list[Rec]] = defaultdict(list)
        for account in tx.accounts.all():
            extra = extras.get(account.id)
            rec = Rec("account", account, {}, account, account.id, extra, document_of(extra) if extra else None)
            by_id[account.id] = rec
            self._index_account(rec)
        people = {one.id: Rec("person", one, document_of(one), None, one.id) for one in tx.record.people()}
        self.people_by_mail: dict[str, list[Rec]] = defaultdict(list)
        self.people_by_name: dict[str, list[Rec]] = defaultdict(list)
        for rec in people.values():
            rec.accounts = [(by_id[one.account_id], one.role) for one in rec.value.accounts if one.account_id in by_id]
            self._index_person(rec)
        deals = {one.id: Rec("deal", one, document_of(one), None, one.id) for one in tx.record.deals()}
        self.deals_by_name: dict[str, list[Rec]] = defaultdict(list)
        for rec in deals.values():
            rec.account = by_id.get(rec.value.account_id)
            rec.people = [people[one] for one in rec.value.people if one in people]
            self.deals_by_name[names_key(rec.value.name)].append(rec)
        self.activities: dict[int, Rec] = {}
        self.activity_keys: dict[tuple[Any, ...], list[int | Rec]] = defaultdict(list)
        self._all = {"account": by_id, "person": people, "deal": deals}
        for number, kind, day, subject, account_id in tx.record.interaction_keys():
            self.activity_keys[kind, day, names_key(subject), account_id].append(number)
        for key, (number, _) in self.refs.items():
            known: Rec | None = self._all[key[1]].get(number) if key[1] in self._all else None
            if known is not None:
                self._index_ref(key, known)
        # Of records that others have told as well: who may be the same is asked of all programs.
        for kind, some in self._all.items():
            for number, systems in tx.record.refs_of(kind, list(some)).items():
                some[number].systems |= set(systems)

    def _index_ref(self, key: tuple[str, str, str], rec: Rec) -> None:
        self.by_ref[key] = rec
        rec.systems.add(key[0])
        if key[0] == "odoo" and (number := odoo_number(key[2])):
            kind = "partner" if key[1] in {"account", "person"} else key[1]
            self.by_ref["odoo", kind, number] = rec

    def _index_account(self, rec: Rec) -> None:
        account = rec.value
        self.accounts_by_name[names_key(account.name)].append(rec)
        for domain in {values.domain_of(account.website), values.domain_of(account.email)} - {""}:
            self.accounts_by_domain[domain].append(rec)
        if account.phone:
            self.by_phone[account.phone].append(rec)

    def _index_person(self, rec: Rec) -> None:
        one: Person = rec.value
        for mail in {one.email.lower(), *(each.value for each in one.more if each.kind == "email")} - {""}:
            self.people_by_mail[mail].append(rec)
        for name in {one.name, f"{one.last_name} {one.first_name}"}:
            self.people_by_name[names_key(name)].append(rec)

    # All of it, in order

    def run(self) -> Joined:
        """Companies before people before deals before what happened."""
        for draft in self.drafts.accounts:
            self._account(draft)
        for draft in self.drafts.accounts:
            self._parent(draft)
        for one in self.drafts.people:
            self._person(one)
        for system, person, account, role in self.drafts.person_accounts:
            self._belongs(system, person, account, role)
        for deal_draft in self.drafts.deals:
            self._deal(deal_draft)
        for system, deal, person, is_primary in self.drafts.deal_people:
            self._takes_part(system, deal, person, is_primary)
        self._load_activities()
        for entry in self.drafts.activities:
            self._activity(entry)
        self._finish()
        return self.joined

    # Shared

    def _known(self, kind: str, draft: Draft) -> Rec | None:
        return self.by_ref.get((draft.system, kind, draft.id)) if draft.id else None

    def _same_as_before(self, kind: str, draft: Draft) -> bool:
        known = self.refs.get((draft.system, kind, draft.id))
        return known is not None and known[1] == draft.digest

    def _keep_ref(self, kind: str, draft: Draft, rec: Rec) -> None:
        if not draft.id:
            return
        key = (draft.system, kind, draft.id)
        if key in self.seen:
            self.told[to_say("Ids that stand twice in the files; the last row counts")].append(f"{kind} {draft.id}")
        self.seen.add(key)
        if not self._same_as_before(kind, draft):
            self.joined.refs.append((*key, rec, draft.digest, key not in self.refs))
        self._index_ref(key, rec)

    def _count(self, rec: Rec, result: str) -> None:
        """Count a row: a record counts as what happened to it first, but for one that changed after all."""
        self.joined.results[NOUNS[rec.kind]][result] += 1
        rec.result = result

    def _fill(self, rec: Rec, draft: Draft, told: dict[str, Any], *, own: bool) -> None:
        """Give a record what a draft says. own: of the program that told it before, which may change what it said."""
        for name, value in told.items():
            if value in (None, "", ()):
                continue
            there = getattr(rec.value, name)
            if there == value:
                continue
            if there in (None, "", ()) or rec.is_new or own:
                setattr(rec.value, name, value)
            elif not isinstance(value, tuple):
                self.told[to_say("Differs from what is there, which stays")].append(
                    say(
                        "{field} of {name}: {value}",
                        field=name.replace("_", " "),
                        name=_named(rec),
                        value=str(value)[:40],
                    )
                )
        for name, value in draft.custom.items():
            if name not in rec.value.custom or own:
                rec.value.custom = {**rec.value.custom, name: value}

    def _owner(self, draft: Draft) -> dict[str, Any]:
        if not draft.owner:
            return {}
        return {
            "owner": self.users.name(draft.owner, draft.owner_email),
            "owner_id": self.users.id(draft.owner, draft.owner_email),
        }

    # Companies

    def _account(self, draft: AccountDraft) -> None:
        rec = self._known("account", draft)
        if rec is not None and rec.was is not None and self._same_as_before("account", draft):
            self._keep_ref("account", draft, rec)
            self._count(rec, "unchanged")
            return
        own = rec is not None
        rec = rec or self._same_account(draft)
        made = rec is None
        if rec is None:
            rec = self._new_account(draft.name)
        before = (rec.value, None if rec.extra is None else document_of(rec.extra))
        rec.value = self._filled_account(rec, draft, own=own)
        self._fill_extra(rec, draft, own=own)
        self._keep_ref("account", draft, rec)
        self._index_account(rec)
        changed = before != (rec.value, None if rec.extra is None else document_of(rec.extra))
        self._count(rec, "created" if made else "updated" if changed else "unchanged")

    def _new_account(self, name: str) -> Rec:
        rec = Rec("account", Account(name, Kind.PROSPECT))
        rec.extra = AccountExtra(0)
        self.joined.accounts.append(rec)
        return rec

    def _same_account(self, draft: AccountDraft) -> Rec | None:
        """The account that another program, or a person, has told already."""
        address = _address(draft)
        for rec in self.accounts_by_name.get(names_key(draft.name), ()):
            if self._free(rec, draft) and alike_addresses(address, rec.value.address) is not False:
                return rec
        near: list[Rec] = [
            *self.accounts_by_domain.get(draft.domain or "-", ()),
            *self.by_phone.get(draft.phone or "-", ()),
        ]
        for rec in near:
            if (
                self._free(rec, draft)
                and alike_addresses(address, rec.value.address)
                and alike_names(draft.name, rec.value.name)
            ):
                self.told[to_say("Taken as the account that is there, by address and website or phone")].append(
                    say("{name} as {known}", name=draft.name, known=rec.value.name)
                )
                return rec
        return None

    def _free(self, rec: Rec, draft: Draft) -> bool:
        """Whether a record may be the draft's: no other record of the same program has taken it."""
        return not draft.id or draft.system not in rec.systems

    def _filled_account(self, rec: Rec, draft: AccountDraft, *, own: bool) -> Account:
        account: Account = rec.value
        address = _address(draft)
        told: dict[str, Any] = {
            "external_id": draft.id.removeprefix("lead:") if rec.is_new else "",
            "name": draft.name,
            "phone": draft.phone,
            "email": draft.email,
            "website": draft.website or (f"https://{draft.domain}" if draft.domain else ""),
            "segment": draft.segment,
            "contact": draft.contact,
            "address": address,
        }
        found: dict[str, Any] = {}
        by_hand = self._by_hand(account.id) if own and not rec.is_new else frozenset()
        for name, value in told.items():
            there = getattr(account, name)
            if not value or value == there:
                continue
            if name not in by_hand and (not there or own or (rec.is_new and not rec.systems)):
                found[name] = value
            elif name == "address" and alike_addresses(value, there) is not False:
                parts = {
                    part: getattr(value, part)
                    for part in ("street", "house_number", "postcode", "city", "country")
                    if getattr(value, part) and not getattr(there, part) and not there.line
                }
                if parts:
                    found[name] = replace(there, **parts)
            elif name not in {"name", "external_id", "segment"}:
                text = value.text if isinstance(value, Address) else value
                self.told[to_say("Differs from what is there, which stays")].append(
                    say("{field} of {name}: {value}", field=name, name=account.name, value=text[:60])
                )
        if draft.note and draft.note not in account.note and "note" not in by_hand:
            found["note"] = "\n".join(filter(None, [account.note, draft.note]))[:10_000]
        status = draft.status
        if status and (own or rec.is_new or not (rec.extra and rec.extra.status)):
            kind = Kind.CUSTOMER if status == "customer" else Kind.PROSPECT
            if rec.is_new or (own and "kind" not in by_hand):
                found["kind"] = kind
        if draft.lon is not None and draft.lat is not None and account.place is None:
            from gcrm.accounts.cells import given_by_file
            from routing.points import LonLat

            found["place"] = LonLat(draft.lon, draft.lat)
            found["placement"] = replace(given_by_file(), placed_at=self.context.now)
        return replace(account, **found) if found else account

    def _by_hand(self, account_id: int) -> frozenset[str]:
        """The fields of an account that people have changed here: no later export takes that back."""
        if self._edited is None:
            self._edited = self.tx.changes.edited_fields()
        return self._edited.get(account_id, frozenset())

    def _fill_extra(self, rec: Rec, draft: AccountDraft, *, own: bool) -> None:
        extra = replace(rec.extra, custom=dict(rec.extra.custom)) if rec.extra else AccountExtra(rec.id)
        told = {"status": draft.status, "created_on": draft.created, **self._owner(draft)}
        for name, value in told.items():
            if value and (own or not getattr(extra, name)):
                setattr(extra, name, value)
        for name, value in draft.custom.items():
            if own or name not in extra.custom:
                extra.custom[name] = value
        rec.extra = extra

    def _parent(self, draft: AccountDraft) -> None:
        if not (draft.parent_id or draft.parent):
            return
        rec = self._known("account", draft) or next(iter(self.accounts_by_name.get(names_key(draft.name), ())), None)
        if rec is None:
            return
        parent = self.by_ref.get((draft.system, "account", draft.parent_id)) if draft.parent_id else None
        if parent is None and draft.parent:
            parent = next(iter(self.accounts_by_name.get(names_key(draft.parent), ())), None)
            if parent is None and not self._same_as_before("account", draft):
                parent = self._made_by_name(draft.parent, say("the head office of {name}", name=draft.name))
        if parent is None or parent is rec:
            if parent is None and draft.parent_id:
                self.told[to_say("Head offices that are in none of the files")].append(
                    say("{number} of {name}", number=draft.parent_id, name=draft.name)
                )
            return
        self.joined.links["account_parent"] += 1
        there = rec.extra.parent_id if rec.extra else None
        if rec.parent is None and (there is None or there != parent.id):
            rec.parent = parent
            if rec.extra is None:
                rec.extra = AccountExtra(rec.id)
            if rec.result == "unchanged":
                self.joined.results["accounts"]["unchanged"] -= 1
                self._count(rec, "updated")

    def _made_by_name(self, name: str, why: str) -> Rec:
        """A company that only others name."""
        rec = self._new_account(name[:200])
        if rec.extra:
            rec.extra.status = "prospect"
        self._index_account(rec)
        self.joined.results["accounts"]["created"] += 1
        rec.result = "created"
        self.told[to_say("Accounts made because only other records name them")].append(f"{name} ({why})")
        return rec

    def _account_of(  # noqa: C901, PLR0912 - the ways in their order
        self, draft: Draft, ids: Sequence[str], name: str, mails: Sequence[str], why: str, *, make: bool
    ) -> Rec | None:
        """The account that a row belongs to: by id, by its name as it is, by domain, else made by its name."""
        for number in ids:
            if rec := self.by_ref.get((draft.system, "account", number)):
                return rec
        named = self.accounts_by_name.get(names_key(name), []) if name else []
        named = list(dict.fromkeys(named))
        if len(named) == 1:
            return named[0]
        domains = [one for mail in mails if (one := values.domain_of(mail))]
        at = [rec for one in domains for rec in dict.fromkeys(self.accounts_by_domain.get(one, ()))]
        at = list(dict.fromkeys(at))
        if len(named) > 1:
            chosen = next((rec for rec in named if rec in at), None) or next(
                (rec for rec in named if draft.system in rec.systems), named[0]
            )
            self.told[to_say("Names that several accounts have; the first that fits is taken")].append(
                f"{name} ({why})"
            )
            return chosen
        if len(at) == 1:
            if name:
                self.told[to_say("Linked by the domain of the e-mail address")].append(
                    say("{why}: {name} is {known}", why=why, name=name, known=at[0].value.name)
                )
            else:
                self.told[to_say("Linked by the domain of the e-mail address")].append(f"{why}: {at[0].value.name}")
            return at[0]
        if not name:
            if ids:
                self.told[to_say("Accounts that are in none of the files")].append(f"{ids[0]} ({why})")
            if len(at) > 1:
                self.told[to_say("Not linked: several accounts have the domain")].append(
                    f"{why}: {', '.join(one.value.name for one in at[:3])}"
                )
            return None
        if not make:
            return None
        rec = self._made_by_name(name, why)
        if domains and rec.value.website == "":
            rec.value = replace(rec.value, website=f"https://{domains[0]}")
            self._index_account(rec)
        for number in ids[:1]:
            key = (draft.system, "account", number)
            self.joined.refs.append((*key, rec, "", key not in self.refs))
            self._index_ref(key, rec)
        return rec

    # People

    def _person(self, draft: PersonDraft) -> None:
        rec = self._known("person", draft)
        unchanged = rec is not None and rec.was is not None and self._same_as_before("person", draft)
        own = rec is not None
        account = self._account_of(
            draft, draft.account_ids, draft.account, draft.emails, draft.name, make=not unchanged
        )
        rest = [
            one
            for number in draft.account_ids
            if (one := self.by_ref.get((draft.system, "account", number))) and one is not account
        ]
        if account is not None:
            self.joined.links["person_account"] += 1
        if rec is not None and unchanged:
            self._keep_ref("person", draft, rec)
            self._count(rec, "unchanged")
            return
        rec = rec or self._same_person(draft, account)
        made = rec is None
        if rec is None:
            rec = Rec("person", Person())
            self.joined.people.append(rec)
        before = None if rec.is_new else document_of(rec.value)
        known = [one for one, _ in rec.accounts]
        self._fill(
            rec,
            draft,
            {
                "first_name": draft.first,
                "last_name": draft.last,
                "salutation": draft.salutation,
                "title": draft.title,
                "email": draft.emails[0] if draft.emails else "",
                "phone": draft.phone,
                "mobile": draft.mobile,
                "language": draft.language,
                "note": draft.note,
                "created_on": draft.created,
                **self._owner(draft),
            },
            own=own,
        )
        more = [Reached(*one) for one in draft.more]
        if draft.emails and draft.emails[0] != rec.value.email:
            more.append(Reached("email", "", draft.emails[0]))
        has = {one.value for one in rec.value.more} | {rec.value.email, rec.value.phone, rec.value.mobile}
        rec.value.more += tuple(one for one in more if one.value not in has)
        for one in [account, *rest]:
            if one is not None and all(one is not other for other, _ in rec.accounts):
                rec.accounts.append((one, draft.role if one is account else ""))
        self._consents(rec, draft)
        self._keep_ref("person", draft, rec)
        self._index_person(rec)
        changed = made or before != document_of(rec.value) or known != [one for one, _ in rec.accounts]
        self._count(rec, "created" if made else "updated" if changed else "unchanged")

    def _same_person(self, draft: PersonDraft, account: Rec | None) -> Rec | None:
        name = names_key(draft.name)
        for mail in draft.emails:
            for rec in self.people_by_mail.get(mail, ()):
                if self._free(rec, draft) and (
                    names_key(rec.value.name) == name
                    or not name
                    or "@" in draft.last
                    or alike_names(draft.name, rec.value.name)
                ):
                    return rec
        numbers = {draft.phone, draft.mobile} - {""}
        for rec in self.people_by_name.get(name, ()):
            if not self._free(rec, draft):
                continue
            there = {one for one, _ in rec.accounts}
            if (account is not None and account in there) or numbers & {rec.value.phone, rec.value.mobile}:
                return rec
        return None

    def _consents(self, rec: Rec, draft: PersonDraft) -> None:
        """What a person has said. A refusal stays one until the same program says otherwise in so many words."""
        for channel, purpose, state, heading in draft.consents:
            new = Consent(
                channel, purpose, ConsentState(state), f"{_system_name(draft.system)}: {heading}", self.context.today
            )
            there = next((one for one in rec.value.consents if (one.channel, one.purpose) == (channel, purpose)), None)
            if there is None:
                rec.value.consents += (new,)
            elif there.state is not new.state:
                if new.state is ConsentState.REFUSED or there.source == new.source:
                    rec.value.consents = tuple(new if one is there else one for one in rec.value.consents)
                else:
                    self.told[to_say("Said to be willing, refused elsewhere; the refusal stays")].append(_named(rec))

    def _belongs(self, system: str, person: str, account: str, role: str) -> None:
        rec, at = self.by_ref.get((system, "person", person)), self.by_ref.get((system, "account", account))
        if rec is None or at is None or any(one is at for one, _ in rec.accounts):
            return
        rec.accounts.append((at, role))
        self.joined.links["person_account"] += 1
        self._now_changed(rec)

    def _now_changed(self, rec: Rec) -> None:
        if rec.result == "unchanged":
            self.joined.results[NOUNS[rec.kind]]["unchanged"] -= 1
            self._count(rec, "updated")

    # Deals

    def _deal(self, draft: DealDraft) -> None:
        rec = self._known("deal", draft)
        unchanged = rec is not None and rec.was is not None and self._same_as_before("deal", draft)
        own = rec is not None
        account, people = self._parties(draft, make=not unchanged)
        self.joined.links["deal_account"] += account is not None
        self.joined.links["deal_person"] += len(people)
        if rec is not None and unchanged:
            self._keep_ref("deal", draft, rec)
            self._count(rec, "unchanged")
            return
        rec = rec or self._same_deal(draft, account)
        made = rec is None
        if rec is None:
            rec = Rec("deal", Deal(draft.name))
            self.joined.deals.append(rec)
        before = None if rec.is_new else (document_of(rec.value), rec.account, list(rec.people))
        outcome = draft.outcome or self._guessed(draft)
        if rec.is_new or own or (rec.value.outcome is DealOutcome.OPEN and outcome != "open"):
            rec.value.outcome = DealOutcome(outcome)
        if draft.amount is not None and rec.value.amount is None:
            rec.value.currency = draft.currency
        self._fill(
            rec,
            draft,
            {
                "name": draft.name,
                "pipeline": draft.pipeline,
                "stage": draft.stage,
                "amount": draft.amount,
                "currency": draft.currency,
                "probability": draft.probability,
                "close_date": draft.close_date,
                "closed_on": draft.closed_on,
                "created_on": draft.created,
                "loss_reason": draft.loss_reason,
                "next_step": draft.next_step,
                "source": draft.source,
                "note": draft.note,
                **self._owner(draft),
            },
            own=own,
        )
        if account is not None and (rec.account is None or own):
            rec.account = account
        for person in people:
            if person not in rec.people:
                rec.people.append(person)
        self._keep_ref("deal", draft, rec)
        self.deals_by_name[names_key(draft.name)].append(rec)
        changed = made or before != (document_of(rec.value), rec.account, rec.people)
        self._count(rec, "created" if made else "updated" if changed else "unchanged")

    def _guessed(self, draft: DealDraft) -> str:
        """How a deal stands of which only its stage and probability tell."""
        found = "open"
        if draft.probability == 100:
            found = "won"
        elif draft.probability == 0 and draft.close_date and draft.close_date < self.context.today:
            found = "lost"
        if draft.stage:
            self.told[to_say("Stages that do not say how a deal stands; taken by the probability")].append(
                say("{stage} is {outcome}", stage=draft.stage, outcome=say(str(found)))
            )
        return found

    def _parties(self, draft: DealDraft, *, make: bool) -> tuple[Rec | None, list[Rec]]:
        people = [one for number in draft.person_ids if (one := self.by_ref.get((draft.system, "person", number)))]
        account = next(
            (one for number in draft.account_ids if (one := self.by_ref.get((draft.system, "account", number)))), None
        )
        name = draft.account
        if account is None and not name and draft.customer:
            # Odoo's customer is a person as "Company, Person", or a company.
            whole = self.accounts_by_name.get(names_key(draft.customer))
            company, _, person = draft.customer.rpartition(", ")
            name = draft.customer if whole or not company else company
            if not draft.people and person and not whole:
                draft.people = (person,)
        if account is None and draft.person_ids and not name:
            number = draft.person_ids[0]
            account = self.by_ref.get((draft.system, "account", number))
        if account is None:
            account = self._account_of(
                draft, draft.account_ids, name, (), say("deal {name}", name=draft.name), make=make
            )
        for person in draft.people:
            found = self._person_named(draft, person, account)
            if found is not None and found not in people:
                people.append(found)
            elif found is None and not draft.person_ids:
                self.told[to_say("People that are in none of the files")].append(
                    say("{person} (deal {name})", person=person, name=draft.name)
                )
        if account is None and people and people[0].accounts:
            account = people[0].accounts[0][0]
        return account, people

    def _person_named(self, draft: Draft, name: str, account: Rec | None) -> Rec | None:
        """The person of a name, at the account first, then where there is only one."""
        _, _, behind = name.rpartition(", ")
        for one in dict.fromkeys([name, behind]):
            found = list(dict.fromkeys(self.people_by_name.get(names_key(one), ())))
            here = [rec for rec in found if account is not None and any(at is account for at, _ in rec.accounts)]
            if here or len(found) == 1:
                return (here or found)[0]
            if found:
                own = [rec for rec in found if draft.system in rec.systems]
                return (own or found)[0]
        return None

    def _same_deal(self, draft: DealDraft, account: Rec | None) -> Rec | None:
        for rec in self.deals_by_name.get(names_key(draft.name), ()):
            one: Deal = rec.value
            if (
                self._free(rec, draft)
                and rec.account is account
                and not _conflict(one.amount, draft.amount)
                and not (one.currency and draft.currency and one.currency != draft.currency)
                and not _days_apart(one.created_on, draft.created)
            ):
                return rec
        return None

    def _takes_part(self, system: str, deal: str, person: str, is_primary: bool) -> None:
        rec, one = self.by_ref.get((system, "deal", deal)), self.by_ref.get((system, "person", person))
        if rec is None or one is None:
            return
        if one in rec.people:
            if is_primary and rec.people[0] is not one and rec.is_new:
                rec.people.remove(one)
                rec.people.insert(0, one)
            return
        self.joined.links["deal_person"] += 1
        rec.people.insert(0 if is_primary else len(rec.people), one)
        self._now_changed(rec)

    # What happened

    def _load_activities(self) -> None:
        """Those that are there and that a draft may be: told before and reading otherwise now, or alike."""
        wanted = set()
        for draft in self.drafts.activities:
            if not draft.id:
                draft.id = self._row_id(draft)
            known = self.refs.get((draft.system, "activity", draft.id))
            if known is not None and known[1] != draft.digest:
                wanted.add(known[0])
        for one in self.tx.record.interactions(sorted(wanted)):
            self._loaded(one)

    def _loaded(self, one: Interaction) -> Rec:
        rec = Rec("activity", one, document_of(one), None, one.id)
        rec.account = self._all["account"].get(one.account_id or 0)
        rec.deal = self._all["deal"].get(one.deal_id or 0)
        rec.people = [self._all["person"][number] for number in one.people if number in self._all["person"]]
        self.activities[one.id] = rec
        return rec

    def _row_id(self, draft: ActivityDraft) -> str:
        """What a row is called that its program gives no id; the second of two that read the same is another."""
        said = (
            draft.kind,
            str(draft.at or draft.day),
            draft.subject,
            draft.text,
            draft.account,
            draft.deal,
            *draft.people,
        )
        number = f"row:{digest_of(said)}"
        self._twice[number] += 1
        return number if self._twice[number] == 1 else f"{number}:{self._twice[number]}"

    def _activity(self, draft: ActivityDraft) -> None:
        key = (draft.system, "activity", draft.id)
        account, deal, people = self._concerned(draft)
        self.joined.links["activity_account"] += account is not None
        self.joined.links["activity_person"] += len(people)
        self.joined.links["activity_deal"] += deal is not None
        known = self.refs.get(key)
        if known is not None and known[1] == draft.digest:
            self.joined.results["activities"]["unchanged"] += 1
            self.seen.add(key)
            return
        rec = self.by_ref.get(key) or (self.activities.get(known[0]) if known else None)
        own = rec is not None
        rec = rec or self._same_activity(draft, account)
        made = rec is None
        if rec is None:
            rec = Rec("activity", Interaction(Channel(draft.kind), done=draft.done))
            self.joined.activities.append(rec)
        before = None if rec.is_new else (document_of(rec.value), rec.account, rec.deal, list(rec.people))
        if own:
            rec.value.done, rec.value.kind = draft.done, Channel(draft.kind)
        elif not rec.is_new and draft.done:
            rec.value.done = True
        self._fill(
            rec,
            draft,
            {
                "day": draft.day,
                "at": draft.at,
                "direction": draft.direction,
                "subject": draft.subject,
                "text": draft.text,
                "minutes": draft.minutes,
                **self._owner(draft),
            },
            own=own,
        )
        if account is not None and (rec.account is None or own):
            rec.account = account
        if deal is not None and (rec.deal is None or own):
            rec.deal = deal
        for person in people:
            if person not in rec.people:
                rec.people.append(person)
        self._keep_ref("activity", draft, rec)
        if made:
            self.activity_keys[self._activity_key(draft, account)].append(rec)
        changed = made or before != (document_of(rec.value), rec.account, rec.deal, rec.people)
        self._count(rec, "created" if made else "updated" if changed else "unchanged")

    def _activity_key(self, draft: ActivityDraft, account: Rec | None) -> tuple[Any, ...]:
        where = None if account is None else account.id or id(account)
        return draft.kind, draft.day, names_key(draft.subject), where

    def _same_activity(self, draft: ActivityDraft, account: Rec | None) -> Rec | None:
        if not draft.subject or draft.day is None:
            return None
        for found in self.activity_keys.get(self._activity_key(draft, account), ()):
            if isinstance(found, int):
                rec = self.activities.get(found)
                if rec is None:
                    there = self.tx.record.interactions([found])
                    if not there:
                        continue
                    rec = self._loaded(there[0])
                    told = self.tx.record.refs_of("activity", [found]).get(found, {})
                    rec.systems |= set(told)
            else:
                rec = found
            other = draft.at and rec.value.at and abs((draft.at - rec.value.at).total_seconds()) > 3_600
            if draft.system not in rec.systems and not other:
                return rec
        return None

    def _concerned(  # noqa: C901, PLR0912 - the ways in their order
        self, draft: ActivityDraft
    ) -> tuple[Rec | None, Rec | None, list[Rec]]:
        """The account, the deal and the people that an activity is about."""
        get, system = self.by_ref.get, draft.system
        account = next((one for number in draft.account_ids if (one := get((system, "account", number)))), None)
        deal = next((one for number in draft.deal_ids if (one := get((system, "deal", number)))), None)
        people = [one for number in draft.person_ids if (one := get((system, "person", number)))]
        kind, number, name = draft.about
        if kind and (number or name):
            about = get((system, kind, number)) if number else None
            if about is None and name:
                about = self._about_by_name(draft, kind, name)
            if about is not None and about.kind == "deal":
                deal = deal or about
            elif about is not None and about.kind == "account":
                account = account or about
            elif about is not None and about not in people:
                people.append(about)
            if about is None and number:
                self.told[to_say("Related records that are in none of the files")].append(
                    f"{kind} {number} ({draft.subject})"
                )
        if account is None and draft.account:
            account = self._account_of(draft, (), draft.account, (), f"{draft.kind} {draft.subject}", make=True)
        if deal is None and draft.deal:
            deal = self._deal_named(draft.deal, account)
            if deal is None and account is None and not draft.account:
                # Salesforce's "Related To" may name an account as well.
                account = next(iter(self.accounts_by_name.get(names_key(draft.deal), ())), None)
            if deal is None and account is None:
                self.told[to_say("Related records that are in none of the files")].append(
                    f"{draft.deal} ({draft.subject})"
                )
        if account is None and deal is not None:
            account = deal.account
        for named in draft.people:
            author = named.startswith("author:")
            found = self._person_named(draft, named.removeprefix("author:"), account)
            if found is not None and author and not draft.direction:
                # Whoever wrote it is a customer: it came to whoever looks after the deal.
                draft.direction = "in"
                extra = account.extra if account else None
                draft.owner = deal.value.owner if deal else extra.owner if extra else ""
            if found is not None and found not in people:
                people.append(found)
            elif found is None and not author and not draft.person_ids and not self.users.is_one(named):
                self.told[to_say("People that are in none of the files")].append(f"{named} ({draft.subject})")
        people += [one for mail in draft.emails for one in self.people_by_mail.get(mail, [])[:1] if one not in people]
        if draft.kind == "mail" and not draft.direction and any(one.startswith("author:") for one in draft.people):
            draft.direction = "out"
        if account is None and people and people[0].accounts:
            account = people[0].accounts[0][0]
        return account, deal, people

    def _about_by_name(self, draft: ActivityDraft, kind: str, name: str) -> Rec | None:
        if kind == "deal":
            return self._deal_named(name, None)
        if kind == "account":
            return next(iter(self.accounts_by_name.get(names_key(name), ())), None)
        return self._person_named(draft, name, None)

    def _deal_named(self, name: str, account: Rec | None) -> Rec | None:
        found = list(dict.fromkeys(self.deals_by_name.get(names_key(name), ())))
        here = [one for one in found if account is not None and one.account is account]
        if here:
            return here[0]
        if len(found) > 1:
            self.told[to_say("Names that several deals have; the first is taken")].append(name)
        return found[0] if found and (account is None or len(found) == 1) else None

    # The end

    def _finish(self) -> None:
        joined = self.joined
        self._contacts()
        joined.accounts += [one for one in self._all["account"].values() if self._account_changed(one)]
        joined.people += [one for one in self._all["person"].values() if _is_touched(one)]
        joined.deals += [one for one in self._all["deal"].values() if _is_touched(one)]
        joined.activities += [one for one in self.activities.values() if _is_touched(one)]
        fields = {(one.record, one.name) for one in self.tx.record.custom_fields()}
        used = {
            (kind, name)
            for kind, some in (("person", joined.people), ("deal", joined.deals), ("activity", joined.activities))
            for one in some
            for name in one.value.custom
        } | {("account", name) for one in joined.accounts if one.extra for name in one.extra.custom}
        joined.custom = [(*key, *told) for key, told in self.drafts.fields.items() if key in used and key not in fields]
        for owner, count in sorted(self.users.missing.items()):
            self.told[to_say("Owners who have no log-in here; their names are kept")].append(f"{owner} ({count:,})")
        joined.remarks = [*self.drafts.remarks, *(_remark(what, some) for what, some in self.told.items())]

    def _account_changed(self, rec: Rec) -> bool:
        return (
            rec.value != rec.before
            or rec.parent is not None
            or (rec.extra is not None and document_of(rec.extra) != rec.extra_was)
        )

    def _contacts(self) -> None:
        """The first person of a new account is its contact, and one with a won deal is a customer."""
        for rec in self.joined.people:
            for account, _ in rec.accounts:
                if account.is_new and not account.value.contact:
                    account.value = replace(account.value, contact=rec.value.name)
        unknown = 0
        won = {rec.account for rec in self.joined.deals if rec.account and rec.value.outcome is DealOutcome.WON}
        for rec in self.joined.accounts:
            if rec.extra is not None and not rec.extra.status:
                unknown += 1
                rec.extra.status = "customer" if rec in won else "prospect"
                rec.value = replace(rec.value, kind=Kind.CUSTOMER if rec in won else Kind.PROSPECT)
        if unknown:
            self.told[to_say("Accounts of which nothing says whether they buy")].append(
                say("{count}: customers where a deal was won, else prospects", count=written(unknown))
            )
        former = sum(1 for rec in self.joined.accounts if rec.extra and rec.extra.status == "former")
        if former:
            self.told[to_say("Former customers are taken as prospects, with the status former")].append(f"{former:,}")


class _Users:
    """Whose log-in an owner has."""

    def __init__(self, tx: Transaction, context: Context) -> None:
        users = tx.users.all()
        self.by_mail = {one.email.lower(): one for one in users if one.email} | {
            one.login.lower(): one for one in users
        }
        self.by_name: dict[str, Any] = {names_key(one.name): one for one in users if one.name}
        for owner, login in context.told.owners.items():
            if login.lower() not in self.by_mail:
                raise InputRejected(
                    say(
                        "The mapping names {login!r} as the log-in of {owner}, who is no user.",
                        login=login,
                        owner=owner,
                    ),
                    say("Add the user first."),
                )
            self.by_name[names_key(owner)] = self.by_mail[login.lower()]
        self.named = {mail: name for (_, _), (name, mail) in context.users.items() if name and mail}
        self.missing: Counter[str] = Counter()
        self.seen: set[str] = set()

    def id(self, name: str, mail: str) -> int | None:
        """The number of the user, None for nobody here."""
        self.seen.add(names_key(name))
        found = self.by_mail.get(mail) or self.by_name.get(names_key(name)) or self.by_mail.get(name.lower())
        if found is None:
            self.missing[name] += 1
            return None
        return int(found.id)

    def name(self, name: str, mail: str) -> str:
        """The owner's name, of the log-in where only an address is said."""
        if "@" not in name:
            return name
        found = self.by_mail.get(name.lower()) or self.by_mail.get(mail)
        return found.name if found else name

    def is_one(self, name: str) -> bool:
        """Whether a name is that of an owner or a user."""
        return names_key(name) in self.seen or names_key(name) in self.by_name


def _is_touched(rec: Rec) -> bool:
    """Whether a record that was there is another now: its fields, or what it belongs to."""
    return document_of(_linked(rec)) != rec.was


def _linked(rec: Rec) -> Any:
    """A record with the ids of what it belongs to, as far as they are known: 0 for what is new."""
    one = rec.value
    if rec.kind == "person":
        return replace(one, accounts=tuple(AtAccount(at.id, role) for at, role in rec.accounts))
    people = tuple(person.id for person in rec.people)
    account = rec.account.id if rec.account else None
    if rec.kind == "deal":
        return replace(one, account_id=account, people=people)
    return replace(one, account_id=account, deal_id=rec.deal.id if rec.deal else None, people=people)


linked = _linked


def _address(draft: AccountDraft) -> Address:
    return Address(
        draft.address_line, draft.street, draft.house_number, draft.postcode, draft.city,
        draft.country if draft.street or draft.city or draft.postcode else "",
    )  # fmt: skip


def _conflict(one: Any, other: Any) -> bool:
    return one is not None and other is not None and one != other


def _days_apart(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and abs((one - other).days) > 1


def _named(rec: Rec) -> str:
    return str(rec.value.subject or rec.value.kind) if rec.kind == "activity" else str(rec.value.name)


def _system_name(key: str) -> str:
    from gcrm.imports.crm.recognise import systems

    return systems()[key].name if key in systems() else key


def _remark(what: str, some: Sequence[str]) -> str:
    counted = Counter(some)
    listed = "; ".join(
        say("{one} ({count} times)", one=one, count=written(count)) if count > 1 else one
        for one, count in counted.most_common(SHOWN)
    )
    if len(counted) > SHOWN:
        listed = say("{names} and {more} more", names=listed, more=written(len(counted) - SHOWN))
    return f"{say(what)}: {listed}."

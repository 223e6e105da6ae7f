"""Rows of recognised files made into drafts, with what each program does in a way of its own."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from gcrm.accounts.cells import clean_url, region_of
from gcrm.common.language import say, to_say
from gcrm.common.text import joined, tokens
from gcrm.imports.crm import values
from gcrm.imports.crm.drafts import (
    AccountDraft,
    ActivityDraft,
    Context,
    DealDraft,
    Draft,
    Drafts,
    PersonDraft,
    Refused,
    digest_of,
    without_footer,
)
from gcrm.imports.crm.recognise import Recognised
from gcrm.imports.crm.values import word
from gcrm.imports.dates import order_of
from gcrm.imports.identity import salesforce_id
from gcrm.imports.table import Row
from gcrm.platform.progress import Progress

STEP = 5_000
STAMPS = (
    "created",
    "due",
    "start",
    "end",
    "completed",
    "day",
    "close_date",
    "closed_on",
    "won_at",
    "lost_at",
    "reminder",
)
NUMBERS = ("amount", "revenue", "probability", "fraction", "employees")
_HOUSE = re.compile(r"(?P<street>.*[^\W\d].*?)[\s,]+(?P<number>\d{1,5}\s?[a-zA-Z]?(?:\s?[-/+]\s?\d{1,5}\s?[a-zA-Z]?)?)")
_ODOO_NUMBER = re.compile(r"(?:.*[._])?(?:res_partner|crm_lead)_(\d+)_[0-9a-z]+")
_CURRENCY = re.compile(r"\b([A-Z]{3})\b")
_FORMER = (
    "former",
    "ehemalig",
    "ex",
    "inaktiv",
    "inactive",
    "churned",
    "verloren",
    "excustomer",
    "exkunde",
    "altkunde",
)
_CUSTOMER = ("customer", "kunde", "client", "kundin", "kunden", "bestandskunde", "evangelist", "cliente", "klant",
             "kund", "klient")  # fmt: skip
_PROSPECT = (
    "prospect", "interessent", "lead", "warmlead", "hotlead", "coldlead", "subscriber", "opportunity",
    "potenziellerkunde", "marketingqualifiedlead", "salesqualifiedlead", "potentialcustomer", "verkaufschance",
    "clientepotencial", "clientpotentiel", "clientepotenziale", "potenziale", "potentielklant", "potentielekund",
    "abonnent", "zielkunde", "heisserlead", "warmerlead", "kalterlead",
)  # fmt: skip
_LANGUAGE = re.compile(r"([a-z]{2})(?:[_-][A-Za-z]{2})?")
_LANGUAGES = {
    "german": "de", "deutsch": "de", "english": "en", "englisch": "en", "french": "fr", "francais": "fr",
    "franzosisch": "fr", "italian": "it", "italiano": "it", "italienisch": "it", "spanish": "es", "dutch": "nl",
}  # fmt: skip
_SALESFORCE_KINDS = {"001": "account", "003": "person", "006": "deal", "00Q": "person"}
_MODELS = {
    "crm.lead": "deal", "res.partner": "partner", "opportunity": "deal", "account": "account", "contact": "person",
    "lead": "person", "verkaufschance": "deal", "firma": "account", "kontakt": "person", "lead/opportunity": "deal",
    "lead/verkaufschance": "deal", "konto": "account",
}  # fmt: skip
LOST_ANYWAY = {"won": "won", "lost": "lost"}


@dataclass
class Reader:
    """One recognised file with how its columns are read."""

    found: Recognised
    context: Context
    drafts: Drafts
    written_in: str
    day_first: bool
    commas: dict[str, bool]

    @classmethod
    def of(cls, found: Recognised, context: Context, drafts: Drafts) -> "Reader":
        """A reader that knows the order of dates and the decimal sign of the file."""
        rows = found.table.rows
        cells = [
            row.cells[place].strip()
            for name in STAMPS
            for place in found.columns.get(name, ())
            for row in rows[:20_000]
            if place < len(row.cells)
        ]
        # What is planned lies ahead: a day in the future tells nothing here.
        order = order_of((one.split(" ")[0] for one in cells), date.max, context.region, context.dates)
        if order.unsure and any(order.unsure):
            said = (
                to_say("{file}: dates such as {date} are read day before month; say otherwise with --dates.")
                if order.day_first
                else to_say("{file}: dates such as {date} are read month before day; say otherwise with --dates.")
            )
            drafts.remarks.append(say(said, file=found.path.name, date=order.unsure[0]))
        commas = {
            name: values.decimal_comma(
                row.cells[place] for row in rows[:20_000] for place in places if place < len(row.cells)
            )
            for name in NUMBERS
            if (places := found.columns.get(name, ()))
        }
        written_in = "UTC" if found.system.times == "utc" else context.zone
        return cls(found, context, drafts, written_in, order.day_first, commas)

    # Cells

    def get(self, row: Row, *names: str) -> str:
        """The first cell of these fields that says something."""
        columns, cells = self.found.columns, row.cells
        for name in names:
            for place in columns.get(name, ()):
                if place < len(cells) and (text := cells[place].strip()):
                    return values.unguarded(text) if text[0] == "'" else text
        return ""

    def all(self, row: Row, name: str) -> list[str]:
        """All cells of a field that say something, in the order of their headings."""
        return [
            text
            for place in self.found.columns.get(name, ())
            if place < len(row.cells) and (text := values.unguarded(row.cells[place].strip()))
        ]

    def heading(self, row: Row, name: str) -> str:
        """The heading of the cell that `get` gives."""
        for place in self.found.columns.get(name, ()):
            if place < len(row.cells) and row.cells[place].strip():
                return self.found.table.headings[place]
        return ""

    def stamp(self, row: Row, draft: Draft, *names: str) -> tuple[date | None, datetime | None]:
        """The day and the instant of the first of these fields that says one; what cannot be read is kept and told."""
        for name in names:
            for text in self.all(row, name):
                day, at = values.read_stamp(text, self.context.zone, self.written_in, day_first=self.day_first)
                if day is not None:
                    return day, at
                self.unread(row, draft, name, text)
        return None, None

    def number(self, row: Row, draft: Draft, name: str) -> Any:
        """An exact number, None where there is none; what cannot be read is kept and told."""
        text = self.get(row, name)
        if not text:
            return None
        found = values.read_decimal(text, comma=self.commas.get(name, False))
        if found is None:
            self.unread(row, draft, name, text)
        return found

    def unread(self, row: Row, draft: Draft, name: str, text: str) -> None:
        """Keep what could not be read beside the record, and say so."""
        heading = self.heading(row, name) or name
        draft.custom[self.field(_RECORD[self.found.kind.record], f"{heading} as written", "text")] = text[:2_000]
        self.drafts.cells.append(
            Refused(
                self.found.path.name,
                row.number,
                say(
                    "{heading}: {given!r} could not be read; kept as it was written.", heading=heading, given=text[:60]
                ),
            )
        )

    def flag(self, row: Row, name: str) -> bool | None:
        """Yes or no, None where nothing is said."""
        said = word(self.get(row, name))
        return None if not said else said in values.YES if said in values.YES | values.NO else None

    def field(self, record: str, label: str, kind: str) -> str:
        """The stable name of a field of the company's own, which is there from then on."""
        name = "_".join(tokens(label))[:60] or "field"
        self.drafts.fields.setdefault((record, name), (label, kind, self.found.system.name))
        return name

    # What all drafts have

    def base(self, row: Row) -> dict[str, Any]:
        """What every draft is made with."""
        system = self.found.system.key
        name, mail = self.owner(row)
        return {
            "system": system,
            "id": self.ident(self.get(row, "id")),
            "file": self.found.path.name,
            "line": row.number,
            "digest": digest_of(row.cells),
            "owner": name,
            "owner_email": mail,
        }

    def ident(self, text: str) -> str:
        """An id as it is compared: Salesforce's in 18 signs, Odoo's without the name of the database in front."""
        if not text:
            return ""
        if self.found.system.key == "salesforce":
            return salesforce_id(text)
        if self.found.system.key == "hubspot" and re.fullmatch(r"\d+\.0+", text):
            return text.split(".", maxsplit=1)[0]
        return text.lower() if self.found.system.key == "dynamics" else text

    def owner(self, row: Row) -> tuple[str, str]:
        """Whose it is: name and e-mail, as far as they are said."""
        name, mail = values.name_of_owner(self.get(row, "owner"))
        if not name and (key := self.get(row, "owner_id")):
            known = self.context.users.get((self.found.system.key, self.ident(key)))
            name, mail = known or (name, mail)
        return name or mail, mail

    def add_custom(self, row: Row, draft: Draft, record: str) -> None:
        """Columns that no field is for, as fields of the company's own."""
        for place, label in self.found.custom:
            text = values.unguarded(row.cells[place].strip()) if place < len(row.cells) else ""
            if text:
                draft.custom[self.field(record, label, _type_of(text))] = text[:10_000]

    def keep(self, row: Row, draft: Draft, record: str, **labelled: str) -> None:
        """Fields that have a heading but no place of their own, kept with the label of that heading."""
        for name, label in labelled.items():
            if text := self.get(row, name):
                draft.custom[self.field(record, label, _type_of(text))] = text[:10_000]


_RECORD = {
    "account": "account", "partner": "account", "lead": "person", "person": "person", "deal": "deal",
    "activity": "activity",
}  # fmt: skip
_NOUN = {"account": "accounts", "person": "people", "lead": "people", "deal": "deals", "activity": "activities"}


def read_files(found: Sequence[Recognised], context: Context, progress: Progress) -> Drafts:
    """The drafts of all files; users first, since others name them by number."""
    drafts = Drafts()
    users = dict(context.users)
    for one in found:
        if one.kind.record == "users":
            users |= _users(one, context)
    context = Context(context.zone, context.region, context.now, context.today, context.told, context.dates, users)
    total = sum(len(one.table.rows) for one in found)
    done = 0
    for one in found:
        if one.kind.record == "users":
            continue
        for number, _ in enumerate(_read_file(one, context, drafts)):
            if number % STEP == 0:
                progress(say("Reading"), done + number, total)
        done += len(one.table.rows)
        drafts.remarks += [f"{one.path.name}: {said}" for said in one.table.remarks]
    progress(say("Reading"), total, total)
    return drafts


def _users(found: Recognised, context: Context) -> dict[tuple[str, str], tuple[str, str]]:
    reader = Reader.of(found, context, Drafts())
    told = {}
    for row in found.table.rows:
        name = reader.get(row, "name") or " ".join([*reader.all(row, "first"), *reader.all(row, "last")])
        if key := reader.ident(reader.get(row, "id")):
            told[found.system.key, key] = (name, (reader.get(row, "email") or reader.get(row, "login")).lower())
    return told


def _read_file(found: Recognised, context: Context, drafts: Drafts) -> Iterator[None]:
    reader = Reader.of(found, context, drafts)
    rows, footer = without_footer(found)
    if footer:
        drafts.remarks.append(
            say("{file}: {count} lines of the report's footer are passed over.", file=found.path.name, count=footer)
        )
    if found.ignored:
        drafts.remarks.append(
            say(
                "{file}: not taken, as they are of the program itself: {ignored}.",
                file=found.path.name,
                ignored=", ".join(found.ignored),
            )
        )
    record = found.kind.record
    width = len(found.table.headings)
    if record in {"roles", "person_accounts"}:
        for row in rows:
            _link(reader, row, record)
            yield
        return
    read: Callable[[Reader, Row], str] = {
        "account": _account, "person": _person, "lead": _lead, "partner": _partner, "deal": _deal,
        "activity": _activity,
    }[record]  # fmt: skip
    last: list[Any] = []
    for row in rows:
        yield
        if found.system.key == "odoo" and _continues(reader, row):
            if last:
                _continue(reader, row, last[-1])
            else:
                drafts.rejects.append(
                    Refused(found.path.name, row.number, say("It continues a record that is not there."))
                )
            continue
        noun = _noun_of(reader, row)
        drafts.read[noun] += 1
        if any(cell.strip() for cell in row.cells[width:]):
            _refuse(reader, row, noun, say("It has more cells than there are headings."))
            last = []
            continue
        if reader.flag(row, "deleted") or reader.get(row, "merged_into"):
            _refuse(reader, row, noun, say("It is deleted in {system}.", system=found.system.name))
            last = []
            continue
        if reader.flag(row, "converted"):
            _refuse(reader, row, noun, say("The lead was converted: its account and person come with the others."))
            continue
        before = {name: len(getattr(drafts, name)) for name in ("accounts", "people", "deals", "activities")}
        fault = read(reader, row)
        if fault:
            _refuse(reader, row, noun, fault)
        last = [some[-1] for name in before if len(some := getattr(drafts, name)) > before[name]]


def _refuse(reader: Reader, row: Row, noun: str, reason: str) -> None:
    reader.drafts.rejects.append(Refused(reader.found.path.name, row.number, reason, noun))


def _noun_of(reader: Reader, row: Row) -> str:
    if reader.found.kind.record == "partner":
        return "accounts" if _is_company(reader, row) else "people"
    return _NOUN[reader.found.kind.record]


def _type_of(text: str) -> str:
    if re.fullmatch(r"-?\d{1,15}(?:\.\d+)?", text):
        return "number"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", text):
        return "date"
    return "flag" if text.casefold() in {"true", "false"} else "text"


# Companies


def status_of(words: Sequence[str], *, active: bool | None = None) -> str:
    """customer, prospect or former, by what a type, a stage or labels say; "" where they say nothing."""
    folded = [word(one) for one in words]
    if active is False or any(one.startswith(_FORMER) and one not in {"expert", "export"} for one in folded):
        return "former"
    if any(one.endswith(("excustomer", "exkunde", "altkunde")) for one in folded):
        return "former"
    if any(one in _PROSPECT for one in folded):
        return "prospect"
    if any(one in _CUSTOMER or one.startswith("customer") or one.endswith("kunde") for one in folded):
        return "customer"
    return ""


def _account(reader: Reader, row: Row) -> str:
    name = reader.get(row, "name")
    if not name:
        return say("It has no name.")
    draft = AccountDraft(**reader.base(row), name=name[:200])
    _fill_account(reader, row, draft)
    reader.drafts.accounts.append(draft)
    return ""


def _fill_account(reader: Reader, row: Row, draft: AccountDraft) -> None:  # noqa: C901 - a field a line
    get = reader.get
    said = [part.strip() for text in reader.all(row, "status") + reader.all(row, "labels") for part in text.split(",")]
    active = reader.get(row, "active")
    draft.status = next((one for text in said if (one := reader.context.told.statuses.get(text))), "") or status_of(
        said, active=False if word(active) in {"inactive", "inaktiv", "false"} else None
    )
    if not draft.status and reader.found.system.key == "hubspot" and "other" in map(word, said):
        # Neither in the funnel nor a customer any more.
        draft.status = "former"
    if not draft.status and said:
        reader.keep(row, draft, "account", status="Status", labels="Labels")
    elif reader.found.columns.get("labels"):
        others = [one for one in said if one and not status_of([one])]
        if others:
            draft.custom[reader.field("account", "Labels", "text")] = ", ".join(others)
    draft.segment = get(row, "industry")[:100]
    draft.website = clean_url(get(row, "website")) if get(row, "website") else ""
    draft.domain = values.domain_of(get(row, "domain") or draft.website)
    mails = values.emails_of(get(row, "email"))
    draft.email = mails[0] if mails else ""
    draft.street, draft.house_number = _street(get(row, "street"), get(row, "house_number"))
    second = get(row, "street2")
    if second:
        draft.custom[reader.field("account", "Address line 2", "text")] = second
    draft.postcode, draft.city = get(row, "postcode"), get(row, "city")
    country = get(row, "country")
    draft.country = region_of(country.removeprefix("base.")) or country
    if not (draft.street or draft.city or draft.postcode):
        draft.address_line = re.sub(r"\s*\n\s*", ", ", get(row, "address"))
    if state := get(row, "state"):
        draft.custom[reader.field("account", "State", "text")] = state
    draft.phone = values.phone_of(
        get(row, "phone"), draft.country if len(draft.country) == 2 else reader.context.region
    )
    if not draft.phone and (phones := values.json_rows(get(row, "phones_json"))):
        draft.phone = values.phone_of(str(phones[0].get("phoneNumber", "")), reader.context.region)
    draft.lat, draft.lon = _coordinate(get(row, "lat")), _coordinate(get(row, "lon"))
    draft.note = values.text_of(get(row, "note"))
    draft.contact = get(row, "contact")
    draft.parent_id, draft.parent = reader.ident(get(row, "parent_id")), get(row, "parent")
    if reader.found.system.key == "hubspot" and draft.parent:
        (draft.parent, number), *_ = values.with_ids(draft.parent)
        draft.parent_id = draft.parent_id or number
    draft.created, _ = reader.stamp(row, draft, "created")
    for name, label in (("employees", "Employees"), ("revenue", "Annual revenue")):
        number = reader.number(row, draft, name)
        if number is not None:
            draft.custom[reader.field("account", label, "number")] = (
                int(number) if number == int(number) else str(number)
            )
    if get(row, "revenue") and (currency := _currency(reader, row, "revenue", "revenue_currency")):
        draft.custom[reader.field("account", "Annual revenue currency", "text")] = currency
    reader.keep(
        row,
        draft,
        "account",
        number="Account number",
        vat="Tax ID",
        kind="Type",
        sic="SIC code",
        lead_status="Lead status",
        source="Source",
    )
    reader.add_custom(row, draft, "account")


def _street(street: str, number: str) -> tuple[str, str]:
    street = re.sub(r"\s*\n\s*", ", ", street.strip().rstrip(","))
    if number:
        return street, number
    found = _HOUSE.fullmatch(street)
    return (found["street"].rstrip(" ,"), found["number"]) if found else (street, "")


def _coordinate(text: str) -> float | None:
    try:
        found = float(text.replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) <= 180 and found != 0.0 else None


def _currency(reader: Reader, row: Row, amount: str, name: str) -> str:
    """The code of a currency: of its own column, else one that stands beside the amount."""
    for text in (reader.get(row, name), reader.get(row, amount)):
        if found := _CURRENCY.search(text):
            return found[1]
        if signs := [code for sign, code in (("€", "EUR"), ("£", "GBP"), ("Fr.", "CHF")) if sign in text]:
            return signs[0]
    named = word(reader.get(row, name)).removeprefix("base")
    return {
        "euro": "EUR",
        "usdollar": "USD",
        "schweizerfranken": "CHF",
        "swissfranc": "CHF",
        "eur": "EUR",
        "chf": "CHF",
        "usd": "USD",
        "gbp": "GBP",
    }.get(named, "")


# People


def split_name(name: str) -> tuple[str, str]:
    """First and last name of a whole one: the last word is the last name, with what belongs in front of it."""
    if "," in name:
        last, first = (part.strip() for part in name.split(",", 1))
        return first, last
    parts = name.split()
    if len(parts) < 2:
        return "", name.strip()
    at = next((index for index, part in enumerate(parts[1:-1], 1) if part in _PARTICLES), len(parts) - 1)
    return " ".join(parts[:at]), " ".join(parts[at:])


_PARTICLES = frozenset(
    {"von", "van", "de", "der", "den", "zu", "zur", "vom", "di", "da", "del", "della", "du", "la", "le", "ten", "ter"}
)


def _person(reader: Reader, row: Row) -> str:
    first, last = reader.get(row, "first"), reader.get(row, "last")
    if middle := reader.get(row, "middle"):
        first = f"{first} {middle}".strip()
    if not (first or last):
        first, last = split_name(reader.get(row, "name"))
    mails = list(dict.fromkeys(one for text in reader.all(row, "email") for one in values.emails_of(text)))
    mails += [
        one
        for told in values.json_rows(reader.get(row, "emails_json"))
        for one in values.emails_of(str(told.get("emailAddress", "")))
        if one not in mails
    ]
    if not (first or last or mails):
        return say("It has no name and no e-mail address.")
    draft = PersonDraft(**reader.base(row), first=first[:100], last=last[:100], emails=tuple(mails))
    _fill_person(reader, row, draft)
    reader.drafts.people.append(draft)
    return ""


def _fill_person(reader: Reader, row: Row, draft: PersonDraft) -> None:  # noqa: PLR0915 - a field a line
    get = reader.get
    system = reader.found.system
    if not (draft.first or draft.last):
        draft.last = draft.emails[0]
    draft.salutation, draft.title = get(row, "salutation"), get(row, "title")[:200]
    country = region_of(get(row, "country").removeprefix("base.")) or reader.context.region
    draft.phone = values.phone_of(get(row, "phone"), country)
    draft.mobile = values.phone_of(get(row, "mobile"), country)
    more = [
        ("phone", "", values.phone_of(text, country))
        for text in reader.all(row, "phone")[1:] + reader.all(row, "phone_other")
    ]
    if told := values.json_rows(get(row, "phones_json")):
        numbers = [
            (word(str(one.get("type", ""))), values.phone_of(str(one.get("phoneNumber", "")), country)) for one in told
        ]
        mobiles = [number for kind, number in numbers if kind in {"mobile", "mobil"}]
        fixed = [number for kind, number in numbers if kind not in {"mobile", "mobil"}]
        draft.mobile = mobiles[0] if mobiles else ""
        draft.phone = fixed[0] if fixed else ("" if draft.phone == draft.mobile else draft.phone)
        more = [("phone", "", number) for number in [*fixed[1:], *mobiles[1:]]]
    known = {draft.phone, draft.mobile, ""}
    draft.more = tuple(one for one in dict.fromkeys(more) if one[2] not in known)
    draft.more += tuple(("email", "", one) for one in draft.emails[1:])
    draft.note = values.text_of(get(row, "note"))
    draft.created, _ = reader.stamp(row, draft, "created")
    language = get(row, "language")
    code = _LANGUAGE.fullmatch(language)
    draft.language = (
        code[1] if code else next((_LANGUAGES[one] for one in tokens(language) if one in _LANGUAGES), language)
    )
    draft.account = get(row, "account")
    ids = [reader.ident(one) for text in reader.all(row, "account_id") for one in [text.strip()] if one]
    ids += [one.strip() for text in reader.all(row, "account_ids") for one in text.split(";") if one.strip()]
    ids += values.json_list(get(row, "accounts_json"))
    if system.key == "hubspot" and draft.account:
        named = values.with_ids(draft.account)
        draft.account = named[0][0]
        ids += [number for _, number in named if number]
    draft.account_ids = tuple(dict.fromkeys(ids))
    draft.role = get(row, "role") if get(row, "role") != draft.title else ""
    consents = []
    for name, channel, purpose in (
        ("no_email", "email", ""), ("no_bulk", "email", "marketing"), ("no_phone", "phone", ""),
        ("no_post", "post", ""), ("no_fax", "fax", ""),
    ):  # fmt: skip
        said = word(get(row, name))
        if said in values.REFUSALS:
            consents.append((channel, purpose, "refused", reader.heading(row, name)))
        elif said in values.GIVEN:
            consents.append((channel, purpose, "given", reader.heading(row, name)))
    said = word(get(row, "marketing"))
    if said in values.REFUSALS or said in values.GIVEN:
        state = "given" if said in values.GIVEN else "refused"
        consents.append(("email", "", state, reader.heading(row, "marketing")))
    draft.consents = tuple(consents)
    reader.keep(
        row,
        draft,
        "person",
        department="Department",
        lead_status="Lead status",
        status="Lifecycle stage",
        labels="Labels",
        source="Source",
    )
    town = " ".join(part for part in (get(row, "postcode"), get(row, "city")) if part)
    own = ", ".join(part for part in (get(row, "street"), town, get(row, "country")) if part)
    if own and reader.found.kind.record != "partner":
        draft.custom[reader.field("person", "Address", "text")] = re.sub(r"\s*\n\s*", ", ", own)
    if word(get(row, "active")) in {"inactive", "inaktiv", "false"}:
        draft.custom[reader.field("person", "Status", "text")] = get(row, "active")
    reader.add_custom(row, draft, "person")


def _lead(reader: Reader, row: Row) -> str:
    """A lead is a person, and a prospect where it names a company."""
    fault = _person(reader, row)
    company = reader.get(row, "account")
    if fault and not company:
        return fault
    if company:
        draft = AccountDraft(**{**reader.base(row), "id": f"lead:{reader.get(row, 'id')}"}, name=company[:200])
        _fill_account(reader, row, draft)
        draft.status = draft.status or "prospect"
        draft.note = ""
        reader.drafts.accounts.append(draft)
        if not fault:
            person = reader.drafts.people[-1]
            person.account_ids, person.account = (draft.id,), company
            person.custom = {name: value for name, value in person.custom.items() if name == "lead_status"}
    return ""


def _is_company(reader: Reader, row: Row) -> bool:
    said = reader.get(row, "is_company")
    if not said:
        # Without the column a partner that belongs to another is a person there.
        return not (reader.get(row, "parent_id", "parent") or reader.get(row, "title"))
    return word(said) in values.YES | {"company", "unternehmen", "firma"}


def _partner(reader: Reader, row: Row) -> str:
    """A partner of Odoo: a company, or a person whose company is its parent."""
    name = reader.get(row, "name")
    if not name:
        return say("It has no name.")
    if _is_company(reader, row):
        draft = AccountDraft(**reader.base(row), name=name[:200])
        _fill_account(reader, row, draft)
        reader.drafts.accounts.append(draft)
        return ""
    first, last = split_name(name)
    mails = values.emails_of(reader.get(row, "email"))
    person = PersonDraft(**reader.base(row), first=first[:100], last=last[:100], emails=tuple(mails))
    _fill_person(reader, row, person)
    person.account = reader.get(row, "parent")
    person.account_ids = tuple(filter(None, [reader.get(row, "parent_id")]))
    reader.drafts.people.append(person)
    return ""


def _continues(reader: Reader, row: Row) -> bool:
    """Whether a row of Odoo only holds further values of the one above it."""
    names = [name for name in ("id", "name", "subject", "text", "start") if reader.found.columns.get(name)]
    return bool(names) and not any(reader.get(row, name) for name in names)


def _continue(reader: Reader, row: Row, draft: Any) -> None:
    draft.digest = digest_of([draft.digest, *row.cells])
    labels = reader.get(row, "labels")
    if labels and isinstance(draft, AccountDraft):
        said = status_of([labels])
        if said and not draft.status:
            draft.status = said
        elif not said:
            name = reader.field("account", "Labels", "text")
            draft.custom[name] = ", ".join(filter(None, [str(draft.custom.get(name, "")), labels]))
    elif labels:
        name = reader.field(_RECORD[reader.found.kind.record], "Labels", "text")
        draft.custom[name] = ", ".join(filter(None, [str(draft.custom.get(name, "")), labels]))
    if isinstance(draft, ActivityDraft) and (person := reader.get(row, "person")):
        draft.people += (person,)


def odoo_number(external_id: str) -> str:
    """The number inside an external id of Odoo, by which messages name a record: 41 of res_partner_41_237f4cf1."""
    found = _ODOO_NUMBER.fullmatch(external_id)
    return found[1] if found else ""


# Deals


def _deal(reader: Reader, row: Row) -> str:
    get = reader.get
    name = get(row, "name")
    if not name:
        return say("It has no name.")
    if word(get(row, "kind")) == "lead" and reader.found.system.key == "odoo":
        reader.drafts.remarks.append(say("Leads of Odoo that are no opportunities yet are taken as open deals."))
    draft = DealDraft(**reader.base(row), name=name[:300])
    draft.account_ids = tuple(
        dict.fromkeys(filter(None, [reader.ident(get(row, "account_id")), *_split(get(row, "account_ids"))]))
    )
    draft.account = get(row, "account")
    people = [get(row, "person")] if get(row, "person") else []
    ids = [
        *map(reader.ident, reader.all(row, "person_id")),
        *_split(get(row, "person_ids")),
        *values.json_list(get(row, "people_json")),
    ]
    if reader.found.system.key == "hubspot":
        if draft.account:
            draft.account, number = values.with_ids(draft.account)[0]
            draft.account_ids = draft.account_ids or tuple(filter(None, [number]))
        named = values.with_ids(people[0]) if people else []
        people, ids = [one for one, _ in named], ids or [number for _, number in named if number]
    if ref := get(row, "person_ref"):
        draft.person_ids = (ref,)
    draft.person_ids = tuple(dict.fromkeys([*draft.person_ids, *ids]))
    draft.people, draft.customer = tuple(people), get(row, "customer")
    draft.pipeline, draft.stage = get(row, "pipeline"), get(row, "stage")
    draft.amount = reader.number(row, draft, "amount")
    draft.currency = _currency(reader, row, "amount", "currency")
    percent, fraction = reader.number(row, draft, "probability"), reader.number(row, draft, "fraction")
    draft.probability = (
        float(percent) if percent is not None else float(fraction * 100) if fraction is not None else None
    )
    draft.close_date, _ = reader.stamp(row, draft, "close_date")
    draft.created, _ = reader.stamp(row, draft, "created")
    draft.loss_reason, draft.next_step = get(row, "loss_reason"), get(row, "next_step")
    draft.source, draft.note = get(row, "source"), values.text_of(get(row, "note"))
    draft.outcome = _outcome(reader, row, draft)
    closed, _ = reader.stamp(row, draft, "closed_on", "won_at", "lost_at")
    if draft.outcome in LOST_ANYWAY:
        # HubSpot's close date of a closed deal is the day it closed.
        draft.closed_on = closed or (draft.close_date if reader.found.system.key == "hubspot" else None)
        draft.close_date = draft.close_date or closed
    elif draft.outcome == "open" and closed and draft.close_date is None:
        draft.close_date = closed
    if draft.outcome == "lost" and not draft.loss_reason and reader.found.system.key == "dynamics":
        reason = get(row, "status_reason")
        draft.loss_reason = reason if word(reason) not in {"lost", "verloren", "canceled", "abgebrochen"} else ""
    if reader.found.system.key == "dynamics" and draft.customer and not draft.account and not people:
        draft.account = draft.customer
    if reader.found.system.key == "dynamics":
        draft.customer = ""
    reader.keep(row, draft, "deal", labels="Labels", kind="Type", won_reason="Won reason", last_stage="Last stage")
    if reader.found.system.key == "odoo":
        draft.custom.pop("type", None)
    reader.add_custom(row, draft, "deal")
    reader.drafts.deals.append(draft)
    return ""


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _outcome(reader: Reader, row: Row, draft: DealDraft) -> str:
    """won, lost, open, or "" where nothing says it."""
    told = reader.context.told.stages.get(draft.stage)
    if told:
        return told
    if reader.found.system.key == "odoo":
        if word(reader.get(row, "active")) in {"false", "nein", "0"}:
            return "lost"
        return values.outcome_of(draft.stage) or ("won" if draft.probability == 100 else "open")
    closed, won = reader.flag(row, "is_closed"), reader.flag(row, "is_won")
    if won:
        return "won"
    if closed is not None:
        return "lost" if closed else "open"
    said = values.outcome_of(reader.get(row, "outcome")) if reader.get(row, "outcome") else ""
    if said or reader.get(row, "outcome"):
        return said or "open"
    if reader.get(row, "won_at"):
        return "won"
    if reader.get(row, "lost_at"):
        return "lost"
    said = values.outcome_of(draft.stage)
    return said or ("lost" if draft.loss_reason else "")


# Activities


def _activity(reader: Reader, row: Row) -> str:
    get = reader.get
    system = reader.found.system.key
    draft = ActivityDraft(**reader.base(row))
    draft.subject = re.sub(r"\s+", " ", get(row, "subject"))[:500]
    draft.text = values.text_of(get(row, "text"))
    draft.kind = _kind(reader, row)
    if reader.found.kind.titled and not draft.subject:
        draft.subject, _, draft.text = (part.strip() for part in draft.text.partition("\n"))
        draft.subject, draft.text = draft.subject[:500], draft.text or draft.subject[500:]
    if draft.kind == "mail":
        draft.subject = re.sub(r"^(?:E-?mail|Email): ", "", draft.subject)
    if not (draft.subject or draft.text):
        return say("It has neither a subject nor a text.")
    _when(reader, row, draft)
    draft.direction = _direction(reader, row, draft)
    for name in ("minutes", "seconds", "hours", "clock"):
        if draft.minutes is None:
            draft.minutes = values.minutes_of(get(row, name), name)
    _about(reader, row, draft)
    if draft.day is None:
        day, _ = reader.stamp(row, draft, "created")
        draft.day = day
    if draft.kind != "task" and draft.at is not None and not draft.minutes:
        _, end = reader.stamp(row, draft, "end")
        span = (end - draft.at).total_seconds() / 60 if end else 0
        draft.minutes = round(span) if 0 < span < 60 * 24 * 31 and draft.kind in {"meeting", "call"} else draft.minutes
    reader.keep(row, draft, "activity", place="Location")
    if system == "odoo" and (parent := get(row, "parent_name")) and draft.about[0] in {"", "partner"}:
        draft.about = (draft.about[0] or "partner", draft.about[1], parent)
    reader.add_custom(row, draft, "activity")
    reader.drafts.activities.append(draft)
    return ""


def _kind(reader: Reader, row: Row) -> str:
    usual = reader.found.kind.activity
    cells = reader.all(row, "kind")
    said = next((values.KINDS[word(one)] for one in cells if word(one) in values.KINDS), "")
    if usual == "message":
        if said:
            return said
        how = word(reader.get(row, "message_type"))
        return "mail" if how in {"email", "emailout", "incomingemail", "ausgehendeemail"} else "note"
    if usual == "task" and reader.found.system.key == "odoo":
        return said if said and said != "note" else "task"
    if usual in {"call", "mail", "meeting"}:
        return usual
    if said == "task" and len(cells) > 1:
        # A subtype that says task may still be of a type that says call.
        others = [values.KINDS[word(one)] for one in cells if word(one) in values.KINDS]
        return next((one for one in others if one != "task"), "task")
    return said or usual


def _when(reader: Reader, row: Row, draft: ActivityDraft) -> None:  # noqa: C901 - what each program says of it
    """When it was or is due, and whether it is done."""
    get, now = reader.get, reader.context.now
    status = word(get(row, "status"))
    done = reader.flag(row, "is_closed")
    if done is None and (ticked := word(get(row, "done"))):
        done = ticked in values.DONE
    if done is None and status:
        done = True if status in values.DONE else False if status in values.NOT_DONE | values.CANCELLED else None
    if draft.kind == "task":
        draft.day, _ = reader.stamp(row, draft, "due", "day", "start", "end")
        if draft.day is None or (reader.found.kind.activity == "message"):
            day, _ = reader.stamp(row, draft, "completed", "start")
            draft.day = draft.day or day
        if done is None:
            done = bool(get(row, "completed")) or reader.found.kind.activity == "message"
        draft.done = done
        return
    day, at = reader.stamp(row, draft, "start")
    if at is None and (clock := get(row, "time")) and get(row, "due"):
        day, at = values.read_stamp(
            f"{get(row, 'due')} {_clock(clock)}", reader.context.zone, reader.written_in, day_first=reader.day_first
        )
    due, due_at = reader.stamp(row, draft, "due", "day")
    if at is None and due_at is not None:
        at = due_at
    completed_day, completed = reader.stamp(row, draft, "completed")
    if at is None and completed is not None and done is not False and day is None:
        at = completed if due is None or abs((completed_day or due) - due) <= timedelta(days=1) else None
    if at is None and done is False:
        _, at = reader.stamp(row, draft, "reminder")
        at = None if reader.found.system.key == "salesforce" else at
    draft.at = at
    draft.day = day or due or completed_day
    if at is not None and day is None:
        draft.day = due or completed_day
    if done is None:
        when = at.timestamp() <= now.timestamp() if at else (draft.day is None or draft.day <= reader.context.today)
        done = when and reader.found.kind.activity != "task" if reader.found.system.key == "odoo" else when
    draft.done = done
    if status in values.CANCELLED:
        draft.done = True
        draft.custom[reader.field("activity", "Status", "text")] = get(row, "status")


def _clock(text: str) -> str:
    if re.fullmatch(r"0?\.\d+", text):
        minutes = round(float(text) * 1_440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return text


def _direction(reader: Reader, row: Row, draft: ActivityDraft) -> str:
    if draft.kind not in {"call", "mail"}:
        return ""
    said = word(reader.get(row, "direction"))
    if said in values.OUTWARD:
        return "out"
    if said in values.INWARD:
        return "in"
    status = word(reader.get(row, "status"))
    if draft.kind == "mail" and reader.get(row, "from"):
        if status in {"sent", "gesendet"}:
            return "out"
        if status in {"received", "empfangen", "archived", "archiviert"}:
            return "in"
    return ""


def _about(reader: Reader, row: Row, draft: ActivityDraft) -> None:  # noqa: C901, PLR0912 - a case a program
    """By what the row says whom and what it is about."""
    get, system = reader.get, reader.found.system.key
    draft.account_ids = tuple(
        dict.fromkeys(filter(None, [reader.ident(get(row, "account_id")), *_split(get(row, "account_ids"))]))
    )
    draft.account = get(row, "account")
    draft.deal_ids = tuple(
        dict.fromkeys(filter(None, [reader.ident(get(row, "deal_id")), *_split(get(row, "deal_ids"))]))
    )
    draft.deal = get(row, "deal")
    persons = reader.all(row, "person")
    ids = [
        *map(reader.ident, reader.all(row, "person_id")),
        *_split(get(row, "person_ids")),
        *values.json_list(get(row, "people_json")),
    ]
    if system == "salesforce":
        for name in ("who_id", "what_id"):
            if key := reader.ident(get(row, name)):
                kind = _SALESFORCE_KINDS.get(key[:3], "")
                if kind == "person":
                    ids.append(key)
                elif kind == "deal":
                    draft.deal_ids += (key,)
                elif kind == "account":
                    draft.account_ids += (key,)
        persons = list(dict.fromkeys(persons))
    elif system == "hubspot":
        named = [one for text in persons for one in values.with_ids(text)]
        persons, ids = [name for name, _ in named], ids or [number for _, number in named if number]
        if draft.account:
            draft.account, number = values.with_ids(draft.account)[0]
            draft.account_ids = draft.account_ids or tuple(filter(None, [number]))
        if draft.deal:
            draft.deal, number = values.with_ids(draft.deal)[0]
            draft.deal_ids = draft.deal_ids or tuple(filter(None, [number]))
    elif system == "dynamics":
        persons = [part.strip() for text in persons for part in text.split(";") if part.strip()]
        if draft.kind == "mail":
            sides = ("from", "to") if _direction(reader, row, draft) == "in" else ("to", "from")
            persons += [
                part.strip()
                for side in sides
                for text in reader.all(row, side)
                for part in text.split(";")
                if part.strip()
            ]
        draft.about = (_MODELS.get(get(row, "regarding_type").casefold(), ""), "", get(row, "regarding"))
    elif system == "espocrm":
        draft.about = (
            _MODELS.get(get(row, "parent_type").casefold(), ""),
            get(row, "parent_id"),
            get(row, "parent_name"),
        )
    elif system == "odoo":
        draft.about = (_MODELS.get(get(row, "model").casefold(), ""), get(row, "model_id").split(".")[0], "")
        if author := get(row, "author"):
            persons = [*persons, f"author:{author}"] if draft.kind == "mail" else persons
            draft.owner = draft.owner or author.rpartition(", ")[2]
    draft.person_ids, draft.people = tuple(dict.fromkeys(ids)), tuple(persons)
    mails = [one for side in ("from", "to") for text in reader.all(row, side) for one in values.emails_of(text)]
    draft.emails = tuple(dict.fromkeys(mails))


def _link(reader: Reader, row: Row, record: str) -> None:
    """A row that only says who belongs to what."""
    system, person = reader.found.system.key, reader.ident(reader.get(row, "person_id"))
    if record == "roles":
        deal = reader.ident(reader.get(row, "deal_id"))
        reader.drafts.deal_people.append((system, deal, person, bool(reader.flag(row, "is_primary"))))
    else:
        account = reader.ident(reader.get(row, "account_id"))
        reader.drafts.person_accounts.append((system, person, account, reader.get(row, "role")))


def names_key(name: str) -> str:
    """A name as it is compared."""
    return joined(tokens(name))

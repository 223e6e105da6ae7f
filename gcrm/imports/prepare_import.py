"""All of an import that needs no lock on the database: read, understood, looked up in the geocoder, then matched."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.accounts.cells import clean_date
from gcrm.accounts.model import PERSON, Account, Level
from gcrm.accounts.place_account import place
from gcrm.common.language import number, say, to_say
from gcrm.common.today import desk_today, latest_today
from gcrm.imports.choices import ImportChoices, Option, Question
from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.columns import Mapping, fingerprint, map_columns
from gcrm.imports.dates import DAY_FIRST, MONTH_FIRST
from gcrm.imports.matching import Known, Match, apply, needs_placing
from gcrm.imports.places import Box, metres_apart
from gcrm.imports.read import read_table
from gcrm.imports.repository import ACCOUNTS
from gcrm.imports.table import ALL_SHEETS, ReadAs, Table
from gcrm.imports.understanding import STEP, Understood, understand
from gcrm.platform.progress import Progress
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.geocoding import Geocoder, Located

SAME_PLACE_DEG = 1e-6
"""A decimetre: coordinates that differ by less were only rounded on their way through a file."""
FAR_M = 1_000.0
"""Coordinates further than this from the house of the row's own address are worth a word."""
SHARED_BY = 3
"""Rows of other addresses with the very same coordinates: those are of the head office or of the town."""
NOT_SHOWN = frozenset({"placement", "created_at", "updated_at", "territory_id", "territory_locked", "id"})
EXACT = frozenset({Level.HOUSE, Level.INTERPOLATED})


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row on its way: the account it will be, and the one it is now, None for a new one.

    closes: the account is closed down from now on. remarks say what was changed or put aside.
    """

    draft: Draft
    account: Account
    existing: Account | None
    closes: bool = False
    remarks: tuple[str, ...] = ()
    doubt: Account | None = None

    @property
    def action(self) -> str:
        """What happens to the account: create, update or unchanged."""
        if self.existing is None:
            return "create"
        return "update" if self.closes or self.account != self.existing else "unchanged"

    @property
    def is_changed(self) -> bool:
        """Whether fields of an account that is there change."""
        return self.existing is not None and self.account != self.existing

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field to what it is now and what it will be."""
        if self.existing is None:
            return {}
        changes = {
            each.name: (getattr(self.existing, each.name), getattr(self.account, each.name))
            for each in fields(Account)
            if each.name not in NOT_SHOWN and getattr(self.existing, each.name) != getattr(self.account, each.name)
        }
        return changes | ({"closed_down": ("", "yes")} if self.closes else {})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read, understood and looked up in the geocoder; what is left is to match it with the accounts.

    questions: what a person has to choose before the file may be imported, none where everything is clear or was said.
    """

    table: Table
    mapping: Mapping
    understood: Understood
    places: "dict[str, Located]"
    prepared_at: datetime
    today: date
    questions: tuple[Question, ...] = ()
    same: dict[int, int] = field(default_factory=dict)
    territories: dict[str, int] = field(default_factory=dict)

    def plan(self, known: Known) -> list[PlannedRow]:
        """What becomes of each row, given the accounts of the database."""
        shared = self._shared()
        known.look_at_ids(self.understood.drafts)
        return [self._row(draft, known, shared) for draft in self.understood.drafts]

    def planned_again(self, draft: Draft, account: Account, closed: Collection[int]) -> PlannedRow:
        """What becomes of a row that is known to be this account, which has changed since the rows were planned."""
        return self._row(draft, Known.of([account], closed, {draft.row.number: account.id}), self._shared())

    def _shared(self) -> Counter[LonLat]:
        return Counter(draft.given for draft in self.understood.drafts if draft.given and draft.address)

    def _row(self, draft: Draft, known: Known, shared: Counter[LonLat]) -> PlannedRow:
        match = known.match(draft)
        existing = match.account
        account, told = apply(draft, existing, self.today)
        given, remark = self._given(draft, shared)
        if given is not None and (existing is None or existing.placement.source != PERSON):
            near = existing is not None and existing.place is not None and _same(existing.place, given)
            if not near:
                at = draft.placement.placed_at or self.prepared_at
                account = replace(account, place=given, placement=replace(draft.placement, placed_at=at))
        elif needs_placing(account, existing):
            located = self.places.get(account.address.text)
            account = place(account, located, self.prepared_at)
            if located is None and draft.gcrm_id and draft.placement.level is Level.NONE and draft.placement.reason:
                account = replace(account, placement=draft.placement)
        account, lock_remark = self._locked(account, draft)
        closes = bool(draft.closed) and not (existing and existing.id in known.closed)
        said = (match.remark, remark, lock_remark)
        remarks = (*draft.remarks, *told, *(one for one in said if one))
        return PlannedRow(draft, account, existing, closes, remarks, match.doubt)

    def _locked(self, account: Account, draft: Draft) -> tuple[Account, str]:
        """The account in the territory that an export of ours says it is locked to."""
        if not draft.territory or (account.territory_locked and account.territory_id):
            return account, ""
        found = self.territories.get(draft.territory)
        if found is None:
            return account, say(
                "There is no territory {territory!r} here; the account is not locked to it.", territory=draft.territory
            )
        return replace(account, territory_id=found, territory_locked=True), ""

    def _given(self, draft: Draft, shared: Counter[LonLat]) -> tuple[LonLat | None, str]:
        """The place that the row states, unless its own address is known and tells another; and what to say of it."""
        if draft.given is None or draft.gcrm_id:
            return draft.given, ""
        located = self.places.get(draft.address.text) if draft.address else None
        candidate = located.candidate if located else None
        if draft.given_outside:
            if candidate is not None:
                return None, say("{said}; the address is used.", said=draft.given_outside)
            return draft.given, say("{said}. Look whether they are right.", said=draft.given_outside)
        if candidate is None or candidate.level not in EXACT:
            return draft.given, ""
        metres = metres_apart(draft.given, candidate.place)
        if metres <= FAR_M:
            return draft.given, ""
        if shared[draft.given] >= SHARED_BY:
            return None, say("{count} rows have the same coordinates; the address is used.", count=shared[draft.given])
        return draft.given, say(
            "Coordinates lie {km} km from {label}. Look which is right.",
            km=number(metres / 1000, 1),
            label=candidate.label,
        )


def prepare_import(workspace: Workspace, file: Path, progress: Progress, choices: ImportChoices) -> Prepared:
    """Do all of an import that needs no lock on the database. Raises InputRejected, NotReady, Cancelled."""
    progress(say("Reading the file"))
    table = read_table(file, ReadAs(choices.encoding, choices.sheet))
    with workspace.store.read() as tx:
        remembered = tx.import_columns.of(ACCOUNTS, fingerprint(table.headings))
        territories = {territory.name: territory.id for territory in tx.territories.all()}
    mapping = map_columns(table.headings, choices.columns or remembered, empty_columns(table))
    geocoder, box = _geocoder(workspace)
    now = workspace.clock()
    country = geocoder.country if geocoder else ""
    cleaner = Cleaner.of(table, mapping, country, box, latest=latest_today(now), dates=choices.dates)
    with workspace.store.read() as tx:
        today = desk_today(tx.reps.all(), now)
        known = Known.of(tx.accounts.all(), tx.activities.closed_down(), choices.same)
    understood = understand(table, cleaner, progress, known.by_external_id.keys())
    places = _places(understood.drafts, known, geocoder, today, progress)
    questions = (*_questions(table), *_asked_of_dates(table, cleaner))
    mapping = cleaner.mapping.without(understood.of_lines, table.headings)
    return Prepared(table, mapping, understood, places, now, today, questions, dict(choices.same), territories)


def empty_columns(table: Table) -> frozenset[int]:
    """Positions of columns in which no row has anything: they mean nothing, whatever they are called."""
    return frozenset(
        at
        for at in range(len(table.headings))
        if table.rows and all(at >= len(row.cells) or not row.cells[at].strip() for row in table.rows)
    )


def levels_of(planned: Sequence[PlannedRow]) -> dict[str, int]:
    """How many accounts of a file are placed how closely."""
    counted = Counter(row.account.placement.level.value for row in planned)
    return {level.value: counted.get(level.value, 0) for level in Level}


def columns_of(prepared: Prepared) -> dict[str, str]:
    """Field to the heading of the column that it is read from."""
    return {name: prepared.table.headings[position] for name, position in prepared.mapping.columns.items()}


def file_remarks(prepared: Prepared) -> tuple[str, ...]:
    """What is to say of the whole file."""
    return (*prepared.table.remarks, *prepared.understood.remarks)


def doubts(planned: Sequence[PlannedRow]) -> list[Question]:
    """Rows of which nobody but a person can say which account they are."""
    return [
        Question(
            "account",
            say(
                "Line {line}, {name}: {remark}",
                line=row.draft.row.number,
                name=row.account.name,
                remark=row.remarks[-1],
            ),
            (
                Option("0", say("A new account")),
                Option(str(row.doubt.id), f"{row.doubt.name}, {row.doubt.address.text}".rstrip(", ")),
            ),
            "0",
            row.draft.row.number,
        )
        for row in planned
        if row.doubt is not None
    ]


def _questions(table: Table) -> list[Question]:
    found = []
    if table.encodings:
        options = tuple(Option(one.name, one.name, one.lines) for one in table.encodings)
        found.append(Question("encoding", say("Which of these encodings reads right?"), options, table.encoding))
    if len(table.sheets) > 1 and not table.sheet:
        options = (*(Option(name, name) for name in table.sheets), Option(ALL_SHEETS, say("All of them")))
        named = ", ".join(table.sheets)
        question = say(
            "{count} worksheets hold accounts: {named}. Which one is to be read?", count=len(table.sheets), named=named
        )
        found.append(Question("sheet", question, options, table.sheets[0]))
    return found


def _asked_of_dates(table: Table, cleaner: Cleaner) -> list[Question]:
    """The order of day and month, where every date of the column fits both."""
    unsure = cleaner.dates.unsure
    if not unsure:
        return []
    heading = table.headings[cleaner.mapping.columns["last_visit"]]
    options = [
        Option(value, label, tuple(_both_ways(written, day_first=value == DAY_FIRST) for written in unsure))
        for value, label in ((DAY_FIRST, say("Day before month")), (MONTH_FIRST, say("Month before day")))
    ]
    text = say(
        "Column {heading!r}: dates such as {unsure} can be read in two ways. Which one is right?",
        heading=heading,
        unsure=unsure[0],
    )
    taken = DAY_FIRST if cleaner.dates.day_first else MONTH_FIRST
    return [Question("dates", text, tuple(options), taken)]


_MONTHS = (
    to_say("January"),
    to_say("February"),
    to_say("March"),
    to_say("April"),
    to_say("May"),
    to_say("June"),
    to_say("July"),
    to_say("August"),
    to_say("September"),
    to_say("October"),
    to_say("November"),
    to_say("December"),
)


def _both_ways(written: str, *, day_first: bool) -> str:
    day = clean_date(written, day_first=day_first)
    if day is None:
        return written
    month = say(_MONTHS[day.month - 1])
    return say("{written} = {day} {month} {year}", written=written, day=day.day, month=month, year=day.year)


def _geocoder(workspace: Workspace) -> "tuple[Geocoder | None, Box | None]":
    """None where no area is imported. Raises NotReady for one that cannot be used: accounts would be left unplaced."""
    if not workspace.areas.has_any:
        return None, None
    info = workspace.areas.current().info
    bbox = getattr(info, "bbox", None)
    return workspace.geocoder, Box(*bbox) if bbox else None


def _places(
    drafts: Sequence[Draft], known: Known, geocoder: "Geocoder | None", today: date, progress: Progress
) -> "dict[str, Located]":
    """Address text to where it is, for all that have to be looked up, or to be held against a given place."""
    if geocoder is None:
        return {}
    known.look_at_ids(drafts)
    texts: dict[str, None] = {}
    for draft in drafts:
        match = known.match(draft)
        if draft.given is None or draft.given_outside:
            account, _ = apply(draft, match.account, today)
            if draft.given_outside or needs_placing(account, match.account):
                texts[account.address.text] = None
        elif not draft.gcrm_id and (draft.address.street or draft.address.line) and _is_news(draft, match):
            texts[draft.address.text] = None
    wanted = list(texts)
    found: dict[str, Located] = {}
    for start in range(0, len(wanted), STEP):
        progress(say("Finding addresses"), start, len(wanted))
        some = wanted[start : start + STEP]
        found.update(zip(some, geocoder.batch(some), strict=True))
    progress(say("Finding addresses"), len(wanted), len(wanted))
    return found


def _is_news(draft: Draft, match: Match) -> bool:
    """Whether a given place is not that of the account already."""
    place = match.account.place if match.account else None
    return place is None or draft.given is None or not _same(place, draft.given)


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < SAME_PLACE_DEG and abs(one[1] - other[1]) < SAME_PLACE_DEG

"""What an import would do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.accounts.linkage.pairs import find_pairs
from gcrm.accounts.linkage.profile import profile_of
from gcrm.accounts.model import PERSON, Account, Level
from gcrm.accounts.place_account import place
from gcrm.common.zones import understood_of
from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.columns import Mapping, fingerprint, map_columns
from gcrm.imports.matching import Known, apply, needs_placing
from gcrm.imports.read import read_table
from gcrm.imports.table import Table
from gcrm.imports.understanding import STEP, Reject, Understood, understand
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.geocoding import Geocoder, Located

SAME_PLACE_DEG = 1e-6
"""A decimetre: coordinates that differ by less were only rounded on their way through a file."""
MAPPING = "import columns "
"""Under this and the fingerprint of its headings the settings keep what a person said that columns mean."""
NOT_SHOWN = frozenset({"placement", "created_at", "updated_at", "territory_id", "territory_locked", "id"})


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row on its way: the account it will be, and the one it is now, None for a new one."""

    draft: Draft
    account: Account
    existing: Account | None

    @property
    def action(self) -> str:
        """What happens to the account: create, update or unchanged."""
        if self.existing is None:
            return "create"
        return "update" if self.account != self.existing else "unchanged"

    def changes(self) -> dict[str, tuple[Any, Any]]:
        """Field to what it is now and what it will be."""
        if self.existing is None:
            return {}
        return {
            each.name: (getattr(self.existing, each.name), getattr(self.account, each.name))
            for each in fields(Account)
            if each.name not in NOT_SHOWN and getattr(self.existing, each.name) != getattr(self.account, each.name)
        }


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read, understood and looked up in the geocoder; what is left is to match it with the accounts."""

    table: Table
    mapping: Mapping
    understood: Understood
    places: "dict[str, Located]"
    prepared_at: datetime

    def plan(self, known: Known) -> list[PlannedRow]:
        """What becomes of each row, given the accounts of the database."""
        return [self._row(draft, known) for draft in self.understood.drafts]

    def _row(self, draft: Draft, known: Known) -> PlannedRow:
        existing = known.match(draft)
        account = apply(draft, existing, self.prepared_at.date())
        if draft.given is not None and (existing is None or existing.placement.source != PERSON):
            near = existing is not None and existing.place is not None and _same(existing.place, draft.given)
            if not near:
                placement = replace(draft.placement, placed_at=self.prepared_at)
                account = replace(account, place=draft.given, placement=placement)
        elif needs_placing(account, existing):
            account = place(account, self.places.get(account.address.text), self.prepared_at)
        return PlannedRow(draft, account, existing)


@dataclass(frozen=True, slots=True)
class RowPreview:
    """What would become of one row.

    label is the address found; changes: field to its value now and then; cleaned: field to what the file has where that
    is taken over changed; hours: its opening hours as they are understood, "" without any.
    """

    row: int
    action: str
    name: str
    address: str
    account_id: int | None
    level: str
    lon: float | None
    lat: float | None
    label: str
    confidence: float
    why_not_placed: str
    changes: dict[str, tuple[Any, Any]]
    remarks: tuple[str, ...]
    cleaned: dict[str, str]
    hours: str


@dataclass(frozen=True, slots=True)
class AlikeRow:
    """A row that would become a new account and looks like one that is there, or like an earlier row.

    account is the id of the one that is there, else None and like_row is the earlier row.
    """

    row: int
    account: int | None
    like_row: int | None
    probability: float
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do: read = created + updated + unchanged + rejected + repeated, and each row.

    alike: new accounts that may be doubles, likeliest first; they are imported all the same, and can be merged then.
    """

    read: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    repeated: int
    rejects: tuple[Reject, ...]
    placed: dict[str, int]
    rows: tuple[RowPreview, ...]
    alike: tuple[AlikeRow, ...]
    columns: dict[str, str]
    unused: tuple[str, ...]
    encoding: str
    delimiter: str


def preview_import(
    workspace: Workspace, file: Path, progress: Progress = quiet, *, columns: dict[str, str] | None = None
) -> ImportPreview:
    """Say what importing a file would do; nothing is written. Raises as `import_accounts`."""
    prepared = prepare_import(workspace, file, progress, columns=columns)
    with workspace.store.read() as tx:
        accounts = tx.accounts.all()
    planned = prepared.plan(Known.of(accounts))
    actions = Counter(row.action for row in planned)
    return ImportPreview(
        read=len(prepared.table.rows),
        created=actions["create"],
        updated=actions["update"],
        unchanged=actions["unchanged"],
        rejected=len(prepared.understood.rejects),
        repeated=prepared.understood.repeated,
        rejects=tuple(prepared.understood.rejects.values()),
        placed=levels_of(planned),
        rows=tuple(_previewed(row) for row in planned),
        alike=_alike(accounts, planned, progress),
        columns=columns_of(prepared),
        unused=prepared.mapping.unused,
        encoding=prepared.table.encoding,
        delimiter=prepared.table.delimiter,
    )


def prepare_import(workspace: Workspace, file: Path, progress: Progress, *, columns: dict[str, str] | None) -> Prepared:
    """Do all of an import that needs no lock on the database."""
    progress("Reading the file")
    table = read_table(file)
    with workspace.store.read() as tx:
        remembered = tx.settings.get(MAPPING + fingerprint(table.headings))
    mapping = map_columns(table.headings, columns or remembered)
    geocoder = _geocoder(workspace)
    cleaner = Cleaner.of(table, mapping, geocoder.country if geocoder else "")
    understood = understand(table, cleaner, progress)
    now = workspace.clock()
    with workspace.store.read() as tx:
        known = Known.of(tx.accounts.all())
    places = _places(understood.drafts, known, geocoder, now, progress)
    return Prepared(table, cleaner.mapping.without(understood.of_lines, table.headings), understood, places, now)


def levels_of(planned: Sequence[PlannedRow]) -> dict[str, int]:
    """How many accounts of a file are placed how closely."""
    counted = Counter(row.account.placement.level.value for row in planned)
    return {level.value: counted.get(level.value, 0) for level in Level}


def columns_of(prepared: Prepared) -> dict[str, str]:
    """Field to the heading of the column that it is read from."""
    return {name: prepared.table.headings[position] for name, position in prepared.mapping.columns.items()}


def _geocoder(workspace: Workspace) -> "Geocoder | None":
    """None where no area is imported. Raises NotReady for one that cannot be used: accounts would be left unplaced."""
    return workspace.geocoder if workspace.areas.has_any else None


def _places(
    drafts: Sequence[Draft], known: Known, geocoder: "Geocoder | None", now: datetime, progress: Progress
) -> "dict[str, Located]":
    """Address text to where it is, for all that have to be looked up."""
    if geocoder is None:
        return {}
    texts: dict[str, None] = {}
    for draft in drafts:
        existing = known.match(draft)
        if draft.given is None and needs_placing(apply(draft, existing, now.date()), existing):
            texts[draft.address.text] = None
    wanted = list(texts)
    found: dict[str, Located] = {}
    for start in range(0, len(wanted), STEP):
        progress("Finding addresses", start, len(wanted))
        some = wanted[start : start + STEP]
        found.update(zip(some, geocoder.batch(some), strict=True))
    progress("Finding addresses", len(wanted), len(wanted))
    return found


def _same(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < SAME_PLACE_DEG and abs(one[1] - other[1]) < SAME_PLACE_DEG


def _alike(accounts: list[Account], planned: Sequence[PlannedRow], progress: Progress) -> tuple[AlikeRow, ...]:
    """New rows that look like an account or like each other; rows have negative ids while they are compared."""
    profiles = [profile_of(account) for account in accounts]
    profiles += [
        profile_of(replace(row.account, id=-row.draft.row.number)) for row in planned if row.action == "create"
    ]
    return tuple(
        AlikeRow(
            row=-pair.a if pair.b >= 0 else max(-pair.a, -pair.b),
            account=pair.b if pair.b >= 0 else None,
            like_row=None if pair.b >= 0 else min(-pair.a, -pair.b),
            probability=pair.probability,
            why=pair.why,
        )
        for pair in find_pairs(profiles, progress)
        if pair.a < 0
    )


def _previewed(planned: PlannedRow) -> RowPreview:
    account, placement = planned.account, planned.account.placement
    return RowPreview(
        row=planned.draft.row.number,
        action=planned.action,
        name=account.name,
        address=account.address.text,
        account_id=planned.existing.id if planned.existing else None,
        level=placement.level.value,
        lon=account.place.lon if account.place else None,
        lat=account.place.lat if account.place else None,
        label=placement.matched,
        confidence=placement.confidence,
        why_not_placed=placement.reason,
        changes=planned.changes(),
        remarks=planned.draft.remarks,
        cleaned=planned.draft.cleaned,
        hours=understood_of(account),
    )

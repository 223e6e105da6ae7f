"""Import the exports of an old CRM: companies, people, deals and history, all of it or nothing, and undone as one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.accounts.change import ChangeKind, ChangeSet
from gcrm.accounts.history import change
from gcrm.accounts.model import GIVEN, PERSON, Account
from gcrm.accounts.ownership import owners_of
from gcrm.accounts.person import AccountExtra
from gcrm.accounts.place_account import place
from gcrm.accounts.record_values import difference, document_of, row_values
from gcrm.accounts.repository.staged import StagedAccounts
from gcrm.common.language import number as written
from gcrm.common.language import say
from gcrm.common.spreadsheet import write_csv
from gcrm.common.today import today_in
from gcrm.common.zones import country_of_zone, zone_at
from gcrm.imports.crm.drafts import Context, Drafts, Refused
from gcrm.imports.crm.join import Join, Joined, Rec, linked
from gcrm.imports.crm.read_rows import read_files
from gcrm.imports.crm.recognise import CrmMap, Recognised, read_as, recognise
from gcrm.imports.read import read_table
from gcrm.imports.repository_crm import StagedRecords, reserve_ids
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.geocoding import Located
    from gcrm.transaction import Transaction

TRIES = 4
STEP = 500
SHOWN_CELLS = 20
"""Cells that could not be read and are named one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class CrmChoices:
    """What a person has said of the files: the system, a mapping, the zone of its stamps, the order of its dates."""

    system: str = ""
    told: CrmMap = field(default_factory=CrmMap)
    zone: str = ""
    dates: str = ""


@dataclass(frozen=True, slots=True)
class CrmFile:
    """One file as it was recognised. own_fields: headings that become fields of the company's own."""

    name: str
    system: str
    kind: str
    rows: int
    own_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CrmImported:
    """What became of each row, by kind: read = created + updated + unchanged + rejected.

    created counts accounts that only other records name as well; remarks say which. links: how many rows were linked
    how. batch is the number to undo it by, None where nothing changed. placed counts the new accounts by how closely
    they are placed.
    """

    system: str
    files: tuple[CrmFile, ...]
    read: dict[str, int]
    created: dict[str, int]
    updated: dict[str, int]
    unchanged: dict[str, int]
    rejected: dict[str, int]
    links: dict[str, int]
    remarks: tuple[str, ...]
    rejects: tuple[Refused, ...]
    placed: dict[str, int]
    zone: str
    rejects_file: Path | None = None
    batch: int | None = None
    dry_run: bool = False


@dataclass
class _Prepared:
    """What needs no lock: the files read."""

    found: list[Recognised]
    drafts: Drafts
    context: Context
    located: "dict[str, Located]"


@dataclass
class _Foreseen:
    joined: Joined
    new: list[Rec]
    changed: list[tuple[Account, Account]]
    state: tuple[Any, ...]


def import_crm(
    workspace: Workspace,
    files: Sequence[Path],
    progress: Progress = quiet,
    *,
    choices: CrmChoices | None = None,
    dry_run: bool = False,
    rejects_file: Path | None = None,
    user_id: int | None = None,
) -> CrmImported:
    """Import the files of one or several old CRMs together.

    The same files twice change nothing. dry_run: say what would become of them and write nothing.
    Raises InputRejected for a file that cannot be read or that nobody can tell, Cancelled; nothing is written then.
    """
    prepared = _prepare(workspace, files, choices or CrmChoices(), progress)
    if dry_run:
        with workspace.store.read() as tx:
            progress(say("Matching"))
            joined = Join(tx, prepared.drafts, prepared.context).run()
            _place(workspace, joined, prepared, progress)
        return _told(prepared, joined, None, None, dry_run=True)
    batch: int | None = None
    with workspace.store.stage() as stage:
        staged, records = StagedAccounts(stage), StagedRecords(stage)
        for attempt in range(TRIES):
            if attempt < TRIES - 1:
                with workspace.store.read(stage) as tx:
                    foreseen = _foresee(workspace, tx, staged, records, prepared, progress)
                with workspace.store.write() as tx:
                    ids = _ids(tx, foreseen)
                _put_aside(staged, records, foreseen, ids, prepared, progress)
                with workspace.store.write(stage) as tx:
                    if _state(tx) == foreseen.state and not staged.differing(tx):
                        batch = _write(tx, staged, records, foreseen, prepared, user_id)
                        progress(say("Writing"), 1, 1)
                        break
            else:
                # Others write all the time: they wait this once.
                with workspace.store.write(stage) as tx:
                    foreseen = _foresee(workspace, tx, staged, records, prepared, progress)
                    _put_aside(staged, records, foreseen, _ids(tx, foreseen), prepared, quiet)
                    batch = _write(tx, staged, records, foreseen, prepared, user_id)
    target = _write_rejects(workspace, prepared, rejects_file)
    return _told(prepared, foreseen.joined, target, batch, dry_run=False)


def _prepare(workspace: Workspace, files: Sequence[Path], choices: CrmChoices, progress: Progress) -> _Prepared:
    if not files:
        raise InputRejected(say("No file is given."), say("Give the files that the old CRM has exported."))
    extra = [heading for one in choices.told.files for heading in one.columns]
    tables = []
    for number, file in enumerate(files):
        progress(say("Reading"), number, len(files))
        tables.append((file, read_table(file, read_as(extra, choices.system))))
    found = recognise(tables, choices.system, choices.told)
    zone, region = _where(workspace, found, choices)
    now = workspace.clock()
    context = Context(zone, region, now, today_in(zone, now), choices.told, choices.dates)
    return _Prepared(found, read_files(found, context, progress), context, {})


def _where(workspace: Workspace, found: Sequence[Recognised], choices: CrmChoices) -> tuple[str, str]:
    """The zone of stamps that name none, and the country of phone numbers without one."""
    if choices.zone:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(choices.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise InputRejected(
                say("There is no time zone {zone!r}.", zone=choices.zone), say("Give one as Europe/Zurich.")
            ) from error
    area = ""
    if workspace.areas.has_any and (bbox := getattr(workspace.areas.current().info, "bbox", None)):
        area = zone_at(LonLat((bbox[0] + bbox[2]) / 2, (bbox[1] + bbox[3]) / 2))
    with workspace.store.read() as tx:
        zones = {rep.zone for rep in tx.reps.all()} - {"UTC"}
    told = choices.zone or (zones.pop() if len(zones) == 1 else "") or area or _zone_of_files(found)
    country = country_of_zone(area or told) if area or told else ""
    return told or "UTC", country


def _zone_of_files(found: Sequence[Recognised]) -> str:
    """The zone of the country that most accounts are in, where it has one clock; "" where it has more."""
    from collections import Counter

    from babel.core import get_global

    from gcrm.accounts.cells import region_of

    seen: Counter[str] = Counter()
    for one in found:
        if one.kind.record in {"account", "partner"}:
            for row in one.table.rows[:2_000]:
                for place_ in one.columns.get("country", ()):
                    if place_ < len(row.cells) and (code := region_of(row.cells[place_].strip().removeprefix("base."))):
                        seen[code] += 1
    if not seen:
        return ""
    code = seen.most_common(1)[0][0]
    zones = sorted(name for name, country in get_global("zone_territories").items() if country == code)
    return _ONE_CLOCK.get(code) or (zones[0] if len(zones) == 1 else "")


_ONE_CLOCK = {"DE": "Europe/Berlin"}
"""Countries of several zones that have shown one time for decades."""


# Worked out


def _state(tx: "Transaction") -> tuple[Any, ...]:
    return (tx.accounts.state(), tx.record.state(), tuple(tx.territories.all()))


def _foresee(
    workspace: Workspace,
    tx: "Transaction",
    staged: StagedAccounts,
    records: StagedRecords,
    prepared: _Prepared,
    progress: Progress,
) -> _Foreseen:
    staged.clear()
    records.clear()
    progress(say("Matching"))
    joined = Join(tx, prepared.drafts, prepared.context).run()
    _place(workspace, joined, prepared, progress)
    at = prepared.context.now
    new = [one for one in joined.accounts if one.is_new]
    owners = owners_of(tx, [one.value for one in new])
    for one, owner in zip(new, owners, strict=True):
        one.value = replace(one.value, created_at=at, updated_at=at, territory_id=owner)
    moved = [one for one in joined.accounts if not one.is_new and one.value != one.before]
    owners = owners_of(tx, [one.value for one in moved])
    for one, owner in zip(moved, owners, strict=True):
        if one.value.place != one.before.place and not one.value.territory_locked:
            one.value = replace(one.value, territory_id=owner)
        one.value = replace(one.value, updated_at=at)
    staged.remember(tx, [one.id for one in moved])
    return _Foreseen(joined, new, [(one.before, one.value) for one in moved], _state(tx))


def _place(workspace: Workspace, joined: Joined, prepared: _Prepared, progress: Progress) -> None:
    """Look up the addresses of accounts that are new or have another one now."""
    wanted = [one for one in joined.accounts if _wants_place(one)]
    texts = [text for text in dict.fromkeys(one.value.address.text for one in wanted) if text not in prepared.located]
    if workspace.areas.has_any:
        geocoder = workspace.geocoder
        for start in range(0, len(texts), STEP):
            progress(say("Finding addresses"), start, len(texts))
            some = texts[start : start + STEP]
            prepared.located.update(zip(some, geocoder.batch(some), strict=True))
    for one in wanted:
        one.value = place(one.value, prepared.located.get(one.value.address.text), prepared.context.now)


def _wants_place(rec: Rec) -> bool:
    account: Account = rec.value
    if rec.is_new:
        return account.place is None
    given = account.placement.source in {GIVEN, PERSON}
    return bool(account.address != rec.before.address and not given)


def _ids(tx: "Transaction", foreseen: _Foreseen) -> dict[str, Sequence[int]]:
    joined = foreseen.joined
    return {
        "account": tx.accounts.reserve_ids(len(foreseen.new)),
        "person": reserve_ids(tx, "person", sum(one.is_new for one in joined.people)),
        "deal": reserve_ids(tx, "deal", sum(one.is_new for one in joined.deals)),
        "activity": reserve_ids(tx, "activity", sum(one.is_new for one in joined.activities)),
    }


def _put_aside(  # noqa: C901, PLR0912 - kind after kind
    staged: StagedAccounts,
    records: StagedRecords,
    foreseen: _Foreseen,
    ids: dict[str, Sequence[int]],
    prepared: _Prepared,
    progress: Progress,
) -> None:
    joined, at = foreseen.joined, prepared.context.now
    some = {"person": joined.people, "deal": joined.deals, "activity": joined.activities}
    for kind, all_of in (("account", foreseen.new), *some.items()):
        fresh = [one for one in all_of if one.is_new]
        for one, number in zip(fresh, ids[kind], strict=True):
            one.id = number
    for one in foreseen.new:
        one.value = replace(one.value, id=one.id)
    total = sum(map(len, some.values())) + len(foreseen.new)
    done = 0
    for start in range(0, len(foreseen.new), 2_000):
        progress(say("Writing"), done + start, total)
        accounts = [one.value for one in foreseen.new[start : start + 2_000]]
        staged.add(accounts)
        staged.record(change(None, one) for one in accounts)
    done += len(foreseen.new)
    staged.change(foreseen.changed)
    staged.record(change(before, after) for before, after in foreseen.changed)
    for kind, all_of in some.items():
        for number, one in enumerate(all_of):
            if number % 5_000 == 0:
                progress(say("Writing"), done + number, total)
            told = document_of(linked(one))
            row, links = row_values(kind, told)
            row["updated_at"] = at
            if one.is_new:
                records.put_record(kind, one.id, row, links)
            else:
                assert one.was is not None
                records.updates.append((kind, one.id, row, links))
                records.changes.append((kind, one.id, *difference(one.was, told)))
        done += len(all_of)
    for one in joined.accounts:
        _put_extra(records, one, at)
    for system, kind, key, rec, digest, is_new in _last_refs(joined):
        if is_new:
            records.put("refs", {
                "system": system, "kind": kind, "external_id": key, "record_id": rec.id, "digest": digest,
            })  # fmt: skip
        else:
            records.digests.append({"of_system": system, "of_kind": kind, "of_id": key, "reads": digest})
    for record, name, label, kind, source in joined.custom:
        records.put("custom", {"record": record, "name": name, "label": label, "type": kind, "source": source})
    records.flush()


def _last_refs(joined: Joined) -> list[tuple[str, str, str, Rec, str, bool]]:
    """Each id once, as the last row says it."""
    return list({one[:3]: one for one in joined.refs}.values())


def _put_extra(records: StagedRecords, rec: Rec, at: datetime) -> None:
    if rec.extra is None:
        return
    extra = replace(rec.extra, account_id=rec.id, parent_id=rec.parent.id if rec.parent else rec.extra.parent_id)
    told = document_of(extra)
    row, _ = row_values("account", told)
    if rec.is_new or rec.extra_was is None:
        records.put("extra", {**row, "account_id": rec.id, "updated_at": at})
        if not rec.is_new:
            records.changes.append(("account", rec.id, *difference(document_of(AccountExtra(rec.id)), told)))
    elif told != rec.extra_was:
        records.updates.append(("account", rec.id, {**row, "updated_at": at}, {}))
        records.changes.append(("account", rec.id, *difference(rec.extra_was, told)))


def _write(
    tx: "Transaction",
    staged: StagedAccounts,
    records: StagedRecords,
    foreseen: _Foreseen,
    prepared: _Prepared,
    user_id: int | None,
) -> int | None:
    joined = foreseen.joined
    figures = {name: {kind: count[name] for kind, count in joined.results.items()} for name in ("created", "updated")}
    anything = staged.has_changes or records.has_changes or bool(joined.people or joined.deals or joined.activities)
    if not anything and not joined.refs:
        return None
    staged.apply(tx)
    names = [one.path.name for one in prepared.found]
    listed = ", ".join(names[:3])
    if len(names) > 3:
        listed = say("{names} and {more} more", names=listed, more=len(names) - 3)
    title = f"{_systems(prepared)}: {listed}"
    document = {"crm": _systems(prepared), "files": names, **figures}
    if not anything and not any(is_new for *_, is_new in joined.refs):
        # Only that the same is told in other words: nothing to undo.
        records.apply(tx, 0)
        return None
    made = ChangeSet(ChangeKind.IMPORT, title, prepared.context.now, user_id, document)
    batch = staged.keep(tx, made).id
    records.apply(tx, batch)
    return batch


# What is told


def _systems(prepared: _Prepared) -> str:
    return ", ".join(dict.fromkeys(one.system.name for one in prepared.found))


def _told(prepared: _Prepared, joined: Joined, target: Path | None, batch: int | None, *, dry_run: bool) -> CrmImported:
    drafts = prepared.drafts
    rejected = dict.fromkeys(drafts.read, 0)
    for one in drafts.rejects:
        if one.kind:
            rejected[one.kind] += 1
    cells = [
        say("{file}, line {line}: {reason}", file=one.file, line=one.line, reason=one.reason)
        for one in drafts.cells[:SHOWN_CELLS]
    ]
    if len(drafts.cells) > SHOWN_CELLS:
        cells.append(
            say(
                "{more} more cells could not be read and are kept as they were.",
                more=written(len(drafts.cells) - SHOWN_CELLS),
            )
        )
    placed: dict[str, int] = {}
    for rec in joined.accounts:
        if rec.is_new:
            level = rec.value.placement.level.value
            placed[level] = placed.get(level, 0) + 1
    clock = say("Times without a zone are read as those of {zone}.", zone=prepared.context.zone)
    local = any(one.system.times == "local" for one in prepared.found)
    results = joined.results
    return CrmImported(
        system=", ".join(dict.fromkeys(one.system.key for one in prepared.found)),
        files=tuple(
            CrmFile(
                one.path.name,
                one.system.key,
                one.kind.activity if one.kind.record == "activity" else one.kind.record,
                len(one.table.rows),
                tuple(label for _, label in one.custom),
            )
            for one in prepared.found
        ),
        read=dict(drafts.read),
        created={kind: some["created"] for kind, some in results.items()},
        updated={kind: some["updated"] for kind, some in results.items()},
        unchanged={kind: some["unchanged"] for kind, some in results.items()},
        rejected=rejected,
        links=dict(joined.links),
        remarks=tuple(dict.fromkeys([*([clock] if local else []), *joined.remarks, *cells])),
        rejects=tuple(drafts.rejects),
        placed=placed,
        zone=prepared.context.zone,
        rejects_file=target,
        batch=batch,
        dry_run=dry_run,
    )


def _write_rejects(workspace: Workspace, prepared: _Prepared, wanted: Path | None) -> Path | None:
    """The rejected rows with the file, the line and the reason; None where there are none."""
    rejects = prepared.drafts.rejects
    if not rejects:
        return None
    target = wanted
    if target is None:
        folder = workspace.settings.files / "imports"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"crm-{prepared.context.now:%Y%m%d-%H%M%S}-rejected.csv"
    rows = {(one.path.name, row.number): row for one in prepared.found for row in one.table.rows}
    write_csv(
        target,
        ["file", "line", "reason", "cells"],
        [
            [one.file, str(one.line), one.reason, " | ".join(rows[one.file, one.line].cells)]
            for one in rejects
            if (one.file, one.line) in rows
        ],
    )
    return target

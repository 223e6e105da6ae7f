"""All rows of a table understood: those that can be imported, and the others with the reason why not."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from gcrm.common.language import number, say
from gcrm.imports.cleaning import Cleaner, Draft
from gcrm.imports.grouping import Judged, grouped, judge, merged
from gcrm.imports.identity import loose_number
from gcrm.imports.row_shapes import no_account, shaped
from gcrm.imports.table import Table
from gcrm.platform.errors import InputRejected
from gcrm.platform.progress import Progress, quiet

STEP = 500
"""Rows between two reports of progress, and two chances to stop."""
LINES_FROM = 20
LINES_SHARE = 0.5
"""A file of at least LINES_FROM rows of which more than this share say an account again is a list of orders, visits or
the like, one line each, and not a list of accounts with a few doubles in it."""


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that was not imported, or a remark on one that was: its line in the file (the first is 1), and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Understood:
    """The rows of a table: read = len(drafts) + len(rejects) + repeated.

    repeated counts rows that say an account of an earlier row again and are merged with it; of_lines are the fields
    that belong to the lines of a list of orders and not to the account, and are in no draft. remarks tell of the whole
    file.
    """

    drafts: tuple[Draft, ...]
    rejects: dict[int, Reject] = field(default_factory=dict)
    repeated: int = 0
    of_lines: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


def understand(
    table: Table, cleaner: Cleaner, progress: Progress = quiet, numbers: Collection[str] = frozenset()
) -> Understood:
    """Clean every row and tell rows for the same account apart from new ones. Raises Cancelled if `progress` does.

    numbers: `loose_number` of the accounts that are there, of which rows may be people.
    """
    rejects: dict[int, Reject] = {}
    cleaned: list[Draft] = []
    fitted = shaped(table)
    for index, row in enumerate(fitted.rows):
        if index % STEP == 0:
            progress(say("Understanding rows"), index, len(table.rows))
        if reason := no_account(row, index, table.headings):
            rejects[row.number] = Reject(row.number, reason)
            continue
        try:
            draft = cleaner.clean(row)
        except InputRejected as error:
            rejects[row.number] = Reject(row.number, error.fault)
            continue
        if told := fitted.told.get(row.number):
            draft = replace(draft, remarks=(told, *draft.remarks))
        cleaned.append(draft)
    cleaned = _with_companies(cleaned, numbers, rejects)
    drafts, remarks, judged = _believed(table, cleaner, cleaned)
    persons = bool({"first_name", "last_name"} & cleaner.mapping.columns.keys())
    by_person = persons or bool({"contact", "is_company"} & cleaner.mapping.columns.keys())
    lines = len(table.rows) >= LINES_FROM
    trusting = lines and judged.believed and judged.repeats > LINES_SHARE * len(table.rows)
    groups = grouped(drafts, trusting=trusting, by_person=by_person)
    repeated = len(drafts) - len(groups)
    if (
        lines
        and repeated > LINES_SHARE * len(table.rows)
        and not {"first_name", "last_name"} & cleaner.mapping.columns.keys()
    ):
        return _accounts_of_lines(groups, rejects, repeated, cleaner, remarks)
    found: list[Draft] = []
    repeated = 0
    for group in groups:
        first = group[0]
        for later in group[1:]:
            first, adds = merged(first, later, keep_others=True)
            line = later.row.number
            if adds:
                repeated += 1
                first = replace(
                    first,
                    remarks=(*first.remarks, say("Line {line} is the same account and is merged with it.", line=line)),
                )
            else:
                rejects[line] = Reject(line, say("Is the same account as line {line}.", line=group[0].row.number))
        found.append(first)
    return Understood(tuple(found), dict(sorted(rejects.items())), repeated, remarks=remarks)


def _with_companies(drafts: list[Draft], numbers: Collection[str], rejects: dict[int, Reject]) -> list[Draft]:
    """The rows but for people of companies that are neither here nor in the file; those are rejected."""
    if not any(draft.of_company for draft in drafts):
        return drafts
    here = {loose_number(number) for draft in drafts if (number := draft.values.get("external_id", ""))
            and not draft.of_company}  # fmt: skip
    found = []
    for draft in drafts:
        company = loose_number(draft.of_company)
        if company and company not in numbers and company not in here:
            reason = say(
                "Is a person of account {company}, which is not here; import the list of accounts first, or say which"
                " column names the company.",
                company=draft.of_company,
            )
            rejects[draft.row.number] = Reject(draft.row.number, reason)
        else:
            found.append(draft)
    return found


def _believed(
    table: Table, cleaner: Cleaner, drafts: Sequence[Draft]
) -> tuple[Sequence[Draft], tuple[str, ...], Judged]:
    """The rows without their numbers where those are none of accounts, which is said; they are kept in the notes."""
    if cleaner.own:
        return drafts, (), Judged(0, 0, 0, 0)
    judged = judge(drafts)
    if judged.believed:
        return drafts, (), judged
    heading = table.headings[cleaner.mapping.columns["external_id"]]
    remark = say(
        "Column {heading!r} is not taken as the number of an account: {rows} rows share {values} values, and {others}"
        " of them have another name or address. It is kept in the notes.",
        heading=heading,
        rows=number(judged.rows),
        values=number(judged.values),
        others=number(judged.others),
    )
    return [_with_number_in_note(draft, heading) for draft in drafts], (remark,), Judged(0, 0, 0, 0)


def _with_number_in_note(draft: Draft, heading: str) -> Draft:
    values = dict(draft.values)
    number = values.pop("external_id", "")
    if number:
        values["note"] = "\n".join(part for part in (values.get("note", ""), f"{heading}: {number}") if part)
    return replace(draft, values=values)


def _accounts_of_lines(
    groups: Sequence[list[Draft]], rejects: dict[int, Reject], repeated: int, cleaner: Cleaner, remarks: tuple[str, ...]
) -> Understood:
    """The accounts that a list of orders or visits names; what belongs to its lines is theirs."""
    of_lines = _fields_of_lines(groups) - cleaner.mapping.chosen
    found = []
    for group in groups:
        first = group[0]
        for later in group[1:]:
            first, _ = merged(first, later, keep_others=False)
        values = {name: value for name, value in first.values.items() if name not in of_lines}
        found.append(replace(first, values=values))
    return Understood(tuple(found), rejects, repeated, of_lines, remarks)


def _fields_of_lines(groups: Sequence[list[Draft]]) -> frozenset[str]:
    """Fields that differ among the lines of most accounts, as an order's category does: they are not the account's."""
    differing: dict[str, int] = defaultdict(int)
    several = [group for group in groups if len(group) > 1]
    for group in several:
        names = {name for draft in group for name in draft.values} - {"name", "external_id"}
        for name in names:
            said = group[0].values.get(name)
            differing[name] += any(draft.values.get(name) != said for draft in group[1:])
    return frozenset(name for name, times in differing.items() if times > LINES_SHARE * len(several))

"""A case as JSON: what the command line answers, and what other programs will be told."""

from typing import Any

from gcrm.platform.documents import as_document
from gcrm.service.list_cases import CasePage, CaseRow, EntryRow
from gcrm.service.model import number_of

SECRET = frozenset({"survey_key"})


def write_case(row: CaseRow) -> dict[str, Any]:
    """A case of a list."""
    one = row.case
    told = {name: value for name, value in as_document(one).items() if name not in SECRET}
    return {
        "number": one.number,
        **told,
        "account": row.account,
        "person": row.person,
        "owner": row.owner,
        "place": [row.place.lon, row.place.lat] if row.place else None,
        "merged_into": number_of(one.merged_into) if one.merged_into else None,
        "overdue": row.overdue,
        "answer_late": row.answer_late,
        "solve_late": row.solve_late,
    }


def write_page(page: CasePage) -> dict[str, Any]:
    """One case with its history."""
    visit = None
    if page.visit:
        stop = page.visit.stop
        visit = {
            "first": page.visit.appointment.day.isoformat(),
            "last": page.visit.appointment.last.isoformat(),
            "planned": stop[1].isoformat() if stop else None,
            "rep": stop[2] if stop else "",
            "done": page.visit.done.isoformat() if page.visit.done else None,
        }
    return {
        **write_case(page.row),
        "history": [_entry(one) for one in page.entries],
        "parts": [one.number for one in page.parts],
        "visit": visit,
    }


def _entry(row: EntryRow) -> dict[str, Any]:
    one = row.entry
    return {
        "case": number_of(one.case_id),
        "at": one.at.isoformat(),
        "by": row.by,
        "kind": one.kind.value,
        "text": one.text,
        "before": one.before,
        "after": one.after,
    }

"""All that is kept of one subject, for that person: as JSON, and as a page for people."""

import html
import json
from typing import TYPE_CHECKING, Any

from gcrm.common.language import language, say, to_say
from gcrm.privacy.model import Look, SubjectFile
from gcrm.workspace import Workspace

if TYPE_CHECKING:
    from gcrm.transaction import Transaction

ACCOUNT, REP, PERSON = "account", "rep", "person"
_ALL_OF = {
    ACCOUNT: to_say("All that is kept of this account, as of {at} UTC."),
    REP: to_say("All that is kept of this rep, as of {at} UTC."),
    PERSON: to_say("All that is kept of this person, as of {at} UTC."),
}

STYLE = (
    "body{font:15px system-ui;margin:2em;max-width:80em}table{border-collapse:collapse;margin:0 0 1.5em}"
    "th,td{border:1px solid #999;padding:.25em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
)


def subject_of_account(workspace: Workspace, account_id: int) -> SubjectFile:
    """What is kept of an account and the persons there. Raises NotFound."""
    with workspace.store.read() as tx:
        account = tx.accounts.get(account_id)
        tables = tx.privacy.rows_about("account", account_id) | {"account_change": tx.privacy.changes_about(account_id)}
        photos = tx.privacy.photos_about([row["client_id"] for row in tables.get("activity", [])])
        tables |= {"photo": photos} if photos else {}
        for name, rows in tx.privacy.people_at(account_id).items():
            known = tables.setdefault(name, [])
            known += [row for row in rows if row not in known]
        told = tx.privacy.entries_of_cases(account_id)
        tables |= {"case_entry": told} if told else {}
        revisions = tx.privacy.revisions_about([row["id"] for row in tables.get("activity", [])])
        tables |= {"activity_revision": revisions} if revisions else {}
    # Where a colleague stood is that colleague's, not the customer's.
    for row in tables.get("activity", []):
        for name in [name for name in row if name.startswith(("check_in_l", "check_out_l"))]:
            del row[name]
    return SubjectFile(ACCOUNT, account_id, account.name, workspace.clock(), tables)


def subject_of_person(workspace: Workspace, person_id: int) -> SubjectFile:
    """What is kept of one person at accounts. Raises NotFound."""
    with workspace.store.read() as tx:
        name = tx.people.get(person_id).name
        tables = tx.privacy.rows_of_person(person_id)
    return SubjectFile(PERSON, person_id, name, workspace.clock(), tables)


def subject_of_rep(workspace: Workspace, rep_key: str, user_id: int | None = None) -> SubjectFile:
    """What is kept of a rep and of the rep's log-ins. user_id: who asks, noted as a look. Raises NotFound."""
    with workspace.store.write() as tx:
        rep = tx.reps.get(rep_key)
        tables = tx.privacy.rows_about("rep", rep.id)
        own = [user.id for user in tx.users.all() if user.rep_id == rep.id]
        for number in own:
            for name, rows in tx.privacy.rows_about("user_account", number).items():
                known = tables.setdefault(name, [])
                known += [row for row in rows if row not in known]
        if user_id not in own:
            _note(tx, workspace, rep.id, user_id, len(tx.privacy.points_of(rep.id)))
    return SubjectFile(REP, rep.id, rep.name, workspace.clock(), tables)


def as_json(found: SubjectFile) -> str:
    """The file for machines."""
    return json.dumps(_document(found), ensure_ascii=False, indent=1, allow_nan=False)


def as_html(found: SubjectFile) -> str:
    """The file for people: one page, without scripts, that needs no other file."""
    parts = [
        f"<!doctype html><html lang='{language()}'><meta charset='utf-8'>",
        f"<title>{html.escape(found.name)}</title>",
        f"<style>{STYLE}</style>",
        f"<h1>{html.escape(found.name)}</h1>",
        f"<p>{html.escape(say(_ALL_OF[found.kind], at=f'{found.made_at:%Y-%m-%d %H:%M}'))}</p>",
    ]
    for name, rows in found.tables.items():
        parts.append(f"<h2>{html.escape(name.replace('_', ' ').capitalize())} ({len(rows)})</h2>")
        for row in rows:
            told = "".join(
                f"<tr><th>{html.escape(key.replace('_', ' '))}</th><td>{html.escape(_said(value))}</td></tr>"
                for key, value in row.items()
                if value not in (None, "", [])
            )
            parts.append(f"<table>{told}</table>")
    return "\n".join(parts) + "</html>\n"


def _document(found: SubjectFile) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "number": found.subject_id,
        "name": found.name,
        "made_at": found.made_at.isoformat(),
        "tables": found.tables,
    }


def _said(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def _note(tx: "Transaction", workspace: Workspace, rep_id: int, user_id: int | None, points: int) -> None:
    tx.privacy.looked(Look(rep_id, user_id, workspace.clock(), to_say("subject file"), points))

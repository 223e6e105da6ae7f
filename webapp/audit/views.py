"""The audit log: filtered by person, kind and time, also as a file."""

import io
import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue

from gcrm.audit.log import MOST, MOST_IN_A_FILE, Line, audit_log, note
from gcrm.audit.model import WORDS, Event
from gcrm.common.language import say
from gcrm.common.spreadsheet import write_csv
from gcrm.people.users import list_users
from webapp.access import ADMINISTRATORS, allow
from webapp.context import snapshot, workspace
from webapp.given import day_of
from webapp.zones import zone_of_user

blueprint = Blueprint("audit", __name__, url_prefix="/audit", template_folder="templates")


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """What happened, newest first."""
    chosen = _chosen()
    lines = audit_log(snapshot(), **chosen, most=MOST + 1)
    shown: dict[str, Any] = {
        "lines": lines[:MOST],
        "more": len(lines) > MOST,
        "most": MOST,
        "users": list_users(workspace()),
        "words": {one.value: say(words) for one, words in WORDS.items()},
        "asked": request.args,
        "zone": zone_of_user(),
    }
    return render_template("audit/show.html", **shown)


@blueprint.get("/file")
@allow(*ADMINISTRATORS)
def as_file() -> ResponseReturnValue:
    """The same as a file for spreadsheets; taking it along is noted, too."""
    lines = audit_log(snapshot(), **_chosen(), most=MOST_IN_A_FILE)
    headings = [
        say("Time (UTC)"),
        say("Who"),
        say("What"),
        say("Whom"),
        say("Particulars"),
        say("Address"),
        say("Door"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "audit.csv"
        write_csv(file, headings, [_cells(one) for one in lines])
        content = io.BytesIO(file.read_bytes())
    note(workspace(), Event.EXPORTED, f"audit.csv, {len(lines)} rows")
    return send_file(content, mimetype="text/csv", as_attachment=True, download_name="audit.csv")


def _cells(one: Line) -> list[str]:
    noted = one.noted
    return [
        f"{noted.at:%Y-%m-%d %H:%M:%S}", one.by, say(WORDS[noted.event]), one.about, noted.what, noted.address,
    ]  # fmt: skip


def _chosen() -> dict[str, Any]:
    """What of the log is asked for. Raises InputRejected for days that are none."""
    zone = ZoneInfo(zone_of_user())
    first, last = request.args.get("from", ""), request.args.get("until", "")
    event = request.args.get("event", "")
    return {
        "since": datetime.combine(day_of(first), time(), zone) if first else None,
        "until": datetime.combine(day_of(last) + timedelta(days=1), time(), zone) if last else None,
        "user_id": request.args.get("user", type=int),
        "event": Event(event) if event in set(Event) else None,
    }

"""Accounts: list and map of one selection, one account, notes, locks."""

import io
import tempfile
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from flask import Blueprint, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.export_accounts import export_accounts
from gcrm.accounts.model import Account, Kind, Level
from gcrm.accounts.queries import account_list
from gcrm.activities.account_history import Entry, account_history, add_note
from gcrm.activities.corrections import may_correct
from gcrm.activities.learned import LEAST_OF_ACCOUNT, about_account, learn_for_account
from gcrm.activities.model import ActivityKind
from gcrm.activities.photos import photos_about
from gcrm.activities.queries import closed_down
from gcrm.audit.log import note
from gcrm.audit.model import Event
from gcrm.common.language import say, to_say
from gcrm.common.zones import hours_of
from gcrm.people.queries import all_reps
from gcrm.people.user import Role
from gcrm.sales.queries import orders_of_account
from gcrm.service.list_cases import CaseFilter, CaseRow, list_cases
from gcrm.service.model import PRIORITY_WORDS, STATE_WORDS
from gcrm.territories.queries import all_territories
from webapp.access import EVERYONE, PLANNERS, WRITERS, account_to_see, allow, may_write, me, visible_territories
from webapp.accounts.filters import PAGE, read_filter, selection
from webapp.accounts.standing import opening_of, standing_of
from webapp.check_in.passes import account_pass
from webapp.check_in.told import FORM_MOST, body, read_times, teller, text
from webapp.context import snapshot, workspace
from webapp.maps_api import draw
from webapp.phone import call_address, navigation_address
from webapp.zones import today, zone_of_user

OFFER_DAYS = 8
"""Days looked at for a visit: a week, so that each weekday is among them."""

EXPORTS = {
    "csv": ("csv", "comma"),
    "csv-semicolon": ("csv", "semicolon"),
    "csv-tab": ("csv", "tab"),
    "xlsx": ("xlsx", "comma"),
    "geojson": ("geojson", "comma"),
    "gpkg": ("gpkg", "comma"),
}
"""What accounts are exported as, to the format and what divides the cells."""
EXPORT_WORDS = {
    "xlsx": to_say("Excel workbook"),
    "csv-semicolon": to_say("CSV with semicolons, for Excel in most of Europe"),
    "csv": to_say("CSV with commas"),
    "csv-tab": to_say("CSV with tabs"),
    "geojson": "GeoJSON",
    "gpkg": "GeoPackage",
}

blueprint = Blueprint("accounts", __name__, url_prefix="/accounts", template_folder="templates")


@blueprint.get("/")
@allow(*EVERYONE)
def list_accounts() -> ResponseReturnValue:
    """The chosen accounts, a page at a time; only the rows where htmx asks."""
    chosen = read_filter(request.args)
    seen = visible_territories(snapshot())
    found = account_list(snapshot(), seen, selection(chosen), PAGE, (chosen.page - 1) * PAGE)
    territories = all_territories(snapshot()) if seen is None else []
    gone = closed_down(snapshot())
    day = today(zone_of_user())
    shown = {
        "chosen": chosen,
        "rows": [standing_of(account, day, gone) for account in found.accounts],
        "total": found.total,
        "pages": -(-found.total // PAGE),
        "anything": found.anything or bool(chosen.address(sort="name", page=1, descending=False)),
        "unplaced": sum(account.place is None for account in found.accounts),
        "can_import": me().role in PLANNERS,
        "exports": {key: say(word) for key, word in EXPORT_WORDS.items()} if me().role in PLANNERS else {},
    }
    if request.headers.get("HX-Request"):
        return render_template("accounts/rows.html", **shown)
    choices = [("", say("All")), ("none", say("None")), *((territory.id, territory.name) for territory in territories)]
    return render_template(
        "accounts/list.html",
        **shown,
        territories=choices if territories else [],
        map=draw.accounts_map(filter_form="#account-filters"),
    )


@blueprint.get("/export")
@allow(*PLANNERS)
def export() -> ResponseReturnValue:
    """The chosen accounts as a file: all of them, not only those of a page."""
    chosen = read_filter(request.args)
    asked = request.args.get("as", "csv")
    file_format, delimiter = EXPORTS.get(asked, ("", "comma"))
    names = {str(one.id): one.name for one in all_territories(snapshot())}
    with tempfile.TemporaryDirectory() as folder:
        done = export_accounts(
            workspace(),
            Path(folder) / f"accounts.{file_format or 'none'}",
            file_format or asked[:20],
            text=chosen.text,
            kind=Kind(chosen.kind) if chosen.kind else None,
            level=Level(chosen.level) if chosen.level else None,
            territory=names.get(chosen.territory, chosen.territory),
            delimiter=delimiter,
        )
        content = io.BytesIO(done.file.read_bytes())
    note(workspace(), Event.EXPORTED, done.file.name)
    return send_file(content, as_attachment=True, download_name=done.file.name)


@blueprint.get("/map")
@allow(*EVERYONE)
def on_map() -> ResponseReturnValue:
    """The accounts on a map that fills the screen."""
    return render_template("accounts/map.html", map=draw.accounts_map(filter_form="#map-filters"))


@blueprint.get("/<int:account_id>")
@allow(*EVERYONE)
def show(account_id: int) -> ResponseReturnValue:
    """One account: what it is, how it stands, what has happened."""
    account = account_to_see(snapshot(), account_id)
    territories = all_territories(snapshot())
    gone = closed_down(snapshot())
    zone = zone_of_user()
    history = account_history(workspace(), account_id)
    cases = list_cases(workspace(), snapshot(), CaseFilter(account_id=account_id), me()).cases
    return render_template(
        "accounts/show.html",
        account=account,
        standing=standing_of(account, today(zone), gone),
        open_words=opening_of(account, workspace().clock(), zone),
        hours=hours_of(account),
        history=history,
        photos=photos_about(snapshot(), [entry.activity.client_id for entry in history.entries]),
        territory=next((territory for territory in territories if territory.id == account.territory_id), None),
        territories=[("", say("By location")), *((territory.id, territory.name) for territory in territories)],
        navigate=navigation_address(account.place.lon, account.place.lat, account.name) if account.place else "",
        call=call_address(account.phone),
        mailto=_mailto(account),
        website=_website(account),
        may_write=may_write(),
        can_fix=me().role in PLANNERS,
        can_lock=me().role in PLANNERS and bool(territories),
        noted="noted" in request.args,
        account_pass=account_pass(account_id) if may_write() else "",
        fresh_id=uuid.uuid4().hex,
        user_now=me(),
        may_correct=may_correct,
        ordered=orders_of_account(snapshot(), account_id),
        open_cases=[row for row in cases if not row.case.is_over],
        timeline=_timeline(history.entries, cases),
        state_words=STATE_WORDS,
        priority_words=PRIORITY_WORDS,
        least=LEAST_OF_ACCOUNT,
        taught=about_account(snapshot(), account, workspace().clock()),
        today=today(zone),
        zone=zone,
        map=draw.account_map(account_id) if account.place else None,
    )


@blueprint.get("/<int:account_id>/offers")
@allow(*EVERYONE)
def offers(account_id: int) -> ResponseReturnValue:
    """When a visit fits into the days as they are planned, the least driving first."""
    from gcrm.planning.offers import offers as offers_for

    account_to_see(snapshot(), account_id)
    reps = {rep.key: rep for rep in all_reps(snapshot())}
    own = me().rep_id if me().role is Role.REP else None
    key = next((rep.key for rep in reps.values() if rep.id == own), "")
    found = offers_for(workspace(), account_id, today(zone_of_user()), days=OFFER_DAYS, rep_key=key, limit=8)
    return render_template("accounts/offers.html", account_id=account_id, found=found, reps=reps, may_write=may_write())


@blueprint.post("/<int:account_id>/notes")
@allow(*WRITERS)
def add_a_note(account_id: int) -> ResponseReturnValue:
    """Keep a note or a call; sent twice it is one."""
    given = body()
    note = add_note(
        workspace(),
        account_id,
        text(given, "note", FORM_MOST),
        teller=teller(account_id, given),
        kind=ActivityKind.CALL if given.get("kind") == "call" else ActivityKind.NOTE,
        client_id=text(given, "client_id", 64),
        times=read_times(given),
    )
    if request.is_json:
        now = workspace().clock().isoformat()
        return jsonify({"id": note.id, "client_id": note.client_id, "at": note.at.isoformat(), "now": now})
    return redirect(url_for("accounts.show", account_id=note.account_id, noted=1))


@blueprint.post("/<int:account_id>/learning")
@allow(*PLANNERS)
def learn(account_id: int) -> ResponseReturnValue:
    """Let plans follow what the visits to an account have taught, or not."""
    learn_for_account(workspace(), account_id, on=request.form.get("on") == "1")
    flash(say("Saved. Applies from the next plan."))
    return redirect(url_for("accounts.show", account_id=account_id))


@blueprint.post("/<int:account_id>/lock")
@allow(*PLANNERS)
def lock(account_id: int) -> ResponseReturnValue:
    """Lock an account to a territory, or let it fall again where it lies."""
    from gcrm.accounts.lock_account import lock_account, unlock_account

    wanted = request.form.get("territory")
    territory = next((one for one in all_territories(snapshot()) if str(one.id) == wanted), None)
    if territory:
        lock_account(workspace(), account_id, territory.id, me().id)
        flash(say("Locked to {name}.", name=territory.name))
    else:
        unlock_account(workspace(), account_id, me().id)
        flash(say("Unlocked. The account belongs to the territory it is in."))
    return redirect(url_for("accounts.show", account_id=account_id))


def _timeline(entries: Sequence[Entry], cases: Sequence[CaseRow]) -> list[tuple[str, Entry | CaseRow]]:
    """What has happened, newest first: activities, and cases when they were opened."""
    dated: list[tuple[datetime, str, Entry | CaseRow]] = [(one.activity.at, "activity", one) for one in entries]
    dated += [(row.case.opened_at, "case", row) for row in cases]
    return [(kind, one) for _, kind, one in sorted(dated, key=lambda it: it[0], reverse=True)]


def _mailto(account: Account) -> str:
    """A link for an e-mail address that is one and nothing more."""
    plain = account.email.count("@") == 1 and not any(letter in account.email for letter in "?&#%<>\"' \n,;:")
    return f"mailto:{account.email}" if plain else ""


def _website(account: Account) -> str:
    """A link for a web address: only http and https, so that no script can stand in it."""
    address = account.website.strip()
    if "://" not in address and address and ":" not in address:
        address = f"https://{address}"
    return address if address.lower().startswith(("https://", "http://")) else ""

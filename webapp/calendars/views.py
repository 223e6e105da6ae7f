"""A rep's visits as a calendar under a secret address, and the rep's other calendars, around which days are planned."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import say
from gcrm.people.busy import MOST_BYTES, add_calendar, refresh_calendars, remove_calendar
from gcrm.people.queries import rep_of_id
from gcrm.planning.calendar_feed import end_feed, make_feed, read_feed
from gcrm.platform.errors import GcrmError, NotAllowed
from webapp.access import EVERYONE, allow, me, public
from webapp.context import snapshot, workspace
from webapp.formats import counted

blueprint = Blueprint("calendars", __name__, template_folder="templates")


@blueprint.get("/calendar/<secret>.ics")
@public
def feed(secret: str) -> ResponseReturnValue:
    """The visits behind a secret address."""
    found = read_feed(workspace(), secret)
    response = Response(found.body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = 'inline; filename="visits.ics"'
    response.set_etag(found.etag)
    response.last_modified = found.changed_at
    response.cache_control.private = True
    response.cache_control.no_cache = True
    return response.make_conditional(request)


@blueprint.post("/me/calendar-feed")
@allow(*EVERYONE)
def change_feed() -> ResponseReturnValue:
    """Make a secret address, or another one in its place, or end it. It is shown this once."""
    if request.form.get("act") == "end":
        end_feed(workspace(), me().id)
        flash(say("The address leads nowhere any more."))
        return redirect(url_for("me.show"))
    secret = make_feed(workspace(), me().id, with_names=request.form.get("with_names") == "1")
    address = url_for("calendars.feed", secret=secret, _external=True)
    return render_template("calendars/made.html", address=address)


@blueprint.post("/me/calendars")
@allow(*EVERYONE)
def add() -> ResponseReturnValue:
    """Plan around one more calendar, at an address or from a file."""
    file = request.files.get("file")
    content = file.read(MOST_BYTES + 1) if file else b""
    name = request.form.get("name", "") or (file.filename if file and file.filename else "")
    try:
        added = add_calendar(
            workspace(),
            _own_key(),
            name=name,
            url=request.form.get("url", "").strip(),
            content=content,
            login=request.form.get("login", "").strip()[:200],
            password=request.form.get("password", "")[:500],
        )
    except NotAllowed:
        raise
    except GcrmError as error:
        flash(f"{error.fault} {error.remedy}", "problem")
    else:
        flash(
            say(
                "{name}: busy {times}. Applies from the next plan.",
                name=added.name,
                times=counted(len(added.spans), "time", "times"),
            )
        )
    return redirect(url_for("me.show"))


@blueprint.post("/me/calendars/<int:calendar_id>/remove")
@allow(*EVERYONE)
def remove(calendar_id: int) -> ResponseReturnValue:
    """Plan around one no more."""
    remove_calendar(workspace(), _own_key(), calendar_id)
    flash(say("Removed. Applies from the next plan."))
    return redirect(url_for("me.show"))


@blueprint.post("/me/calendars/read")
@allow(*EVERYONE)
def read_anew() -> ResponseReturnValue:
    """Read all of them anew."""
    read = refresh_calendars(workspace(), _own_key())
    flash(say("Read {calendars}.", calendars=counted(read, "calendar", "calendars")))
    return redirect(url_for("me.show"))


def _own_key() -> str:
    """The key of the signed-in user's rep. Raises NotAllowed where there is none."""
    rep = rep_of_id(snapshot(), me().rep_id)
    if rep is None:
        raise NotAllowed(
            say("Only reps have days to plan."), say("Ask an administrator to link your sign-in to a rep.")
        )
    return rep.key

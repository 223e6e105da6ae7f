"""Positions for the rep whose they are, and for whoever must look, who is noted; subject files, erasure, retention."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.common.language import number, say
from gcrm.people.queries import all_reps, rep_of_id, user_names
from gcrm.platform.errors import InputRejected
from gcrm.privacy.erase import certificates, erase_account, erase_rep
from gcrm.privacy.positions import held_points, look_at_points, look_at_visit, looks_at
from gcrm.privacy.retain import retain
from gcrm.privacy.subject_file import as_html, as_json, subject_of_account, subject_of_rep
from webapp.access import ADMINISTRATORS, EVERYONE, PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.zones import zone_of_user

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy", template_folder="templates")


@blueprint.get("/")
@allow(*ADMINISTRATORS)
def show() -> ResponseReturnValue:
    """Retention, subject files, erasure, and the certificates so far."""
    return render_template(
        "privacy/show.html",
        reps=all_reps(snapshot()),
        due=retain(workspace(), dry_run=True),
        certificates=certificates(snapshot()),
        names=user_names(snapshot()),
        position_days=workspace().settings.position_days,
        zone=zone_of_user(),
    )


@blueprint.get("/mine")
@allow(*EVERYONE)
def mine() -> ResponseReturnValue:
    """Every position that is held of the signed-in rep, and who looked at them."""
    tx = snapshot()
    rep = rep_of_id(tx, me().rep_id)
    return render_template(
        "privacy/points.html",
        rep=rep,
        points=held_points(workspace(), tx, rep.id) if rep else [],
        looks=looks_at(tx, rep.id) if rep else [],
        position_days=workspace().settings.position_days,
        zone=zone_of_user(),
        own=True,
    )


@blueprint.post("/points/<key>")
@allow(*ADMINISTRATORS)
def points(key: str) -> ResponseReturnValue:
    """The positions of a rep for somebody else; the rep sees that they were looked at."""
    why = " ".join(request.form.get("why", "").split())
    if not why:
        raise InputRejected(say("Nothing is said of why."), say("Say why you look: the rep reads it."))
    found = look_at_points(workspace(), key, me().id, why)
    rep = next(one for one in all_reps(snapshot()) if one.key == key)
    return render_template("privacy/points.html", rep=rep, points=found, looks=[], zone=zone_of_user(), own=False)


@blueprint.post("/visits/<int:activity_id>")
@allow(*PLANNERS)
def visit(activity_id: int) -> ResponseReturnValue:
    """The positions of one visit, as to correct it; noted for the rep."""
    found = look_at_visit(workspace(), activity_id, me().id)
    return render_template("privacy/points.html", rep=None, points=found, looks=[], zone=zone_of_user(), own=False)


@blueprint.post("/retain")
@allow(*ADMINISTRATORS)
def run_retention() -> ResponseReturnValue:
    """Let go now of what is past its time."""
    done = retain(workspace())
    flash(say("Gone: {count}.", count=number(sum(count for _, count, _ in done.gone))))
    return redirect(url_for("privacy.show"))


@blueprint.post("/subject")
@allow(*ADMINISTRATORS)
def subject() -> ResponseReturnValue:
    """A subject file, as JSON or as a page."""
    key = request.form.get("rep", "")
    found = subject_of_rep(workspace(), key, me().id) if key else subject_of_account(workspace(), _account_id())
    as_page = request.form.get("as") == "html"
    answer = Response(
        as_html(found) if as_page else as_json(found), mimetype="text/html" if as_page else "application/json"
    )
    ending = "html" if as_page else "json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.kind}-{found.subject_id}.{ending}"'
    return answer


@blueprint.post("/erase")
@allow(*ADMINISTRATORS)
def erase() -> ResponseReturnValue:
    """Erase what is held of a person; the certificate is shown."""
    if request.form.get("sure") != "1":
        raise InputRejected(
            say("It cannot be undone, and nothing says that you are sure."), say("Tick the box, then erase.")
        )
    key = request.form.get("rep", "")
    done = erase_rep(workspace(), key, me().id) if key else erase_account(workspace(), _account_id(), me().id)
    flash(say("Erased. Certificate {id} is below.", id=done.id))
    return redirect(url_for("privacy.show", _anchor=f"certificate-{done.id}"))


def _account_id() -> int:
    given = request.form.get("account", "").strip()
    if not given.isdecimal() or len(given) > 15:
        raise InputRejected(say("No account is named."), say("Enter its number, as in its address, or choose a rep."))
    return int(given)

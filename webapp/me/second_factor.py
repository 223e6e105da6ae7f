"""The second factor on the page Me: begun, confirmed with a first code, ended with the password."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from gcrm.common.language import say
from gcrm.people.second_factor import begin_second_factor, confirm_second_factor, end_second_factor
from gcrm.people.sign_in import confirm_password
from gcrm.platform.errors import NotAllowed
from webapp.access import EVERYONE, allow, me, my_token
from webapp.context import workspace
from webapp.me.views import blueprint


@blueprint.post("/second-factor")
@allow(*EVERYONE)
def second_factor() -> ResponseReturnValue:
    """One step of it."""
    step = request.form.get("act", "")
    if step == "confirm":
        try:
            codes = confirm_second_factor(workspace(), me().id, request.form.get("code", "")[:100])
        except NotAllowed as wrong:
            flash(f"{wrong.fault} {wrong.remedy}", "problem")
            return redirect(url_for("me.show"))
        return render_template("me/recovery_codes.html", codes=codes)
    try:
        confirm_password(workspace(), me(), request.form.get("password", "")[:1_000], my_token())
    except NotAllowed:
        flash(say("That is not your password."), "problem")
        return redirect(url_for("me.show"))
    if step == "end":
        end_second_factor(workspace(), me().id)
        flash(say("No code is asked for any more."))
        return redirect(url_for("me.show"))
    begun = begin_second_factor(workspace(), me().id)
    return render_template("me/begin_second_factor.html", begun=begun, drawing=qr_code(begun.uri))


def qr_code(text: str) -> Markup:
    """A text as a picture that a camera reads (ISO/IEC 18004): SVG inside the page, so that no other host sees it."""
    import segno

    # Dark on light with its margin of four modules also on a dark page: cameras of phones expect that.
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", omitsize=True
    )
    return Markup(drawn)  # noqa: S704 - drawn by us: lines and numbers

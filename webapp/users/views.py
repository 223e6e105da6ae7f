"""Users: list, add, change, new password."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from gcrm.common.language import say, to_say
from gcrm.people.passkeys import passkeys_of, remove_passkey
from gcrm.people.provider import label
from gcrm.people.provider_sign_in import provider_account_of, set_provider_email
from gcrm.people.queries import all_reps, rep_of_id
from gcrm.people.second_factor import end_second_factor, second_factor_of
from gcrm.people.sign_in import end_session, lock_out, sessions_of
from gcrm.people.user import Role
from gcrm.people.users import add_user, change_user, list_users, set_password
from gcrm.platform.errors import Conflict, GcrmError
from webapp.access import ADMINISTRATORS, allow
from webapp.concurrent_edits import merge_edits, shown_with
from webapp.context import snapshot, workspace
from webapp.formats import counted
from webapp.forms import Form
from webapp.zones import zone_of_user

blueprint = Blueprint("users", __name__, url_prefix="/users", template_folder="templates")

ACTIVE = "y"
"""What a browser sends for a box that is ticked."""

ROLE_CHOICES = {role.value: role.value.capitalize() for role in Role}


class UserForm(Form):
    """What a user may do."""

    role = SelectField(to_say("Role"), choices=ROLE_CHOICES)
    rep = SelectField(to_say("Rep"), choices={})

    def fill(self) -> None:
        """Offer the reps that there are."""
        self.role.choices = {role: say(word) for role, word in ROLE_CHOICES.items()}
        self.rep.choices = {"": say("none")} | {rep.key: rep.name for rep in all_reps(snapshot())}


class NewUserForm(UserForm):
    """A new user; the password is made up and shown once."""

    login = StringField(to_say("Log-in"), [InputRequired(to_say("Type a log-in.")), Length(max=64)])
    name = StringField(to_say("Name"), [InputRequired(to_say("Type the name.")), Length(max=200)])


class ChangeForm(UserForm):
    """A user who is there."""

    active = BooleanField(to_say("Can sign in"))


@blueprint.route("/", methods=["GET", "POST"])
@allow(*ADMINISTRATORS)
def list_all() -> ResponseReturnValue:
    """All users, and a form for one more."""
    form = NewUserForm()
    form.fill()
    problem: GcrmError | None = None
    code = 400 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            added = add_user(
                workspace(), form.login.data, form.name.data, Role(form.role.data), rep_key=form.rep.data or None
            )
        except GcrmError as refused:
            problem = refused
        else:
            return render_template("users/password.html", user_of=added.user, password=added.password)
    reps = {rep.id: rep for rep in all_reps(snapshot())}
    return render_template(
        "users/list.html", form=form, problem_=problem, users=list_users(workspace()), reps=reps
    ), code


@blueprint.route("/<login>", methods=["GET", "POST"])
@allow(*ADMINISTRATORS)
def show(login: str) -> ResponseReturnValue:
    """Change one user."""
    found = next((user for user in list_users(workspace()) if user.login == login), None)
    if found is None:
        flash(say("That user no longer exists."), "problem")
        return redirect(url_for("users.list_all"))
    rep = rep_of_id(snapshot(), found.rep_id)
    now = {"role": found.role.value, "rep": rep.key if rep else "", "active": ACTIVE if found.active else ""}
    form, problem = _change_form(now), None
    if request.method == "POST":
        # A box that is not ticked is not sent.
        edit = merge_edits({**request.form, "active": request.form.get("active", "")}, now)
        form = _change_form(edit.merged, request.form)
        if edit.conflicts:
            words = ", ".join(say(form[name].label.text) for name in now if name in edit.conflicts)
            problem = Conflict(
                say("Someone else changed {words}.", words=words), say("Save again to keep your values.")
            )
    if problem is None and form.validate_on_submit():
        change_user(workspace(), login, Role(form.role.data), form.rep.data or None, active=form.active.data)
        flash(say("{name} is saved.", name=found.name))
        return redirect(url_for("users.list_all"))
    shown = {"form": form, "user_of": found, "shown_with": shown_with(now), "problem_": problem}
    shown |= {"sessions": sessions_of(workspace(), found.id), "factor": second_factor_of(snapshot(), found.id)}
    settings = workspace().settings
    shown["provider"] = label(settings) if settings.oidc_issuer else ""
    shown["account"] = provider_account_of(snapshot(), found.id)
    shown |= {"zone": zone_of_user(), "passkeys": passkeys_of(snapshot(), found.id)}
    return render_template("users/show.html", **shown), 409 if problem else 200


def _change_form(values: Mapping[str, str], sent: Mapping[str, str] | None = None) -> ChangeForm:
    """The form with these values; with what was sent beside, as its token, it can be checked."""
    filled = {**(sent or {}), **values}
    if not values["active"]:
        filled.pop("active", None)
    form = ChangeForm(formdata=MultiDict(filled))
    form.fill()
    return form


@blueprint.post("/<login>/lock-out")
@allow(*ADMINISTRATORS)
def lock_out_of(login: str) -> ResponseReturnValue:
    """End every session, passkey, token and calendar address of a user whose phone is lost, or one session."""
    number = request.form.get("session", type=int)
    if number is not None:
        user = next((one for one in list_users(workspace()) if one.login == login), None)
        end_session(workspace(), user.id if user else 0, number)
        flash(say("Signed out there."))
    else:
        ended = lock_out(workspace(), login)
        flash(say("Locked out: {ways} ended.", ways=counted(ended, "way in has", "ways in have")))
    return redirect(url_for("users.show", login=login))


@blueprint.post("/<login>/second-factor/end")
@allow(*ADMINISTRATORS)
def end_factor(login: str) -> ResponseReturnValue:
    """Ask a user for no code any more, as when phone and recovery codes are gone."""
    user = next((one for one in list_users(workspace()) if one.login == login), None)
    end_second_factor(workspace(), user.id if user else 0)
    flash(say("No code is asked for any more. Give a new password, too."))
    return redirect(url_for("users.show", login=login))


@blueprint.post("/<login>/passkeys/<int:passkey_id>/remove")
@allow(*ADMINISTRATORS)
def remove_passkey_of(login: str, passkey_id: int) -> ResponseReturnValue:
    """Let one passkey of a user open nothing any more, as when a device is sold."""
    user = next((one for one in list_users(workspace()) if one.login == login), None)
    remove_passkey(workspace(), user.id if user else 0, passkey_id)
    flash(say("Passkey removed."))
    return redirect(url_for("users.show", login=login))


@blueprint.post("/<login>/provider")
@allow(*ADMINISTRATORS)
def set_provider(login: str) -> ResponseReturnValue:
    """Which address at the sign-in provider is this user's."""
    set_provider_email(workspace(), login, request.form.get("email", ""))
    flash(say("Saved."))
    return redirect(url_for("users.show", login=login))


@blueprint.post("/<login>/password")
@allow(*ADMINISTRATORS)
def new_password(login: str) -> ResponseReturnValue:
    """Make up a new password and show it once."""
    done = set_password(workspace(), login)
    return render_template("users/password.html", user_of=done.user, password=done.password)

"""`gcrm users`: who may log in to the web app."""

import sys
from typing import Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.people.provider_sign_in import set_provider_email
from gcrm.people.sign_in import let_in
from gcrm.people.user import Role, User
from gcrm.people.users import add_user, change_user, list_users, set_password
from gcrm.workspace import open_workspace

ROLES = [role.value for role in Role]

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of making one up."
)


@click.group()
def users() -> None:
    """Users of the web app and their passwords."""


@users.command()
@click.argument("login")
@click.option("--name", default="", help="The name that colleagues know; the log-in if not given.")
@click.option("--role", type=click.Choice(ROLES), default=Role.ADMINISTRATOR.value, show_default=True)
@click.option("--rep", "rep_key", help="Key of the rep whose days this user drives.")
@password_option
@json_option
def add(login: str, name: str, role: str, rep_key: str | None, password_stdin: bool, as_json: bool) -> None:
    """Add a user; the first one you add can be the administrator."""
    added = add_user(
        open_workspace(), login, name or login, Role(role), password=_typed(password_stdin), rep_key=rep_key
    )
    document = _document(added.user) | ({"password": added.password} if added.password else {})
    answer(
        document,
        as_json,
        lambda: f"{added.user.login} may log in as {role}." + _once(added.password),
    )


@users.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List all users."""
    found = list_users(open_workspace())
    answer(
        [_document(user) for user in found],
        as_json,
        lambda: (
            "\n".join(
                f"{user.login:<24} {user.role:<14} {user.name}{'' if user.active else ' (deactivated)'}"
                for user in found
            )
            or "There are no users. Add the first with `gcrm users add LOGIN`."
        ),
    )


@users.command()
@click.argument("login")
@password_option
@json_option
def password(login: str, password_stdin: bool, as_json: bool) -> None:
    """Set a new password; every open session of that user ends."""
    done = set_password(open_workspace(), login, _typed(password_stdin))
    document = {"login": done.user.login} | ({"password": done.password} if done.password else {})
    answer(document, as_json, lambda: f"{done.user.login} has a new password." + _once(done.password))


@users.command()
@click.argument("login")
@click.option("--role", type=click.Choice(ROLES), required=True)
@click.option("--rep", "rep_key", help="Key of the rep whose days this user drives.")
@click.option("--active/--deactivated", default=True)
@json_option
def change(login: str, role: str, rep_key: str | None, active: bool, as_json: bool) -> None:
    """Change what a user may do, or shut a user out."""
    user = change_user(open_workspace(), login, Role(role), rep_key, active=active)
    answer(_document(user), as_json, lambda: f"{user.login}: {user.role}{'' if user.active else ', deactivated'}.")


@users.command("let-in")
@click.argument("login")
@json_option
def let_in_(login: str, as_json: bool) -> None:
    """Make a link that signs LOGIN in once, within ten minutes: for when nothing else does."""
    workspace = open_workspace()
    path = let_in(workspace, login)
    here = f"http://{workspace.settings.host}:{workspace.settings.port}{path}"
    answer(
        {"login": login, "path": path},
        as_json,
        lambda: (
            f"Open {here} (or the same path at the address that you use). It signs {login} in once, within ten minutes."
        ),
    )


@users.command()
@click.argument("login")
@click.argument("email")
@json_option
def provider(login: str, email: str, as_json: bool) -> None:
    """Set the EMAIL address by which the sign-in provider means LOGIN; "" forgets who signed in before."""
    user = set_provider_email(open_workspace(), login, email)
    answer(
        {"login": user.login, "email": email.strip().lower()},
        as_json,
        lambda: (
            f"{user.login} signs in as {email}." if email.strip() else f"Nobody at the provider is {user.login} now."
        ),
    )


def _typed(from_stdin: bool) -> str | None:
    """The password on standard input, without the line's end; None where one is to be made up."""
    return sys.stdin.readline().rstrip("\r\n") if from_stdin else None


def _once(made_up: str) -> str:
    return f" Password, shown only now: {made_up}" if made_up else ""


def _document(user: User) -> dict[str, Any]:
    """A user without the hash of the password."""
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "rep_id": user.rep_id,
        "active": user.active,
    }

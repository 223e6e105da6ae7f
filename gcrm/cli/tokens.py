"""`gcrm tokens`: what lets other programs in."""

from typing import Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.people.token import Scope, Token
from gcrm.people.tokens import LONGEST_DAYS, USUAL_DAYS, all_tokens, make_token, revoke_token
from gcrm.people.user import User
from gcrm.workspace import open_workspace


@click.group()
def tokens() -> None:
    """Tokens that let other programs use the API for a user."""


@tokens.command()
@click.argument("login")
@click.option("--name", required=True, help="The program that will use it.")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([str(one) for one in Scope]))
@click.option("--days", default=USUAL_DAYS, show_default=True, help=f"How long it lasts, up to {LONGEST_DAYS} days.")
@json_option
def create(login: str, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
    """Make a token that acts for the user LOGIN. It is shown only now."""
    made = make_token(open_workspace(), login, name, scopes, days=days)
    answer(
        _document(made.token, login) | {"token": made.secret},
        as_json,
        lambda: (
            f"Token {made.token.id} ({made.token.name}) acts for {login} until {made.token.expires_at:%Y-%m-%d}. "
            f"Shown only now: {made.secret}"
        ),
    )


@tokens.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List all tokens, the newest first."""
    workspace = open_workspace()
    now = workspace.clock()
    with workspace.store.read() as tx:
        found = all_tokens(tx)

    def line(token: Token, user: User) -> str:
        used = f"used {token.used_at:%Y-%m-%d}" if token.used_at else "never used"
        scopes = ", ".join(sorted(token.scopes))
        return f"{token.id:>5} {user.login:<20} {token.state(now):<8} {used:<16} {token.name}: {scopes}"

    answer(
        [_document(token, user.login) | {"state": token.state(now)} for token, user in found],
        as_json,
        lambda: (
            "\n".join(line(*one) for one in found)
            or "There are no tokens. Make one with `gcrm tokens create LOGIN --name NAME --scope accounts:read`."
        ),
    )


@tokens.command()
@click.argument("token_id", type=int)
@json_option
def revoke(token_id: int, as_json: bool) -> None:
    """Let a token open nothing from now on."""
    token = revoke_token(open_workspace(), token_id)
    answer(
        {"id": token.id, "name": token.name, "state": "revoked"},
        as_json,
        lambda: f"Token {token.id} ({token.name}) opens nothing any more.",
    )


def _document(token: Token, login: str) -> dict[str, Any]:
    """A token without its hash."""
    return {
        "id": token.id,
        "login": login,
        "name": token.name,
        "scopes": sorted(token.scopes),
        "made_at": token.made_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "used_at": token.used_at.isoformat() if token.used_at else None,
        "used_from": token.used_from,
        "revoked_at": token.revoked_at.isoformat() if token.revoked_at else None,
    }

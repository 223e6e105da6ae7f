"""`gcrm privacy`: what is held of a person, erasing it, and letting go of what is past its time."""

from pathlib import Path

import click

from gcrm.cli.output import answer, json_option
from gcrm.privacy.model import Certificate
from gcrm.workspace import open_workspace

whom = (
    click.option("--account", "account_id", type=int, help="Number of an account: it and the persons there."),
    click.option("--rep", "rep_key", default="", help="Key of a rep: the rep and the log-ins."),
    click.option("--person", "person_id", type=int, help="Number of a person at accounts."),
)


@click.group()
def privacy() -> None:
    """What is held of persons: shown, erased, ended in time."""


@privacy.command()
@whom[0]
@whom[1]
@whom[2]
@click.option("--html", "as_page", is_flag=True, help="A page to be read instead of JSON.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def subject(account_id: int | None, rep_key: str, person_id: int | None, as_page: bool, file: Path) -> None:
    """Write all that is held of a subject into FILE."""
    from gcrm.privacy.subject_file import as_html, as_json, subject_of_account, subject_of_person, subject_of_rep

    workspace = open_workspace()
    _one(account_id, rep_key, person_id)
    if account_id:
        found = subject_of_account(workspace, account_id)
    else:
        found = subject_of_person(workspace, person_id) if person_id else subject_of_rep(workspace, rep_key)
    file.write_text(as_html(found) if as_page else as_json(found), encoding="utf-8")
    workspace.close()
    rows = sum(len(some) for some in found.tables.values())
    click.echo(f"{file} holds {rows:,} rows of {len(found.tables)} tables. Hand it only to {found.name}.")


@privacy.command()
@whom[0]
@whom[1]
@whom[2]
@click.option("--yes", is_flag=True, help="Do not ask: it cannot be undone.")
@json_option
def erase(account_id: int | None, rep_key: str, person_id: int | None, yes: bool, as_json: bool) -> None:
    """Erase what is held of a person, with a certificate of what is gone and what stays."""
    from gcrm.privacy.erase import erase_account, erase_person, erase_rep

    workspace = open_workspace()
    _one(account_id, rep_key, person_id)
    if not yes:
        click.confirm("Erase it? It cannot be undone.", abort=True, err=True)
    if account_id:
        done = erase_account(workspace, account_id)
    else:
        done = erase_person(workspace, person_id) if person_id else erase_rep(workspace, rep_key)
    workspace.close()
    answer(done, as_json, lambda: certificate_text(done))


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
def retain(dry_run: bool, as_json: bool) -> None:
    """Let go of what is past its time; the worker does it once a day."""
    from gcrm.privacy.retain import retain as run

    workspace = open_workspace()
    done = run(workspace, dry_run=dry_run)
    workspace.close()
    verb = "would go" if dry_run else "gone"
    answer(
        done,
        as_json,
        lambda: "\n".join(
            f"{count:>8,} {what} {verb}, from before {before:%Y-%m-%d}" for what, count, before in done.gone
        ),
    )


def certificate_text(one: Certificate) -> str:
    """A certificate as it is read."""
    lines = [f"Certificate {one.id}: {one.kind} {one.subject_id}, {one.at:%Y-%m-%d %H:%M} UTC", "Erased:"]
    lines += [f"  {count:>6,}  {what}" for what, count in one.erased]
    lines += ["Kept:", *(f"  {what}: {why}" for what, why in one.kept)]
    return "\n".join(lines)


def _one(account_id: int | None, rep_key: str, person_id: int | None) -> None:
    if sum(map(bool, (account_id, rep_key, person_id))) != 1:
        raise click.UsageError("Name one subject: --account NUMBER, --person NUMBER or --rep KEY.")

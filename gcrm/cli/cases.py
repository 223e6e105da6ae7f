"""`gcrm cases`: what customers report, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.cli.plan_text import read_day
from gcrm.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from gcrm.service.list_cases import CasePage, CaseRow
    from gcrm.service.model import Case

STATES = ("open", "waiting", "solved", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
CHANNELS = ("page", "phone", "visit", "mail", "api")


class CaseNumber(click.ParamType[int]):
    """The number of a case, as C-1042 or 1042."""

    name = "case"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        digits = str(value).strip().upper().removeprefix("C-")
        if not (digits.isascii() and digits.isdecimal() and 0 < len(digits) < 10):
            self.fail(f"{value!r} is not the number of a case. Write it as C-1042.", param, ctx)
        return int(digits)


_NUMBER = click.argument("number", metavar="CASE", type=CaseNumber())


@click.group()
def cases() -> None:
    """What customers report, and what becomes of it."""


@cases.command("list")
@click.option("--text", default="", help="Only those with this in number, title, text, category, order or account.")
@click.option("--state", type=click.Choice(STATES), help="Only these.")
@click.option("--live", is_flag=True, help="Only those that are neither solved nor closed.")
@click.option("--overdue", is_flag=True, help="Only those that are late now.")
@click.option("--priority", type=click.Choice(PRIORITIES), help="Only these.")
@click.option("--owner", help="Only those of this user, by log-in.")
@click.option("--category", default="", help="Only those of this category.")
@click.option("--account", "account_id", type=int, help="Only those of this account, by its number.")
@click.option("--limit", type=click.IntRange(min=1), default=100_000, show_default=True)
@json_option
def list_(
    text: str,
    state: str | None,
    live: bool,
    overdue: bool,
    priority: str | None,
    owner: str | None,
    category: str,
    account_id: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """List cases, what is due first first, then those that are over."""
    from gcrm.service.document import write_case
    from gcrm.service.list_cases import CaseFilter, list_cases
    from gcrm.service.model import CasePriority, CaseState

    workspace = open_workspace()
    with workspace.store.read() as tx:
        wanted = CaseFilter(
            text,
            CaseState(state) if state else None,
            live,
            CasePriority(priority) if priority else None,
            tx.users.get_by_login(owner).id if owner else None,
            category,
            account_id,
            workspace.clock() if overdue else None,
        )
        found = list_cases(workspace, tx, wanted, limit=limit)
    answer(
        {"cases": [write_case(one) for one in found.cases], "total": found.total},
        as_json,
        lambda: "\n".join(map(_line, found.cases)) or "No cases. Open one with `gcrm cases open ACCOUNT TITLE`.",
    )


@cases.command()
@_NUMBER
@json_option
def show(number: int, as_json: bool) -> None:
    """Show CASE with all that was done about it."""
    _show(open_workspace(), number, as_json)


@cases.command("open")
@click.argument("account", type=int)
@click.argument("title")
@click.option("--text", default="", help="What happened.")
@click.option("--person", "person_id", type=int, help="Who reports it, by number.")
@click.option("--order", "order_number", default="", help="The order that it is about.")
@click.option("--category", default="", help="What it is about.")
@click.option("--priority", type=click.Choice(PRIORITIES), default="normal", show_default=True)
@click.option("--channel", type=click.Choice(CHANNELS), default="phone", show_default=True)
@click.option("--owner", help="Who looks after it, by log-in.")
@json_option
def open_(
    account: int,
    title: str,
    text: str,
    person_id: int | None,
    order_number: str,
    category: str,
    priority: str,
    channel: str,
    owner: str | None,
    as_json: bool,
) -> None:
    """Open a case for ACCOUNT (its number): TITLE says in a few words what is wrong."""
    from gcrm.service.model import CaseChannel, CasePriority
    from gcrm.service.open_case import open_case

    workspace = open_workspace()
    made = open_case(
        workspace,
        account,
        title,
        text=text,
        person_id=person_id,
        order_number=order_number,
        category=category,
        priority=CasePriority(priority),
        channel=CaseChannel(channel),
        owner_id=_user(workspace, owner),
    )
    _show(workspace, made.id, as_json)


@cases.command("answer")
@_NUMBER
@click.argument("text")
@click.option("--wait", is_flag=True, help="The customer has to do something now.")
@click.option("--note", is_flag=True, help="A note that only we read, no answer.")
@json_option
def answer_(number: int, text: str, wait: bool, note: bool, as_json: bool) -> None:
    """Write down what the customer was answered about CASE."""
    from gcrm.service.change_case import answer_case, note_case

    workspace = open_workspace()
    if note:
        _done(workspace, note_case(workspace, number, text), as_json)
    else:
        _done(workspace, answer_case(workspace, number, text, then_wait=wait), as_json)


@cases.command()
@_NUMBER
@click.argument("login", default="")
@json_option
def assign(number: int, login: str, as_json: bool) -> None:
    """Give CASE to the user LOGIN; to nobody without one."""
    from gcrm.service.change_case import assign_case

    workspace = open_workspace()
    _done(workspace, assign_case(workspace, number, _user(workspace, login or None)), as_json)


@cases.command()
@_NUMBER
@click.option("--text", default="", help="How it was solved.")
@json_option
def solve(number: int, text: str, as_json: bool) -> None:
    """Say that CASE is solved."""
    _to_state(number, "solved", text, as_json)


@cases.command()
@_NUMBER
@click.option("--text", default="", help="Why.")
@json_option
def close(number: int, text: str, as_json: bool) -> None:
    """Close CASE."""
    _to_state(number, "closed", text, as_json)


@cases.command()
@_NUMBER
@click.option("--text", default="", help="Why.")
@json_option
def reopen(number: int, text: str, as_json: bool) -> None:
    """Open CASE again."""
    _to_state(number, "open", text, as_json)


@cases.command()
@_NUMBER
@click.argument("into", metavar="INTO", type=CaseNumber(), required=False)
@click.option("--undo", is_flag=True, help="Make CASE its own again.")
@json_option
def merge(number: int, into: int | None, undo: bool, as_json: bool) -> None:
    """Make CASE part of INTO, another case of the same account."""
    from gcrm.service.merge_cases import merge_cases, part_case

    if undo == (into is not None):
        raise click.UsageError("Give the case INTO which it goes, or --undo.")
    workspace = open_workspace()
    made = part_case(workspace, number) if into is None else merge_cases(workspace, number, into)
    _done(workspace, made, as_json)


@cases.command()
@_NUMBER
@click.option("--by", "last", help='The last day of the visit: 2026-11-24, "tomorrow".')
@click.option("--remove", is_flag=True, help="Take the promised visit back.")
@json_option
def visit(number: int, last: str | None, remove: bool, as_json: bool) -> None:
    """Promise a visit for CASE by a day, around which days are planned."""
    from gcrm.service.promise_visit import call_off_visit, promise_visit

    if remove == (last is not None):
        raise click.UsageError("Give the last day with --by, or --remove.")
    workspace = open_workspace()
    if last is None:
        call_off_visit(workspace, number)
    else:
        promised = promise_visit(workspace, number, read_day(last, workspace, _zone(workspace)))
        if promised.warning:
            click.echo(f"Note: {promised.warning}.", err=True)
    _show(workspace, number, as_json)


@cases.command()
@click.option("--hours", help='Working hours, as "Mo-Fr 08:00-17:00".')
@click.option("--zone", help="The zone that they are meant in; that of the reps if not given.")
@click.option("--holiday-region", help='The part of the country whose public holidays rest too, as "BY".')
@click.option("--answer", "answers", multiple=True, metavar="PRIORITY=HOURS", help="Hours until the first answer.")
@click.option("--solve", "solutions", multiple=True, metavar="PRIORITY=HOURS", help="Hours until the solution.")
@json_option
def levels(
    hours: str | None,
    zone: str | None,
    holiday_region: str | None,
    answers: tuple[str, ...],
    solutions: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show, or set, how many working hours a case may take, by priority."""
    from gcrm.service.sla import service_levels, set_service_levels

    workspace = open_workspace()
    if any(one is not None for one in (hours, zone, holiday_region)) or answers or solutions:
        held = set_service_levels(
            workspace,
            hours=hours,
            zone=zone,
            holiday_region=holiday_region,
            answer=_by_priority(answers),
            solve=_by_priority(solutions),
        )
    else:
        with workspace.store.read() as tx:
            held = service_levels(tx)
    document = {
        "hours": held.hours,
        "zone": held.zone,
        "holiday_region": held.holiday_region,
        "answer": {name.value: most for name, most in held.answer},
        "solve": {name.value: most for name, most in held.solve},
    }
    lines = [f"Working hours: {held.hours} ({held.zone or 'in the zone of the reps'})"]
    lines += [
        f"{name.value:<7} answer within {most:g} h, solution within {dict(held.solve)[name]:g} h"
        for name, most in held.answer
    ]
    answer(document, as_json, lambda: "\n".join(lines))


def _by_priority(given: tuple[str, ...]) -> dict[Any, float]:
    from gcrm.service.model import CasePriority

    found = {}
    for one in given:
        name, _, hours = one.partition("=")
        try:
            found[CasePriority(name.strip())] = float(hours)
        except ValueError as wrong:
            raise click.BadParameter(f"{one!r} is not a priority and its hours. Write it as high=4.") from wrong
    return found


def _to_state(number: int, state: str, text: str, as_json: bool) -> None:
    from gcrm.service.change_case import set_state
    from gcrm.service.model import CaseState

    workspace = open_workspace()
    _done(workspace, set_state(workspace, number, CaseState(state), text=text), as_json)


def _done(workspace: Workspace, made: Case, as_json: bool) -> None:
    _show(workspace, made.id, as_json)


def _show(workspace: Workspace, number: int, as_json: bool) -> None:
    from gcrm.service.document import write_page
    from gcrm.service.list_cases import show_case

    with workspace.store.read() as tx:
        page = show_case(workspace, tx, number)
    answer(write_page(page), as_json, lambda: _page(page))


def _user(workspace: Workspace, login: str | None) -> int | None:
    if not login:
        return None
    with workspace.store.read() as tx:
        return tx.users.get_by_login(login).id


def _zone(workspace: Workspace) -> str:
    with workspace.store.read() as tx:
        zones = {rep.zone for rep in tx.reps.all()}
    return zones.pop() if len(zones) == 1 else "UTC"


def _line(row: CaseRow) -> str:
    one = row.case
    late = "  overdue" if row.overdue else ""
    return (
        f"{one.number:>8}  {one.state.value:<7}  {one.priority.value:<6}  {one.title[:40]:<40}  "
        f"{row.account[:28]:<28}  {row.owner}{late}"
    )


def _page(page: CasePage) -> str:
    one = page.row.case
    late = ", overdue" if page.row.overdue else ""
    lines = [
        f"{one.number}: {one.title}",
        f"{page.row.account} ({one.account_id}), {one.state}, {one.priority}, {page.row.owner or 'owned by nobody'}",
        f"Due: first answer {one.answer_due:%Y-%m-%d %H:%M}, solution {one.solve_due:%Y-%m-%d %H:%M} UTC{late}",
    ]
    lines += [one.text] if one.text else []
    if page.visit:
        lines.append(f"A visit is promised by {page.visit.appointment.last}.")
    for row in page.entries:
        entry = row.entry
        change = f" {entry.before or 'none'} -> {entry.after or 'none'}" if entry.before or entry.after else ""
        lines.append(f"  {entry.at:%Y-%m-%d %H:%M}  {row.by or '-'}  {entry.kind.value}{change}  {entry.text}".rstrip())
    return "\n".join(lines)

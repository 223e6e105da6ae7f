"""`gcrm potential`: where the potential is, and who the potential customers are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from gcrm.cli.output import answer, json_option
from gcrm.common.text import listed_words
from gcrm.platform.errors import InputRejected
from gcrm.workspace import open_workspace
from routing.points import LonLat

if TYPE_CHECKING:
    from gcrm.markets.potential import Potential
    from gcrm.markets.prospects import Added, PotentialCustomers

_at = click.option("--at", metavar="LON,LAT", help="A place, longitude first: 9.5215,47.1410.")
_minutes = click.option("--minutes", type=float, help="Minutes by car around it.")
_kinds = click.option(
    "--kinds", default="", metavar="KIND,KIND", help="The kinds that buy (bakery, office); else learnt from customers."
)


@click.group(invoke_without_command=True)
@click.option("--level", metavar="SET", help="A set of regions, as `gcrm regions` knows it: a row for each.")
@_at
@_minutes
@_kinds
@json_option
@click.pass_context
def potential(
    context: click.Context, level: str | None, at: str | None, minutes: float | None, kinds: str, as_json: bool
) -> None:
    """Where the potential is: businesses that do not buy yet, and what they would buy.

    Give --level for a table of regions, or --at and --minutes for one place. With --json it prints one document with
    `rows` of `name`, `businesses`, `known`, `customers`, `value`, `low`, `high`, `reasons`.
    """
    if context.invoked_subcommand is not None:
        return
    from gcrm.markets.potential import potential_of_place, potential_of_regions

    if (level is None) == (at is None):
        raise click.UsageError("Give --level SET, or --at LON,LAT with --minutes M.")
    workspace = open_workspace()
    if level is not None:
        found = potential_of_regions(workspace, level, listed_words(kinds))
    else:
        assert at is not None
        found = potential_of_place(workspace, _place(at), _needed(minutes), listed_words(kinds))
    workspace.close()
    answer(found, as_json, lambda: _text(found))


@potential.command()
@click.option("--at", required=True, metavar="LON,LAT", help="A place, longitude first: 9.5215,47.1410.")
@click.option("--minutes", type=float, required=True, help="Minutes by car around it.")
@_kinds
@click.option("--limit", type=click.IntRange(1, 500), default=25, show_default=True, help="How many are listed.")
@click.option("--add", metavar="N,N", help="Make prospects of these: numbers of the list, or their OpenStreetMap ids.")
@click.option("--refuse", metavar="N", help="Never offer this one again; needs --reason.")
@click.option("--reason", default="", help="Why it is refused.")
@json_option
def prospects(
    at: str,
    minutes: float,
    kinds: str,
    limit: int,
    add: str | None,
    refuse: str | None,
    reason: str,
    as_json: bool,
) -> None:
    """List potential customers around a place, the most promising first; add or refuse some.

    None of them is an account, and none was refused before. With --json it prints `rows` of `number`, `key`, `name`,
    `kind`, `lon`, `lat`, `value`, `low`, `high`, `reasons`, `route`, `territory`, `licence`, `source`; with --add or
    --refuse also `added` (ids of accounts), `change_set` to undo it by, `passed_over` and `refused`, and the list is
    that of before.
    """
    from gcrm.markets.prospects import add_prospects, chosen_keys, prospects_of_place, refuse_prospect

    workspace = open_workspace()
    words = listed_words(kinds)
    found = prospects_of_place(workspace, _place(at), minutes, words, limit)
    added = add_prospects(workspace, chosen_keys(found, listed_words(add)), words) if add else None
    refused = [refuse_prospect(workspace, key, reason, words) for key in chosen_keys(found, listed_words(refuse or ""))]
    workspace.close()
    document: dict[str, Any] = {
        "rows": found.rows,
        "count": found.count,
        "currency": found.currency,
        "remark": found.remark,
        "attribution": found.attribution,
        "added": [account.id for account in added.accounts] if added else [],
        "change_set": added.change_set if added else 0,
        "passed_over": added.passed_over if added else (),
        "refused": [one.key for one in refused],
    }
    told = _changes(added, [one.name for one in refused]) or _listed(found)
    answer(document, as_json, lambda: told)


def _place(text: str) -> LonLat:
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError as wrong:
        raise InputRejected(f"--at is {text!r}.", "Give longitude and latitude, as 9.5215,47.1410.") from wrong
    return LonLat(lon, lat)


def _needed(minutes: float | None) -> float:
    if minutes is None:
        raise click.UsageError("Give --minutes M with --at.")
    return minutes


def _text(found: Potential) -> str:
    from gcrm.markets.potential import finding_of

    unit = f", {found.currency} a year" if found.currency else ""
    lines = [finding_of(found), ""]
    lines.append(f"{'':<28}{'businesses':>11}{'known':>8}{'customers':>11}{'potential':>14}  80 % interval{unit}")
    for row in found.rows:
        value = "" if row.value is None else f"{row.value:,.0f}"
        bounds = "" if row.low is None or row.high is None else f"{row.low:,.0f} to {row.high:,.0f}"
        lines.append(
            f"{row.name[:27]:<28}{row.businesses:>11,}{row.known:>8,}{row.customers:>11,}{value:>14}  {bounds}".rstrip()
        )
        lines += [f"    {reason}" for reason in row.reasons]
    if found.kinds:
        named = ", ".join(f"{one.name} ({one.customers:,} of {one.businesses:,})" for one in found.kinds[:8])
        lines.append(f"Kinds that buy (customers of businesses): {named}.")
    if found.error:
        error = found.error
        what = "an account" if found.measure == "revenue" else "a block of neighbours"
        lines.append(
            f"Mean error for {what} that the model has not seen: {error.error:,.1f}, saying the same of all"
            f" {error.error_of_mean:,.1f}; {error.coverage:.0%} of true values lie in the interval"
            f" ({error.accounts:,} customers, {error.blocks} blocks held out in turn)."
        )
    lines += [each for each in (found.remark, found.attribution) if each]
    return "\n".join(lines).strip()


def _listed(found: PotentialCustomers) -> str:
    lines = []
    for one in found.rows:
        value = "" if one.value is None else f", {one.value:,.0f} {found.currency} a year".replace("  ", " ")
        bounds = "" if one.low is None or one.high is None else f" ({one.low:,.0f} to {one.high:,.0f})"
        lines.append(f"{one.number:>3}. {one.name}, {one.kind}{value}{bounds}  [{one.key}]")
        lines += [f"     {each}" for each in (*one.reasons, one.route) if each]
    if not found.rows:
        lines.append("There is no potential customer there.")
    elif found.count > len(found.rows):
        lines.append(f"The first {len(found.rows)} of {found.count:,}.")
    lines += [each for each in (found.remark, found.attribution) if each]
    return "\n".join(lines)


def _changes(added: Added | None, refused: list[str]) -> str:
    lines = [f"{name} is refused and will not be offered again." for name in refused]
    if added:
        lines += [f"{one.name} is prospect {one.id} now." for one in added.accounts]
        lines += list(added.passed_over)
        if added.change_set:
            lines.append(f"Undo: `gcrm imports undo {added.change_set}`.")
    return "\n".join(lines)

"""How the exports of old CRMs come in, held against the truth that stands beside them.

    python -m tests.benchmarks.crm_exports --json

differences: by system and kind, each field of each record that is another than `expected.json` says (aim 0). pairs: any
two systems after each other, with how many accounts and people there are then (aim 12 and 20). undo: what is left.
The data: one invented business as six programs would export it, ../shared/data/crm_exports.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gcrm.accounts.undo_change import undo_change
from gcrm.imports.crm.import_crm import CrmChoices, CrmImported, import_crm
from gcrm.imports.identity import salesforce_id
from gcrm.workspace import Workspace, open_workspace
from tests.conftest import SHARED

FOLDER = SHARED / "data" / "crm_exports"
DIALECTS = (
    "salesforce/api", "salesforce/report", "hubspot", "pipedrive", "dynamics365", "espocrm", "odoo/labels_en",
    "odoo/labels_de", "odoo/import_compatible",
)  # fmt: skip
ZONE = ZoneInfo("Europe/Vaduz")
KINDS = {"mail": "email"}


def files_of(dialect: str, folder: Path = FOLDER) -> list[Path]:
    """The exported files of a dialect."""
    return sorted(path for path in (folder / dialect).iterdir() if path.suffix in {".csv", ".xlsx"})


def truth_of(dialect: str, folder: Path = FOLDER) -> dict[str, Any]:
    """What the files of a dialect say."""
    own = folder / dialect / "expected.json"
    truth = json.loads((own if own.exists() else own.parents[1] / "expected.json").read_text(encoding="utf-8"))
    if dialect == "odoo/import_compatible":
        # It holds no activities, no lost column of names of owners, and partners without the day they were made.
        truth["activities"] = []
        for one in truth["accounts"]:
            one["created"] = None
        mails = {"Mara Lenz": "mara.lenz@alpwind.example", "Timo Brandt": "timo.brandt@alpwind.example"}
        for kind in ("accounts", "deals"):
            for one in truth[kind]:
                one["owner"] = mails.get(one["owner"], one["owner"])
    return truth


def held(workspace: Workspace) -> dict[str, list[dict[str, Any]]]:
    """Everything that is there, in the words of expected.json, with the ids that it has elsewhere."""
    with workspace.store.read() as tx:
        accounts, extras = tx.accounts.all(), tx.record.extras()
        people, deals = tx.record.people(), tx.record.deals()
        activities = tx.record.interactions([one[0] for one in tx.record.interaction_keys()])
        refs = {
            "accounts": tx.record.refs_of("account", [one.id for one in accounts]),
            "people": tx.record.refs_of("person", [one.id for one in people]),
            "deals": tx.record.refs_of("deal", [one.id for one in deals]),
            "activities": tx.record.refs_of("activity", [one.id for one in activities]),
        }
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in refs}
    for account in accounts:
        extra = extras.get(account.id)
        custom = extra.custom if extra else {}
        revenue = custom.get("annual_revenue")
        found["accounts"].append(
            {
                "id": account.id,
                "name": account.name,
                "status": extra.status if extra else "",
                "industry": account.segment,
                "employees": custom.get("employees"),
                "annual_revenue": None if revenue is None else float(revenue),
                "revenue_currency": custom.get("annual_revenue_currency"),
                "phone": account.phone,
                "website": account.website,
                "street": f"{account.address.street} {account.address.house_number}".strip(),
                "postcode": account.address.postcode,
                "city": account.address.city,
                "country": account.address.country,
                "parent": extra.parent_id if extra else None,
                "owner": extra.owner if extra else "",
                "created": _day(extra.created_on if extra else None),
                "description": account.note,
            }
        )
    for person in people:
        found["people"].append(
            {
                "id": person.id,
                "salutation": person.salutation,
                "first": person.first_name,
                "last": person.last_name,
                "account": person.accounts[0].account_id if person.accounts else None,
                "title": person.title,
                "email": person.email,
                "phone": person.phone,
                "mobile": person.mobile,
                "refuses_email": person.refuses("email"),
                "refuses_phone": person.refuses("phone"),
            }
        )
    for deal in deals:
        found["deals"].append(
            {
                "id": deal.id,
                "name": deal.name,
                "account": deal.account_id,
                "people": sorted(deal.people),
                "probability": deal.probability,
                "amount": None if deal.amount is None else float(deal.amount),
                "currency": deal.currency,
                "created": _day(deal.created_on),
                "close_date": _day(deal.close_date),
                "closed_on": _day(deal.closed_on),
                "lost_reason": deal.loss_reason,
                "owner": deal.owner,
                "next_step": deal.next_step,
                "source": deal.source,
                "outcome": deal.outcome.value,
                "stage": deal.stage,
            }
        )
    for one in activities:
        found["activities"].append(
            {
                "id": one.id,
                "kind": KINDS.get(one.kind.value, one.kind.value),
                "done": one.done,
                "date": _day(one.day),
                "start_utc": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if one.at else None,
                "minutes": one.minutes,
                "direction": one.direction,
                "subject": one.subject,
                "text": one.text,
                "account": one.account_id,
                "people": sorted(one.people),
                "deal": one.deal_id,
                "owner": one.owner,
            }
        )
    for name, some in found.items():
        for one in some:
            one["refs"] = [number for numbers in refs[name].get(one["id"], {}).values() for number in numbers]
    return found


def compare(truth: Mapping[str, Any], there: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[str]]:
    """By kind, each field that is another than it is in truth, and records that are missing or too many."""
    keys: dict[str, dict[str, int]] = {}
    told: dict[str, list[str]] = {}
    for kind, natural in (
        ("accounts", ("name",)), ("people", ("first", "last")), ("deals", ("name",)),
        ("activities", ("kind", "date", "subject")),
    ):  # fmt: skip
        told[kind] = []
        by_ref = {number: one for one in there[kind] for number in one["refs"]}
        by_name = {tuple(one[name] for name in natural): one for one in there[kind]}
        pairs = []
        keys[kind] = {}
        for true in truth[kind]:
            number = salesforce_id(true["external_id"] or "")
            found = by_ref.get(number) if number else by_name.get(tuple(true[name] for name in natural))
            if found is None:
                told[kind].append(f"{true['key']} is missing")
                continue
            keys[kind][true["key"]] = found["id"]
            pairs.append((true, found))
        if len(there[kind]) != len(truth[kind]):
            told[kind].append(f"{len(there[kind])} instead of {len(truth[kind])}")
        for true, found in pairs:
            told[kind] += _fields(true, found, keys)
    return told


LINKS = {"account": "accounts", "deal": "deals", "parent": "accounts"}


def _fields(true: Mapping[str, Any], found: Mapping[str, Any], keys: Mapping[str, Mapping[str, int]]) -> list[str]:
    differing = []
    for name, value in found.items():
        if name in {"id", "refs", "stage"} or name not in true:
            continue
        wanted = true[name]
        if name in LINKS:
            wanted = keys[LINKS[name]].get(wanted) if wanted else None
        elif name == "people":
            wanted = sorted(keys["people"].get(one, 0) for one in wanted or [])
        same = wanted == value or (wanted in (None, "", False) and value in (None, "", False))
        if not same:
            differing.append(f"{true['key']}.{name}: {value!r} instead of {wanted!r}")
    return differing


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def bring(workspace: Workspace, dialect: str) -> CrmImported:
    """Import the files of a dialect."""
    return import_crm(workspace, files_of(dialect), choices=CrmChoices(zone="Europe/Vaduz"))


def fresh(folder: Path, name: str) -> Workspace:
    """A workspace with nothing in it."""
    os.environ["GCRM_HOME"] = str(folder / name.replace("/", "-"))
    return open_workspace()


def measure() -> dict[str, Any]:
    """Each dialect against its truth, any two after each other, and undoing."""
    found: dict[str, Any] = {"systems": {}, "pairs": {}, "undo": {}}
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        for dialect in DIALECTS:
            workspace = fresh(folder, dialect)
            began = time.perf_counter()
            done = bring(workspace, dialect)
            seconds = time.perf_counter() - began
            told = compare(truth_of(dialect), held(workspace))
            again = bring(workspace, dialect)
            rejected_only = {kind: again.read[kind] - again.rejected[kind] for kind in again.read}
            found["systems"][dialect] = {
                "differences": {kind: len(some) for kind, some in told.items()},
                "which": [one for some in told.values() for one in some],
                "links": done.links,
                "rejected": done.rejected,
                "again_unchanged": again.unchanged == rejected_only,
                "seconds": round(seconds, 2),
            }
            assert done.batch is not None
            undo_change(workspace, done.batch)
            left = held(workspace)
            found["undo"][dialect] = {kind: len(some) for kind, some in left.items()}
            workspace.close()
        for first, second in permutations(DIALECTS, 2):
            if first.split("/")[0] == second.split("/")[0] == "odoo":
                continue
            workspace = fresh(folder, f"{first}-then-{second}")
            bring(workspace, first)
            before = _without_ids(held(workspace))
            done = bring(workspace, second)
            both = held(workspace)
            counts = {kind: len(some) for kind, some in both.items()}
            undone = done.batch is None or bool(undo_change(workspace, done.batch))
            after = _without_ids(held(workspace))
            found["pairs"][f"{first} then {second}"] = {**counts, "undone_to_the_first": undone and before == after}
            workspace.close()
    pairs = found["pairs"].values()
    found["total_differences"] = sum(sum(one["differences"].values()) for one in found["systems"].values())
    found["pairs_with_12_and_20"] = sum(one["accounts"] == 12 and one["people"] == 20 for one in pairs)
    found["pairs_undone_to_the_first"] = sum(one["undone_to_the_first"] for one in pairs)
    found["pairs_tried"] = len(pairs)
    found["as_of"] = datetime.now(UTC).isoformat(timespec="seconds")
    return found


def _without_ids(some: Mapping[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {kind: sorted(rows, key=lambda one: one["id"]) for kind, rows in some.items()}


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not FOLDER.is_dir():
        raise SystemExit(f"{FOLDER} is not there.")
    found = measure()
    if given.json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return
    lines = []
    for dialect, one in found["systems"].items():
        again = "again unchanged" if one["again_unchanged"] else "CHANGES AGAIN"
        lines += [f"{dialect:<24} {one['differences']} {again}", *(f"    {which}" for which in one["which"][:12])]
    lines.append(
        f"{found['pairs_with_12_and_20']} of {found['pairs_tried']} pairs have 12 accounts and 20 people; "
        f"{found['pairs_undone_to_the_first']} are undone to the first."
    )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()

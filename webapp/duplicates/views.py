"""Duplicates: pairs with their probability and why, merging field by field, and pairs that are kept apart."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.change import ChangeKind
from gcrm.accounts.look_for_duplicates import Scope, kept_pairs, open_pairs
from gcrm.accounts.mark_distinct import mark_distinct
from gcrm.accounts.model import Account, Address
from gcrm.accounts.queries import one_account
from gcrm.accounts.undo_change import list_changes
from gcrm.common.language import say
from gcrm.jobs.model import JobState
from gcrm.jobs.queries import latest_jobs
from gcrm.platform.errors import NotFound
from routing.late import late
from webapp.access import PLANNERS, allow, me
from webapp.context import snapshot, workspace
from webapp.field_words import word_of
from webapp.formats import counted, full_day
from webapp.jobs.plan_progress import UNDER_WAY
from webapp.zones import zone_of_user

if TYPE_CHECKING:
    from gcrm.accounts import find_duplicates
else:
    # It brings what texts are compared with, which only a merge needs.
    find_duplicates = late("gcrm.accounts.find_duplicates")

blueprint = Blueprint("duplicates", __name__, url_prefix="/duplicates", template_folder="templates")

KIND = "duplicates"
SHOWN = 100
"""Pairs on a page."""
IMPORTS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Choice:
    """One field of the two accounts in words. chosen: "a" or "b", which of them counts unless a person says else."""

    field: str
    a: str
    b: str
    chosen: str

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.a != self.b


@blueprint.get("/")
@allow(*PLANNERS)
def list_all() -> ResponseReturnValue:
    """The pairs that the last look found, likeliest first, without those that are settled."""
    jobs = latest_jobs(snapshot(), kind=KIND)
    done = next((job for job in jobs if job.state is JobState.DONE), None)
    imports = [made for made in list_changes(workspace(), ChangeKind.IMPORT, IMPORTS_SHOWN) if not made.undone_at]
    import_id = request.args.get("import", type=int)
    asked = request.args.get("scope", "")
    scope = Scope(asked) if asked in {*Scope} else Scope.ALL
    open_ones = open_pairs(workspace(), import_id, scope) if done else []
    pages = max(-(-len(open_ones) // SHOWN), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    # The newest look is followed while it works, and shown where it failed.
    latest = jobs[0] if jobs and jobs[0].state is not JobState.DONE and jobs[0].user_id == me().id else None
    return render_template(
        "duplicates/list.html",
        pairs=open_ones[(page - 1) * SHOWN : page * SHOWN],
        total=len(open_ones),
        first=(page - 1) * SHOWN + 1,
        page=page,
        pages=pages,
        imports=[("", say("Any file")), *((made.id, made.title) for made in imports)],
        import_id=import_id,
        scopes=[
            (Scope.ALL, say("in any way")),
            (Scope.WITHIN, say("with each other")),
            (Scope.AGAINST, say("with the others")),
        ],
        scope=scope,
        done=done,
        job=latest,
        under_way=UNDER_WAY,
        zone=zone_of_user(),
    )


@blueprint.post("/look")
@allow(*PLANNERS)
def look() -> ResponseReturnValue:
    """Compare all accounts, as a job."""
    from gcrm.jobs.start import start

    start(workspace(), KIND, {}, me().id)
    return redirect(url_for("duplicates.list_all"))


@blueprint.get("/<int:a>/<int:b>")
@allow(*PLANNERS)
def pair(a: int, b: int) -> ResponseReturnValue:
    """Two accounts side by side, to choose from field by field."""
    one, other = _accounts(a, b)
    found = next((pair for pair in kept_pairs(workspace()) if {pair["a"], pair["b"]} == {a, b}), None)
    choices = choices_of(one, other)
    return render_template(
        "duplicates/pair.html",
        a=one,
        b=other,
        found=found,
        choices=[choice for choice in choices if choice.differs],
        same=[choice for choice in choices if not choice.differs and choice.a],
        word_of=word_of,
    )


@blueprint.post("/<int:a>/<int:b>")
@allow(*PLANNERS)
def merge(a: int, b: int) -> ResponseReturnValue:
    """Make one account of the two: a stays, with what was chosen of b and the history of both."""
    one, other = _accounts(a, b)
    ids = {"a": a, "b": b}
    taken = {name: request.form.get(f"take-{name}", "") for name in find_duplicates.CHOICES}
    take = {name: ids[chosen] for name, chosen in taken.items() if chosen in ids}
    merged = find_duplicates.merge_accounts(workspace(), a, b, take, me().id)
    brought = counted(merged.activities, "visit or note", "visits and notes")
    with_it = say(" It brought {brought}.", brought=brought) if merged.activities else ""
    flash(
        say(
            "{name} merged into {other}.{with_it} You can undo this under Changes.",
            name=other.name,
            other=one.name,
            with_it=with_it,
        )
    )
    return redirect(url_for("duplicates.list_all"))


@blueprint.post("/<int:a>/<int:b>/apart")
@allow(*PLANNERS)
def apart(a: int, b: int) -> ResponseReturnValue:
    """Remember that the two are not one business."""
    _accounts(a, b)
    mark_distinct(workspace(), a, b)
    flash(say("Marked as not duplicates."))
    return redirect(url_for("duplicates.list_all"))


def choices_of(a: Account, b: Account) -> list[Choice]:
    """All fields that can be chosen, as words; where a says nothing, b's counts, and the later of two visits."""
    found = []
    for field in find_duplicates.CHOICES:
        mine, theirs = getattr(a, field), getattr(b, field)
        blank = find_duplicates.is_blank(mine)
        later = field == "last_visit" and bool(mine and theirs and theirs > mine)
        found.append(Choice(field, _said(field, a), _said(field, b), "b" if later or (blank and theirs) else "a"))
    return found


def _said(field: str, account: Account) -> str:
    value: Any = getattr(account, field)
    if field == "place":
        matched = account.placement.matched
        return f"{matched or say('On the map')} ({value.lat:.5f}, {value.lon:.5f})" if value else ""
    if field == "territory_locked":
        return "yes" if value else ""
    if field == "last_visit":
        return full_day(value) if value else ""
    if isinstance(value, Address):
        return value.text
    if isinstance(value, tuple):
        return ", ".join(value)
    return "" if value is None else str(value)


def _accounts(a: int, b: int) -> tuple[Account, Account]:
    """Both accounts. Raises NotFound where one is gone, or where they are the same."""
    if a == b:
        raise NotFound(say("An account cannot be merged with itself."), say("See the list of duplicates."))
    return one_account(snapshot(), a), one_account(snapshot(), b)

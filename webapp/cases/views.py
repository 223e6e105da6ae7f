"""Cases: the list, one with its history, and the one question that a customer is asked after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from gcrm.accounts.list_people import list_people
from gcrm.common.language import say
from gcrm.people.queries import user_names
from gcrm.people.user import User
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.service.access import case_to_see
from gcrm.service.change_case import answer_case, change_case, note_case, set_state
from gcrm.service.list_cases import CaseFilter, list_cases, list_categories, show_case
from gcrm.service.merge_cases import merge_cases, part_case
from gcrm.service.model import (
    CHANNEL_WORDS,
    PRIORITY_WORDS,
    STATE_WORDS,
    CaseChannel,
    CasePriority,
    CaseState,
    number_of,
)
from gcrm.service.open_case import open_case, owners_for
from gcrm.service.promise_visit import call_off_visit, promise_visit
from gcrm.service.survey import LIFE_DAYS, SCORES, answer_survey, ask_survey, open_survey
from webapp.access import EVERYONE, WRITERS, account_to_see, allow, may_write, me, public, sees_all, visible_territories
from webapp.context import snapshot, workspace
from webapp.given import day_of, whole
from webapp.zones import today, zone_of_user

PAGE = 50
LIVE, OVERDUE = "live", "overdue"
MINE, NOBODY = "mine", "nobody"

blueprint = Blueprint("cases", __name__, template_folder="templates")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The cases that an address names; empty fields choose all, and of states those that are to be worked on."""

    text: str = ""
    state: str = LIVE
    priority: str = ""
    owner: str = ""
    category: str = ""
    page: int = 1

    def address(self, **changes: Any) -> str:
        """The query of this selection with some fields changed."""
        changed, plain = replace(self, **changes), Chosen()
        names = ("text", "state", "priority", "owner", "category", "page")
        return urlencode(
            {name: getattr(changed, name) for name in names if getattr(changed, name) != getattr(plain, name)}
        )

    @property
    def wanted(self) -> CaseFilter:
        """What is asked of the database."""
        owners = {"": None, MINE: me().id, NOBODY: 0}
        return CaseFilter(
            self.text,
            CaseState(self.state) if self.state in set(CaseState) else None,
            self.state == LIVE,
            CasePriority(self.priority) if self.priority else None,
            owners[self.owner] if self.owner in owners else whole(self.owner),
            self.category,
            None,
            workspace().clock() if self.state == OVERDUE else None,
        )


@blueprint.get("/cases/")
@allow(*EVERYONE)
def list_all() -> ResponseReturnValue:
    """The chosen cases, what is due first first."""
    chosen = _chosen(request.args)
    tx = snapshot()
    found = list_cases(workspace(), tx, chosen.wanted, me(), after=(chosen.page - 1) * PAGE, limit=PAGE)
    names = sorted(user_names(tx).items(), key=lambda pair: pair[1].casefold()) if sees_all() else []
    return render_template(
        "cases/list.html",
        chosen=chosen,
        found=found,
        pages=-(-found.total // PAGE),
        states=[
            (LIVE, say("To be worked on")),
            (OVERDUE, say("Overdue")),
            *((state.value, say(words)) for state, words in STATE_WORDS.items()),
            ("all", say("All")),
        ],
        priorities=[("", say("All")), *_priorities()],
        owners=[("", say("All")), (MINE, say("Mine")), (NOBODY, say("Nobody's")), *names],
        categories=[("", say("All")), *((one, one) for one in list_categories(tx, me()))],
        zone=zone_of_user(),
        **_words(),
    )


@blueprint.get("/cases/new")
@allow(*WRITERS)
def new() -> ResponseReturnValue:
    """A form for a case of an account."""
    account = account_to_see(snapshot(), _whole(request.args.get("account", "")))
    return _form(account.id)


@blueprint.post("/cases/new")
@allow(*WRITERS)
def add() -> ResponseReturnValue:
    """Open a case."""
    account = account_to_see(snapshot(), _whole(request.args.get("account", "")))
    form = request.form
    try:
        made = open_case(
            workspace(),
            account.id,
            form.get("title", ""),
            me(),
            text=form.get("text", ""),
            person_id=_whole(form["person"]) if form.get("person") else None,
            order_number=form.get("order", ""),
            category=form.get("category", ""),
            priority=_one_of(CasePriority, form.get("priority") or "normal"),
            channel=_one_of(CaseChannel, form.get("channel") or "page"),
            owner_id=_whole(form["owner"]) if form.get("owner") else None,
        )
    except InputRejected as refused:
        return _form(account.id, refused), 400
    flash(say("Opened as {number}.", number=made.number))
    return redirect(url_for("cases.show", case_id=made.id))


@blueprint.get("/cases/<int:case_id>")
@allow(*EVERYONE)
def show(case_id: int) -> ResponseReturnValue:
    """One case with all that was done about it."""
    return _page(case_id)


@blueprint.post("/cases/<int:case_id>/entries")
@allow(*WRITERS)
def write(case_id: int) -> ResponseReturnValue:
    """Add a note, or what the customer was answered."""
    case_to_see(snapshot(), case_id, me())
    text = request.form.get("text", "")
    if request.form.get("kind") == "answer":
        answer_case(workspace(), case_id, text, me(), then_wait=request.form.get("wait") == "1")
    else:
        note_case(workspace(), case_id, text, me())
    return _back(case_id)


@blueprint.post("/cases/<int:case_id>/change")
@allow(*WRITERS)
def change(case_id: int) -> ResponseReturnValue:
    """Change title, category, priority or owner."""
    case_to_see(snapshot(), case_id, me())
    form = request.form
    change_case(
        workspace(),
        case_id,
        me(),
        title=form.get("title"),
        category=form.get("category"),
        priority=_one_of(CasePriority, form["priority"]) if "priority" in form else None,
        owner_id=_whole(form["owner"] or "0") if "owner" in form else None,
    )
    flash(say("Saved."))
    return _back(case_id)


@blueprint.post("/cases/<int:case_id>/state")
@allow(*WRITERS)
def to_state(case_id: int) -> ResponseReturnValue:
    """Let it wait, solve it, close it, open it again."""
    case_to_see(snapshot(), case_id, me())
    state = _one_of(CaseState, request.form.get("state", ""))
    set_state(workspace(), case_id, state, me(), request.form.get("text", ""))
    return _back(case_id)


@blueprint.post("/cases/<int:case_id>/merge")
@allow(*WRITERS)
def merge(case_id: int) -> ResponseReturnValue:
    """Make it part of another case, or its own again."""
    case_to_see(snapshot(), case_id, me())
    if request.form.get("undo"):
        part_case(workspace(), case_id, me())
        return _back(case_id)
    into = _whole(request.form.get("into", "").strip().upper().removeprefix("C-"))
    merge_cases(workspace(), case_id, into, me())
    flash(say("{number} is part of {other} now.", number=number_of(case_id), other=number_of(into)))
    return _back(into)


@blueprint.post("/cases/<int:case_id>/visit")
@allow(*WRITERS)
def visit(case_id: int) -> ResponseReturnValue:
    """Promise a visit by a day, or take it back."""
    case_to_see(snapshot(), case_id, me())
    if request.form.get("remove"):
        call_off_visit(workspace(), case_id, me())
        flash(say("The visit is taken back."))
    else:
        promised = promise_visit(workspace(), case_id, day_of(request.form.get("last", "")), me())
        flash(promised.warning[:1].upper() + promised.warning[1:] + "." if promised.warning else say("Promised."))
    return _back(case_id)


@blueprint.post("/cases/<int:case_id>/survey")
@allow(*WRITERS)
def ask(case_id: int) -> ResponseReturnValue:
    """Make the link with which the customer says how it went; it is shown this once."""
    case_to_see(snapshot(), case_id, me())
    secret = ask_survey(workspace(), case_id, me())
    address = url_for("cases.survey", secret=secret, _external=True)
    return render_template(
        "cases/asked.html", case_id=case_id, number=number_of(case_id), address=address, days=LIFE_DAYS
    )


@blueprint.get("/survey/<secret>")
@public
def survey(secret: str) -> ResponseReturnValue:
    """The one question."""
    return _apart(
        render_template("cases/survey.html", page=open_survey(workspace(), secret, _address()), scores=SCORES)
    )


@blueprint.post("/survey/<secret>")
@public
def judge(secret: str) -> ResponseReturnValue:
    """Keep the answer."""
    try:
        form = request.form
        answer_survey(workspace(), secret, form.get("score", ""), form.get("remark", ""), _address())
    except (Conflict, InputRejected) as refused:
        flash(f"{refused.fault} {refused.remedy}", "problem")
    return redirect(url_for("cases.survey", secret=secret))


def _page(case_id: int) -> ResponseReturnValue:
    tx = snapshot()
    page = show_case(workspace(), tx, case_id, me())
    one = page.row.case
    writes = may_write() and one.merged_into is None
    others = list_cases(workspace(), tx, CaseFilter(account_id=one.account_id, live=True), me(), limit=20).cases
    owners: list[User] = owners_for(tx, one.account_id) if writes else []
    return render_template(
        "cases/show.html",
        page=page,
        row=page.row,
        one=one,
        writes=writes,
        may_part=may_write() and one.merged_into is not None,
        owners=[("", say("Nobody")), *((user.id, user.name) for user in owners)],
        others=[other for other in others if other.case.id != one.id],
        priorities=_priorities(),
        categories=list_categories(tx, me()),
        today=today(zone_of_user()),
        zone=zone_of_user(),
        number_of=number_of,
        **_words(),
    )


def _form(account_id: int, refused: InputRejected | None = None) -> str:
    tx = snapshot()
    account = account_to_see(tx, account_id)
    people = list_people(tx, visible_territories(tx), account_id=account_id, limit=200).people
    return render_template(
        "cases/new.html",
        account=account,
        refused=refused,
        form=request.form,
        people=[("", say("Nobody in particular")), *((one.id, one.name) for one in people)],
        owners=[("", say("Nobody")), *((one.id, one.name) for one in owners_for(tx, account_id))],
        priorities=_priorities(),
        channels=[(one.value, say(words)) for one, words in CHANNEL_WORDS.items() if one is not CaseChannel.API],
        categories=list_categories(tx, me()),
    )


def _chosen(query: Mapping[str, str]) -> Chosen:
    """The selection that an address names. Raises InputRejected for a field that cannot be."""
    state = query.get("state") or LIVE
    if state not in {LIVE, OVERDUE, "all"}:
        _one_of(CaseState, state)
    if priority := query.get("priority", ""):
        _one_of(CasePriority, priority)
    owner = query.get("owner", "")
    if owner not in {"", MINE, NOBODY}:
        _whole(owner)
    page = _whole(query.get("page", "1"))
    text, category = (query.get(name, "").replace("\0", "")[:200] for name in ("text", "category"))
    return Chosen(text, state, priority, owner, category, max(1, min(page, 1_000_000)))


def _one_of(kind: Any, value: str) -> Any:
    try:
        return kind(value)
    except ValueError as wrong:
        raise InputRejected(say("There is no {value!r}.", value=value[:40]), say("Choose one of the list.")) from wrong


def _whole(text: str) -> int:
    """A number as an address or a form gives it. Raises InputRejected."""
    try:
        return whole(text.strip())
    except ValueError as wrong:
        raise InputRejected(say("{text!r} is no number.", text=text[:40]), say("Choose one of the list.")) from wrong


def _priorities() -> list[tuple[str, str]]:
    return [(one.value, say(words)) for one, words in PRIORITY_WORDS.items()]


def _words() -> dict[str, Any]:
    return {"state_words": STATE_WORDS, "priority_words": PRIORITY_WORDS, "channel_words": CHANNEL_WORDS}


def _back(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("cases.show", case_id=case_id))


def _address() -> str:
    return request.remote_addr or ""


def _apart(answer: str) -> Response:
    """An answer that no search engine keeps and whose address goes nowhere."""
    response = Response(answer)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response

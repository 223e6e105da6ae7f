"""Cases: due in working hours, told for good, merged and parted, seen by whom they concern, erased with the rest."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.model import Account
from gcrm.accounts.undo_change import undo_change
from gcrm.cli.main import gcrm
from gcrm.people.model import Rep, Shift
from gcrm.people.user import Role, User
from gcrm.people.visibility import Viewer
from gcrm.platform.database.schema import person, person_account
from gcrm.platform.errors import Conflict, InputRejected, NotAllowed, NotFound
from gcrm.privacy.erase import erase_account
from gcrm.privacy.subject_file import as_json, subject_of_account
from gcrm.search.find_records import RecordKind, find_records
from gcrm.service.change_case import answer_case, assign_case, change_case, note_case, set_state
from gcrm.service.list_cases import CaseFilter, CasePage, list_cases, show_case
from gcrm.service.merge_cases import merge_cases, part_case
from gcrm.service.model import CasePriority, CaseState, EntryKind
from gcrm.service.open_case import open_case, owners_for
from gcrm.service.promise_visit import call_off_visit, promise_visit
from gcrm.service.sla import levels, set_service_levels
from gcrm.service.survey import answer_survey, ask_survey, open_survey
from gcrm.territories.model import Territory
from gcrm.workspace import Workspace
from routing.points import LonLat
from tests.fixtures.stores import FixedClock

WEEK = (*(Shift(time(8), time(17)),) * 5, None, None)
NAMES = ("workspace", "postgis_workspace")


@pytest.fixture(params=NAMES)
def firm(request: pytest.FixtureRequest) -> Workspace:
    """Two reps with a territory and an account each, a planner and a manager, on either database."""
    workspace: Workspace = request.getfixturevalue(request.param)
    with workspace.store.write() as tx:
        hashed = "x"
        for key in ("north", "south"):
            rep = tx.reps.add(Rep(key, key.capitalize(), "", LonLat(9.52, 47.15), WEEK, "Europe/Vaduz"))
            territory = tx.territories.add(Territory(key, rep.id))
            account = tx.accounts.add_many([Account(f"Shop {key}", place=LonLat(9.52, 47.16))])[0]
            tx.accounts.set_territories({account.id: territory.id})
            tx.users.add(User(f"rep-{key}", key, Role.REP, hashed, rep.id))
        tx.users.add(User("pia", "Pia", Role.PLANNER, hashed))
        tx.users.add(User("bo", "Bo", Role.MANAGER, hashed))
    return workspace


def user(workspace: Workspace, login: str) -> User:
    with workspace.store.read() as tx:
        return tx.users.get_by_login(login)


def shop(workspace: Workspace, name: str = "Shop north") -> int:
    with workspace.store.read() as tx:
        return next(one.id for one in tx.accounts.all() if one.name == name)


def account_of(workspace: Workspace) -> Account:
    number = shop(workspace)
    with workspace.store.read() as tx:
        return tx.accounts.get(number)


def shown(workspace: Workspace, case_id: int, by: User | None = None) -> CasePage:
    with workspace.store.read() as tx:
        return show_case(workspace, tx, case_id, by)


def listed(workspace: Workspace, wanted: CaseFilter, by: User | None = None) -> list[str]:
    with workspace.store.read() as tx:
        return [one.case.title for one in list_cases(workspace, tx, wanted, by).cases]


def at(workspace: Workspace, moment: datetime) -> None:
    clock = workspace.clock
    assert isinstance(clock, FixedClock)
    clock.now = moment


@pytest.mark.parametrize(
    ("opened", "priority", "answer", "solution"),
    [
        # A Tuesday, 09:00 in Vaduz.
        ("2026-11-24T08:00", "urgent", "2026-11-24T09:00", "2026-11-24T12:00"),
        # Friday, 16:30: half an hour is left, the rest is Monday's.
        ("2026-11-27T15:30", "urgent", "2026-11-30T07:30", "2026-11-30T10:30"),
        # Saturday night counts from Monday, 08:00.
        ("2026-11-28T22:00", "high", "2026-11-30T11:00", "2026-12-01T14:00"),
        # The Thursday before Christmas: the 25th and 26th rest, and so does the weekend.
        ("2026-12-24T15:00", "high", "2026-12-28T10:00", "2026-12-29T13:00"),
        # The Friday before clocks go forward: Monday begins an hour earlier in UTC.
        ("2026-03-27T15:00", "high", "2026-03-30T09:00", "2026-03-31T12:00"),
        # The Friday before clocks go back: Monday begins an hour later.
        ("2026-10-23T14:00", "high", "2026-10-26T10:00", "2026-10-27T13:00"),
    ],
)
def test_a_case_is_due_in_working_hours(
    firm: Workspace, opened: str, priority: str, answer: str, solution: str
) -> None:
    with firm.store.read() as tx:
        ours = levels(tx)
    due = ours.due(datetime.fromisoformat(opened).replace(tzinfo=UTC), CasePriority(priority))
    assert [f"{one:%Y-%m-%dT%H:%M}" for one in due] == [answer, solution]


def test_the_pause_and_the_night_of_a_shift_count_as_they_are(firm: Workspace) -> None:
    set_service_levels(firm, hours="Mo-Fr 08:00-12:00,13:00-17:00", answer={CasePriority.HIGH: 4})
    with firm.store.read() as tx:
        ours = levels(tx)
    start = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert ours.due(start, CasePriority.HIGH)[0] == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert ours.office.between(start, datetime(2026, 11, 25, 8, tzinfo=UTC)) == (2 + 4 + 1) * 3600
    set_service_levels(firm, hours="Mo-Fr 22:00-06:00")
    with firm.store.read() as tx:
        assert levels(tx).due(datetime(2026, 11, 24, 3, tzinfo=UTC), CasePriority.HIGH)[0] == datetime(
            2026, 11, 24, 23, tzinfo=UTC
        )


def test_service_levels_that_cannot_be_are_refused(firm: Workspace) -> None:
    for wrong in ({"answer": {CasePriority.LOW: 100}}, {"solve": {CasePriority.LOW: 0}}, {"hours": "often"}):
        with pytest.raises(InputRejected):
            set_service_levels(firm, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        set_service_levels(firm, user(firm, "bo"), hours="Mo-Fr 09:00-17:00")


def test_what_waits_for_the_customer_does_not_count_against_us(firm: Workspace) -> None:
    one = open_case(firm, shop(firm), "Fridge is warm", priority=CasePriority.HIGH)
    assert one.solve_due == datetime(2026, 11, 25, 15, tzinfo=UTC)
    answer_case(firm, one.id, "Is it plugged in?", then_wait=True)
    at(firm, datetime(2026, 11, 30, 8, tzinfo=UTC))
    assert listed(firm, CaseFilter(overdue_at=firm.clock())) == []
    assert not shown(firm, one.id).row.overdue
    after = set_state(firm, one.id, CaseState.OPEN)
    # Tuesday 09:00 to Monday 09:00 is 36 hours of work.
    assert after.waited_s == 36 * 3600
    assert after.solve_due == datetime(2026, 12, 1, 15, tzinfo=UTC)
    at(firm, datetime(2026, 12, 1, 16, tzinfo=UTC))
    assert listed(firm, CaseFilter(overdue_at=firm.clock())) == ["Fridge is warm"]
    assert shown(firm, one.id).row.solve_late


def test_every_change_is_told_for_good(firm: Workspace) -> None:
    pia = user(firm, "pia")
    one = open_case(firm, shop(firm), "Wrong pralines", pia, text="Nuts", category="Delivery")
    at(firm, datetime(2026, 11, 24, 9, tzinfo=UTC))
    note_case(firm, one.id, "Called the store", pia)
    assert shown(firm, one.id).row.case.answered_at is None
    answer_case(firm, one.id, "We send new ones", pia)
    answer_case(firm, one.id, "They are on their way", pia)
    change_case(firm, one.id, pia, priority=CasePriority.URGENT, category="Delivery")
    assign_case(firm, one.id, user(firm, "rep-north").id, pia)
    set_state(firm, one.id, CaseState.SOLVED, pia, "Arrived")
    set_state(firm, one.id, CaseState.CLOSED, pia)
    set_state(firm, one.id, CaseState.OPEN, pia, "Again")
    page = shown(firm, one.id)
    told = [(row.entry.kind, row.entry.before, row.entry.after, row.by) for row in page.entries]
    assert told == [
        (EntryKind.OPENED, "", "", "Pia"),
        (EntryKind.NOTE, "", "", "Pia"),
        (EntryKind.ANSWER, "", "", "Pia"),
        (EntryKind.ANSWER, "", "", "Pia"),
        (EntryKind.PRIORITY, "normal", "urgent", "Pia"),
        (EntryKind.OWNER, "", "north", "Pia"),
        (EntryKind.STATE, "open", "solved", "Pia"),
        (EntryKind.STATE, "solved", "closed", "Pia"),
        (EntryKind.STATE, "closed", "open", "Pia"),
    ]
    held = page.row.case
    assert (held.answered_at, held.solved_at, held.closed_at) == (datetime(2026, 11, 24, 9, tzinfo=UTC), None, None)
    assert held.answer_due == datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_two_cases_become_one_and_two_again(firm: Workspace) -> None:
    first = open_case(firm, shop(firm), "Fridge is warm")
    again = open_case(firm, shop(firm), "Fridge still warm")
    other = open_case(firm, shop(firm, "Shop south"), "Elsewhere")
    set_state(firm, again.id, CaseState.WAITING)
    merge_cases(firm, again.id, first.id)
    assert sorted(listed(firm, CaseFilter(live=True))) == ["Elsewhere", "Fridge is warm"]
    assert [one.id for one in shown(firm, first.id).parts] == [again.id]
    assert "Fridge still warm" not in listed(firm, CaseFilter(overdue_at=datetime(2027, 1, 1, tzinfo=UTC)))
    with pytest.raises(Conflict):
        answer_case(firm, again.id, "Late")
    with pytest.raises(Conflict):
        merge_cases(firm, first.id, open_case(firm, shop(firm), "Third").id)
    for wrong in (first.id, other.id):
        with pytest.raises(InputRejected):
            merge_cases(firm, first.id, wrong)
    at(firm, datetime(2027, 11, 24, 9, tzinfo=UTC))
    assert part_case(firm, again.id).state is CaseState.WAITING
    assert shown(firm, first.id).parts == ()
    with pytest.raises(Conflict):
        part_case(firm, again.id)


def test_a_rep_sees_and_changes_the_own_cases_and_a_manager_reads_all(firm: Workspace) -> None:
    north, south, bo = (user(firm, login) for login in ("rep-north", "rep-south", "bo"))
    one = open_case(firm, shop(firm), "Fridge is warm", north)
    assert listed(firm, CaseFilter(), north) == listed(firm, CaseFilter(), bo) == ["Fridge is warm"]
    assert listed(firm, CaseFilter(), south) == []
    words = []
    for number in (one.id, 999):
        for do in (
            lambda number=number: shown(firm, number, south),
            lambda number=number: note_case(firm, number, "x", south),
        ):
            with pytest.raises(NotFound) as hidden:
                do()
            words.append(hidden.value.fault.replace(f"C-{number} ", "C-# "))
    assert len(set(words)) == 1
    with pytest.raises(NotFound):
        open_case(firm, shop(firm), "Not mine", south)
    for act in (
        lambda: open_case(firm, shop(firm), "x", bo),
        lambda: answer_case(firm, one.id, "x", bo),
        lambda: set_state(firm, one.id, CaseState.CLOSED, bo),
        lambda: part_case(firm, one.id, bo),
    ):
        with pytest.raises(NotAllowed):
            act()
    with firm.store.read() as tx:
        assert [one.login for one in owners_for(tx, shop(firm))] == ["rep-north", "pia"]
    for nobody in (south.id, bo.id):
        with pytest.raises(InputRejected):
            assign_case(firm, one.id, nobody)
    with pytest.raises(NotFound):
        assign_case(firm, one.id, 999)


def test_cases_are_found_by_number_words_account_and_chosen(firm: Workspace) -> None:
    north = user(firm, "rep-north")
    one = open_case(firm, shop(firm), "Kühltruhe ist warm", priority=CasePriority.URGENT, category="Geräte")
    open_case(firm, shop(firm, "Shop south"), "Invoice", owner_id=user(firm, "pia").id)
    for text in ("kuhltruhe", one.number, str(one.id), "gerate", "shop north"):
        assert listed(firm, CaseFilter(text)) == ["Kühltruhe ist warm"], text
    for nobody in (2**31, 2**53):
        assert listed(firm, CaseFilter(owner_id=nobody)) == []
        with pytest.raises(NotFound):
            shown(firm, nobody)
    assert listed(firm, CaseFilter("100%_")) == listed(firm, CaseFilter("?!")) == []
    assert listed(firm, CaseFilter(category="Geräte")) == ["Kühltruhe ist warm"]
    assert listed(firm, CaseFilter(owner_id=user(firm, "pia").id)) == ["Invoice"]
    assert listed(firm, CaseFilter(owner_id=0)) == ["Kühltruhe ist warm"]
    assert listed(firm, CaseFilter()) == ["Kühltruhe ist warm", "Invoice"]
    with firm.store.read() as tx:
        found = find_records(tx, Viewer(north), "truhe")
        assert [(hit.kind, hit.key) for hit in found] == [(RecordKind.CASE, str(one.id))]
        assert not find_records(tx, Viewer(north), "invoice")


def test_what_cannot_be_a_case_is_refused(firm: Workspace) -> None:
    with pytest.raises(InputRejected):
        open_case(firm, shop(firm), " \n ")
    with pytest.raises(InputRejected):
        open_case(firm, shop(firm), "x" * 201)
    with pytest.raises(NotFound):
        open_case(firm, 999, "Nobody")
    one = open_case(firm, shop(firm), "Fridge")
    with pytest.raises(InputRejected):
        answer_case(firm, one.id, "  ")
    set_state(firm, one.id, CaseState.CLOSED)
    for state in (CaseState.WAITING, CaseState.SOLVED):
        with pytest.raises(Conflict):
            set_state(firm, one.id, state)


def test_cases_follow_when_accounts_are_merged_and_parted(firm: Workspace) -> None:
    one = open_case(firm, shop(firm, "Shop south"), "Fridge")
    gone = shop(firm, "Shop south")
    done = merge_accounts(firm, shop(firm), gone)
    assert shown(firm, one.id).row.account == "Shop north"
    undo_change(firm, done.change_set)
    assert shown(firm, one.id).row.case.account_id == gone


def test_the_subject_file_shows_cases_and_erasing_empties_them(firm: Workspace) -> None:
    account = shop(firm)
    one = open_case(firm, account, "Mrs Muster fell", text="She broke an arm")
    note_case(firm, one.id, "Called Mrs Muster")
    change_case(firm, one.id, title="Mrs Muster slipped")
    told = as_json(subject_of_account(firm, account))
    assert "She broke an arm" in told
    assert "Called Mrs Muster" in told
    erase_account(firm, account)
    assert "Muster" not in as_json(subject_of_account(firm, account))
    page = shown(firm, one.id)
    assert page.row.case.title == one.number
    assert [row.entry.kind for row in page.entries] == [EntryKind.OPENED, EntryKind.NOTE, EntryKind.TITLE]
    assert listed(firm, CaseFilter("Muster")) == []


def test_a_visit_is_promised_for_a_case_and_planned_around(firm: Workspace) -> None:
    north = user(firm, "rep-north")
    one = open_case(firm, shop(firm), "Fridge is warm", north)
    with pytest.raises(InputRejected):
        promise_visit(firm, one.id, date(2026, 11, 23), north)
    promised = promise_visit(firm, one.id, date(2026, 11, 27), north)
    held = promised.appointment
    assert (held.day, held.till, held.note) == (date(2026, 11, 24), date(2026, 11, 27), f"{one.number} Fridge is warm")
    visit = shown(firm, one.id).visit
    assert visit is not None
    assert (visit.appointment, visit.stop, visit.done) == (held, None, None)
    with pytest.raises(Conflict):
        promise_visit(firm, one.id, date(2026, 11, 26), north)
    before_visit = account_of(firm)
    with firm.store.write() as tx:
        tx.accounts.update(replace(before_visit, last_visit=date(2026, 11, 25)))
    page = shown(firm, one.id)
    assert page.visit is not None
    assert page.visit.done == date(2026, 11, 25)
    assert page.row.case.state is CaseState.OPEN
    call_off_visit(firm, one.id, north)
    assert shown(firm, one.id).visit is None
    promise_visit(firm, one.id, date(2026, 11, 24))
    with firm.store.write() as tx:
        (left,) = tx.appointments.of_account(shop(firm))
        tx.appointments.delete(left.id)
    assert shown(firm, one.id).visit is None
    set_state(firm, one.id, CaseState.SOLVED)
    with pytest.raises(Conflict):
        promise_visit(firm, one.id, date(2026, 11, 27))


def test_a_customer_judges_once_by_a_link_that_ends(firm: Workspace) -> None:
    one = open_case(firm, shop(firm), "Fridge is warm", text="secret words")
    with pytest.raises(Conflict):
        ask_survey(firm, one.id)
    set_state(firm, one.id, CaseState.CLOSED)
    before, secret = ask_survey(firm, one.id), ask_survey(firm, one.id)
    assert secret not in json.dumps(as_json(subject_of_account(firm, shop(firm))))
    for wrong in (before, "", "x" * 500):
        with pytest.raises(NotFound):
            open_survey(firm, wrong, "1.2.3.4")
    assert open_survey(firm, secret, "1.2.3.4").title == "Fridge is warm"
    for score in ("", "0", "6", "²", "5.0"):
        with pytest.raises(InputRejected):
            answer_survey(firm, secret, score, "", "1.2.3.4")
    assert answer_survey(firm, secret, "4", "Quick", "1.2.3.4").answered
    with pytest.raises(Conflict):
        answer_survey(firm, secret, "1", "", "1.2.3.4")
    held = shown(firm, one.id).row.case
    assert (held.survey_score, held.survey_remark) == (4, "Quick")
    with pytest.raises(Conflict):
        ask_survey(firm, one.id)
    at(firm, datetime(2026, 12, 25, tzinfo=UTC))
    with pytest.raises(NotFound):
        open_survey(firm, secret, "1.2.3.4")


def test_a_person_of_another_account_cannot_report(firm: Workspace) -> None:
    account = shop(firm)
    with firm.store.write() as tx:
        added = tx.connection.execute(insert(person).values(last_name="Muster")).inserted_primary_key
        assert added
        number = int(added[0])
        tx.connection.execute(insert(person_account).values(person_id=number, account_id=account))
    assert open_case(firm, shop(firm), "Fridge", person_id=number).person_id == number
    with pytest.raises(InputRejected):
        open_case(firm, shop(firm, "Shop south"), "Fridge", person_id=number)


def test_the_command_line_opens_answers_and_closes(firm: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCRM_HOME", str(firm.settings.home))
    if firm.settings.database_url:
        monkeypatch.setenv("GCRM_DATABASE_URL", firm.settings.database_url)

    def run(*words: str) -> dict[str, object]:
        done = CliRunner().invoke(gcrm, ["cases", *words, "--json"], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)  # type: ignore[no-any-return]

    opened = run("open", str(shop(firm)), "Fridge is warm", "--priority", "high", "--category", "Devices")
    number = str(opened["number"])
    assert run("answer", number, "We come", "--wait")["state"] == "waiting"
    assert run("assign", number, "pia")["owner"] == "Pia"
    assert run("assign", number)["owner"] == ""
    assert run("solve", number, "--text", "Plugged in")["state"] == "solved"
    assert run("close", number)["state"] == "closed"
    assert run("reopen", number)["state"] == "open"
    found = run("list", "--state", "open", "--priority", "high")
    (listed_case,) = found["cases"]  # type: ignore[misc]
    assert listed_case["number"] == number
    assert "survey_key" not in listed_case
    assert [one["kind"] for one in run("show", number)["history"]][-1] == "state"  # type: ignore[attr-defined]
    second = str(run("open", str(shop(firm)), "Same again")["number"])
    assert run("merge", second, number)["parts"] == [second]
    assert run("merge", second, "--undo")["state"] == "open"
    assert run("levels", "--answer", "high=2")["answer"] == {"low": 16.0, "normal": 8.0, "high": 2.0, "urgent": 1.0}
    for wrong in (["show", "C-x"], ["levels", "--answer", "often=2"], ["merge", "C-1"]):
        assert CliRunner().invoke(gcrm, ["cases", *wrong]).exit_code == 2

"""Two people in one form, on the pages that have one: nobody undoes what somebody else has changed meanwhile."""

import html
import re
from datetime import date

from gcrm.accounts.edit_account import edit_account
from gcrm.people.reps import change_rep
from gcrm.people.user import Role
from gcrm.people.users import change_user
from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World


def _form(page: str) -> dict[str, str]:
    """What a browser would send back from the first form of a page, nothing touched."""
    form = re.search(r'<form method="post" class="(?:stack panel|panel pair stack)".*?</form>', page, re.DOTALL)
    assert form is not None
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form.group()):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name is not None and ("checkbox" not in tag or "checked" in tag):
            sent[name.group(1)] = html.unescape(value.group(1)) if value else ""
    for name, inside in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form.group(), re.DOTALL):
        # A browser drops the first line end and sends the others as CR and LF.
        sent[name] = "\r\n".join(html.unescape(inside).removeprefix("\r\n").removeprefix("\n").splitlines())
    for name, inside in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form.group(), re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"|<option value="([^"]*)" selected', inside)
        sent[name] = next(filter(None, chosen.groups()), "") if chosen else ""
    return sent


def test_days_off_entered_meanwhile_survive_the_form_of_a_rep(pia: Browser, workspace: Workspace) -> None:
    change_rep(workspace, "north", days_off=["2026-12-24", "2026-12-31"])
    sent = _form(pia.get("/reps/north").text)
    change_rep(workspace, "north", days_off=["2027-01-06:Epiphany"], max_driving_minutes=300)
    answer = pia.post("/reps/north", sent | {"name": "Ada of the north", "days_off": "2026-12-24\r\n2026-12-28"})
    assert answer.status_code == 302
    with workspace.store.read() as tx:
        rep = tx.reps.get("north")
    assert rep.name == "Ada of the north"
    assert [one.first for one in rep.days_off] == [date(2026, 12, 24), date(2026, 12, 28), date(2027, 1, 6)]
    assert rep.max_driving_minutes == 300


def test_what_two_people_wrote_into_one_field_of_a_rep_is_asked_about(pia: Browser, workspace: Workspace) -> None:
    sent = _form(pia.get("/reps/north").text)
    change_rep(workspace, "north", name="Somebody else's")
    answer = pia.post("/reps/north", sent | {"name": "Mine"})
    assert answer.status_code == 409
    assert "Someone else changed Name" in html.unescape(answer.text)
    with workspace.store.read() as tx:
        assert tx.reps.get("north").name == "Somebody else's"
    # Saving again keeps what this person typed.
    again = _form(answer.text)
    assert again["name"] == "Mine"
    assert pia.post("/reps/north", again).status_code == 302
    with workspace.store.read() as tx:
        assert tx.reps.get("north").name == "Mine"


def test_a_conflict_over_an_account_keeps_the_others_value_where_nothing_was_typed(
    pia: Browser, workspace: Workspace, world: World
) -> None:
    number = next(iter(world.accounts.values()))
    path = f"/accounts/{number}/edit"
    sent = _form(pia.get(path).text)
    edit_account(workspace, number, {"phone": "+423 111 11 11", "contact": "Eve"})
    answer = pia.post(path, sent | {"contact": "Ada", "note": "Rings twice."})
    assert answer.status_code == 409
    again = _form(answer.text)
    assert again["contact"] == "Ada"
    assert again["note"] == "Rings twice."
    assert "111" in again["phone"]
    assert "It is Eve now" in html.unescape(answer.text)
    assert pia.post(path, again).status_code == 302
    with workspace.store.read() as tx:
        account = tx.accounts.get(number)
    assert (account.contact, account.note) == ("Ada", "Rings twice.")
    assert "111" in account.phone


def test_a_user_who_was_shut_out_meanwhile_stays_shut_out(dee: Browser, workspace: Workspace) -> None:
    sent = _form(dee.get("/users/bo").text)
    assert sent["active"]
    change_user(workspace, "bo", Role.MANAGER, None, active=False)
    assert dee.post("/users/bo", sent | {"role": "planner"}).status_code == 302
    with workspace.store.read() as tx:
        bo = tx.users.get_by_login("bo")
    assert (bo.role, bo.active) == (Role.PLANNER, False)
    # Whoever wants it otherwise says so.
    sent = _form(dee.get("/users/bo").text)
    assert dee.post("/users/bo", sent | {"active": "y"}).status_code == 302
    with workspace.store.read() as tx:
        assert tx.users.get_by_login("bo").active
    sent = _form(dee.get("/users/bo").text)
    change_user(workspace, "bo", Role.ADMINISTRATOR, None, active=True)
    assert dee.post("/users/bo", sent | {"role": "manager"}).status_code == 409

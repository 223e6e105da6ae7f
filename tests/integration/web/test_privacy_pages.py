"""What a rep sees of the own positions, and what administrators can do."""

from gcrm.workspace import Workspace
from tests.integration.web.conftest import Browser, World

DOOR = {"lon": 9.5201, "lat": 47.16, "accuracy_m": 12}


def test_a_rep_sees_every_position_and_who_looked(ada: Browser, cy: Browser, dee: Browser, world: World) -> None:
    ada.post(f"/check-in/{world.accounts['Alpen Bakery']}", json={"client_id": "a", **DOOR})
    page = ada.get("/privacy/mine").text
    assert "1 position is held" in page
    assert "47.16000, 9.52010" in page
    assert "Nobody has looked" in page
    assert "My positions" in ada.get("/me/").text
    assert dee.post("/privacy/points/north").status_code == 400  # without a reason
    assert "47.16000, 9.52010" in dee.post("/privacy/points/north", {"why": "a complaint"}).text
    assert "a complaint" in ada.get("/privacy/mine").text
    assert "a complaint" not in cy.get("/privacy/mine").text


def test_an_administrator_hands_over_erases_and_lets_go(dee: Browser, workspace: Workspace, world: World) -> None:
    account = world.accounts["Alpen Bakery"]
    assert "past its time" in dee.get("/privacy/").text
    file = dee.post("/privacy/subject", {"account": str(account), "as": "json"})
    assert "attachment" in file.headers["Content-Disposition"]
    assert "Mr. Alp" in file.text
    assert "Mr. Alp" in dee.post("/privacy/subject", {"account": str(account), "as": "html"}).text
    assert dee.post("/privacy/erase", {"account": str(account)}).status_code == 400  # not sure
    page = dee.post("/privacy/erase", {"account": str(account), "sure": "1"}, follow_redirects=True).text
    assert "Certificate 1" in page
    with workspace.store.read() as tx:
        assert tx.accounts.get(account).contact == ""
    assert "still looks after" in dee.post("/privacy/erase", {"rep": "north", "sure": "1"}).text
    for wrong in ({}, {"account": "x"}, {"account": "99999999999999999999"}, {"account": "999"}, {"rep": "none"}):
        assert dee.post("/privacy/subject", wrong).status_code in {400, 404}
    assert dee.post("/privacy/retain").status_code == 302

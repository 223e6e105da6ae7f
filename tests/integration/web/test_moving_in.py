"""Moving in by the page: several files at once, what they are, import, undo; people, deals and the timeline."""

import io
from pathlib import Path

import pytest

from gcrm.imports.crm.import_crm import CrmChoices, import_crm
from gcrm.jobs.run import run_job
from gcrm.workspace import Workspace
from tests.fixtures import crm_files
from tests.integration.web.conftest import HOSTILE, Browser, World


def sent(files: list[Path]) -> dict[str, object]:
    return {"file": [(io.BytesIO(one.read_bytes()), one.name) for one in files]}


def run(workspace: Workspace) -> None:
    with workspace.store.read() as tx:
        job = tx.jobs.list(1)[0]
    run_job(workspace, job.id)


def test_files_are_looked_at_imported_and_undone(pia: Browser, workspace: Workspace, tmp_path: Path) -> None:
    answer = pia.post("/imports/crm/", data=sent(crm_files.hubspot(tmp_path)))
    look = answer.headers["Location"]
    run(workspace)
    page = pia.get(look).text
    assert "What would be imported" in page
    assert "Nur Genannt KG" in page
    assert "hubspot" in page
    with workspace.store.read() as tx:
        assert tx.people.count() == 0
    done = pia.post(f"{look}/import").headers["Location"]
    run(workspace)
    page = pia.get(done).text
    assert "Undo this import" in page
    people = pia.get("/people/").text
    assert "Ada Winter" in people
    assert "no e-mail" in people
    assert "Umbau" in pia.get("/deals/?text=gasthaus").text
    page = pia.post(f"{done}/undo", follow_redirects=True).text
    assert "Undone" in page
    assert "No people yet." in pia.get("/people/").text


def test_an_unknown_file_says_how_to_go_on_and_a_mapping_beside_it_helps(
    pia: Browser, workspace: Workspace, tmp_path: Path
) -> None:
    file = crm_files.csv_file(tmp_path / "liste.csv", "Betrieb,Chef\nNordlicht AG,Ada Winter\n")
    look = pia.post("/imports/crm/", data=sent([file])).headers["Location"]
    run(workspace)
    assert "liste.csv is no export that is known" in pia.get(look).text
    mapping = tmp_path / "map.toml"
    mapping.write_text('system = "x"\nkind = "person"\n[columns]\nBetrieb = "account"\nChef = "name"\n')
    look = pia.post("/imports/crm/", data=sent([file, mapping])).headers["Location"]
    run(workspace)
    assert "What would be imported" in pia.get(look).text
    answer = pia.post("/imports/crm/", data={"file": [(io.BytesIO(b"x"), "photo.png")]}, follow_redirects=True)
    assert "photo.png is no export of a CRM" in answer.text


def test_a_program_that_is_not_known_is_named_on_the_page(pia: Browser, workspace: Workspace, tmp_path: Path) -> None:
    look = pia.post("/imports/crm/", data={**sent(crm_files.french(tmp_path)), "system": "Ancien CRM"})
    run(workspace)
    page = pia.get(look.headers["Location"]).text
    assert "What would be imported" in page
    assert "ancien-crm" in page


@pytest.fixture
def moved_in(workspace: Workspace, tmp_path: Path) -> None:
    rows = "Alpen Bakery", "Dorf Shop", HOSTILE
    text = "Record ID,Company name,Company Domain Name\n" + "".join(
        f'1900000000{at},"{name}",\n' for at, name in enumerate(rows)
    )
    people = "Record ID,First Name,Last Name,Email,Associated Company,Associated Company IDs\n" + "".join(
        f'2900000000{at},{first},{last},,"",1900000000{at}\n'
        for at, (first, last) in enumerate([("Nora", "Nord"), ("Susi", "Sued"), (HOSTILE, "Script")])
    )
    deals = "Record ID,Deal Name,Deal Stage,Amount,Currency,Close Date,Associated Company IDs\n" + "".join(
        f"3900000000{at},Deal {name},Closed Won,10,CHF,2026-01-01,1900000000{at}\n"
        for at, name in enumerate(["north", "south", "script"])
    )
    notes = (
        "Record ID,Note body,Activity date,Associated Company IDs\n"
        f'49000000001,"<p>Titel<br>{HOSTILE}&lt;b&gt;</p>",2026-09-16 15:10,19000000000\n'
    )
    files = [crm_files.csv_file(tmp_path / f"{at}.csv", text) for at, text in enumerate([text, people, deals, notes])]
    done = import_crm(workspace, files, choices=CrmChoices(zone="Europe/Vaduz"))
    assert done.created["accounts"] == 0


@pytest.mark.usefixtures("moved_in")
def test_deals_are_found_by_their_account_s_name_of_several_words(pia: Browser) -> None:
    assert "Deal south" in pia.get("/deals/?text=dorf shop").text
    assert "Deal north" not in pia.get("/deals/?text=dorf shop").text


@pytest.mark.usefixtures("moved_in")
def test_a_rep_sees_people_and_deals_of_the_own_accounts_only(ada: Browser, cy: Browser, bo: Browser) -> None:
    for page, own, others in (("/people/", "Nora Nord", "Susi Sued"), ("/deals/", "Deal north", "Deal south")):
        assert own in ada.get(page).text
        assert others not in ada.get(page).text
        assert own not in cy.get(page).text
        assert others in cy.get(page).text
        assert own in bo.get(page).text
        assert others in bo.get(page).text


@pytest.mark.usefixtures("moved_in")
def test_the_account_shows_its_people_deals_and_all_channels_and_no_script_runs(
    ada: Browser, cy: Browser, world: World
) -> None:
    number = world.accounts["Alpen Bakery"]
    page = ada.get(f"/accounts/{number}").text
    assert f"/accounts/{number}/people" in page
    assert f"/accounts/{number}/timeline" in page
    piece = ada.get(f"/accounts/{number}/people").text
    assert "Nora Nord" in piece
    assert "Deal north" in piece
    lines = ada.get(f"/accounts/{number}/timeline").text
    assert "Titel" in lines
    assert "<script>" not in lines
    assert "Nothing matches." in ada.get(f"/accounts/{number}/timeline?text=zzz&kind=mail").text
    assert "<script>alert" not in ada.get("/people/").text
    assert cy.get(f"/accounts/{number}/people").status_code == 404
    assert cy.get(f"/accounts/{number}/timeline").status_code == 404

"""The exports of old CRMs: recognised, joined, undone; the traps that real ones have."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from gcrm.accounts.edit_account import edit_account
from gcrm.accounts.find_duplicates import merge_accounts
from gcrm.accounts.list_people import list_people
from gcrm.accounts.person import Person
from gcrm.accounts.undo_change import undo_change
from gcrm.activities.list_tasks import list_tasks
from gcrm.activities.timeline import timeline
from gcrm.imports.crm.import_crm import CrmChoices, CrmImported, import_crm
from gcrm.imports.crm.recognise import read_as, read_map, recognise
from gcrm.imports.read import read_table
from gcrm.platform.errors import InputRejected
from gcrm.privacy.erase import erase_account, erase_person
from gcrm.privacy.subject_file import as_json, subject_of_account, subject_of_person
from gcrm.sales.list_deals import list_deals
from gcrm.sales.model import DealOutcome
from gcrm.workspace import Workspace
from tests.benchmarks import crm_exports
from tests.fixtures import crm_files
from tests.fixtures.requires import missing

ZONE = CrmChoices(zone="Europe/Vaduz")


def bring(workspace: Workspace, files: list[Path], choices: CrmChoices = ZONE) -> CrmImported:
    return import_crm(workspace, files, choices=choices)


def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    made.mkdir()
    return made


def there(workspace: Workspace) -> dict[str, list[str]]:
    with workspace.store.read() as tx:
        return {
            "accounts": sorted(one.name for one in tx.accounts.all()),
            "people": sorted(one.name for one in tx.record.people()),
            "deals": sorted(one.name for one in tx.record.deals()),
            "activities": sorted(one[3] for one in tx.record.interaction_keys()),
        }


def person(workspace: Workspace, name: str) -> Person:
    with workspace.store.read() as tx:
        return next(one for one in tx.record.people() if one.name == name)


def test_a_program_that_is_not_known_is_read_once_it_has_a_name(workspace: Workspace, tmp_path: Path) -> None:
    files = crm_files.french(folder(tmp_path, "french"))
    with pytest.raises(InputRejected, match="no export that is known") as unknown:
        bring(workspace, files)
    assert "--system NAME" in unknown.value.remedy
    assert "Raison sociale = name" in unknown.value.remedy
    with pytest.raises(InputRejected, match="no name for a system"):
        bring(workspace, files, CrmChoices(system="Ancien CRM", zone="Europe/Paris"))
    done = bring(workspace, files, CrmChoices(system="ancien-crm", zone="Europe/Paris"))
    assert (done.created["accounts"], done.created["people"], done.created["deals"]) == (2, 2, 2)
    assert not any(done.rejected.values())
    assert person(workspace, "Zoé Petit").refuses("email")
    with workspace.store.read() as tx:
        won_not = {one.name: (one.outcome, one.amount, one.loss_reason) for one in tx.record.deals()}
        kinds = sorted(
            {
                kind
                for one in tx.record.interaction_keys()
                for kind in map(str, one)
                if kind in {"call", "meeting", "note"}
            }
        )
    assert won_not == {
        "Machines 2026": (DealOutcome.OPEN, Decimal("12500.00"), ""),
        "Four": (DealOutcome.LOST, Decimal(3000), "Prix"),
    }
    assert kinds == ["call", "meeting"]
    again = bring(workspace, files, CrmChoices(system="ancien-crm", zone="Europe/Paris"))
    assert again.batch is None


@pytest.mark.parametrize(
    ("headings", "record"),
    [
        ("Razón social;Calle;Código postal;Ciudad;Teléfono;Propietario", "account"),
        ("Nombre de pila;Apellidos;Empresa;Correo electrónico;Móvil", "person"),
        ("Nombre del negocio;Empresa;Etapa;Importe;Moneda;Fecha de cierre", "deal"),
        ("Ragione sociale;Via;CAP;Città;Telefono;Settore", "account"),
        ("Nome di battesimo;Cognome;Azienda;Indirizzo e-mail;Cellulare", "person"),
        ("Trattativa;Azienda;Fase trattativa;Importo;Data chiusura", "deal"),
        ("Bedrijfsnaam;Straat;Postcode;Plaats;Telefoon;Branche", "account"),
        ("Voornaam;Achternaam;Bedrijf;E-mailadres;Mobiel", "person"),
        ("Datum;Soort;Onderwerp;Omschrijving;Bedrijf", "activity"),
        ("Kundennummer;Firma;Straße;PLZ;Ort;Betreuer", "account"),
        ("Datum;Aktivitätsart;Betreff;Notiz;Firma;Ansprechpartner", "activity"),
        ("Company;Street;Zip;City;Phone;Sales Rep", "account"),
        ("Date;Type;Subject;Notes;Customer", "activity"),
    ],
)
def test_headings_that_many_programs_have_tell_what_a_file_holds(headings: str, record: str, tmp_path: Path) -> None:
    file = crm_files.csv_file(tmp_path / "x.csv", f"{headings}\n{';'.join('x' * (headings.count(';') + 1))}\n")
    (found,) = recognise([(file, read_table(file, read_as((), "our-old-crm")))], "our-old-crm")
    assert found.kind.record == record
    assert not found.custom, "every heading means something"


def test_related_records_of_zoho_are_found_by_name(workspace: Workspace, tmp_path: Path) -> None:
    done = bring(workspace, crm_files.zoho(folder(tmp_path, "zoho")))
    assert done.links["activity_account"] == 5
    assert done.links["activity_deal"] == 1, "a task of a deal, which names no account"
    assert person(workspace, "Ada Winter").refuses("email")
    with workspace.store.read() as tx:
        won, offered = sorted(tx.record.deals(), key=lambda one: one.name)
    assert (won.outcome, won.amount, won.currency) == (DealOutcome.WON, Decimal("12500.00"), "EUR")
    assert (offered.outcome, offered.currency, offered.close_date) == (DealOutcome.OPEN, "CHF", date(2026, 12, 31))


@pytest.mark.parametrize("system", crm_files.ALL)
def test_each_system_is_recognised_and_the_same_files_twice_change_nothing(
    system: str, workspace: Workspace, tmp_path: Path
) -> None:
    files = crm_files.ALL[system](folder(tmp_path, system))
    first = bring(workspace, files)
    assert first.system == system
    made = first.created["accounts"] + first.created["people"]
    assert made >= 3 - (system in {"espocrm", "odoo"})
    before = there(workspace)
    second = bring(workspace, files)
    assert second.batch is None
    assert not any([*second.created.values(), *second.updated.values()])
    assert there(workspace) == before
    for kind, read in second.read.items():
        assert read == second.unchanged[kind] + second.rejected[kind]


@pytest.mark.parametrize("system", crm_files.ALL)
def test_undoing_leaves_what_was_there_before(system: str, workspace: Workspace, tmp_path: Path) -> None:
    before = there(workspace)
    done = bring(workspace, crm_files.ALL[system](folder(tmp_path, system)))
    assert done.batch is not None
    undone = undo_change(workspace, done.batch)
    assert undone.kept == ()
    assert there(workspace) == before


def test_a_dry_run_writes_nothing(workspace: Workspace, tmp_path: Path) -> None:
    files = crm_files.hubspot(folder(tmp_path, "h"))
    told = import_crm(workspace, files, choices=ZONE, dry_run=True)
    assert told.created["people"] == 5
    assert told.batch is None
    assert there(workspace)["people"] == []


def test_salesforce_ids_in_both_lengths_are_one_and_capitals_tell_two_apart(
    workspace: Workspace, tmp_path: Path
) -> None:
    first = bring(workspace, crm_files.salesforce_api(folder(tmp_path, "api")))
    assert first.created["accounts"] == 2
    assert [one.reason for one in first.rejects] == ["It is deleted in Salesforce."]
    report = bring(workspace, crm_files.salesforce_report_german(folder(tmp_path, "report")))
    assert report.created["accounts"] == 0
    assert any("footer" in one for one in report.remarks)
    with workspace.store.read() as tx:
        extras = tx.record.extras()
        one = next(one for one in tx.accounts.all() if one.name == "Nordlicht AG")
        assert extras[one.id].custom["annual_revenue"] == "1200000.5000"
        assert extras[one.id].custom["tier_c"] == "Gold"
        assert {one.label: one.source for one in tx.record.custom_fields()}["Tier__c"] == "Salesforce"


def test_stamps_in_utc_fall_on_the_day_where_the_business_is(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.espocrm(folder(tmp_path, "e")))
    with workspace.store.read() as tx:
        ((_, kind, day, subject, _),) = tx.record.interaction_keys()
        extra = tx.record.extras()
        account = next(one for one in tx.accounts.all() if one.name == "=Punkt Design")
        mother = next(one for one in tx.accounts.all() if one.name == "Mutter AG")
    assert (kind, day, subject) == ("call", date(2026, 1, 9), "Rückruf")
    assert extra[account.id].created_on == date(2024, 3, 12)
    assert extra[account.id].parent_id == mother.id
    assert account.phone == "+4232320009"
    one = person(workspace, "Eva Herz")
    assert (one.phone, one.mobile) == ("+4232320009", "+4237910009")
    assert one.refuses("phone")
    assert not one.refuses("email")


def test_old_days_and_exact_amounts_stay(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    with workspace.store.read() as tx:
        (deal,) = tx.record.deals()
    assert (deal.amount, deal.currency, deal.close_date) == (Decimal("1234.5678"), "CHF", date(1999, 12, 31))
    assert deal.outcome is DealOutcome.WON


def test_a_person_is_linked_by_id_then_domain_then_name_and_a_made_company_is_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    with workspace.store.read() as tx:
        names = {one.id: one.name for one in tx.accounts.all()}
        at = {one.name: [names[each.account_id] for each in one.accounts] for one in tx.record.people()}
    assert at == {
        "Ada Winter": ["Nordlicht AG"],
        "Bo Sommer": ["Gasthaus (Nendeln)"],
        "Cy Herbst": ["Nordlicht AG"],
        "Di Lenz": [],
        "Ed Mai": ["Nur Genannt KG"],
    }
    assert any("Nur Genannt KG" in one for one in done.remarks)
    assert any("Cy Herbst: Nordlicht AG" in one for one in done.remarks)


def test_a_renamed_stage_is_taken_by_its_probability_and_told_or_said_in_a_mapping(
    workspace: Workspace, tmp_path: Path
) -> None:
    files = crm_files.hubspot(folder(tmp_path, "h"))
    done = import_crm(workspace, files, choices=ZONE, dry_run=True)
    assert any("Auftrag erteilt is won" in one for one in done.remarks)
    mapping = tmp_path / "map.json"
    mapping.write_text(json.dumps({"stages": {"Auftrag erteilt": "lost"}}), encoding="utf-8")
    bring(workspace, files, CrmChoices(zone="Europe/Vaduz", told=read_map(mapping)))
    with workspace.store.read() as tx:
        (deal,) = tx.record.deals()
    assert deal.outcome is DealOutcome.LOST


def test_html_becomes_text_and_nothing_of_it_runs(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    with workspace.store.read() as tx:
        (one,) = tx.record.interactions([tx.record.interaction_keys()[0][0]])
    assert (one.subject, one.text) == ("Titel", "Zeile & Text")


def test_odoo_numbers_are_told_apart_by_their_model(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.odoo_german(folder(tmp_path, "o")))
    with workspace.store.read() as tx:
        told = {one.subject: one for one in tx.record.interactions([key[0] for key in tx.record.interaction_keys()])}
        (deal,) = tx.record.deals()
        (account,) = tx.accounts.all()
        extra = tx.record.extras()[account.id]
    assert told["Absage"].deal_id == deal.id
    assert told["Absage"].direction == "in"
    assert told["Hof"].deal_id is None
    assert told["Hof"].account_id == account.id
    assert deal.outcome is DealOutcome.LOST
    assert extra.custom["labels"] == "Gastro"


def test_pipedrives_day_numbers_are_days_and_particles_stay_with_the_name(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.pipedrive(folder(tmp_path, "p")))
    with workspace.store.read() as tx:
        (deal,) = tx.record.deals()
    assert (deal.close_date, deal.closed_on) == (date(2025, 12, 15), date(2025, 12, 11))
    assert person(workspace, "Max von der Au").last_name == "von der Au"
    assert person(workspace, "Ada Winter").refuses("email")


def test_dynamics_refuses_where_it_does_not_allow_and_inactive_accounts_are_former(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring(workspace, crm_files.dynamics(folder(tmp_path, "d")))
    assert [one.purpose for one in person(workspace, "Ada Winter").consents] == ["marketing"]
    assert person(workspace, "Bo Sommer").consents == ()
    with workspace.store.read() as tx:
        mill = next(one for one in tx.accounts.all() if one.name == "Alte Mühle")
        assert tx.record.extras()[mill.id].status == "former"


def test_two_systems_give_one_truth_a_refusal_stays_and_the_second_can_be_undone(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    before = there(workspace)
    second = bring(workspace, crm_files.pipedrive(folder(tmp_path, "p")))
    assert second.created == {"accounts": 0, "people": 1, "deals": 0, "activities": 0}
    third = bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    assert third.created["accounts"] == 2
    assert person(workspace, "Ada Winter").refuses("email")
    assert third.batch is not None
    assert second.batch is not None
    undo_change(workspace, third.batch)
    undo_change(workspace, second.batch)
    assert there(workspace) == before


def test_what_people_changed_since_stays_when_an_import_is_undone_and_is_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    with workspace.store.read() as tx:
        account = next(one for one in tx.accounts.all() if one.name == "Polarstern GmbH")
    edit_account(workspace, account.id, {"phone": "+4232320007"})
    assert done.batch is not None
    undone = undo_change(workspace, done.batch)
    assert [(one.name, one.reason) for one in undone.kept] == [("Polarstern GmbH", "It was changed later.")]
    assert there(workspace)["accounts"] == ["Polarstern GmbH"]


def test_merging_accounts_moves_people_and_deals_and_undoing_gives_them_back(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    with workspace.store.read() as tx:
        ids = {one.name: one.id for one in tx.accounts.all()}
    north, star = ids["Nordlicht AG"], ids["Polarstern GmbH"]
    merged = merge_accounts(workspace, star, north)
    with workspace.store.read() as tx:
        assert [one.account_id for one in tx.record.deals()] == [star]
        assert [at.account_id for at in tx.record.people()[0].accounts] == [star]
    again = bring(workspace, crm_files.salesforce_api(folder(tmp_path, "again")))
    assert again.created["accounts"] == 0
    undo_change(workspace, merged.change_set)
    with workspace.store.read() as tx:
        assert [one.account_id for one in tx.record.deals()] == [north]
        assert [at.account_id for at in tx.record.people()[0].accounts] == [north]


def test_an_unknown_file_is_refused_with_the_form_of_a_mapping_and_read_with_one(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = crm_files.csv_file(
        tmp_path / "adressen.csv", "Betrieb\tChef\tMail\nNordlicht AG\tAda Winter\tada@nordlicht.example\n", "utf-16"
    )
    with pytest.raises(InputRejected, match="--map"):
        bring(workspace, [file])
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        'system = "alt"\nkind = "person"\n[columns]\nBetrieb = "account"\nChef = "name"\nMail = "email"\n',
        encoding="utf-8",
    )
    done = bring(workspace, [file], CrmChoices(told=read_map(mapping)))
    assert (done.system, done.created["people"], done.created["accounts"]) == ("alt", 1, 1)
    mapping.write_text('kind = "person"\n[columns]\nChef = "nme"\n', encoding="utf-8")
    with pytest.raises(InputRejected, match="'nme' is no field"):
        read_map(mapping)


@pytest.mark.parametrize(
    "change",
    [lambda text: text.replace(",", ";"), lambda text: text.replace("Record ID", "RECORD ID *"), lambda text: text],
)
def test_other_separators_and_marks_of_headings_are_understood(
    workspace: Workspace, tmp_path: Path, change: Callable[[str], str]
) -> None:
    text = "Record ID,Company name,Company Domain Name,City\n19000000001,Nordlicht AG,nordlicht.example,Vaduz\n"
    done = bring(workspace, [crm_files.csv_file(tmp_path / "a.csv", change(text), "utf-16")])
    assert (done.system, done.created["accounts"]) == ("hubspot", 1)


def test_currencies_are_summed_apart(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    with workspace.store.read() as tx:
        page = list_deals(tx, None)
    assert {(one.currency, one.amount) for one in page.sums} == {
        ("CHF", Decimal("1234.5678")),
        ("EUR", Decimal("900.1")),
    }


@pytest.mark.parametrize("dialect", crm_exports.DIALECTS)
def test_the_exports_beside_the_checkout_come_in_as_they_are(dialect: str, workspace: Workspace) -> None:
    if not crm_exports.FOLDER.is_dir():
        missing(f"{crm_exports.FOLDER} is not there")
    done = crm_exports.bring(workspace, dialect)
    told = crm_exports.compare(crm_exports.truth_of(dialect), crm_exports.held(workspace))
    assert [one for some in told.values() for one in some] == []
    assert done.batch is not None
    undo_change(workspace, done.batch)
    assert all(not some for some in crm_exports.held(workspace).values())


def test_a_subject_file_holds_what_is_kept_of_a_person_and_erasing_takes_it_out(
    workspace: Workspace, tmp_path: Path
) -> None:
    bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    ada = person(workspace, "Ada Winter")
    found = as_json(subject_of_person(workspace, ada.id))
    for word in ("ada@nordlicht.example", "+4237910001", "Offerte", "HasOptedOutOfEmail"):
        assert word in found
    of_account = as_json(subject_of_account(workspace, ada.accounts[0].account_id))
    assert "ada@nordlicht.example" in of_account
    erase_person(workspace, ada.id)
    left = as_json(subject_of_account(workspace, ada.accounts[0].account_id))
    for word in ("ada@nordlicht.example", "+4237910001", "Winter", "Offerte"):
        assert word not in left
    assert "Lichtkonzept" in left
    with workspace.store.read() as tx:
        assert len(tx.record.interaction_keys()) == 2


def test_erasing_an_account_erases_its_people_and_spares_those_of_others(workspace: Workspace, tmp_path: Path) -> None:
    bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    account_id = person(workspace, "Bo Sommer").accounts[0].account_id
    erase_account(workspace, account_id)
    assert "Bo Sommer" not in there(workspace)["people"]
    assert "Ada Winter" in there(workspace)["people"]
    assert "Zeile" not in as_json(subject_of_account(workspace, account_id))


def test_all_of_it_works_on_a_server_too(postgis_workspace: Workspace, tmp_path: Path) -> None:
    workspace = postgis_workspace
    before = there(workspace)
    first = bring(workspace, crm_files.salesforce_api(folder(tmp_path, "s")))
    second = bring(workspace, crm_files.hubspot(folder(tmp_path, "h")))
    assert second.created["accounts"] == 2
    assert bring(workspace, crm_files.hubspot(folder(tmp_path, "again"))).batch is None
    with workspace.store.read() as tx:
        assert list_people(tx, None, text="winter").total == 1
        assert {one.currency for one in list_deals(tx, None, text="u").sums} <= {"CHF", "EUR"}
        assert list_tasks(tx, None, text="nachfassen").total == 1
        account_id = next(one.id for one in tx.accounts.all() if one.name == "Nordlicht AG")
        assert timeline(tx, account_id, text="offerte").total == 1
    for done in (second, first):
        assert done.batch is not None
        undo_change(workspace, done.batch)
    assert there(workspace) == before


def test_a_later_export_changes_what_its_program_said_and_leaves_what_people_changed_here(
    workspace: Workspace, tmp_path: Path
) -> None:
    head = "Record ID,Company name,Company Domain Name,Phone Number,City\n"
    row = "19000000001,Nordlicht AG,nordlicht.example,{phone},{city}\n"
    first = bring(
        workspace, [crm_files.csv_file(tmp_path / "1.csv", head + row.format(phone="+4232320001", city="Vaduz"))]
    )
    assert first.created["accounts"] == 1
    with workspace.store.read() as tx:
        (account,) = tx.accounts.all()
    edit_account(workspace, account.id, {"phone": "+4232320099"})
    later = bring(
        workspace, [crm_files.csv_file(tmp_path / "2.csv", head + row.format(phone="+4232320005", city="Schaan"))]
    )
    assert later.updated["accounts"] == 1
    with workspace.store.read() as tx:
        (account,) = tx.accounts.all()
    assert (account.phone, account.address.city) == ("+4232320099", "Schaan")
    assert any("+4232320005" in one for one in later.remarks)
    assert later.batch is not None
    undo_change(workspace, later.batch)
    with workspace.store.read() as tx:
        (account,) = tx.accounts.all()
    assert (account.phone, account.address.city) == ("+4232320099", "Vaduz")

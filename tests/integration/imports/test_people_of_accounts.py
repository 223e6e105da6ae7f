"""Lists of people who belong to accounts, as CRMs export them beside the list of accounts."""

from dataclasses import replace
from pathlib import Path

import pytest

from gcrm.accounts.model import Account
from gcrm.imports.identity import loose_number
from gcrm.imports.import_accounts import import_accounts
from gcrm.imports.preview_import import preview_import
from gcrm.workspace import Workspace

ACCOUNTS = """ID,IsDeleted,Name,BillingStreet,BillingCity,ParentId,Phone
0015g00000MQrStAAL,false,Ada AG,Weg 1,Vaduz,,+4232010001
0015g00000MqRsTAAV,false,Bo Anstalt,Gasse 2,Vaduz,0015g00000MQrStAAL,
0015g00000MzzY1AAJ,true,Test to delete,,,,
"""
PEOPLE = """Id,AccountId,LastName,FirstName,Name,Phone,MobilePhone,Email
0035g00000MDHpiAAH,0015g00000MQrStAAL,Berg,Anna,Anna Berg,+4232010009,,anna@ada.example
0035g00000MiJ5KAAV,0015g00000MQrStAAL,Tal,Beat,Beat Tal,,,beat@ada.example
0035g00000MvdRfAAJ,0015g00000MqRsTAAV,See,Cleo,Cleo See,+4232010003,,
0035g00000M9i9qAAB,,Frei,Stefan,Stefan Frei,,,stefan@frei.example
"""


def _accounts(workspace: Workspace) -> dict[str, Account]:
    with workspace.store.read() as tx:
        return {one.name: one for one in tx.accounts.all()}


def test_people_come_to_the_accounts_whose_numbers_they_name(workspace: Workspace, tmp_path: Path) -> None:
    accounts, people = tmp_path / "Account.csv", tmp_path / "Contact.csv"
    accounts.write_text(ACCOUNTS, encoding="utf-8")
    people.write_text(PEOPLE, encoding="utf-8")
    first = import_accounts(workspace, accounts)
    assert (first.created, [one.reason for one in first.rejects]) == (
        2,
        ["Is deleted in the system that it comes from."],
    )
    done = import_accounts(workspace, people)
    assert (done.created, done.updated, done.repeated) == (1, 2, 1)
    found = _accounts(workspace)
    assert sorted(found) == ["Ada AG", "Bo Anstalt", "Stefan Frei"]
    ada = found["Ada AG"]
    # The firm's own phone stays; what its people have besides is in the note.
    assert (ada.contact, ada.phone, ada.email) == ("Anna Berg", "+4232010001", "anna@ada.example")
    assert all(text in ada.note for text in ("+4232010009", "Beat Tal", "beat@ada.example"))
    assert (found["Bo Anstalt"].contact, found["Bo Anstalt"].phone) == ("Cleo See", "+4232010003")
    again = import_accounts(workspace, people)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)


def test_people_of_accounts_that_are_not_here_are_rejected_with_what_to_do(
    workspace: Workspace, tmp_path: Path
) -> None:
    people = tmp_path / "Contact.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    preview = preview_import(workspace, people)
    assert (preview.created, preview.rejected) == (1, 3)
    assert "import the list of accounts first" in preview.rejects[0].reason


def test_a_list_of_firms_and_their_people_is_put_together_in_either_order(workspace: Workspace, tmp_path: Path) -> None:
    head = "id,name,is_company,parent_id/id,street,city,phone\n"
    rows = ["p7,Ada AG,True,,Weg 1,Vaduz,", "p9,Anna Berg,False,p7,,,+4232010009", "p8,Bo AG,True,p7,Weg 3,Vaduz,"]
    for number, order in enumerate((rows, [rows[1], rows[0], rows[2]])):
        file = tmp_path / f"{number}.csv"
        file.write_text(head + "\n".join(order), encoding="utf-8")
        preview = preview_import(workspace, file)
        assert ([row.name for row in preview.rows], preview.repeated) == (["Ada AG", "Bo AG"], 1)


def test_a_customer_number_of_people_is_their_own(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Kundennr;Vorname;Nachname;Ort\n7;Anna;Berg;Vaduz\n8;Beat;Tal;Vaduz\n", encoding="utf-8")
    assert import_accounts(workspace, file).created == 2
    assert _accounts(workspace)["Anna Berg"].external_id == "7"


def test_numbers_of_people_are_none_of_their_firms(workspace: Workspace, tmp_path: Path) -> None:
    firms, people = tmp_path / "organizations.csv", tmp_path / "people.csv"
    firms.write_text("Organization - ID,Organization - Name\n5,Ada AG\n6,Bo AG\n", encoding="utf-8")
    people.write_text(
        "Person - Name,Person - ID,Person - First name,Person - Last name,Person - Organization\n"
        "Anna Berg,6,Anna,Berg,Ada AG\nCleo See,205,Cleo,See,Bo AG\n",
        encoding="utf-8",
    )
    import_accounts(workspace, firms)
    done = import_accounts(workspace, people)
    assert (done.created, done.updated) == (0, 2)
    assert _accounts(workspace)["Bo AG"].contact == "Cleo See"


@pytest.mark.parametrize(
    ("short", "long"), [("0015g00000MqRsT", "0015g00000MqRsTAAV"), ("0015g00000MQrSt", "0015g00000MQrStAAL")]
)
def test_numbers_of_salesforce_are_one_with_and_without_their_last_three_letters(short: str, long: str) -> None:
    assert loose_number(short) == loose_number(long)
    assert loose_number("0015g00000MqRsT") != loose_number("0015g00000MQrSt")


FIRMS = "Kundennr;Firma;Strasse;PLZ;Ort;Telefon;E-Mail\n7;Ada AG;Weg 1;9490;Vaduz;+423 201 00 01;info@ada.example\n"


@pytest.mark.parametrize(
    "people",
    [
        """Firma;Vorname;Nachname;Strasse;PLZ;Ort;Telefon;E-Mail
Ada AG;Anna;Berg;Weg 1;9490;Vaduz;+423 201 00 09;anna@ada.example
""",
        """First Name,Last Name,Company,Business Street,Business City,Business Postal Code,Business Phone,E-mail
Anna,Berg,Ada AG,Weg 1,Vaduz,9490,+4232010009,anna@ada.example
""",
        """Kundennr;Firma;Prénom;Nom de famille;Strasse;PLZ;Ort;Telefon;E-Mail
7;Ada AG;Anna;Berg;Weg 1;9490;Vaduz;+4232010009;anna@ada.example
""",
    ],
)
def test_a_person_never_takes_the_place_of_the_firms_own_phone(
    workspace: Workspace, tmp_path: Path, people: str
) -> None:
    (tmp_path / "firms.csv").write_text(FIRMS, encoding="utf-8")
    import_accounts(workspace, tmp_path / "firms.csv")
    with workspace.store.write() as tx:
        (ada,) = tx.accounts.all()
        tx.accounts.update(replace(ada, note="Ring twice."))
    file = tmp_path / "people.csv"
    file.write_text(people, encoding="utf-8")
    (row,) = preview_import(workspace, file).rows
    assert any("+4232010009" in told and "does not replace +4232010001" in told for told in row.remarks)
    assert import_accounts(workspace, file).updated == 1
    ada = _accounts(workspace)["Ada AG"]
    assert (ada.contact, ada.phone, ada.email) == ("Anna Berg", "+4232010001", "info@ada.example")
    # What somebody wrote stays beside what is put aside.
    assert ada.note.startswith("Ring twice.\n")
    assert all(text in ada.note for text in ("+4232010009", "anna@ada.example"))
    assert import_accounts(workspace, file).unchanged == 1
    second = tmp_path / "second.csv"
    second.write_text(people.replace("Anna", "Beat").replace("Berg", "Tal").replace("anna@", "beat@"), encoding="utf-8")
    import_accounts(workspace, second)
    ada = _accounts(workspace)["Ada AG"]
    assert (ada.contact, ada.phone) == ("Anna Berg", "+4232010001")
    assert "Beat Tal" in ada.note


def test_the_firms_row_counts_before_those_of_its_people_wherever_it_stands(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "both.csv"
    file.write_text(
        "Firma;Vorname;Nachname;Strasse;PLZ;Ort;Telefon\n"
        "Ada AG;Anna;Berg;Weg 1;9490;Vaduz;+4232010009\nAda AG;;;Weg 1;9490;Vaduz;+4232010001\n",
        encoding="utf-8",
    )
    import_accounts(workspace, file)
    ada = _accounts(workspace)["Ada AG"]
    assert (ada.phone, ada.contact) == ("+4232010001", "Anna Berg")
    assert "+4232010009" in ada.note

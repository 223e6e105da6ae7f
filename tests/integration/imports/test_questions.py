"""What a file does not tell is asked, and never taken in silence."""

from pathlib import Path

import openpyxl
import pytest

from gcrm.imports.choices import ImportChoices
from gcrm.imports.encodings import guess
from gcrm.imports.import_accounts import import_accounts
from gcrm.imports.preview_import import preview_import
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace


@pytest.fixture
def book(tmp_path: Path) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Nord"
    made.active.append(["Firma", "Ort"])
    made.active.append(["Ada", "Vaduz"])
    south = made.create_sheet("Süd")
    south.append(["Ort", "Firma", "Telefon"])
    south.append(["Triesen", "Bo", "+423 232 12 34"])
    south.row_dimensions[2].hidden = True
    made.create_sheet("Read me").append(["Printed in November"])
    made.save(tmp_path / "list.xlsx")
    return tmp_path / "list.xlsx"


def test_of_two_worksheets_nobody_guesses_which(workspace: Workspace, book: Path) -> None:
    preview = preview_import(workspace, book)
    assert [(one.about, [option.value for option in one.options]) for one in preview.questions] == [
        ("sheet", ["Nord", "Süd", "all"])
    ]
    assert any("Read me" in remark for remark in preview.file_remarks)
    with pytest.raises(InputRejected, match="worksheets") as refused:
        import_accounts(workspace, book)
    assert "--sheet all" in refused.value.remedy
    one = preview_import(workspace, book, choices=ImportChoices(sheet="Süd"))
    assert ([row.name for row in one.rows], one.questions) == (["Bo"], ())
    assert any("1 hidden rows" in remark for remark in one.file_remarks)
    assert import_accounts(workspace, book, choices=ImportChoices(sheet="all")).created == 2
    with pytest.raises(InputRejected, match="no worksheet 'West'"):
        preview_import(workspace, book, choices=ImportChoices(sheet="West"))


def test_an_encoding_is_taken_as_it_is_said(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_bytes("name;city\nKavinė Ąžuolas;Kaunas\n".encode("cp1257"))
    said = preview_import(workspace, file, choices=ImportChoices(encoding="cp1257"))
    assert ([row.name for row in said.rows], said.encoding) == (["Kavinė Ąžuolas"], "cp1257")
    for wrong in ("nothing", "hex"):
        with pytest.raises(InputRejected, match="no encoding"):
            preview_import(workspace, file, choices=ImportChoices(encoding=wrong))


def test_a_doubtful_encoding_stops_an_import(workspace: Workspace, tmp_path: Path) -> None:
    raw = "name;city\nBăcan Şerban;Iaşi\n".encode("cp1250")
    found = guess(raw)
    assert found is not None
    (tmp_path / "list.csv").write_bytes(raw)
    if found.others:
        with pytest.raises(InputRejected, match="encodings") as refused:
            import_accounts(workspace, tmp_path / "list.csv")
        assert f"--encoding {found.name}" in refused.value.remedy
    else:
        assert import_accounts(workspace, tmp_path / "list.csv").created == 1


def test_zeros_that_a_spreadsheet_ate_are_no_new_customers(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    head = "Kundennr;Firma;Strasse;Ort\n"
    file.write_text(f"{head}00101;Ada AG;Weg 1;Vaduz\n00102;Bo Anstalt;Gasse 2;Vaduz\n", encoding="utf-8")
    import_accounts(workspace, file)
    file.write_text(f"{head}101;Ada AG;Weg 1;Vaduz\n102.0;Bo Anstalt;Gasse 2;Vaduz\n", encoding="utf-8")
    assert import_accounts(workspace, file).unchanged == 2
    with workspace.store.read() as tx:
        assert sorted(one.external_id for one in tx.accounts.all()) == ["00101", "00102"]
        ada = next(one for one in tx.accounts.all() if one.name == "Ada AG")
    file.write_text(f"{head}101;Ada AG;Landstrasse 77;Schaan\n", encoding="utf-8")
    preview = preview_import(workspace, file)
    (question,) = preview.questions
    assert (question.about, question.row, [option.value for option in question.options]) == (
        "account",
        2,
        ["0", str(ada.id)],
    )
    assert import_accounts(workspace, file, choices=ImportChoices(same={2: ada.id})).updated == 1


def test_a_number_of_another_system_overwrites_nobody(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("id,name,street,city\n1,Ada,Weg 1,Vaduz\n", encoding="utf-8")
    import_accounts(workspace, file)
    file.write_text("id,name,street,city\n1,Bo,Gasse 2,Triesen\n", encoding="utf-8")
    done = import_accounts(workspace, file)
    assert (done.created, done.updated) == (1, 0)
    assert "taken as another account" in done.remarks[0].reason
    assert import_accounts(workspace, file).unchanged == 1


def test_a_worse_phone_does_not_take_the_place_of_a_whole_one(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "id,name,city,phone\n1,Ada,Vaduz,+41 44 668 18 00\n2,Bo,Vaduz,+423 232 12 34 ext. 5\n", encoding="utf-8"
    )
    import_accounts(workspace, file)
    file.write_text("id,name,city,phone\n1,Ada,Vaduz,41446681800\n2,Bo,Vaduz,+423 232 12 34\n", encoding="utf-8")
    assert import_accounts(workspace, file).unchanged == 2


def test_what_a_file_closed_down_an_undoing_opens_again(workspace: Workspace, tmp_path: Path) -> None:
    from gcrm.accounts.undo_change import undo_change

    file = tmp_path / "list.csv"
    file.write_text("id,name,city,status\n1,Ada,Vaduz,geschlossen\n", encoding="utf-8")
    first = import_accounts(workspace, file)
    assert (first.closed, first.batch is not None) == (1, True)
    assert first.batch is not None
    assert undo_change(workspace, first.batch).removed == 1


def test_a_column_whose_every_date_fits_both_readings_is_asked_about(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("Name,City,Last visit\nAda,Vaduz,03/04/2020\nBo,Vaduz,05/06/2020\n", encoding="utf-8")
    asked = preview_import(workspace, file).questions
    assert [(one.about, [option.value for option in one.options]) for one in asked] == [("dates", ["day", "month"])]
    assert asked[0].options[1].lines[0] == "03/04/2020 = 4 March 2020"
    with pytest.raises(InputRejected, match="two ways") as refused:
        import_accounts(workspace, file)
    assert "--dates month" in refused.value.remedy
    assert import_accounts(workspace, file, choices=ImportChoices(dates="month")).created == 2
    with workspace.store.read() as tx:
        assert [one.last_visit.isoformat() for one in tx.accounts.all() if one.last_visit] == [
            "2020-03-04",
            "2020-05-06",
        ]
    with pytest.raises(InputRejected, match="no order of dates"):
        ImportChoices(dates="year")


def test_a_date_that_fits_only_the_other_order_and_one_to_come_are_told_in_their_rows(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    lines = ["Ada,24/04/2020", "Bo,25/04/2020", "Cy,04/26/2020", "Di,03/04/2020", "Eve,03/04/2099"]
    file.write_text("Name,Last visit\n" + "\n".join(lines), encoding="utf-8")
    preview = preview_import(workspace, file)
    assert preview.questions == ()
    told = {row.name: row.remarks for row in preview.rows}
    assert "writes the day before month" in told["Cy"][0]
    assert "in the future" in told["Eve"][0]
    assert told["Ada"] == told["Di"] == ()

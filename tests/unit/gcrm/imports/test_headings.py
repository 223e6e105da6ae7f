# ruff: noqa: E501 - headings as they stand in files
"""Headings of the exports that people send, in the languages that their programs speak."""

import pytest

from gcrm.imports.columns import map_columns
from gcrm.platform.errors import InputRejected

EXPORTS = {
    "google": (
        (
            "First Name,Last Name,Organization Name,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Address 1 - Type,"
            "Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Postal Code,Address 1 - Country"
        ),
        (
            "Organization Name=name,Address 1 - Street=street,Address 1 - Postal Code=postcode,Address 1 - City=city,"
            "Phone 1 - Value=phone,E-mail 1 - Value=email,Address 1 - Type=,Phone 1 - Type="
        ),
    ),
    "outlook": (
        (
            "First Name,Last Name,Company,Business Street,Business Street 2,Business City,Business Postal Code,"
            "Business Country/Region,Home Street,Home City,Business Phone,Mobile Phone,E-mail Address"
        ),
        (
            "Company=name,First Name=first_name,Business Street=street,Business Street 2=street_2,Business City=city,"
            "Business Postal Code=postcode,Business Country/Region=country,Home Street=address_2_street,"
            "Business Phone=phone,Mobile Phone=phone_2"
        ),
    ),
    "outlook, German": (
        (
            "Vorname,Nachname,Firma,Straße geschäftlich,Postleitzahl geschäftlich,Ort geschäftlich,Land/Region geschäftlich,"
            "Telefon geschäftlich,Mobiltelefon,E-Mail-Adresse"
        ),
        (
            "Firma=name,Straße geschäftlich=street,Postleitzahl geschäftlich=postcode,Ort geschäftlich=city,"
            "Land/Region geschäftlich=country,Telefon geschäftlich=phone,Mobiltelefon=phone_2"
        ),
    ),
    "outlook, French": (
        "Prénom,Nom,Société,Rue (bureau),Ville (bureau),Code postal (bureau),Pays/Région (bureau),Téléphone (bureau)",
        (
            "Société=name,Nom=last_name,Rue (bureau)=street,Ville (bureau)=city,Code postal (bureau)=postcode,"
            "Pays/Région (bureau)=country,Téléphone (bureau)=phone"
        ),
    ),
    "outlook, Spanish": (
        "Nombre,Apellidos,Organización,Calle del trabajo,Ciudad de trabajo,Código postal del trabajo,Teléfono del trabajo",
        (
            "Organización=name,Nombre=first_name,Calle del trabajo=street,Ciudad de trabajo=city,"
            "Código postal del trabajo=postcode,Teléfono del trabajo=phone"
        ),
    ),
    "outlook, Italian": (
        "Nome,Cognome,Società,Via (uff.),Città (uff.),CAP (uff.),Telefono (uff.)",
        "Società=name,Nome=first_name,Via (uff.)=street,Città (uff.)=city,CAP (uff.)=postcode,Telefono (uff.)=phone",
    ),
    "outlook, Polish": (
        "Imię,Nazwisko,Firma,Adres służbowy - ulica,Adres służbowy - miejscowość,Adres służbowy - kod pocztowy",
        (
            "Firma=name,Adres służbowy - ulica=street,Adres służbowy - miejscowość=city,"
            "Adres służbowy - kod pocztowy=postcode"
        ),
    ),
    "outlook, Portuguese": (
        "Nome,Sobrenome,Empresa,Rua Comercial,Cidade Comercial,CEP Comercial,Telefone comercial",
        "Empresa=name,Nome=first_name,Rua Comercial=street,Cidade Comercial=city,CEP Comercial=postcode",
    ),
    "thunderbird": (
        (
            "First Name,Last Name,Display Name,Primary Email,Work Phone,Home Address,Home City,Work Address,Work Address 2,"
            "Work City,Work ZipCode,Work Country,Organization,Web Page 1"
        ),
        (
            "Organization=name,Work Address=line,Work Address 2=street_2,Work City=city,Work ZipCode=postcode,"
            "Home Address=address_2_line,Display Name=contact,Work Phone=phone,Primary Email=email,Web Page 1=website"
        ),
    ),
    "dynamics": (
        (
            "(Do Not Modify) Account,Account Name,Main Phone,Address 1: Street 1,Address 1: ZIP/Postal Code,Address 1: City,"
            "Address 1: Country/Region,Relationship Type,Status"
        ),
        (
            "(Do Not Modify) Account=external_id,Account Name=name,Address 1: Street 1=street,"
            "Address 1: ZIP/Postal Code=postcode,Address 1: City=city,Relationship Type=kind,Status=status,Main Phone=phone"
        ),
    ),
    "pipedrive": (
        (
            "Organization - Name,Organization - ID,Organization - Address,Organization - House number of Address,"
            "Organization - Street/road name of Address,Organization - City/town/village/locality of Address,"
            "Organization - ZIP/Postal code of Address,Organization - Owner"
        ),
        (
            "Organization - Name=name,Organization - ID=external_id,Organization - Street/road name of Address=street,"
            "Organization - House number of Address=house_number,"
            "Organization - City/town/village/locality of Address=city,Organization - ZIP/Postal code of Address=postcode"
        ),
    ),
    "zoho": (
        "Record Id,Account Name,Phone,Billing Street,Billing City,Billing Code,Billing Country,Shipping Street,Account Owner",
        (
            "Record Id=external_id,Account Name=name,Billing Street=street,Billing City=city,Billing Code=postcode,"
            "Billing Country=country,Shipping Street=address_2_street,Account Owner="
        ),
    ),
    "salesforce": (
        "Account ID,Account Name,Billing Street,Billing City,Billing Zip/Postal Code,Invoice Number",
        "Account ID=external_id,Billing Street=street,Billing City=city,Billing Zip/Postal Code=postcode,Invoice Number=",
    ),
    "espocrm": (
        "id,name,billingAddressStreet,billingAddressCity,billingAddressPostalCode,billingAddressCountry,phoneNumber,type",
        "name=name,billingAddressStreet=street,billingAddressCity=city,billingAddressPostalCode=postcode,type=kind",
    ),
    "compound, German": (
        "Firma,Rechnungsadresse Straße,Rechnungsadresse PLZ,Rechnungsadresse Ort,Lieferadresse Straße,Lieferadresse Ort",
        (
            "Firma=name,Rechnungsadresse Straße=street,Rechnungsadresse PLZ=postcode,Rechnungsadresse Ort=city,"
            "Lieferadresse Straße=address_2_street,Lieferadresse Ort=address_2_city"
        ),
    ),
    "Companies House": (
        (
            "CompanyName,CompanyNumber,RegAddress.AddressLine1,RegAddress.AddressLine2,RegAddress.PostTown,RegAddress.PostCode,"
            "CompanyStatus"
        ),
        (
            "CompanyName=name,CompanyNumber=external_id,RegAddress.AddressLine1=street,RegAddress.AddressLine2=street_2,"
            "RegAddress.PostTown=city,RegAddress.PostCode=postcode,CompanyStatus=kind"
        ),
    ),
    "SIRENE": (
        (
            "siret,denominationUniteLegale,numeroVoieEtablissement,typeVoieEtablissement,libelleVoieEtablissement,"
            "codePostalEtablissement,libelleCommuneEtablissement,etatAdministratifEtablissement"
        ),
        (
            "siret=external_id,denominationUniteLegale=name,numeroVoieEtablissement=house_number,"
            "typeVoieEtablissement=street_type,libelleVoieEtablissement=street,codePostalEtablissement=postcode,"
            "libelleCommuneEtablissement=city,etatAdministratifEtablissement=kind"
        ),
    ),
}


@pytest.mark.parametrize("export", EXPORTS)
def test_exports_of_other_programs_are_understood(export: str) -> None:
    headings, expected = (text.split(",") for text in EXPORTS[export])
    mapping = map_columns(headings)
    field_of = {headings[at]: field for field, at in mapping.columns.items()}
    wanted = dict(pair.rsplit("=", 1) for pair in expected)
    assert {heading: field_of.get(heading, "") for heading in wanted} == wanted


def test_a_name_beside_a_first_name_is_a_last_name() -> None:
    assert map_columns(["Name", "Vorname", "Ort"]).columns == {"last_name": 0, "first_name": 1, "city": 2}


def test_a_column_without_cells_gives_way_to_another_of_its_field() -> None:
    assert map_columns(["Customer Number", "ID", "Name"], empty={0}).columns["external_id"] == 1


@pytest.mark.parametrize(
    "headings",
    [
        ["Subject", "Due Date", "Status", "Company", "Contact"],
        ["Deal Name", "Deal Stage", "Amount", "Close Date", "Associated Company"],
        ["id", "name", "status", "dateStart", "dateEnd", "parentName"],
    ],
)
def test_a_list_of_activities_or_deals_is_no_list_of_accounts(headings: list[str]) -> None:
    with pytest.raises(InputRejected, match="not accounts"):
        map_columns(headings)
    assert map_columns(headings, {"name": headings[0]}).columns["name"] == 0


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Fréquence de visite (jours)", "visit_every_days"),
        ("Firma / Name", "name"),
        ("Lage der Geschäftsräume (Straße u. Hausnr.)", "street"),
        ("Sitz", "city"),
        ("PLZ Ort", "city"),
        ("Hs.-Nr.", "house_number"),
        ("Hs.-Nr.-Zusatz", "house_suffix"),
        ("indiceRepetitionEtablissement", "house_suffix"),
        ("Téléphone 1 - Valeur", "phone"),
        ("Imię i nazwisko", "contact"),
        ("Data ostatniej wizyty", "last_visit"),
        ("会社名", "name"),
        ("郵便番号", "postcode"),
        ("Телефон", "phone"),
        ("Διεύθυνση", "line"),
        ("(Nicht ändern) Firma", "external_id"),
        ("(Do Not Modify) Row Checksum", ""),
        ("Phone 1 - Type", ""),
        ("Umsatz (TCHF)", ""),
    ],
)
def test_what_stands_around_a_heading_does_not_hide_it(heading: str, field: str) -> None:
    mapping = map_columns(["Company", heading] if field != "name" else [heading])
    headings = {at: name for name, at in mapping.columns.items()}
    assert headings.get(1 if field != "name" else 0, "") == field


def test_the_parts_of_one_address_stay_together_however_long_their_headings_are() -> None:
    of = "Organisation - {} von Adresse"
    parts = ["Straße/Name der Straße", "Hausnummer", "Stadt/Gemeinde/Dorf/Ort", "PLZ", "Land"]
    columns = map_columns(["Organisation - Name", "Organisation - Adresse", *map(of.format, parts)]).columns
    assert [columns[name] for name in ("street", "house_number", "city", "postcode", "country")] == [2, 3, 4, 5, 6]

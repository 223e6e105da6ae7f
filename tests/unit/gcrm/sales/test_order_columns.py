"""Headings of files of orders in the languages that files of accounts are known in."""

import pytest

from gcrm.platform.errors import InputRejected
from gcrm.sales.columns import map_orders


def _mapped(headings: str) -> dict[str, str]:
    named = headings.split(";")
    return {field: named[at] for field, at in map_orders(named).columns.items()}


@pytest.mark.parametrize(
    "headings",
    [
        "Customer ID;Order Date;Product;Quantity;Amount;Currency",
        "Kundennummer;Auftragsdatum;Artikel;Menge;Betrag;Währung",
        "Code client;Date de commande;Produit;Quantité;Montant HT;Devise",
        "Código cliente;Fecha;Producto;Cantidad;Importe;Moneda",
        "Codice cliente;Data ordine;Prodotto;Quantità;Importo;Valuta",
        "ID cliente;Data do pedido;Produto;Quantidade;Valor;Moeda",
        "Klantnummer;Besteldatum;Omschrijving;Aantal;Bedrag;Valuta",
        "Kundenummer;Fakturadato;Vare;Antal;Beløb;Valuta",
        "Kundnummer;Fakturadatum;Artikel;Antal;Belopp;Valuta",
        "Asiakasnumero;Päivämäärä;Tuote;Määrä;Summa;Valuutta",
        "Nr klienta;Data sprzedaży;Towar;Ilość;Wartość netto;Waluta",
        "Číslo zákazníka;Datum objednávky;Zboží;Množství;Částka;Měna",
        "Ügyfélszám;Kelt;Termék;Mennyiség;Összeg;Pénznem",
        "Müşteri No;Tarih;Ürün;Miktar;Tutar;Para Birimi",
        "Cod client;Data comenzii;Produs;Cantitate;Valoare;Monedă",
    ],
)
def test_columns_are_known_in_many_languages(headings: str) -> None:
    fields = ("external_id", "date", "product", "quantity", "amount", "currency")
    assert _mapped(headings) == dict(zip(fields, headings.split(";"), strict=True))


def test_numbers_of_orders_and_lines_are_told_from_those_of_accounts() -> None:
    assert _mapped("Nr;Kunden-Nr.;Datum;Pos.;Netto") == {
        "number": "Nr", "external_id": "Kunden-Nr.", "date": "Datum", "line": "Pos.", "amount": "Netto",
    }  # fmt: skip
    assert _mapped("id;customer_id;order_date;total")["number"] == "id"
    assert _mapped("id;date;amount")["external_id"] == "id"
    assert _mapped("Client;N° commande;Ligne;Date;Montant")["number"] == "N° commande"


def test_a_heading_may_name_the_currency() -> None:
    assert map_orders(["store", "date", "sale_dollars"]).currency == "USD"
    assert map_orders(["Kunde", "Datum", "Betrag (EUR)"]).currency == "EUR"
    assert map_orders(["Kunde", "Datum", "Netto CHF"]).currency == "CHF"


def test_a_file_that_lacks_a_column_says_which_and_how_to_name_it() -> None:
    with pytest.raises(InputRejected, match="the day of an order or the amount") as refused:
        map_orders(["Customer", "Notes"])
    assert "--column date=HEADING" in refused.value.remedy
    assert map_orders(["A", "B", "C"], {"account": "A", "date": "B", "amount": "C"}).columns == {
        "account": 0, "date": 1, "amount": 2,
    }  # fmt: skip
    with pytest.raises(InputRejected, match="no field 'cost'"):
        map_orders(["A"], {"cost": "A"})
    with pytest.raises(InputRejected, match="no column 'Z'"):
        map_orders(["A"], {"date": "Z"})

"""Addresses as they are written in many countries, each against a few houses as they are mapped there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from gcrm.accounts.model import Level
from gcrm.geocoding import ACCEPTED, Geocoder
from tests.unit.gcrm.geocoding.osm_world import geocoder_of, house


@dataclass(frozen=True)
class Country:
    """Addresses as (street, number, other tags), and what people write for the house that is told after it."""

    city: str
    postcode: str
    houses: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    written: tuple[tuple[str, tuple[str, str]], ...]
    streets: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


def named(**others: str) -> tuple[tuple[str, str], ...]:
    return tuple(others.items())


COUNTRIES = {
    "US": Country(
        "Springfield",
        "62704",
        (
            ("North Main Street", "123", ()),
            ("North Main Street", "125", ()),
            ("South Main Street", "123", ()),
            ("Martin Luther King Junior Boulevard", "8", ()),
            ("5th Avenue", "12A", ()),
            ("5th Avenue", "4", ()),
            ("Old Mill Road", "4", ()),
        ),
        (
            ("123 N Main St, Springfield, IL 62704", ("North Main Street", "123")),
            ("123 N. Main St Apt 4B, Springfield, IL 62704-1234", ("North Main Street", "123")),
            ("123 North Main Street #4, Springfield IL", ("North Main Street", "123")),
            ("Suite 200, 123 S Main St, Springfield, IL 62704, USA", ("South Main Street", "123")),
            ("12A 5th Ave, Springfield", ("5th Avenue", "12A")),
            ("12-A 5th Ave., 62704", ("5th Avenue", "12A")),
            ("4 5th Ave Fl 2, Springfield IL 62704", ("5th Avenue", "4")),
            ("4 OLD MILL RD, SPRINGFIELD IL 62704", ("Old Mill Road", "4")),
        ),
    ),
    "GB": Country(
        "London",
        "SW1A 1AA",
        (
            ("High Street", "12", ()),
            ("High Street", "14", ()),
            ("St. James's Street", "5", ()),
            ("The Mall", "1a", ()),
            ("King's Road", "7", ()),
        ),
        (
            ("Flat 2, 12 High Street, London SW1A 1AA", ("High Street", "12")),
            ("Acme Ltd, 12 High St., London, SW1A1AA, UK", ("High Street", "12")),
            ("5 St Jamess Street, London SW1A", ("St. James's Street", "5")),
            ("1A The Mall, London", ("The Mall", "1a")),
            ("Unit 3, 7 Kings Rd, London", ("King's Road", "7")),
        ),
    ),
    "FR": Country(
        "Nîmes",
        "30000",
        (
            ("Rue de l'Église", "12", ()),
            ("Rue de l'Église", "12 bis", ()),
            ("Avenue du Général de Gaulle", "7", ()),
            ("Boulevard Saint-Michel", "4", ()),
            ("Place de la République", "1", ()),
        ),
        (
            ("12 rue de l'Eglise, 30000 Nimes", ("Rue de l'Église", "12")),
            ("12 bis, rue de l'Église 30000 NÎMES", ("Rue de l'Église", "12 bis")),
            ("7 av. du Gal de Gaulle, 30000 Nîmes", ("Avenue du Général de Gaulle", "7")),
            ("4, Bd St Michel, Nîmes, France", ("Boulevard Saint-Michel", "4")),
            ("1 pl. de la République, bât. B, 3e étage, 30000 Nîmes", ("Place de la République", "1")),
        ),
    ),
    "IT": Country(
        "Forlì",
        "47121",
        (
            ("Via Giuseppe Garibaldi", "12", ()),
            ("Via Giuseppe Garibaldi", "12/A", ()),
            ("Piazza del Duomo", "3", ()),
            ("Viale della Libertà", "9", ()),
        ),
        (
            ("Via Giuseppe Garibaldi, 12, 47121 Forlì", ("Via Giuseppe Garibaldi", "12")),
            ("Via Garibaldi n. 12, 47121 Forli", ("Via Giuseppe Garibaldi", "12")),
            ("V. G. Garibaldi 12/a, Forlì", ("Via Giuseppe Garibaldi", "12/A")),
            ("via giuseppe garibaldi 12A, Forlì (FC)", ("Via Giuseppe Garibaldi", "12/A")),
            ("P.za del Duomo 3, 47121 Forlì FC, Italia", ("Piazza del Duomo", "3")),
            ("V.le della Liberta' n° 9, piano 2, Forlì", ("Viale della Libertà", "9")),
        ),
    ),
    "ES": Country(
        "Málaga",
        "29001",
        (("Calle Mayor", "12", ()), ("Avenida de la Constitución", "5", ()), ("Plaza de España", "1", ())),
        (
            ("C/ Mayor, 12, 3º A, 29001 Málaga", ("Calle Mayor", "12")),
            ("Calle Mayor nº 12, Malaga", ("Calle Mayor", "12")),
            ("Avda. de la Constitucion 5, local 2, 29001 Málaga", ("Avenida de la Constitución", "5")),
            ("Pza. de España, 1, bajo, 29001 Málaga, España", ("Plaza de España", "1")),
        ),
    ),
    "PT": Country(
        "Calendário",
        "4760-585",
        (
            ("Rua Machado dos Santos", "301", ()),
            ("Rua Dom Sancho I", "12", ()),
            ("Urbanização das Austrálias", "Lote 5", ()),
            ("Praça da República", "4", ()),
        ),
        (
            ("R. Machado dos Santos, 301, 4760-585 Calendario", ("Rua Machado dos Santos", "301")),
            ("Rua Machado dos Santos nº 301, 3º Esq., 4760", ("Rua Machado dos Santos", "301")),
            ("R. D. Sancho I 12, Calendário", ("Rua Dom Sancho I", "12")),
            ("Urbanização das Austrálias, Lote 5, 4760-585 Calendário", ("Urbanização das Austrálias", "Lote 5")),
            ("Urb. das Australias lt. 5, Calendário", ("Urbanização das Austrálias", "Lote 5")),
            ("Pç. da República 4, Calendário", ("Praça da República", "4")),
        ),
    ),
    "DK": Country(
        "Aarhus",
        "8000",
        (("Vestergade", "12", ()), ("Vestergade", "12B", ()), ("Søndre Ringvej", "3", ()), ("Åboulevarden", "5", ())),
        (
            ("Vesterg. 12, 2. tv, 8000 Aarhus", ("Vestergade", "12")),
            ("Vestergade 12 B, st. th., Århus", ("Vestergade", "12B")),
            ("Sdr. Ringvej 3, 8000 Aarhus C", ("Søndre Ringvej", "3")),
            ("Soendre Ringvej 3, DK-8000 Aarhus", ("Søndre Ringvej", "3")),
            ("Aaboulevarden 5, 1., 8000 Aarhus", ("Åboulevarden", "5")),
        ),
    ),
    "SE": Country(
        "Göteborg",
        "411 01",
        (("Kungsgatan", "12", ()), ("Östra Hamngatan", "5", ()), ("Vasavägen", "7", ())),
        (
            ("Kungsg. 12, 411 01 Göteborg", ("Kungsgatan", "12")),
            ("Kungsgatan 12 lgh 1102, 41101 Goteborg", ("Kungsgatan", "12")),
            ("Ö. Hamngatan 5, 2 tr, Göteborg", ("Östra Hamngatan", "5")),
            ("Vasav. 7, 411 01 GÖTEBORG, Sverige", ("Vasavägen", "7")),
        ),
    ),
    "FI": Country(
        "Helsinki",
        "00100",
        (("Mannerheimintie", "12", ()), ("Iso Roobertinkatu", "4 A", ()), ("Kaivokatu", "1", ())),
        (
            ("Mannerheimvägen 12, 00100 Helsingfors", ("Mannerheimintie", "12")),
            ("Mannerheimint. 12 B 34, 00100 Helsinki", ("Mannerheimintie", "12")),
            ("Iso Roobertink. 4A, 2. krs, Helsinki", ("Iso Roobertinkatu", "4 A")),
            ("Stora Robertsgatan 4 A, Helsingfors", ("Iso Roobertinkatu", "4 A")),
        ),
        (
            ("Mannerheimintie", (("name:sv", "Mannerheimvägen"),)),
            ("Iso Roobertinkatu", (("name:sv", "Stora Robertsgatan"),)),
        ),
    ),
    "NL": Country(
        "Amsterdam",
        "1016 EG",
        (("Prinsengracht", "263", ()), ("Prinsengracht", "265-H", ()), ("Van der Helststraat", "12-2", ())),
        (
            ("Prinsengr. 263, 1016 EG Amsterdam", ("Prinsengracht", "263")),
            ("Prinsengracht 265 H, 1016EG Amsterdam", ("Prinsengracht", "265-H")),
            ("v.d. Helststr. 12-2, Amsterdam", ("Van der Helststraat", "12-2")),
            ("Prinsengracht 263, 1016, Amsterdam, Nederland", ("Prinsengracht", "263")),
        ),
    ),
    "PL": Country(
        "Łódź",
        "90-001",
        (("Długa", "12", ()), ("Świętego Jana", "5", ()), ("Aleja Jana Pawła II", "7", ()), ("Plac Wolności", "1", ())),
        (
            ("ul. Długa 12/3, 90-001 Łódź", ("Długa", "12")),
            ("Ulica Dluga 12 m. 3, Lodz", ("Długa", "12")),
            ("ul. Św. Jana 5 lok. 2, 90-001 Łódź", ("Świętego Jana", "5")),
            ("al. Jana Pawła II 7, Łódź", ("Aleja Jana Pawła II", "7")),
            ("pl. Wolnosci 1, 90001 Łódź, Polska", ("Plac Wolności", "1")),
        ),
    ),
    "CZ": Country(
        "Žďár",
        "591 01",
        (
            ("Dlouhá", "1234/56", named(streetnumber="56", conscriptionnumber="1234")),
            ("Dlouhá", "56/12", named(streetnumber="12", conscriptionnumber="56")),
            ("náměstí Republiky", "7/2", named(streetnumber="2", conscriptionnumber="7")),
            ("", "88", named(place="Lhota", conscriptionnumber="88")),
        ),
        (
            ("Dlouhá 1234/56, 591 01 Žďár", ("Dlouhá", "1234/56")),
            ("Dlouha 56, Zdar", ("Dlouhá", "1234/56")),
            ("Dlouhá 12, 59101 Žďár", ("Dlouhá", "56/12")),
            ("nám. Republiky 2, 591 01 Žďár", ("náměstí Republiky", "7/2")),
            ("Lhota č.p. 88, Žďár", ("Lhota", "88")),
            ("Lhota čp. 88, 591 01 Žďár", ("Lhota", "88")),
            ("Lhota 88, Žďár, Česko", ("Lhota", "88")),
        ),
    ),
    "HU": Country(
        "Győr",
        "9021",
        (("Kossuth Lajos utca", "12", ()), ("Fő tér", "3", ())),
        (
            ("Kossuth L. u. 12., 9021 Győr", ("Kossuth Lajos utca", "12")),
            ("Győr, Kossuth Lajos u. 12. II. em. 4.", ("Kossuth Lajos utca", "12")),
            ("9021 Gyor, Fo ter 3", ("Fő tér", "3")),
        ),
    ),
    "GR": Country(
        "Αθήνα",
        "105 63",
        (("Ερμού", "12", ()), ("Πανεπιστημίου", "5", ())),
        (
            ("Ερμού 12, 105 63 Αθήνα", ("Ερμού", "12")),
            ("ΕΡΜΟΥ 12, ΑΘΗΝΑ", ("Ερμού", "12")),  # noqa: RUF001 - it is Greek
            ("Ermou 12, 10563 Athina", ("Ερμού", "12")),
            ("Panepistimiou 5, Athens", ("Πανεπιστημίου", "5")),
        ),
    ),
    "BG": Country(
        "София",
        "1000",
        (("улица Граф Игнатиев", "12", ()), ("булевард Витоша", "5", ())),
        (
            ("ул. Граф Игнатиев 12, София 1000", ("улица Граф Игнатиев", "12")),
            ("ul. Graf Ignatiev 12, Sofia", ("улица Граф Игнатиев", "12")),
            ("бул. Витоша № 5, ет. 2, София", ("булевард Витоша", "5")),
            ("Bulevard Vitosha 5, 1000 Sofia, Bulgaria", ("булевард Витоша", "5")),
        ),
    ),
    "AT": Country(
        "Sankt Pölten",
        "3100",
        (("Wiener Straße", "12", ()), ("Wiener Straße", "14", ()), ("Dr.-Karl-Renner-Promenade", "5", ())),
        (
            ("Wiener Str. 12/3/4, 3100 St. Pölten", ("Wiener Straße", "12")),
            ("Wienerstraße 12, Stiege 2, Top 14, 3100 Sankt Poelten", ("Wiener Straße", "12")),
            ("A-3100 St.Pölten, Dr. Karl Renner-Prom. 5", ("Dr.-Karl-Renner-Promenade", "5")),
        ),
    ),
}
PLACE_NAMES = {
    "FI": {"name:sv": "Helsingfors"},
    "GR": {"name:en": "Athens", "name:el": "Αθήνα"},
    "BG": {"name:en": "Sofia"},
    "DK": {"alt_name": "Århus"},
}
TEXTS = [(code, text, wanted) for code, country in COUNTRIES.items() for text, wanted in country.written]


@pytest.fixture(scope="session")
def geocoder_in(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Geocoder]:
    @cache
    def build(code: str) -> Geocoder:
        return _geocoder(code, tmp_path_factory.mktemp(f"in{code}"))

    return build


def _geocoder(code: str, folder: Path) -> Geocoder:
    country = COUNTRIES[code]
    town = {"place": "town", "name": country.city, **PLACE_NAMES.get(code, {})}
    nodes = [((10.0, 50.0), town)]
    nodes += [
        (
            (10.0 + 0.004 * position, 50.001),
            house(street, number, country.city, country.postcode, country=code, **dict(others)),
        )
        for position, (street, number, others) in enumerate(country.houses)
    ]
    ways = [
        (((10.0, 50.001), (10.03, 50.001)), {"highway": "residential", "name": name, **dict(names)})
        for name, names in country.streets
    ]
    return geocoder_of(folder, nodes, ways)


@pytest.mark.parametrize(("code", "text", "wanted"), TEXTS, ids=[f"{code}: {text}" for code, text, _ in TEXTS])
def test_the_house_is_found_as_its_country_writes_it(
    geocoder_in: Callable[[str], Geocoder], code: str, text: str, wanted: tuple[str, str]
) -> None:
    located = geocoder_in(code).locate(text)
    assert located.candidate is not None, located.reason
    found = located.candidate
    assert found.level is Level.HOUSE, found
    assert found.confidence >= ACCEPTED
    line = found.label.split(", ")[0]
    assert set(line.split()) == set(f"{wanted[0]} {wanted[1]}".split())


@pytest.mark.parametrize("code", COUNTRIES)
@pytest.mark.parametrize("text", ["Hauptstrasse 12, 99999 Anderswo", "12 Nowhere Street, Atlantis", "Rue Inconnue 5"])
def test_what_is_not_there_is_not_placed_on_a_house(
    geocoder_in: Callable[[str], Geocoder], code: str, text: str
) -> None:
    located = geocoder_in(code).locate(text)
    assert located.candidate is None or located.candidate.level is not Level.HOUSE, located

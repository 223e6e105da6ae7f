"""House numbers of several parts: exactly that building is found, or the street, or nothing; never its neighbour."""

from pathlib import Path

import pytest

from gcrm.accounts.model import Level
from gcrm.geocoding import ACCEPTED, Geocoder
from gcrm.geocoding.compound import block_address, chome_of, full_block_address, together
from tests.unit.gcrm.geocoding.osm_world import geocoder_of, house

WORLDS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "RU": (
        "улица Примерная",
        "Москва",
        "101000",
        ("9 к1", "9 к2", "1 с2", "1 с17", "14", "14 с11", "20 литА", "9/11 к3"),
    ),
    "FR": ("Rue Haute", "Nancy", "54000", ("12", "12 bis", "12 quater", "16 bis", "20")),
    "AT": ("Ringstraße", "Wien", "1010", ("12", "14/1", "14/2", "16")),
    "PL": ("Długa", "Kraków", "31-147", ("12", "14A", "14B", "3")),
    "CZ": ("Dlouhá", "Praha", "110 00", ("1234/12", "1240/14")),
    "HU": ("Fő utca", "Pécs", "7621", ("12", "12/A", "14")),
    "PT": ("Rua Direita", "Porto", "4000-001", ("12", "14", "Lote 7")),
    "ES": ("Calle Mayor", "Soria", "42001", ("12", "14", "3")),
    "NL": ("Lange Straat", "Gouda", "2801 AA", ("12", "12-2", "14", "16A")),
    "IL": ("Herzl", "Haifa", "31000", ("12", "14")),
    "TR": ("Uzun Sokak", "Trabzon", "61000", ("12", "14", "3")),
    "US": ("56th Avenue", "Queens", "11378", ("12-30", "12-32", "12-36", "14-02")),
    "GB": ("High Street", "Leith", "EH6 1AA", ("12", "14")),
    "BR": ("Rua Grande", "Natal", "59000-000", ("123", "125")),
}


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Geocoder]:
    found = {}
    for code, (street, city, postcode, numbers) in WORLDS.items():
        nodes = [
            ((10 + 0.003 * place, 50.0), house(street, number, city, postcode, country=code))
            for place, number in enumerate(numbers)
        ]
        ways = [([(10.0, 50.0), (10.003 * len(numbers), 50.0)], {"highway": "residential", "name": street})]
        found[code] = geocoder_of(tmp_path_factory.mktemp(code), nodes, ways)
    return found


@pytest.mark.parametrize(
    ("code", "written", "number"),
    [
        ("RU", "улица Примерная 9 к2, Москва", "9 к2"),
        ("RU", "ул. Примерная, д. 9, корп. 2, Москва", "9 к2"),
        ("RU", "Москва, улица Примерная, 9к1", "9 к1"),
        ("RU", "улица Примерная, 9 корпус 1, Москва", "9 к1"),
        ("RU", "ulitsa Primernaya 9 k2, Moskva", "9 к2"),
        ("RU", "ulitsa Primernaya 9 korpus 2, Moskva", "9 к2"),
        ("RU", "улица Примерная 1 стр. 17, Москва", "1 с17"),
        ("RU", "улица Примерная 1, строение 2, Москва", "1 с2"),
        ("RU", "улица Примерная, 14с11, Москва", "14 с11"),
        ("RU", "улица Примерная 14, Москва", "14"),
        ("RU", "улица Примерная 20 литера А, Москва", "20 литА"),
        ("RU", "улица Примерная 9/11 корп. 3, Москва", "9/11 к3"),
        ("RU", "улица Примерная 9 к3, Москва", None),
        ("RU", "улица Примерная 9, Москва", None),
        ("RU", "улица Примерная 14 с12, Москва", None),
        ("RU", "улица Примерная 14 к1, Москва", None),
        ("RU", "улица Примерная 1 с1, Москва", None),
        ("RU", "улица Примерная 2, Москва", None),
        ("FR", "12 bis Rue Haute, 54000 Nancy", "12 bis"),
        ("FR", "12bis Rue Haute, Nancy", "12 bis"),
        ("FR", "Rue Haute 12 quater, Nancy", "12 quater"),
        ("FR", "12 Rue Haute, Nancy", "12"),
        ("FR", "12 ter Rue Haute, Nancy", None),
        ("FR", "12ter Rue Haute, Nancy", None),
        ("FR", "16 Rue Haute, Nancy", None),
        ("FR", "20 bis Rue Haute, Nancy", None),
        ("AT", "Ringstraße 12/3/4, 1010 Wien", "12"),
        ("AT", "Ringstr. 14/2/7, Wien", "14/2"),
        ("AT", "Ringstraße 14/1, Wien", "14/1"),
        ("AT", "Ringstraße 12/16, Wien", "12"),
        ("AT", "Ringstraße 14/3, Wien", None),
        ("AT", "Ringstraße 13/16, Wien", None),
        ("PL", "ul. Długa 12 m. 3, Kraków", "12"),
        ("PL", "Długa 12/3, 31-147 Kraków", "12"),
        ("PL", "Długa 14B/3, Kraków", "14B"),
        ("PL", "Długa 14C, Kraków", None),
        ("CZ", "Dlouhá 1234/12, Praha", "1234/12"),
        ("CZ", "Dlouhá 14, Praha", "1240/14"),
        ("HU", "Fő utca 12. III. em. 5, Pécs", "12"),
        ("HU", "Fő u. 12/A, Pécs", "12/A"),
        ("PT", "Rua Direita 12, 3º Esq, Porto", "12"),
        ("PT", "Rua Direita, Lote 7, Porto", "Lote 7"),
        ("ES", "Calle Mayor 12, 3º izq, Soria", "12"),
        ("ES", "Calle Mayor 14 bajo, Soria", "14"),
        ("ES", "Calle Mayor 12, 3 dcha, 42001 Soria", "12"),
        ("NL", "Lange Straat 12-2, Gouda", "12-2"),
        ("NL", "Lange Straat 16 A, Gouda", "16A"),
        ("NL", "Lange Straat 14 hs, Gouda", "14"),
        ("IL", "Herzl 12/4, Haifa", "12"),
        ("TR", "Uzun Sokak No:12 Daire:3, Trabzon", "12"),
        ("TR", "Uzun Sokak No: 12 D: 3, Trabzon", "12"),
        ("TR", "Uzun Sokak 14/3, Trabzon", "14"),
        ("US", "12-32 56th Ave, Queens, NY 11378", "12-32"),
        ("US", "1232 56th Ave, Queens", "12-32"),
        ("US", "12-34 56th Ave, Queens, NY 11378", None),
        ("US", "14 56th Ave, Queens", None),
        ("US", "20 56th Ave, Queens", None),
        ("GB", "Flat 3, 12 High Street, Leith", "12"),
        ("GB", "Flat 3/1, 14 High Street, Leith EH6 1AA", "14"),
        ("BR", "Rua Grande, 123, bloco B, apto 3, Natal", "123"),
        ("BR", "Rua Grande 125 lote 3, Natal", "125"),
    ],
)
def test_the_building_or_the_street_but_never_a_neighbour(
    worlds: dict[str, Geocoder], code: str, written: str, number: str | None
) -> None:
    found = worlds[code].find(written)
    sure = [one for one in found if one.confidence >= ACCEPTED and one.level in {Level.HOUSE, Level.INTERPOLATED}]
    if number is None:
        assert not [one for one in sure if one.level is Level.HOUSE], sure
    else:
        expected = WORLDS[code][3].index(number)
        assert sure, found
        assert sure[0].lon == pytest.approx(10 + 0.003 * expected)


@pytest.mark.parametrize(
    "written",
    [
        "東京都中央区銀座1丁目2番3号",
        "東京都中央区銀座一丁目2-3",
        "〒104-0061 東京都中央区銀座１－２－３",
        "中央区銀座1-2-3",
        "1-2-3 Ginza, Chuo-ku, Tokyo",
        "Ginza 1-2-3, Chuo-ku, Tokyo 104-0061",
    ],
)
def test_a_japanese_address_by_blocks_is_found_in_both_orders_and_scripts(tmp_path: Path, written: str) -> None:
    def block(number: str, at: float, **tags: str) -> tuple[tuple[float, float], dict[str, str]]:
        place = {"addr:quarter": "銀座", "addr:neighbourhood": "一丁目", "addr:city": "中央区"}
        return (at, 35.67), place | {"addr:block_number": "2", "addr:housenumber": number} | tags

    geocoder = geocoder_of(
        tmp_path,
        [
            block("3", 139.760),
            block("4", 139.765),
            block("3", 139.770, **{"addr:neighbourhood": "2丁目"}),
            ((139.775, 35.67), {"addr:full": "東京都中央区銀座3丁目5-6", "name": "店", "shop": "yes"}),
            ((139.76, 35.671), {"place": "quarter", "name": "銀座", "name:en": "Ginza"}),
            ((139.77, 35.68), {"place": "city", "name": "中央区", "name:en": "Chuo"}),
        ],
        [([(139.75, 35.67), (139.78, 35.67)], {"highway": "residential"})],
    )
    best = geocoder.find(written)[0]
    assert (best.level, best.lon) == (Level.HOUSE, pytest.approx(139.760))
    assert best.confidence >= ACCEPTED
    assert geocoder.find("中央区銀座3-5-6")[0].lon == pytest.approx(139.775)
    assert not [
        one for one in geocoder.find("中央区銀座1-2-9") if one.level is Level.HOUSE and one.confidence >= ACCEPTED
    ]


def test_numbers_come_to_one_form() -> None:
    assert together("ул. Мира, д. 9, корп. 2, стр. 1") == "ул. Мира, д. 9k2s1"
    assert together("Hauptstr. 12 Stock 2") == "Hauptstr. 12 Stock 2"
    assert chome_of("十二丁目") == ("", "12")
    assert block_address("銀座", "一丁目", "2", "3") == ("銀座", "1-2-3")
    assert block_address("丸の内1丁目", "", "4番", "5号") == ("丸の内", "1-4-5")
    assert full_block_address("東京都中央区銀座3丁目5-6") == ("銀座", "3-5-6", "中央区")


@pytest.mark.parametrize(
    ("mapped", "written"),
    [
        ("Carrer R", "Carrer Gaudi 2"),
        ("Carrer R", "Carrer S 2"),
        ("Carrer Gaudi", "Carrer G 2"),
        ("Avenue B", "2 Avenue D"),
        ("Rue Foy", "2 Rue Fox"),
        ("Auweg", "Euweg 2"),
        ("Via Po", "Via Pa 2"),
    ],
)
def test_a_street_of_a_letter_or_two_is_not_found_by_likeness(tmp_path: Path, mapped: str, written: str) -> None:
    geocoder = geocoder_of(
        tmp_path,
        [((1.5, 42.5), house(mapped, "2", "Vila")), ((1.5, 42.505), {"place": "town", "name": "Vila"})],
        [([(1.49, 42.5), (1.51, 42.5)], {"highway": "residential", "name": mapped})],
    )
    assert not [one for one in geocoder.find(f"{written}, Vila") if one.confidence >= ACCEPTED]
    assert geocoder.find(f"{mapped} 2, Vila")[0].confidence >= 0.9


def test_a_town_that_was_guessed_never_vetoes(tmp_path: Path) -> None:
    nodes = [
        ((9.0, 47.0), house("Beispielweg", "15")),
        ((9.0002, 47.0002), house("Beispielweg", "17")),
        ((9.001, 47.001), house("Rathausgasse", "1", "Grossstadt")),
        ((9.02, 47.02), {"place": "village", "name": "Kleindorf"}),
    ]
    ways = [([(8.9998, 46.9998), (9.0004, 47.0004)], {"highway": "residential", "name": "Beispielweg"})]
    geocoder = geocoder_of(tmp_path, nodes, ways)
    for town in ("Grossstadt", "Kleindorf"):
        best = geocoder.find(f"Beispielweg 15, {town}")[0]
        assert (best.lon, best.level) == (9.0, Level.HOUSE)
        assert best.confidence >= ACCEPTED


def test_a_street_whose_town_nobody_knows_is_found_with_any(tmp_path: Path) -> None:
    geocoder = geocoder_of(tmp_path, [((9.0, 47.0), house("Beispielweg", "15"))])
    assert geocoder.find("Beispielweg 15, Grossstadt")[0].confidence >= ACCEPTED


def test_a_guessed_town_does_not_take_from_the_street_that_is_known_there(tmp_path: Path) -> None:
    nodes = [
        ((9.0, 47.0), house("Hauptstrasse", "15")),
        ((9.01, 47.01), house("Hauptstrasse", "15", "Grossstadt")),
        ((9.02, 47.02), {"place": "village", "name": "Kleindorf"}),
    ]
    geocoder = geocoder_of(tmp_path, nodes)
    best = geocoder.find("Hauptstrasse 15, Grossstadt")[0]
    assert (best.lon, best.equal) == (9.01, 1)
    assert best.confidence >= ACCEPTED

# ruff: noqa: E501, RUF001 - lines of lists in many languages
"""Names and streets as files of many countries encode them."""

import pytest

from gcrm.imports.encodings import guess

LISTS = {
    "de": "Bäckerei Müller;Hauptstraße 5;Köln\nCafé Öhri;Äulestraße 20;Vaduz\nGasthof Grün;Mühlgasse 3;Nürnberg",
    "de1": "K1;Bäckerei Öhri AG;Vaduz",
    "fr": "Pâtisserie Desprès;12 rue de l'Église;Orléans\nHôtel de la Gare;3 avenue Général de Gaulle;Besançon\nSociété Électrique;Île de Ré;Rivière",
    "es": "Panadería García;Calle Peñón 5;Málaga\nPeluquería Núñez;Avenida de España 3;Cádiz\nCafetería José;Plaza Niño 1;Córdoba",
    "tr": "Örnek Gıda Şirketi;Atatürk Caddesi No:12;Kadıköy\nYıldız Lokantası;Atatürk Caddesi No:12;Kadıköy\nGüneş Eczanesi;Atatürk Caddesi No:12;Kadıköy",
    "lt": "Kepykla Žvaigždė;Gedimino pr. 5;Kaunas\nKavinė Ąžuolas;Gedimino pr. 5;Kaunas\nVaistinė Šilas;Gedimino pr. 5;Kaunas",
    "lv": "Maiznīca Saule;Brīvības iela 5;Rīga\nKafejnīca Bērzs;Čaka iela 3;Rīga\nVeikals Ābele;Lāčplēša iela 7;Rēzekne",
    "pl": "Piekarnia Wrzesień;ul. Łąkowa 5;Łódź\nApteka Zdrowie;ul. Święty Krzyż 3;Kraków\nKsięgarnia Żak;ul. Różana 9;Poznań",
    "cs": "Pekařství Novák;Žižkova 5;Brno\nLékárna U Zvonu;Šumavská 3;Plzeň\nHospoda Na Růžku;Křižíkova 9;České Budějovice",
    "hu": "Pékség Kovács;Petőfi utca 5;Győr\nGyógyszertár;Kossuth tér 3;Székesfehérvár\nBüfé Tűzhely;Fő út 9;Pécs",
    "ro": "Brutăria Ion;Strada Ştefan cel Mare 5;Iaşi\nFarmacia Sănătatea;Bulevardul Unirii 3;Bucureşti\nCofetăria Mirţa;Piaţa Mică 9;Braşov",
    "hr": "Pekara Šibenik;Ulica Ćire Truhelke 5;Zagreb\nLjekarna Đurđica;Žitnjak 3;Čakovec\nKonoba Kršćan;Obala 9;Poreč",
    "el": "Φούρνος Παπαδόπουλος;Οδός Ερμού 5;Αθήνα\nΦαρμακείο Υγεία;Λεωφόρος Κηφισίας 3;Μαρούσι\nΚαφενείο Ακρόπολη;Πλατεία 9;Πάτρα",
    "ru": "Пекарня Колосок;ул. Ленина 5;Москва\nАптека Здоровье;Невский проспект 3;Санкт-Петербург\nКафе Берёзка;ул. Мира 9;Казань",
    "uk": "Пекарня Колосок;вул. Шевченка 5;Київ\nАптека Здоров'я;вул. Лесі Українки 3;Львів\nКав'ярня Їжак;вул. Миру 9;Чернігів",
    "ar": "مخبز السلام;شارع الملك حسين 5;عمان\nمقهى المدينة;شارع الملك حسين 5;عمان\nصيدلية النور;شارع الملك حسين 5;عمان",
    "he": "מאפיית שלום;רחוב הרצל 5;תל אביב\nבית מרקחת בריאות;רחוב יפו 3;ירושלים\nקפה רימון;שדרות רוטשילד 9;חיפה",
    "ja": "株式会社山田製作所;東京都新宿区西新宿1-2;東京\nパン屋さくら;大阪府大阪市北区梅田3;大阪\n喫茶店みどり;京都府京都市中京区;京都",
    "zh": "北京烤鸭店;朝阳区建国路5号;北京\n上海药房;南京东路3号;上海\n绿茶咖啡馆;天河区体育西路9号;广州",
    "zht": "台北茶館;信義路五段7號;台北\n健康藥局;中山北路3號;台北\n綠色咖啡館;民生東路9號;新竹",
    "ko": "서울빵집;종로구 세종대로 5;서울\n건강약국;강남구 테헤란로 3;서울\n초록카페;해운대구 중동 9;부산",
    "da": "Bageri Sørensen;Nørregade 5;København\nApotek Åbyhøj;Søndergade 3;Århus\nCafé Æblet;Østergade 9;Tønder",
    "sv": "Bageri Åkesson;Storgatan 5;Malmö\nApotek Hjärtat;Kungsgatan 3;Göteborg\nKafé Ön;Ängsvägen 9;Västerås",
    "pt": "Padaria São João;Rua da Conceição 5;São Paulo\nFarmácia Saúde;Avenida Brasília 3;Brasília\nCafé Avó;Praça da Sé 9;Lisboa",
    "is": "Bakarí Þórður;Laugavegur 5;Reykjavík\nApótek Hlíð;Skólavörðustígur 3;Akureyri\nKaffihús Ægir;Aðalstræti 9;Ísafjörður",
    "et": "Pagariäri Õun;Pärnu mnt 5;Tallinn\nApteek Päike;Rüütli 3;Pärnu\nKohvik Köök;Väike tänav 9;Jõhvi",
}
CASES = [
    ("de", "cp1252"),
    ("de", "mac_roman"),
    ("de", "cp850"),
    ("de", "cp437"),
    ("de1", "cp1252"),
    ("de1", "mac_roman"),
    ("de1", "cp850"),
    ("fr", "cp1252"),
    ("fr", "mac_roman"),
    ("fr", "cp850"),
    ("es", "cp1252"),
    ("es", "mac_roman"),
    ("es", "cp850"),
    ("es", "iso8859_15"),
    ("tr", "cp1254"),
    ("tr", "cp857"),
    ("lt", "cp1257"),
    ("lt", "cp775"),
    ("lt", "iso8859_13"),
    ("lv", "cp1257"),
    ("lv", "iso8859_13"),
    ("lv", "cp775"),
    ("pl", "cp1250"),
    ("pl", "iso8859_2"),
    ("pl", "cp852"),
    ("cs", "cp1250"),
    ("cs", "iso8859_2"),
    ("cs", "cp852"),
    ("cs", "mac_latin2"),
    ("hu", "cp1250"),
    ("hu", "iso8859_2"),
    ("hu", "cp852"),
    ("ro", "cp1250"),
    ("ro", "iso8859_2"),
    ("ro", "cp852"),
    ("hr", "cp1250"),
    ("hr", "iso8859_2"),
    ("hr", "cp852"),
    ("el", "cp1253"),
    ("el", "iso8859_7"),
    ("el", "cp737"),
    ("ru", "cp1251"),
    ("ru", "koi8_r"),
    ("ru", "cp866"),
    ("ru", "iso8859_5"),
    ("ru", "mac_cyrillic"),
    ("uk", "cp1251"),
    ("uk", "koi8_u"),
    ("ar", "cp1256"),
    ("ar", "iso8859_6"),
    ("he", "cp1255"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("zh", "gbk"),
    ("zht", "big5"),
    ("ko", "euc_kr"),
    ("da", "cp1252"),
    ("da", "mac_roman"),
    ("da", "cp850"),
    ("sv", "cp1252"),
    ("sv", "mac_roman"),
    ("pt", "cp1252"),
    ("pt", "mac_roman"),
    ("pt", "cp850"),
    ("is", "cp1252"),
    ("et", "cp1257"),
    ("et", "cp1252"),
]


@pytest.mark.parametrize(("language", "encoding"), CASES)
def test_three_lines_are_read_right_or_asked_about(language: str, encoding: str) -> None:
    text = f"name;street;city\n{LISTS[language]}\n"
    raw = text.encode(encoding)
    found = guess(raw)
    assert found is not None
    offered = [found.name, *(one.name for one in found.others)]
    assert text in [raw.decode(name, errors="replace") for name in offered]
    if not found.others:
        assert raw.decode(found.name) == text


def test_a_choice_shows_the_lines_that_differ() -> None:
    raw = "name;city\nAda;Vaduz\nBakeri Ål;Bø\n".encode("mac_roman")
    found = guess(raw)
    assert found is not None
    if found.others:
        assert any("Bakeri Ål;Bø" in one.lines for one in found.others)
    else:
        assert raw.decode(found.name).endswith("Bakeri Ål;Bø\n")

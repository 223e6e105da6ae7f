"""The part of a country that a postcode lies in, where it tells for certain, as public holidays ask for it.

Only codes that lie in one part as a whole are named; along the borders of parts postcodes do not keep to them, and
there nothing is told. Sources: Deutsche Post, Postleitregionen; INE, codes of provinces; La Poste, departments; Royal
Mail, postcode areas; Canada Post, forward sortation areas.
"""

import re

_GERMAN = {
    "BY": "80 81 82 83 84 85 86 90 91 92 93 94 95",
    "BW": "70 71 72 73 75 77 78 79",
    "NW": "40 41 42 44 45 46 47 50 52 58",
    "BE": "10 13",
    "HH": "20",
    "HE": "35 60 61",
    "RP": "56",
    "SL": "660 661 662 663",
    "SN": "08 09",
    "SH": "24 25",
    "MV": "18",
    "TH": "99",
}
_SPANISH = {
    "AN": "04 11 14 18 21 23 29 41",
    "AR": "22 44 50",
    "AS": "33",
    "CB": "39",
    "CE": "51",
    "CL": "05 09 24 34 37 40 42 47 49",
    "CM": "02 13 16 19 45",
    "CN": "35 38",
    "CT": "08 17 25 43",
    "EX": "06 10",
    "GA": "15 27 32 36",
    "IB": "07",
    "MC": "30",
    "MD": "28",
    "ML": "52",
    "NC": "31",
    "PV": "01 20 48",
    "RI": "26",
    "VC": "03 12 46",
}
_FRENCH = {"57": "57", "6AE": "67 68"}
"""Only these keep days of their own."""
_BRITISH = {"NIR": "BT", "SCT": "AB DD EH FK G HS IV KA KW KY ML PA PH ZE", "WLS": "CF LL SA"}
_CANADIAN = {
    "NL": "A", "NS": "B", "PE": "C", "NB": "E", "QC": "G H J", "ON": "K L M N P", "MB": "R", "SK": "S", "AB": "T",
    "BC": "V", "YT": "Y",
}  # fmt: skip
_OF_COUNTRY = {"DE": _GERMAN, "ES": _SPANISH, "FR": _FRENCH, "GB": _BRITISH, "CA": _CANADIAN}
_FIVE_DIGITS = frozenset({"DE", "ES", "FR"})
_BEGINS = {
    country: {begin: region for region, begins in regions.items() for begin in begins.split()}
    for country, regions in _OF_COUNTRY.items()
}


def region_of_postcode(country: str, postcode: str) -> str:
    """The part of a country (ISO 3166-2 without the country), "" where the postcode does not tell for certain."""
    begins = _BEGINS.get(country)
    code = re.sub(r"^[A-Z]{1,3}[- ]?(?=\d{5}$)", "", postcode.strip().upper())
    if not begins or (country in _FIVE_DIGITS and not re.fullmatch(r"\d{5}", code)):
        return ""
    if country == "GB":
        area = re.match(r"[A-Z]+(?=\d)", code)
        return begins.get(area[0], "") if area else ""
    return next((begins[code[:length]] for length in (3, 2, 1) if code[:length] in begins), "")

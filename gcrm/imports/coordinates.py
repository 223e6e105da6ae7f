"""Coordinates as people, phones, maps and databases write them, made into longitude and latitude.

A text can often be read in more than one way: which of two numbers is the latitude, in which grid an easting and a
northing are. All ways come back, the likeliest first; `places.choose` takes one by the area.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from gcrm.common.language import to_say
from routing.points import LonLat

SWAPPED = "latitude and longitude the other way round"
GRIDS = {
    2056: to_say("Swiss grid LV95"),
    21781: to_say("Swiss grid LV03"),
    25831: "UTM 31N",
    25832: "UTM 32N",
    25833: "UTM 33N",
    25834: "UTM 34N",
    25835: "UTM 35N",
    31466: "Gauss-Krüger 2",
    31467: "Gauss-Krüger 3",
    31468: "Gauss-Krüger 4",
    31469: "Gauss-Krüger 5",
    31254: to_say("Austrian grid M28"),
    31255: to_say("Austrian grid M31"),
    31256: to_say("Austrian grid M34"),
    31287: to_say("Austria Lambert"),
    2154: "Lambert-93",
    27572: "Lambert II",
    27700: to_say("British grid"),
    29903: to_say("Irish grid"),
    2157: to_say("Irish ITM"),
    28992: to_say("Dutch RD"),
    31370: to_say("Belgian Lambert 72"),
    3812: to_say("Belgian Lambert 2008"),
    3067: "ETRS-TM35FIN",
    2393: to_say("Finnish KKJ"),
    3006: "SWEREF 99 TM",
    2180: to_say("Polish 1992"),
    5514: "Krovak",
    23700: to_say("Hungarian EOV"),
    3035: "ETRS-LAEA",
    3763: to_say("Portuguese TM06"),
    3857: "Web Mercator",
}
"""EPSG code to what people call it: grids in which lists of customers come."""
_NUMBER = r"[-+\u2212]?\d+(?:[.,]\d+)?"
_DEGREES = re.compile(
    r"(?P<before>[NSEWO])?\s*(?P<deg>[-+\u2212]?\d{1,3}(?:[.,]\d+)?)\s*(?:°|º|deg|d|\s)?\s*"
    r"(?:(?P<min>\d{1,2}(?:[.,]\d+)?)\s*(?:['′’´`m]|min|\s)?\s*)?"  # noqa: RUF001 - what people type for minutes
    r"(?:(?P<sec>\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|”|''|s|sec)?\s*)?"
    r"(?P<after>[NSEWO])?",
    re.IGNORECASE,
)
_WKT = re.compile(
    r"\s*(?:SRID\s*=\s*(?P<srid>\d{4,6})\s*;)?\s*"
    r"(?P<wkt>(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:Z|M|ZM)?\s*\(.*\)|GEOMETRYCOLLECTION\s*\(.*\))\s*",
    re.IGNORECASE | re.DOTALL,
)
_HEX = re.compile(r"0[01][0-9A-Fa-f]{40,}")
_UTM = re.compile(
    r"(?:UTM|zone)?\s*(\d{1,2})\s*([C-HJ-NP-X])?\s*[,;/\s]\s*(\d{6,7}(?:\.\d+)?)\s*m?\s*E?"
    r"\s*[,;/\s]\s*(\d{6,8}(?:\.\d+)?)\s*m?\s*N?",
    re.IGNORECASE,
)
_MGRS = re.compile(
    r"(\d{1,2})\s*([C-HJ-NP-X])\s*([A-HJ-NP-Z])([A-HJ-NP-V])\s*(\d{2,10}|\d{1,5}\s+\d{1,5})", re.IGNORECASE
)
_IN_LINK = (
    re.compile(r"!3d(-?\d+\.\d+)!4d(-?\d+\.\d+)"),
    re.compile(r"[?&]mlat=(-?\d+\.?\d*)&mlon=(-?\d+\.?\d*)"),
    re.compile(r"@(-?\d+\.\d+),(-?\d+\.\d+)"),
    re.compile(r"#map=\d+/(-?\d+\.?\d*)/(-?\d+\.?\d*)"),
    re.compile(
        r"(?:[?&](?:q|ll|query|daddr|center|destination)=|geo:|place/|loc:)(-?\d+\.\d+)(?:,|%2C|\+)+(-?\d+\.\d+)"
    ),
)
_AT_THE_END = re.compile(r"\(?\s*([-+]?\d{1,3}\.\d+)\s*[,; ]\s*([-+]?\d{1,3}\.\d+)\s*\)?\s*$")
"""Two decimals at the end of a cell that holds an address besides."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read coordinates. how says what was not as usual, "" for latitude before longitude in degrees."""

    place: LonLat
    how: str = ""


def read_cell(text: str) -> list[Reading]:
    """All ways to read one cell that holds both coordinates; none where nobody can."""
    text = text.strip().strip("\u200e\u200f")
    if not text:
        return []
    for reader in (_from_link, _from_json, _from_wkt, _from_mgrs, _from_utm, _from_hemispheres, _from_numbers):
        if found := list(dict.fromkeys(reader(text))):
            return found
    at_the_end = _AT_THE_END.search(text)
    return _pair(float(at_the_end[1]), float(at_the_end[2])) if at_the_end else []


def read_pair(lon: str, lat: str) -> list[Reading]:
    """All ways to read two cells, the longitude or easting and the latitude or northing."""
    angles = [_angle(text) for text in (lat, lon)]
    if angles[0] is not None and angles[1] is not None:
        (first, is_first), (second, is_second) = angles[0], angles[1]
        if {is_first, is_second} == {"lat", "lon"}:
            return _degrees(first, second) if is_first == "lat" else _degrees(second, first, SWAPPED)
        return _pair(first, second)
    north, east = _plain(lat), _plain(lon)
    if north is None or east is None:
        return []
    # 6.1e-05 is how programs write a longitude near Greenwich.
    return _pair(north, east) if max(abs(north), abs(east)) <= 180 else _grid(east, north)


def in_grid(easting: str, northing: str, crs: str = "") -> list[Reading]:
    """An easting and a northing, in the reference system that the file names, if it does."""
    east, north = _plain(easting), _plain(northing)
    if east is None or north is None:
        return []
    found = re.search(r"\d{4,6}", crs)
    if found and (place := _transformed(int(found[0]), east, north)):
        return [Reading(place, f"EPSG:{found[0]}")]
    if abs(east) <= 180 and abs(north) <= 90:
        return _pair(north, east)
    return _grid(east, north)


def _pair(lat: float, lon: float) -> list[Reading]:
    """Two numbers of degrees, written latitude first, as people and their devices do; or the other way round."""
    return [*_degrees(lat, lon), *_degrees(lon, lat, SWAPPED)]


def _degrees(lat: float, lon: float, how: str = "") -> list[Reading]:
    if not (math.isfinite(lat) and math.isfinite(lon)) or abs(lat) > 90 or abs(lon) > 180:
        return []
    return [Reading(LonLat(lon, lat), how)]


def _from_link(text: str) -> Iterator[Reading]:
    if "://" in text or text.lower().startswith("geo:"):
        for pattern in _IN_LINK:
            if found := pattern.search(text):
                yield from _degrees(float(found[1]), float(found[2]))
                return


def _from_json(text: str) -> Iterator[Reading]:
    if text[0] not in "{[":
        return
    try:
        value = json.loads(text.replace("'", '"'))
    except ValueError:
        return
    if isinstance(value, dict):
        lowered = {str(name).casefold(): one for name, one in value.items()}
        if isinstance(lowered.get("coordinates"), list) and len(lowered["coordinates"]) >= 2:
            # GeoJSON: longitude first.
            lon, lat = lowered["coordinates"][:2]
        else:
            lat = lowered.get("lat", lowered.get("latitude", lowered.get("y")))
            lon = next((lowered[name] for name in ("lng", "lon", "long", "longitude", "x") if name in lowered), None)
        yield from _of_values(lat, lon)
    elif isinstance(value, list) and len(value) in {2, 3} and all(isinstance(one, int | float) for one in value):
        yield from _pair(float(value[0]), float(value[1]))


def _of_values(lat: object, lon: object) -> Iterator[Reading]:
    try:
        yield from _degrees(float(str(lat).replace(",", ".")), float(str(lon).replace(",", ".")))
    except ValueError:
        return


def _from_wkt(text: str) -> Iterator[Reading]:
    import shapely

    found = _WKT.fullmatch(text)
    try:
        if found:
            shape, srid = shapely.from_wkt(found["wkt"]), int(found["srid"] or 4326)
        elif _HEX.fullmatch(text):
            shape = shapely.from_wkb(bytes.fromhex(text[: len(text) // 2 * 2]))
            srid = int(shapely.get_srid(shape)) or 4326
        else:
            return
    except (shapely.errors.ShapelyError, ValueError):
        return
    if shape is None or shape.is_empty:
        return
    at = shape if isinstance(shape, shapely.Point) else shape.representative_point()
    if srid != 4326:
        if place := _transformed(srid, at.x, at.y):
            yield Reading(place, f"EPSG:{srid}")
    elif abs(at.x) <= 180 and abs(at.y) <= 180:
        yield from _degrees(at.y, at.x)
        yield from _degrees(at.x, at.y, SWAPPED)
    else:
        yield from _grid(at.x, at.y)


def _from_mgrs(text: str) -> Iterator[Reading]:
    """Source: NGA.STND.0037, the Universal Grids: letters of the 100 km squares."""
    found = _MGRS.fullmatch(text.strip())
    if not found:
        return
    zone, band = int(found[1]), found[2].upper()
    digits = re.sub(r"\s", "", found[5])
    if not 1 <= zone <= 60 or len(digits) % 2:
        return
    half = len(digits) // 2
    scale = 10.0 ** (5 - half)
    columns = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")[(zone - 1) % 3]
    rows = "ABCDEFGHJKLMNPQRSTUV"
    column, row = found[3].upper(), found[4].upper()
    if column not in columns:
        return
    east = (columns.index(column) + 1) * 100_000 + (int(digits[:half]) + 0.5) * scale
    shift = 5 if zone % 2 == 0 else 0
    north = ((rows.index(row) - shift) % 20) * 100_000 + (int(digits[half:]) + 0.5) * scale
    bands = "CDEFGHJKLMNPQRSTUVWX"
    least_lat = -80 + 8 * bands.index(band)
    south = band < "N"
    for turn in range(6):
        place = _transformed((32_700 if south else 32_600) + zone, east, north + turn * 2_000_000)
        if place and least_lat - 0.5 <= place.lat <= least_lat + (12.5 if band == "X" else 8.5):
            yield Reading(place, "MGRS")
            return


def _from_utm(text: str) -> Iterator[Reading]:
    found = _UTM.fullmatch(text.strip())
    if found and 1 <= int(found[1]) <= 60:
        zone, band = int(found[1]), (found[2] or "N").upper()
        # "32S" may be the southern half or the band S of the north; people write bands, and N or S for the halves.
        codes = [32_600 + zone] if band >= "N" else [32_700 + zone]
        for code in codes:
            if place := _transformed(code, float(found[3]), float(found[4])):
                yield Reading(place, f"UTM {zone}{'N' if code < 32_700 else 'S'}")


def _from_hemispheres(text: str) -> Iterator[Reading]:
    """Degrees with letters for the hemisphere, or with signs for degrees, minutes and seconds."""
    letters = re.findall(r"(?<![A-Za-z])[NSEWO](?![A-Za-z])", text, re.IGNORECASE)
    if len(letters) != 2 and not re.search(r"[°º]", text):
        return
    angles: list[tuple[float, str]] = []
    for half in _halves(text):
        angle = _angle(half, french="E" in {letter.upper() for letter in letters})
        if angle is None:
            return
        angles.append(angle)
    if len(angles) != 2:
        return
    (first, is_first), (second, is_second) = angles
    if is_first == "lon" or is_second == "lat":
        yield from _degrees(second, first)
    else:
        yield from _degrees(first, second)
        if not is_first and not is_second:
            yield from _degrees(second, first, SWAPPED)
    if "O" in {letter.upper() for letter in letters} and "W" not in {letter.upper() for letter in letters}:
        # O is the east of Germans and the west of the French, Spaniards and Italians.
        for reading in _degrees(*((second, first) if is_first == "lon" else (first, second))):
            yield Reading(LonLat(-reading.place.lon, reading.place.lat), "O for west")


def _halves(text: str) -> Sequence[str]:
    """The text divided between the two angles."""
    for sign in (";", "/", "|", "\n", "\t"):
        if text.count(sign) == 1:
            return text.split(sign)
    found = list(re.finditer(r"(?<![A-Za-z])[NSEWO](?![A-Za-z])", text, re.IGNORECASE))
    if len(found) == 2:
        at = found[0].end() if found[0].start() > 2 else found[1].start()
        return text[:at].strip(" ,"), text[at:].strip(" ,")
    if text.count(",") == 1:
        return text.split(",")
    spaced = re.split(r",\s+", text)
    if len(spaced) == 2:
        return spaced
    degrees = [one.start() for one in re.finditer(r"[-+]?\d{1,3}(?:[.,]\d+)?\s*[°º]", text)]
    return (text[: degrees[1]].strip(" ,"), text[degrees[1] :]) if len(degrees) == 2 else (text,)


def _angle(text: str, *, french: bool = False) -> tuple[float, str] | None:
    """One angle in degrees, and "lat" or "lon" where a letter says which. french: an O beside it is not the east."""
    bare = text.strip().strip(",;").replace("\u2212", "-")
    bare = re.sub(r"\b(nord|north|norte)\b", "N", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\b(ost|east|est|este)\b", "E", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\b(west|ouest|oeste|ovest)\b", "W", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\b(süd|sud|south|sur)\b", "S", bare, flags=re.IGNORECASE)
    bare = re.sub(r"^(lat|latitude|lon|lng|long|longitude|breite|länge)\s*[.:=]?\s*", "", bare, flags=re.IGNORECASE)
    found = _DEGREES.fullmatch(bare)
    if not found or (found["before"] and found["after"]):
        return None
    degrees, minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("deg", "min", "sec"))
    if minutes >= 60 or seconds >= 60 or (found["min"] and not degrees.is_integer()):
        return None
    value = abs(degrees) + minutes / 60 + seconds / 3600
    letter = (found["before"] or found["after"] or "").upper()
    west = letter == "W" or (letter == "O" and french)
    if found["deg"].startswith("-") or letter == "S" or west:
        value = -value
    if abs(value) > 180:
        return None
    return value, {"N": "lat", "S": "lat", "E": "lon", "W": "lon", "O": "lon"}.get(letter, "")


def _from_numbers(text: str) -> Iterator[Reading]:
    """Numbers alone: two in degrees or in a grid, with a height behind; degrees and minutes; decimal commas."""
    bare = text.replace("\u2212", "-").strip("()[] ")
    rest = re.sub(r"\b(lat|lon|lng|long|latitude|longitude|masl|m)\b", "", bare, flags=re.IGNORECASE)
    if re.search(r"[A-Za-zÀ-ÿ]{2,}", rest):
        return
    bare = re.sub(r"\b(lat|lon|lng|long|latitude|longitude)\b\s*[:=]?", "", bare, flags=re.IGNORECASE)
    bare = re.sub(r"(?<=\d)['’](?=\d{3})", "", bare)  # noqa: RUF001 - how the Swiss group digits
    for parts in _divided(bare):
        numbers = [_halved(part) for part in parts]
        if any(number is None for number in numbers) or len(numbers) < 2:
            continue
        first, second = numbers[0], numbers[1]
        assert first is not None
        assert second is not None
        if abs(first) > 180 or abs(second) > 180:
            yield from _grid(first, second)
        else:
            yield from _pair(first, second)
        return


def _divided(bare: str) -> Iterator[Sequence[str]]:
    """The ways in which numbers may be told apart, the surest first; two or, with the height, three parts each."""
    for sign in (";", "/", "|", "\t", "\n"):
        if sign in bare:
            yield [part.strip(" ,") for part in bare.split(sign) if part.strip(" ,")][:3]
            return
    spaced = [part for part in re.split(r",\s+", bare) if part]
    if len(spaced) in {2, 3}:
        yield spaced
    commas = bare.split(",")
    if len(commas) in {2, 3} and "." in bare:
        yield [part.strip() for part in commas]
    words = bare.replace(", ", " ").split()
    if len(words) == 4 and not re.search(r"[.,]", words[0] + words[2]):
        yield f"{words[0]} {words[1]}", f"{words[2]} {words[3]}"
    if len(words) == 6:
        yield " ".join(words[:3]), " ".join(words[3:])
    if len(words) in {2, 3}:
        yield words
    if len(commas) == 4 and all(part.strip().lstrip("-+").isdigit() for part in commas):
        # 47,1402351,9,5210385
        yield f"{commas[0]},{commas[1]}".strip(), f"{commas[2]},{commas[3]}".strip()
    if len(commas) == 2:
        yield [part.strip() for part in commas]


def _halved(part: str) -> float | None:
    """One number, or degrees with minutes and seconds behind them."""
    if (number := _plain(part)) is not None:
        return number
    words = part.split()
    if len(words) in {2, 3} and (angle := _angle(part)) is not None:
        return angle[0]
    return None


def _plain(text: str) -> float | None:
    """A number with a decimal point or comma, and digits in groups."""
    bare = re.sub(r"[\s'’\u00a0\u202f](?=\d{3}(?:\D|$))", "", text.strip()).replace("\u2212", "-")  # noqa: RUF001
    bare = re.sub(r"\s*(m|°)$", "", bare)
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?", bare):
        bare = bare.replace(",", "")
    elif re.fullmatch(r"[-+]?\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?", bare):
        bare = bare.replace(".", "")
    try:
        return float(bare.replace(",", ".")) if re.fullmatch(_NUMBER + r"(?:[eE][-+]?\d+)?", bare) else None
    except ValueError:
        return None


def _grid(first: float, second: float) -> list[Reading]:
    """Two numbers too large for degrees: in each grid whose land they lie in, either order; or with the point lost."""
    found = []
    for code, name in GRIDS.items():
        for east, north in ((first, second), (second, first)):
            place = _transformed(code, east, north)
            if place is not None and _within(code, place):
                found.append(Reading(place, name))
    found += [Reading(reading.place, "decimal point lost") for reading in _point_lost(first, second)]
    return found


def _point_lost(lat: float, lon: float) -> Iterator[Reading]:
    """471402351 for 47.1402351, as spreadsheets of another country read it."""
    for one, other, how in ((lat, lon, ""), (lon, lat, SWAPPED)):
        if one.is_integer() or other.is_integer():
            for a, b in pairwise((one, other)):
                for lat_ in _shifted(a, 90):
                    for lon_ in _shifted(b, 180):
                        yield from _degrees(lat_, lon_, how)


def _shifted(number: float, most: float) -> Iterator[float]:
    if not number.is_integer() or abs(number) < 1e4:
        if abs(number) <= most:
            yield number
        return
    digits = len(str(abs(int(number))))
    for whole in (1, 2, 3):
        value = number / 10 ** (digits - whole)
        if abs(value) <= most:
            yield value


@cache
def _transformer(code: int) -> Transformer | None:
    try:
        return Transformer.from_crs(code, 4326, always_xy=True)
    except (CRSError, ProjError):
        return None


@cache
def _area_of_use(code: int) -> tuple[float, float, float, float] | None:
    area = CRS.from_epsg(code).area_of_use
    return (area.west, area.south, area.east, area.north) if area else None


def _within(code: int, place: LonLat) -> bool:
    area = _area_of_use(code)
    return area is None or (area[0] <= place.lon <= area[2] and area[1] <= place.lat <= area[3])


def _transformed(code: int, east: float, north: float) -> LonLat | None:
    transformer = _transformer(code)
    if transformer is None:
        return None
    try:
        lon, lat = transformer.transform(east, north)
    except ProjError:
        return None
    return LonLat(lon, lat) if math.isfinite(lon) and math.isfinite(lat) and abs(lat) <= 90 else None

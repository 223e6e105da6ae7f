"""Which place a row means: its coordinates held against the area that the company works in."""

from collections.abc import Sequence
from dataclasses import dataclass

from gcrm.common.language import say, to_say
from gcrm.imports.coordinates import SWAPPED, Reading
from routing.geodesy import distance_m
from routing.points import LonLat

BESIDE_DEG = 0.2
"""About 20 km: customers live beyond the edge of an extract too."""
WORDS = {
    SWAPPED: to_say("Coordinates {written} were latitude and longitude the other way round; they are swapped."),
    "decimal point lost": to_say("Coordinates {written} have lost their decimal point; it is put back."),
    "O for west": to_say("Coordinates {written} are read with O as west."),
    "sign lost": to_say("Coordinates {written} have lost their minus; it is put back."),
}


@dataclass(frozen=True, slots=True)
class Box:
    """The area that the company works in: its bounds in degrees, EPSG:4326. West is larger than east over 180°."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, place: LonLat, beside_deg: float = BESIDE_DEG) -> bool:
        """Whether a place lies in the area, or no further than that beside it."""
        if not self.south - beside_deg <= place.lat <= self.north + beside_deg:
            return False
        if self.west <= self.east:
            return self.west - beside_deg <= place.lon <= self.east + beside_deg
        return place.lon >= self.west - beside_deg or place.lon <= self.east + beside_deg


@dataclass(frozen=True, slots=True)
class Chosen:
    """The place that was chosen, None where nobody can tell, and what to say of it ("" where nothing was odd).

    outside: it lies outside the area, so that the row's own address, where it is found, says more.
    """

    place: LonLat | None
    remark: str = ""
    outside: bool = False


def choose(written: str, readings: Sequence[Reading], box: Box | None) -> Chosen:
    """The one reading that lies in the area, else the likeliest. written: as it stands in the file, shortened."""
    usual = [reading for reading in readings if reading.place != LonLat(0.0, 0.0)]
    if not usual:
        if readings:
            return Chosen(None, say("Coordinates {written} are no place; the address is used.", written=written))
        return Chosen(None, say("Coordinates {written} are not understood; the address is used.", written=written))
    first = usual[0]
    if box is None:
        if first.how in {"", SWAPPED} or first.how.startswith("EPSG") or len(usual) == 1:
            return Chosen(first.place, _said(written, first))
        return Chosen(
            None,
            say(
                "Coordinates {written} fit several grids ({grids}) and no area says which; not used.",
                written=written,
                grids=_names(usual),
            ),
        )
    inside = [reading for reading in usual if box.holds(reading.place)]
    if not inside:
        inside = [
            Reading(turned, "sign lost") for reading in usual for turned in _turned(reading.place) if box.holds(turned)
        ]
    if inside and inside[0] == first:
        return Chosen(first.place, _said(written, first))
    places = {(round(reading.place.lon, 4), round(reading.place.lat, 4)) for reading in inside}
    if len(places) == 1 or (inside and inside[0].how not in {"decimal point lost", "sign lost"}):
        return Chosen(inside[0].place, _said(written, inside[0]))
    if first.how in {"", SWAPPED, "O for west"} or first.how.startswith(("EPSG", "UTM", "MGRS")):
        return Chosen(first.place, say("Coordinates {written} lie outside the area", written=written), outside=True)
    return Chosen(None, say("Coordinates {written} fit no grid of the area; the address is used.", written=written))


def _said(written: str, reading: Reading) -> str:
    if not reading.how:
        return ""
    if reading.how in WORDS:
        return say(WORDS[reading.how], written=written)
    return say("Coordinates {written} are read as {grid}.", written=written, grid=say(reading.how))


def _names(readings: Sequence[Reading]) -> str:
    return ", ".join(dict.fromkeys(say(reading.how) for reading in readings[:4]))


def _turned(place: LonLat) -> Sequence[LonLat]:
    return LonLat(-place.lon, place.lat), LonLat(place.lon, -place.lat), LonLat(-place.lon, -place.lat)


def metres_apart(one: LonLat, other: LonLat) -> float:
    """How far two places are from each other, on the ellipsoid."""
    return distance_m(one, other)

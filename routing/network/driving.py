"""What the tags of a way say to a driver: may I, which way, how fast, and would I rather not.

The rules are those of OSMnx's drive network (which highways, which way) and of OSRM's car profile (how fast, and what
is driven only to get to a door), so that the two routers answer alike. Times are those of a day without congestion.

Sources: OSMnx 2, `_overpass._get_network_filter("drive")` and `settings.bidirectional_network_types`; OSRM's car.lua,
api_version 4, of which the tables below are an excerpt; OSM wiki, Key:access, Key:oneway, Key:maxspeed.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

Tags = Mapping[str, str]

CLASS_KMH: dict[str, float] = {
    "motorway": 90,
    "motorway_link": 45,
    "trunk": 85,
    "trunk_link": 40,
    "primary": 65,
    "primary_link": 30,
    "secondary": 55,
    "secondary_link": 25,
    "tertiary": 40,
    "tertiary_link": 20,
    "unclassified": 25,
    "road": 25,
    "residential": 25,
    "living_street": 10,
    "service": 15,
}
"""Speed where no limit is tagged, by the value of `highway`; what is not in here is not driven on."""

LIMIT_DRIVEN = 0.8
"""The share of a tagged speed limit that is driven on average."""

SURFACE_KMH: dict[str, float] = {
    **dict.fromkeys(("cement", "compacted", "fine_gravel"), 80),
    **dict.fromkeys(("paving_stones", "metal", "bricks"), 60),
    **dict.fromkeys(("grass", "wood", "sett", "grass_paver", "gravel", "unpaved", "ground", "dirt", "pebblestone"), 40),
    **dict.fromkeys(("cobblestone", "clay"), 30),
    **dict.fromkeys(("earth", "stone", "rocky", "sand"), 20),
    "mud": 10,
}
SMOOTHNESS_KMH: dict[str, float] = {
    "intermediate": 80,
    "bad": 40,
    "very_bad": 20,
    "horrible": 10,
    "very_horrible": 5,
}
LIMIT_BY_ZONE_KMH: dict[str, float] = {"urban": 50, "rural": 90, "trunk": 110, "motorway": 130, "living_street": 10}
COUNTRY_LIMITS_KMH: dict[str, float] = {
    "at:rural": 100,
    "at:trunk": 100,
    "be:motorway": 120,
    "ch:rural": 80,
    "ch:trunk": 100,
    "ch:motorway": 120,
    "de:rural": 100,
    "de:motorway": 140,
    "de:living_street": 7,
    "dk:rural": 80,
    "es:trunk": 90,
    "fr:rural": 80,
    "nl:rural": 80,
    "nl:trunk": 100,
    "no:rural": 80,
    "pl:rural": 100,
    "ru:urban": 60,
}
UNLIMITED_KMH = 140.0
KMH_PER_MPH = 1.609344

ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")
"""From the most to the least specific; the first that is there decides."""

TO_A_DOOR_ONLY = {"private", "delivery", "destination", "customers", "permit", "residents", "unknown"}
"""Driven on to reach something there, never to get through."""

FORBIDDEN = {
    *("no", "agricultural", "forestry", "emergency", "psv", "taxi", "share_taxi", "minibus", "bus", "foot", "bicycle"),
    *("emergency_vehicle", "restricted", "military", "official"),
}
ONE_WAY = {"yes", "1", "true"}
PASSABLE_BARRIERS = {
    *("cattle_grid", "border_control", "toll_booth", "sally_port", "no", "entrance", "height_restrictor", "arch"),
}
GATES = {"gate", "lift_gate"}
GATE_S = 60.0
SIGNAL_S = 2.0
STOP_S = 2.0
GIVE_WAY_S = 1.0
WALKING_KMH = 5.0
NARROW_M = ((3.0, 0.5), (4.0, 0.6), (5.0, 0.75), (6.0, 0.8))
"""Below so many metres of width, both ways on one road, a driver counts the road as so much slower than it is."""


class Driving(NamedTuple):
    """How one way is driven, as drawn (forward) and against it (backward).

    forward_kmh, backward_kmh: 0 where that direction may not be driven.
    forward_dislike, backward_dislike: at least 1; how much longer than its time the way seems when choosing the route.
    door_only: only to reach something on it, never to get through.
    roundabout: traffic on it goes round one way.
    private_yard: a service road of somebody's own; a drive to it ends on the street outside if that is near.
    """

    forward_kmh: float
    backward_kmh: float
    forward_dislike: float = 1.0
    backward_dislike: float = 1.0
    door_only: bool = False
    roundabout: bool = False
    private_yard: bool = False

    def reversed(self) -> "Driving":
        """The same way, seen from its other end."""
        return self._replace(
            forward_kmh=self.backward_kmh,
            backward_kmh=self.forward_kmh,
            forward_dislike=self.backward_dislike,
            backward_dislike=self.forward_dislike,
        )


class Obstacle(NamedTuple):
    """What stands on a junction or between two: the seconds that passing it costs; `blocked` where no car passes."""

    delay_s: float
    blocked: bool = False


def driving_of(tags: Tags) -> Driving | None:
    """How a way with these tags is driven; None where a car may not drive at all."""
    highway = tags.get("highway", "")
    if highway not in CLASS_KMH or _is_closed(tags):
        return None
    access = _best_access(next((tags[key] for key in ACCESS_KEYS if key in tags), ""))
    if access in FORBIDDEN or tags.get("service") == "emergency_access":
        return None
    forward, backward = _directions(tags, highway)
    if not (forward or backward):
        return None
    forward_kmh, backward_kmh = _speeds(tags, highway)
    dislike = _dislike(tags, both_ways=forward and backward)
    priority = tags.get("priority")
    return Driving(
        forward_kmh=forward_kmh if forward else 0.0,
        backward_kmh=backward_kmh if backward else 0.0,
        forward_dislike=max(dislike, 1 / 0.7) if priority == "backward" else dislike,
        backward_dislike=max(dislike, 1 / 0.7) if priority == "forward" else dislike,
        door_only=access in TO_A_DOOR_ONLY,
        roundabout=tags.get("junction") in ("roundabout", "circular"),
        private_yard=highway == "service" and access == "private",
    )


def obstacle_of(tags: Tags) -> Obstacle | None:
    """What a node with these tags does to a car that passes it; None where nothing.

    A signal or sign that stands on one direction only costs half, since which way it faces is not kept.
    """
    access = next((tags[key] for key in ACCESS_KEYS if key in tags), "")
    if access in FORBIDDEN and "highway" not in tags:
        return Obstacle(0.0, blocked=True)
    barrier = tags.get("barrier")
    if barrier in GATES and not access:
        return Obstacle(GATE_S)
    if barrier and not access and barrier not in PASSABLE_BARRIERS and not _is_low(tags, barrier):
        return Obstacle(0.0, blocked=True)
    delay = {"traffic_signals": SIGNAL_S, "stop": STOP_S, "give_way": GIVE_WAY_S}.get(tags.get("highway", ""), 0.0)
    facing = tags.get("traffic_signals:direction") or tags.get("direction")
    if facing in ("forward", "backward"):
        delay /= 2
    return Obstacle(delay) if delay else None


def speed_limit_kmh(value: str) -> float | None:
    """The limit that a `maxspeed` value states; None where it states none that can be read. Several: the lowest."""
    limits = [
        limit for part in re.split(r"[;|,]", value) if (limit := _one_limit_kmh(part.strip().lower())) is not None
    ]
    return min(limits, default=None)


def _one_limit_kmh(text: str) -> float | None:
    if number := re.match(r"(\d+(?:\.\d+)?)\s*(mph|knots|km/h|kmh|kph)?$", text):
        factor = {"mph": KMH_PER_MPH, "knots": 1.852}.get(number[2] or "", 1.0)
        return float(number[1]) * factor or None
    if text in ("none", "unlimited"):
        return UNLIMITED_KMH
    if text == "walk":
        return WALKING_KMH
    if text in COUNTRY_LIMITS_KMH:
        return COUNTRY_LIMITS_KMH[text]
    country, _, zone = text.partition(":")
    if zone_number := re.fullmatch(r"zone:?(\d+)", zone):
        return float(zone_number[1])
    return LIMIT_BY_ZONE_KMH.get(zone) if country else None


def _is_closed(tags: Tags) -> bool:
    return (
        tags.get("area") == "yes"
        or tags.get("oneway") == "reversible"
        or tags.get("impassable") == "yes"
        or tags.get("status") == "impassable"
        or tags.get("smoothness") == "impassable"
        or tags.get("construction", "no") not in ("no", "widening", "minor")
        or tags.get("railway") == "construction"
    )


def _best_access(value: str) -> str:
    """Of several values (`a;b`) the one that lets a car go farthest."""
    parts = [part.strip() for part in value.split(";")]
    return min(parts, key=lambda part: 2 if part in FORBIDDEN else 1 if part in TO_A_DOOR_ONLY else 0)


def _directions(tags: Tags, highway: str) -> tuple[bool, bool]:
    keys = ("oneway:motorcar", "oneway:motor_vehicle", "oneway:vehicle", "oneway")
    one_way = next((tags[key] for key in keys if key in tags), "")
    if one_way in ("-1", "reverse"):
        forward, backward = False, True
    elif one_way in ONE_WAY:
        forward, backward = True, False
    else:
        implied = highway == "motorway" or tags.get("junction") in ("roundabout", "circular")
        forward, backward = True, not (implied and one_way != "no")
    for key in ACCESS_KEYS:
        if tags.get(f"{key}:forward") in FORBIDDEN:
            forward = False
        if tags.get(f"{key}:backward") in FORBIDDEN:
            backward = False
    return forward, backward


def _speeds(tags: Tags, highway: str) -> tuple[float, float]:
    speeds = []
    for side in ("forward", "backward"):
        limit = None
        for key in ("maxspeed:advisory", "maxspeed", "source:maxspeed", "maxspeed:type"):
            text = tags.get(f"{key}:{side}") or tags.get(key)
            if text:
                limit = speed_limit_kmh(text)
                break
        speed = limit * LIMIT_DRIVEN if limit else CLASS_KMH[highway]
        surface = SURFACE_KMH.get(tags.get("surface", ""), speed)
        smoothness = SMOOTHNESS_KMH.get(tags.get("smoothness", ""), speed)
        speeds.append(max(1.0, min(speed, surface, smoothness)))
    return speeds[0], speeds[1]


def _dislike(tags: Tags, *, both_ways: bool) -> float:
    share = 1.0
    if tags.get("service") in ("alley", "parking", "parking_aisle", "driveway", "drive-through", "drive-thru"):
        share = 0.5
    if tags.get("oneway") == "alternating":
        share = min(share, 0.4)
    if tags.get("side_road") in ("yes", "rotary"):
        share = min(share, 0.8)
    if both_ways:
        if tags.get("lane_markings") == "no":
            share = min(share, 0.75)
        if width := re.match(r"\d+(?:\.\d+)?", tags.get("width", "")):
            metres = float(width[0])
            share = min(share, next((narrow for below, narrow in NARROW_M if metres < below), 1.0))
        if (lanes := re.match(r"\d+", tags.get("lanes", ""))) and int(lanes[0]) <= 1:
            share = min(share, 0.5)
    return 1 / share


def _is_low(tags: Tags, barrier: str) -> bool:
    """Whether a barrier is one that a car drives over or that opens: a flush kerb, a rising bollard."""
    return (
        tags.get("bollard") == "rising"
        or tags.get("kerb") in ("lowered", "flush")
        or (barrier == "kerb" and tags.get("highway") == "crossing")
    )

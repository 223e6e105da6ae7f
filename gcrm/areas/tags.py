"""Which OpenStreetMap tags mean what here. Source of the values: OSM wiki, Map features."""

from collections.abc import Mapping

from gcrm.geocoding.compound import block_address, full_block_address

Tags = Mapping[str, str]

STREET_KINDS = frozenset(
    {"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"}
    | {"tertiary", "tertiary_link", "residential", "unclassified", "road", "living_street", "service", "track"}
    | {"pedestrian", "footway", "cycleway", "path", "steps", "bridleway"}
)
"""Classes of street that the basemap draws."""
NOT_A_STREET = frozenset(
    {"bus_stop", "platform", "construction", "proposed", "planned", "razed", "abandoned", "services", "rest_area"}
    | {"elevator", "corridor", "crossing", "street_lamp", "raceway"}
)

POI_KEYS = ("shop", "office", "craft", "amenity", "tourism", "healthcare")
"""In this order: a bakery with a cafe in it is a shop."""
NOT_A_BUSINESS = {
    "shop": {"vacant", "no"},
    "office": {"vacant", "no"},
    "craft": {"no"},
    "healthcare": {"no"},
    "tourism": {"information", "artwork", "viewpoint", "picnic_site", "yes", "no"},
    "amenity": (
        {"bench", "lounger", "waste_basket", "waste_disposal", "recycling", "parking", "parking_space", "no", "yes"}
        | {"parking_entrance", "bicycle_parking", "motorcycle_parking", "bicycle_repair_station", "vending_machine"}
        | {"drinking_water", "water_point", "fountain", "watering_place", "toilets", "shower", "shelter", "telephone"}
        | {"post_box", "letter_box", "parcel_locker", "clock", "hunting_stand", "feeding_place", "game_feeding"}
        | {"bbq", "public_bookcase", "grit_bin", "smoking_area", "photo_booth", "charging_station", "compressed_air"}
        | {"atm", "bicycle_rental", "taxi", "ticket_validator", "payment_terminal", "give_box", "table", "dog_toilet"}
        | {"grave_yard", "trolley_bay", "loading_dock", "baking_oven", "kneipp_water_cure", "mortuary", "stage"}
    ),
}

_GREEN = {
    "landuse": {
        **{value: value for value in ("forest", "grass", "meadow", "orchard", "vineyard", "cemetery", "farmland")},
        **{value: value for value in ("recreation_ground", "village_green", "allotments")},
        "greenfield": "grass",
        "plant_nursery": "orchard",
        "flowerbed": "garden",
    },
    "natural": {"wood": "wood", "scrub": "scrub", "heath": "heath", "grassland": "grass", "fell": "heath"},
    "leisure": {
        **{value: value for value in ("park", "garden", "nature_reserve", "golf_course", "pitch")},
        "common": "village_green",
        "dog_park": "park",
    },
    "amenity": {"grave_yard": "cemetery"},
}
_BUILT = {
    "landuse": {
        "residential",
        "commercial",
        "industrial",
        "retail",
        "construction",
        "brownfield",
        "garages",
        "farmyard",
    }
    | {"institutional", "education"},
    "amenity": {"school", "university", "college", "hospital"},
}
_OTHER_NAMES = {"alt_name", "official_name", "short_name", "old_name", "loc_name"}
_WATER_LINES = {"river": "river", "canal": "canal", "stream": "stream", "ditch": "ditch", "drain": "ditch"}


def street_kind(tags: Tags) -> str:
    """The class under which the basemap draws a way as a street, "" if it does not."""
    kind = tags.get("highway", "")
    if kind == "busway":
        return "service"
    drawn = kind in STREET_KINDS and tags.get("area") != "yes" and tags.get("indoor", "no") == "no"
    return kind if drawn else ""


def is_named_street(tags: Tags) -> bool:
    """Whether an address may be in it."""
    return "name" in tags and "highway" in tags and tags["highway"] not in NOT_A_STREET


def landuse_kind(tags: Tags) -> str:
    """What covers the ground: a green kind that the basemap knows, a built one, or ""."""
    for key, kinds in _GREEN.items():
        if tags.get(key, "") in kinds:
            return kinds[tags[key]]
    for key, values in _BUILT.items():
        if tags.get(key, "") in values:
            return tags[key]
    return ""


def water_area_kind(tags: Tags) -> str:
    """The kind of an area of water, "" if it is none."""
    if tags.get("natural") == "water":
        return tags.get("water", "water")
    if tags.get("waterway") in {"riverbank", "dock"}:
        return "river"
    return "basin" if tags.get("landuse") in {"reservoir", "basin"} else ""


def water_line_kind(tags: Tags) -> str:
    """The kind of a watercourse above ground, "" if it is none."""
    return _WATER_LINES.get(tags.get("waterway", ""), "") if tags.get("tunnel", "no") == "no" else ""


def is_building(tags: Tags) -> bool:
    """Whether it is a building that stands."""
    return tags.get("building", "no") not in {"no", "proposed", "construction", "razed", "demolished"}


def business(tags: Tags) -> tuple[str, str] | None:
    """Category and kind of a place of business or a public institution, as ("shop", "bakery"); None if it is none."""
    for key in POI_KEYS:
        value = tags.get(key, "")
        if value and value not in NOT_A_BUSINESS[key]:
            return key, value.split(";")[0]
    return None


def other_names(tags: Tags, name_key: str = "name") -> str:
    """Names beside the main one (in other languages, old, short), separated by semicolons."""
    keys = {name_key} | (_OTHER_NAMES if name_key == "name" else set())
    found: dict[str, None] = {}
    for key, value in tags.items():
        language = key.removeprefix(f"{name_key}:")
        if key in keys or (language != key and 2 <= len(language.split("-")[0]) <= 3):
            found.update(dict.fromkeys(part.strip() for part in value.split(";")))
    return ";".join(name for name in found if name and name != tags.get(name_key))


ADDRESS_KEYS = ("addr:housenumber", "addr:conscriptionnumber", "addr:block_number", "addr:full")
"""One of these makes an address of a thing."""


def address(tags: Tags) -> dict[str, str] | None:
    """The address in the columns that the address index takes, or None if there is no house number."""
    number = tags.get("addr:housenumber") or tags.get("addr:conscriptionnumber", "")
    street, place = tags.get("addr:street", ""), tags.get("addr:place", "")
    quarter, neighbourhood = tags.get("addr:quarter", ""), tags.get("addr:neighbourhood", "")
    city = tags.get("addr:city", "")
    if not (street or place) and ("addr:block_number" in tags or (number and (quarter or neighbourhood))):
        street, number = block_address(quarter, neighbourhood, tags.get("addr:block_number", ""), number)
    elif not number and "addr:full" in tags:
        street, number, of_full = full_block_address(tags["addr:full"])
        city = city or of_full
    if not number:
        return None
    district = (tags.get(f"addr:{key}") for key in ("suburb", "district", "quarter", "neighbourhood", "hamlet"))
    return {
        "street": street,
        "place": place,
        "house_number": number,
        "unit": tags.get("addr:unit") or tags.get("addr:flats", ""),
        "postcode": tags.get("addr:postcode", ""),
        "city": city,
        "district": next((each for each in district if each), ""),
        "country": tags.get("addr:country", ""),
        "alt_names": other_names(tags, "addr:street"),
    }

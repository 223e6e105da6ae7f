"""Layers for map programs: QGIS and others connect to them as to any server.

Source: OGC API - Features - Part 1: Core 1.0.1 (OGC 17-069r4), conformance classes Core and GeoJSON; CRS84.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request

from gcrm.people.token import Scope
from gcrm.people.user import Role
from gcrm.platform.errors import NotFound
from gcrm.transaction import Transaction
from webapp.access import DESK, EVERYONE, me
from webapp.api import features
from webapp.api.bearer import LAYERS as TAG
from webapp.api.dispatch import caller
from webapp.api.features import Bounds, Feature
from webapp.api.operation import GEOJSON, JSON, Given, Reply, operation
from webapp.api.problems import Refused
from webapp.api.shapes import CURSOR, LIMIT, NO_SUCH, TEXT, WHOLE, listed, named, record
from webapp.context import snapshot

ROOT = "/api/v1/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONFORMS = [
    f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson")
]  # fmt: skip
WORLD = (-180.0, -90.0, 180.0, 90.0)
LINK = record({"href": TEXT, "rel": TEXT, "type": TEXT}, {"title": TEXT})
COLLECTION = named(
    "Collection",
    record({
        "id": TEXT, "title": TEXT, "description": TEXT, "itemType": TEXT, "crs": listed(TEXT),
        "extent": {"type": "object"}, "links": listed(LINK),
    }),
)  # fmt: skip
COLLECTIONS = named("Collections", record({"collections": listed(COLLECTION), "links": listed(LINK)}))
FEATURE = named("Feature", {"type": "object", "required": ["type", "id", "geometry", "properties"]})
FEATURES = named(
    "Features",
    record({
        "type": {"type": "string", "const": "FeatureCollection"}, "features": listed(FEATURE),
        "numberReturned": WHOLE, "links": listed(LINK),
    }),
)  # fmt: skip
LINKS = {"title": TEXT, "description": TEXT, "links": listed(LINK)}
F = {"f": {"type": "string", "enum": ["json"], "description": "The only form there is."}}


@dataclass(frozen=True, slots=True)
class Layer:
    """One collection. scope, roles: who may read it; found: its features beyond a number, at most so many, in a box."""

    title: str
    description: str
    scope: Scope
    roles: tuple[Role, ...]
    found: Callable[[Transaction, int, int, Bounds | None], list[Feature]]


LAYERS = {
    "accounts": Layer(
        "Accounts", "Customers and prospects that have a place.", Scope.ACCOUNTS_READ, EVERYONE, features.accounts
    ),
    "regions": Layer(
        "Regions", "Municipalities, postcodes and the like.", Scope.TERRITORIES_READ, DESK, features.regions
    ),
    "routes": Layer("Routes", "The streets of today's plans.", Scope.PLANS_READ, EVERYONE, features.routes),
    "territories": Layer(
        "Territories", "What each rep looks after.", Scope.TERRITORIES_READ, EVERYONE, features.territories
    ),
}
BBOX = {
    "type": "string", "maxLength": 200,
    "pattern": r"^-?[0-9]+(\.[0-9]+)?(,-?[0-9]+(\.[0-9]+)?){3}((,-?[0-9]+(\.[0-9]+)?){2})?$",
    "description": "West, south, east, north in degrees; west > east goes across the antimeridian.",
}  # fmt: skip


@operation(
    "GET", "/ogc", "The layers as an OGC API", tag=TAG, query=F, refuses=400,
    answers={200: ("Where to go on.", named("Landing", record(LINKS)))},
)  # fmt: skip
def read_landing(_given: Given) -> Reply:
    """In QGIS: Layer, Add WFS / OGC API - Features layer, this address, and the token as the password."""
    links = [
        _link("", "self", JSON, "This page"),
        _link("/conformance", "conformance", JSON, "What it conforms to"),
        _link("/collections", "data", JSON, "The layers"),
        {
            "href": _address("/api/v1/openapi.json"), "rel": "service-desc",
            "type": "application/vnd.oai.openapi+json;version=3.1", "title": "The document of the API",
        },
    ]  # fmt: skip
    return Reply({"title": "GCRM", "description": "Accounts, territories, regions and today's routes.", "links": links})


@operation(
    "GET", "/ogc/conformance", "What the layers conform to", tag=TAG, query=F, refuses=400,
    answers={200: ("The classes.", named("Conformance", record({"conformsTo": listed(TEXT)})))},
)  # fmt: skip
def read_conformance(_given: Given) -> Reply:
    """Core and GeoJSON."""
    return Reply({"conformsTo": CONFORMS})


@operation(
    "GET", "/ogc/collections", "List layers", tag=TAG, query=F, refuses=400,
    answers={200: ("Those that the token may read.", COLLECTIONS)},
)  # fmt: skip
def list_layers(_given: Given) -> Reply:
    """Each needs the scope that reads what is in it."""
    found = [_collection(name, one) for name, one in LAYERS.items() if _may_read(one)]
    return Reply({"collections": found, "links": [_link("/collections", "self", JSON, "This page")]})


@operation(
    "GET", "/ogc/collections/<name>", "Read what a layer is", tag=TAG, query=F, refuses=400,
    answers={200: ("The layer.", COLLECTION)},
)  # fmt: skip
def read_layer(given: Given) -> Reply:
    """Accounts, regions, routes or territories."""
    name = given.path["name"]
    return Reply(_collection(name, _layer(name)))


@operation(
    "GET", "/ogc/collections/<name>/items", "Read the features of a layer", tag=TAG, refuses=400,
    answer_type=GEOJSON, answers={200: ("A page of features, by id.", FEATURES), 404: NO_SUCH},
    query={
        **F, "bbox": BBOX, "limit": LIMIT, "cursor": CURSOR,
        "bbox-crs": {"type": "string", "enum": [CRS84]}, "crs": {"type": "string", "enum": [CRS84]},
        "datetime": {"type": "string", "maxLength": 100, "description": "Passed over: the features have no time."},
    },
)  # fmt: skip
def list_features(given: Given) -> Reply:
    """The next page is behind the link `next`."""
    name = given.path["name"]
    layer, limit = _layer(name), given.query["limit"]
    found = layer.found(snapshot(), int(given.query.get("cursor", 0)), limit + 1, _bounds(given.query.get("bbox", "")))
    shown = found[:limit]
    links = [_link(f"/collections/{name}/items", "self", GEOJSON, "This page", request.args)]
    if len(found) > limit:
        onward = {**request.args, "cursor": str(shown[-1]["id"])}
        links.append(_link(f"/collections/{name}/items", "next", GEOJSON, "The next page", onward))
    document = {"type": "FeatureCollection", "features": shown, "numberReturned": len(shown), "links": links}
    return Reply(document, content_type=GEOJSON)


@operation(
    "GET", "/ogc/collections/<name>/items/<int:number>", "Read one feature", tag=TAG, query=F, refuses=400,
    answer_type=GEOJSON, answers={200: ("The feature.", FEATURE)},
)  # fmt: skip
def read_feature(given: Given) -> Reply:
    """By id."""
    name, number = given.path["name"], given.path["number"]
    layer = _layer(name)
    found = layer.found(snapshot(), number - 1, 1, None)
    if not found or found[0]["id"] != number:
        raise NotFound(f"There is no feature {number} in {name}.", "Find it in the layer.")
    links = [
        _link(f"/collections/{name}/items/{number}", "self", GEOJSON, "This feature"),
        _link(f"/collections/{name}", "collection", JSON, "Its layer"),
    ]
    return Reply({**found[0], "links": links}, content_type=GEOJSON)


def _may_read(layer: Layer) -> bool:
    return layer.scope in caller().token.scopes and me().role in layer.roles


def _layer(name: str) -> Layer:
    layer = LAYERS.get(name)
    if layer is None:
        raise NotFound(f"There is no layer {name[:40]!r}.", f"The layers are {', '.join(LAYERS)}.")
    if not _may_read(layer):
        raise Refused(403, f"The token does not read {name}.", f"It needs {layer.scope}, and a role that may.")
    return layer


def _collection(name: str, layer: Layer) -> dict[str, Any]:
    return {
        "id": name,
        "title": layer.title,
        "description": layer.description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {"spatial": {"bbox": [list(WORLD)], "crs": CRS84}},
        "links": [
            _link(f"/collections/{name}", "self", JSON, layer.title),
            _link(f"/collections/{name}/items", "items", GEOJSON, layer.title),
        ],
    }


def _bounds(text: str) -> Bounds | None:
    """The box that was asked for; of one with heights these are passed over. Raises Refused."""
    if not text:
        return None
    numbers = [float(one) for one in text.split(",")]
    west, south, east, north = numbers if len(numbers) == 4 else (*numbers[:2], *numbers[3:5])
    if not (math.isfinite(west) and math.isfinite(east) and -90 <= south <= north <= 90):
        raise Refused(400, f"The box {text[:80]} is none.", "Give west,south,east,north in degrees, south first.")
    return max(west, -180.0) if west <= 180 else 180.0, south, min(east, 180.0) if east >= -180 else -180.0, north


def _link(path: str, rel: str, kind: str, title: str, query: Any = None) -> dict[str, str]:
    asked = f"?{urlencode(dict(query))}" if query else ""
    return {"href": _address(f"{ROOT}{path}{asked}"), "rel": rel, "type": kind, "title": title}


def _address(path: str) -> str:
    """An address in full, as map programs want it."""
    return request.host_url.rstrip("/") + path

"""The shapes of what the API takes and answers, as JSON Schema: each resource once, by name."""

from typing import Any

from gcrm.accounts.model import Kind, Level, Priority
from gcrm.activities.model import ActivityKind, Outcome, Verdict
from gcrm.jobs.model import JobState
from gcrm.people.token import Scope
from gcrm.people.user import Role

Json = dict[str, Any]

MOST_PAGE = 500
USUAL_PAGE = 100
MOST_ID = 2**31 - 1

SCHEMAS: dict[str, Json] = {}
"""Every named shape, for the document's components."""


def named(name: str, shape: Json) -> Json:
    """Keep a shape under its name; where it is spoken of, the name stands."""
    SCHEMAS[name] = shape
    return {"$ref": f"#/components/schemas/{name}"}


def resolved(shape: Any) -> Any:
    """The shape with every name in it replaced by what it stands for, for a check outside of the document."""
    if isinstance(shape, dict):
        if "$ref" in shape:
            return resolved(SCHEMAS[shape["$ref"].rpartition("/")[2]])
        return {key: resolved(value) for key, value in shape.items()}
    return [resolved(one) for one in shape] if isinstance(shape, list) else shape


def record(required: Json, optional: Json | None = None) -> Json:
    """An object with these members and no others; the first must be there."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def maybe(shape: Json) -> Json:
    """The same, or null where nothing is known."""
    if isinstance(shape.get("type"), str) and "enum" not in shape:
        return {**shape, "type": [shape["type"], "null"]}
    return {"anyOf": [shape, {"type": "null"}]}


def listed(shape: Json) -> Json:
    """A list of those."""
    return {"type": "array", "items": shape}


TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
WHOLE: Json = {"type": "integer"}
FLAG: Json = {"type": "boolean"}
ID: Json = {"type": "integer", "minimum": 1, "maximum": MOST_ID}
DAY: Json = {"type": "string", "format": "date"}
INSTANT: Json = {"type": "string", "format": "date-time"}
KEY: Json = {"type": "string", "minLength": 1, "maxLength": 200}


def one_of(choices: Any) -> Json:
    """A text out of some."""
    return {"type": "string", "enum": [str(one.value) for one in choices]}


CURSOR: Json = {
    "type": "string", "pattern": "^[0-9]{1,10}$", "description": "`next` of the page before; leave out for the first.",
}  # fmt: skip
LIMIT: Json = {
    "type": "integer", "minimum": 1, "maximum": MOST_PAGE, "default": USUAL_PAGE, "description": "Most on one page.",
}  # fmt: skip


def page(name: str, item: Json) -> Json:
    """A page of a list: the items, and what to ask for next, null after the last."""
    return named(name, record({"items": listed(item), "next": maybe(TEXT)}))


PLACE = named("Place", record({"lon": NUMBER, "lat": NUMBER}) | {"description": "Longitude and latitude, EPSG:4326."})

PROBLEM = named(
    "Problem",
    {
        "type": "object",
        "description": "What went wrong (`detail`), and what to do next (`remedy`). `retry`: the same may do later.",
        "properties": {
            "type": TEXT, "title": TEXT, "status": WHOLE, "detail": TEXT, "remedy": TEXT, "retry": FLAG,
            "errors": listed(record({"field": TEXT, "fault": TEXT, "remedy": TEXT})),
            "current": {"type": "object", "description": "With 412: what stands there now."},
            "sent": {"type": "object", "description": "With 412: what you sent."},
        },
        "required": ["type", "title", "status", "detail", "remedy", "retry"],
    },
)  # fmt: skip

NO_SUCH = ("A parameter names what is not there, or not among yours.", PROBLEM)

ME = named(
    "Caller",
    record({
        "login": TEXT, "name": TEXT, "role": one_of(Role), "rep": maybe(TEXT), "token": TEXT,
        "scopes": listed(one_of(Scope)), "expires_at": INSTANT,
    }),
)  # fmt: skip

ADDRESS_PARTS: Json = dict.fromkeys(("line", "street", "house_number", "postcode", "city", "country"), TEXT)

ACCOUNT = named(
    "Account",
    record({
        "id": ID, "external_id": TEXT, "name": TEXT, "kind": one_of(Kind), "priority": one_of(Priority),
        "segment": TEXT, "address": record({**ADDRESS_PARTS, "text": TEXT}), "place": maybe(PLACE),
        "placement": record({
            "level": one_of(Level), "confidence": NUMBER, "matched": TEXT, "source": TEXT, "reason": TEXT,
        }),
        "contact": TEXT, "phone": TEXT, "email": TEXT, "website": TEXT, "opening_hours": TEXT,
        "visit_every_days": maybe(WHOLE), "visit_minutes": maybe(WHOLE), "last_visit": maybe(DAY),
        "skills": listed(TEXT), "languages": listed(TEXT), "holiday_region": TEXT, "note": TEXT,
        "territory_id": maybe(ID), "territory_locked": FLAG, "version": TEXT,
        "created_at": maybe(INSTANT), "updated_at": maybe(INSTANT),
    }),
)  # fmt: skip

ACCOUNT_FIELDS: Json = {
    "external_id": TEXT, "name": TEXT, "kind": one_of(Kind), "priority": one_of(Priority), "segment": TEXT,
    "address": record({}, ADDRESS_PARTS), "contact": TEXT, "phone": TEXT, "email": TEXT, "website": TEXT,
    "opening_hours": TEXT, "visit_every_days": maybe({"type": "integer", "minimum": 1, "maximum": 3650}),
    "visit_minutes": maybe({"type": "integer", "minimum": 1, "maximum": 1440}), "last_visit": maybe(DAY),
    "skills": listed(TEXT), "languages": listed(TEXT), "holiday_region": TEXT, "note": TEXT,
}  # fmt: skip
NEW_ACCOUNT = named("NewAccount", record({"name": TEXT}, ACCOUNT_FIELDS))
ACCOUNT_PATCH = named("AccountPatch", record({}, ACCOUNT_FIELDS) | {"minProperties": 1})

FIELD_CHANGE = named(
    "FieldChange",
    record({
        "at": INSTANT, "kind": TEXT, "by": TEXT, "user": TEXT, "change_set": WHOLE, "undone": FLAG, "field": TEXT,
        "before": {}, "after": {},
    }),
)  # fmt: skip

BULK_ROW = named(
    "BulkRow",
    record(
        {"row": WHOLE, "external_id": TEXT, "result": {"enum": ["created", "updated", "unchanged", "rejected"]}},
        {"id": ID, "errors": listed(record({"field": TEXT, "fault": TEXT, "remedy": TEXT}))},
    ),
)
BULK_RESULT = named(
    "BulkResult",
    record({
        "created": WHOLE, "updated": WHOLE, "unchanged": WHOLE, "rejected": WHOLE, "change_set": WHOLE,
        "rows": listed(BULK_ROW),
    }),
)  # fmt: skip

POSITION = record({
    "lon": {"type": "number", "minimum": -180, "maximum": 180},
    "lat": {"type": "number", "minimum": -90, "maximum": 90},
    "accuracy_m": {"type": "number", "minimum": 0, "maximum": 40_000_000},
})  # fmt: skip

ACTIVITY = named(
    "Activity",
    record({
        "id": ID, "account_id": ID, "kind": one_of(ActivityKind), "at": INSTANT, "rep_id": maybe(ID),
        "user_id": maybe(ID), "outcome": one_of(Outcome), "note": TEXT, "next_step": TEXT, "next_date": maybe(DAY),
        "check_in": maybe(record({
            "at": INSTANT, "place": maybe(PLACE), "accuracy_m": maybe(NUMBER), "distance_m": maybe(NUMBER),
            "verdict": one_of(Verdict),
        })),
        "client_id": TEXT, "withdrawn_at": maybe(INSTANT), "version": TEXT,
    }),
)  # fmt: skip
CLIENT_ID: Json = {
    "type": "string", "pattern": "^[0-9A-Za-z-]{0,64}$", "description": "Your own number for it: sent twice it is one.",
}  # fmt: skip
_TOLD: Json = {"outcome": one_of(Outcome), "note": TEXT, "next_step": TEXT, "next_date": maybe(DAY)}
NEW_ACTIVITY = named(
    "NewActivity",
    record(
        {"account_id": ID, "kind": one_of(ActivityKind)},
        {**_TOLD, "at": INSTANT, "position": maybe(POSITION), "client_id": CLIENT_ID},
    ),
)
ACTIVITY_PATCH = named("ActivityPatch", record({}, {**_TOLD, "withdrawn": FLAG}) | {"minProperties": 1})

REP = named(
    "Rep",
    record({
        "id": ID, "key": TEXT, "name": TEXT, "zone": TEXT, "home": maybe(PLACE), "hours": TEXT,
        "skills": listed(TEXT), "languages": listed(TEXT),
    }),
)  # fmt: skip
TERRITORY = named(
    "Territory",
    record({"id": ID, "name": TEXT, "rep_id": ID, "region_ids": listed(ID), "postcodes": listed(TEXT)}),
)
REGION = named(
    "Region",
    record({"id": ID, "set_name": TEXT, "name": TEXT, "population": maybe(WHOLE), "properties": {"type": "object"}}),
)
JOB = named(
    "Job",
    record({
        "id": ID, "kind": TEXT, "state": one_of(JobState), "message": TEXT, "done": WHOLE, "total": WHOLE,
        "error": TEXT, "remedy": TEXT, "result": maybe({"type": "object"}), "created_at": maybe(INSTANT),
        "started_at": maybe(INSTANT), "finished_at": maybe(INSTANT),
    }),
)  # fmt: skip

"""Fields of an account as a person calls them."""

from gcrm.common.language import say, to_say

WORDS = {
    "gcrm_id": "GCRM's number",
    "external_id": to_say("Your number"),
    "company_id": to_say("Number of the person's company"),
    "deleted": to_say("Deleted there: yes or no"),
    "line": to_say("Address in one cell"),
    "street": to_say("Street"),
    "name_2": to_say("Name where the first is empty"),
    "is_company": to_say("Firm or person"),
    "street_2": to_say("Address, second line"),
    "street_3": to_say("Address, third line"),
    "kind": to_say("Customer or prospect"),
    "status": to_say("Status: open or closed"),
    "crs": to_say("Reference system"),
    "contact": to_say("Contact person"),
    "email": "E-mail",
    "last_visit_days_ago": to_say("Days since the last visit"),
    "visit_every_days": to_say("Days between visits"),
    "visit_minutes": to_say("Minutes of a visit"),
    "lon": to_say("Longitude"),
    "lat": to_say("Latitude"),
    "coordinates": to_say("Coordinates in one cell"),
}
"""What a field is called where its own name does not say it."""


def word_of(field: str) -> str:
    """A field as a person calls it."""
    if field.startswith("address_"):
        _, number, part = field.split("_", 2)
        return say("{word_of}, address {number}", word_of=word_of(part), number=number)
    return say(WORDS.get(field, field.replace("_", " ").capitalize()))

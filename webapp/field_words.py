"""Fields of an account as a person calls them."""

WORDS = {
    "gcrm_id": "GCRM's number",
    "external_id": "Your number",
    "company_id": "Number of the person's company",
    "deleted": "Deleted there: yes or no",
    "line": "Address in one cell",
    "street": "Street",
    "name_2": "Name where the first is empty",
    "is_company": "Firm or person",
    "street_2": "Address, second line",
    "street_3": "Address, third line",
    "kind": "Customer or prospect",
    "status": "Status: open or closed",
    "crs": "Reference system",
    "contact": "Contact person",
    "email": "E-mail",
    "last_visit_days_ago": "Days since the last visit",
    "visit_every_days": "Days between visits",
    "visit_minutes": "Minutes of a visit",
    "lon": "Longitude",
    "lat": "Latitude",
    "coordinates": "Coordinates in one cell",
}
"""What a field is called where its own name does not say it."""


def word_of(field: str) -> str:
    """A field as a person calls it."""
    if field.startswith("address_"):
        _, number, part = field.split("_", 2)
        return f"{word_of(part)}, address {number}"
    return WORDS.get(field, field.replace("_", " ").capitalize())

"""The cells of one address, as exports divide it, made into an address."""

import re

from gcrm.accounts.model import Address
from gcrm.common.language import say
from gcrm.common.postcodes import clean_postcode
from gcrm.imports.address_lines import HOUSE_AT_AN_END, street_of
from gcrm.imports.aside import Aside

_POSTCODE_AND_TOWN = re.compile(
    r"(?P<code>(?:[A-Z]{1,3}[ -])?(?:\d{4} ?[A-Z]{2}(?= )|\d{4,6}|\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}))"
    r"[ ,]+(?P<town>[^\W\d].*)"
)


def address_of(parts: dict[str, str], region: str, remarks: list[str]) -> Address:
    """The address that the cells of one mean. parts: as in `ADDRESS`; region: the ISO code of the country.

    What is changed or put elsewhere is said in `remarks`.
    """
    line, written = parts["line"], parts["postcode"]
    if not written and (both := _POSTCODE_AND_TOWN.fullmatch(parts["city"])):
        # "PLZ Ort" is one column.
        written, parts["city"] = both["code"], both["town"]
    postcode, city = clean_postcode(written, region), parts["city"]
    if postcode.startswith("0") and not written.startswith("0"):
        remarks.append(
            say(
                "Postcode {written} has lost its zero in front; {postcode} is taken.",
                written=short(written),
                postcode=postcode,
            )
        )
    first = " ".join(part for part in (parts["street_type"], parts["street"]) if part)
    if line and not first and (postcode or city or parts["street_2"]):
        line, first = "", line
    street, beside = street_of((first, parts["street_2"], parts["street_3"]))
    if line and street:
        line = ""
    if beside:
        remarks.append(Aside(say("The address also says {beside}; kept in the note.", beside=short(", ".join(beside)))))
    number = parts["house_number"]
    if number and parts["house_suffix"] and not number.casefold().endswith(parts["house_suffix"].casefold()):
        number = (
            f"{number} {parts['house_suffix']}" if len(parts["house_suffix"]) > 1 else number + parts["house_suffix"]
        )
    if number and (at_the_end := re.search(r"\d+\s?[a-zA-Z]?$", street)) and HOUSE_AT_AN_END.fullmatch(street):
        if at_the_end[0].replace(" ", "").casefold() == number.replace(" ", "").casefold():
            number = ""
        else:
            remarks.append(
                say(
                    "Street {street} ends in a number; {house} is the house number.",
                    street=short(street),
                    house=short(number),
                )
            )
    return Address(
        line=line, street=street, house_number=number, postcode=postcode, city=city, country=parts["country"]
    )


def short(text: str) -> str:
    """A text as a remark quotes it."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")

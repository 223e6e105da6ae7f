"""What `routing` says to people, in the language at hand: it imports nothing of ours, so its English is put here.

Each text stands as `routing` writes it, a name in braces for each of its values; a message is told by them which text
it is, and said again with its values. `tests/unit/test_languages.py` fails where `routing` has a text that is not here.
"""

import re
from functools import cache

from gcrm.common.language import ENGLISH, language, say, to_say
from gcrm.platform.errors import GcrmError

TEXTS = (
    to_say("Districts cannot be made of this: {faults}."),
    to_say("Territories cannot be made of this: {faults}."),
    to_say("Distances or weights are below zero, no numbers, or not one weight a customer."),
    to_say("Sites are numbered 0 to {last}."),
    to_say("This day cannot be planned: {faults}."),
    to_say("This horizon cannot be planned: {faults}."),
    to_say("There are {visits} visits but {reps} sets of reps."),
    to_say("Correct the input."),
    to_say("Correct the fixed sites."),
    to_say("Give one each."),
    to_say("There is no street network at {path}."),
    to_say("The street network {name} is damaged: {damaged}."),
    to_say("The street network {name} was written by another version."),
    to_say("Import the area again."),
    to_say("{name} cannot be read as an OpenStreetMap extract: {damaged}."),
    to_say("Download it again."),
    to_say("{name} holds no streets. {fault}"),
    to_say("{name} cannot be read as a graph that OSMnx saved: {damaged}."),
    to_say("Save it with osmnx.save_graphml, or give an OpenStreetMap extract."),
    to_say("There is no street in it that a car may drive on."),
    to_say("Give an OpenStreetMap extract that holds ways tagged highway=*, with their nodes."),
    to_say("The format of {name} is not known."),
    to_say("Give an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2) or a saved OSMnx graph (.graphml)."),
    to_say("There is no file {file}."),
    to_say("Give the path of an OpenStreetMap extract."),
    to_say("OpenStreetMap knows no area called {place}."),
    to_say('Add the country, as in "Ghent, Belgium", or name what is around.'),
    to_say("OpenStreetMap's servers could not be asked for {place}: {failed}."),
    to_say("Check the connection, or download an extract elsewhere and import the file."),
    to_say("OpenStreetMap's server gave up: {remark}."),
    to_say("Try again later, name a smaller place, or download an extract elsewhere and import the file."),
    to_say("OSRM is not installed: its wheels need Python 3.12 or later."),
    to_say("Set GCRM_ROUTER=streets, or run on a newer Python."),
    to_say("OSRM was not prepared for this area: {name} is missing."),
    to_say("Import the area again from an OpenStreetMap extract, or set GCRM_ROUTER=streets."),
    to_say("OSRM cannot be prepared from {name}: a saved street graph lacks what it reads."),
    to_say("Use the street graph as router, or import an OpenStreetMap extract."),
    to_say("OSRM takes a street across the antimeridian for one around the Earth, and there are some here."),
    to_say("The street graph knows better; use it as router."),
    to_say("The street graph does without it; nothing needs to be done."),
    to_say("OSRM could not be prepared from {name}: {why}."),
    to_say("Use the street graph as router, or give another extract."),
    to_say("No road lies within {most} m of {lon},{lat}."),
    to_say("Check the coordinates, longitude first, or import the area that holds them."),
    to_say("No drive leads from {lon},{lat} to {to_lon},{to_lat}."),
    to_say("One of them may lie on an island of the road network; check its place on the map."),
    to_say("OSRM cannot read its files {name}.osrm.*: {damaged}."),
    to_say("The OSRM server {server} allows tables of fewer than {most} places."),
    to_say("Start it with `osrm-routed --max-table-size {size}`."),
    to_say("The OSRM server {server} is of no use now: {why}."),
    to_say("Start it, correct GCRM_OSRM_URL, or unset it to use the area's own router."),
    to_say("The OSRM server {server} knows no street within {most} km of {lon},{lat}, which lies in your area."),
    to_say("Start it with the files of your area, or choose the area that it was prepared for."),
    to_say("Reading streets"),
    to_say("Reading junctions"),
    to_say("Reading turn restrictions"),
    to_say("Joining streets"),
    to_say("Finding the turns between streets"),
    to_say("Reading {name}"),
    to_say("Looking up {place}"),
    to_say("Writing the extract"),
    to_say("Downloading"),
    to_say("Preparing OSRM: converting {name}"),
    to_say("Preparing OSRM: reading streets"),
    to_say("Preparing OSRM: building shortcuts"),
)


def said_again(text: str) -> str:
    """A message of `routing` in the language at hand; any other text as it is."""
    if language() == ENGLISH:
        return text
    for known, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return say(known, **{name: said_again(value) for name, value in found.groupdict().items()})
    return text


def fault_and_remedy(error: GcrmError) -> tuple[str, str]:
    """What an error says, in the language at hand, whichever room it comes from."""
    if type(error).__module__.startswith("routing."):
        return said_again(error.fault), said_again(error.remedy)
    return error.fault, error.remedy


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Each text with what a message of it looks like; those with most words of their own come first."""
    ordered = sorted(TEXTS, key=lambda text: -len(re.sub(r"\{\w+\}", "", text)))
    return [(text, re.compile(_pattern(text), re.DOTALL)) for text in ordered]


def _pattern(text: str) -> str:
    parts = re.split(r"\{(\w+)\}", text)
    return "".join(f"(?P<{part}>.*)" if number % 2 else re.escape(part) for number, part in enumerate(parts))

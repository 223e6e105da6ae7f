"""Find the places that an address may mean, and the address that a place has."""

from gcrm.common.language import say
from gcrm.geocoding import Candidate
from gcrm.platform.errors import InputRejected
from gcrm.workspace import Workspace
from routing.points import LonLat

MOST = 50


def find_address(workspace: Workspace, text: str, limit: int = 5) -> list[Candidate]:
    """Places that a text may mean in the current area, best first; empty where nothing is good enough.

    Raises InputRejected for an empty text or a limit under 1, NotReady where no area is imported.
    """
    if not text.strip():
        raise InputRejected(say("No address is given."), say("Type a street, a number and a town."))
    if not 1 <= limit <= MOST:
        raise InputRejected(
            say("A limit of {limit} is not possible.", limit=limit), say("Ask for 1 to {most} answers.", most=MOST)
        )
    return workspace.geocoder.find(text, limit)


def suggest_address(workspace: Workspace, text: str, limit: int = 8) -> list[Candidate]:
    """Addresses that somebody may be typing, best first; empty for nothing typed yet.

    Raises InputRejected for a limit under 1, NotReady where no area is imported.
    """
    if not 1 <= limit <= MOST:
        raise InputRejected(
            say("A limit of {limit} is not possible.", limit=limit), say("Ask for 1 to {most} answers.", most=MOST)
        )
    return workspace.geocoder.suggest(text, limit)


def address_at(workspace: Workspace, place: LonLat) -> Candidate | None:
    """The nearest known address to a place, None where there is none near by.

    Raises NotReady where no area is imported.
    """
    return workspace.geocoder.reverse(place)

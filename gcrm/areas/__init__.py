"""Street data read from an OpenStreetMap extract: areas, what they hold, and the basemap tiles cut from them."""

from typing import TYPE_CHECKING, Any

from routing.late import attribute_of

if TYPE_CHECKING:
    from gcrm.areas.area import Area
    from gcrm.areas.areas import Areas
    from gcrm.areas.info import ATTRIBUTION, AreaInfo

__all__ = ["ATTRIBUTION", "Area", "AreaInfo", "Areas"]

_HOMES = {
    "Area": "gcrm.areas.area",
    "Areas": "gcrm.areas.areas",
    "ATTRIBUTION": "gcrm.areas.info",
    "AreaInfo": "gcrm.areas.info",
}


def __getattr__(name: str) -> Any:
    return attribute_of(__name__, name, _HOMES)

"""Street data read from an OpenStreetMap extract: areas, what they hold, and the basemap tiles cut from them."""

from gcrm.areas.area import Area
from gcrm.areas.areas import Areas
from gcrm.areas.info import ATTRIBUTION, AreaInfo

__all__ = ["ATTRIBUTION", "Area", "AreaInfo", "Areas"]

"""One imported area: its router, its geocoder, its tiles and what else was read from the extract."""

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gcrm.areas.files import ADDRESS_INDEX, BASEMAP, HOMES, LAYERS, ROUTING
from gcrm.areas.info import AreaInfo
from gcrm.areas.shelf import Held
from gcrm.common.language import say
from routing.errors import RouterUnavailable

if TYPE_CHECKING:
    import geopandas as gpd

    from gcrm.areas.homes import Homes
    from gcrm.areas.picture import Frame
    from gcrm.areas.tiles import Tiles
    from gcrm.geocoding import Geocoder
    from routing.network.street_network import StreetNetwork
    from routing.travel_times import TravelTimes


class Area:
    """One version of one area; it stays readable while this object lives, even when a newer extract replaces it.

    Parts are opened on first use and kept. Safe to share between threads.
    """

    def __init__(self, info: AreaInfo, folder: Path) -> None:
        """folder: of the version. Raises FileNotFoundError if it has been swept out."""
        self.info = info
        self.folder = folder
        self._held = Held(folder)
        self._lock = threading.RLock()
        self._routers: dict[str, TravelTimes] = {}
        self._geocoder: Geocoder | None = None

    def travel_times(self, router: str = "auto", osrm_url: str = "") -> "TravelTimes":
        """The router: "osrm", "streets", or "auto" for OSRM where it is installed and was prepared.

        osrm_url: where an OSRM server of the area listens; it takes the place of OSRM in the process.
        Raises RouterUnavailable if OSRM is asked for and cannot be had.
        """
        chosen = ("osrm" if osrm_url or self._has_osrm() else "streets") if router == "auto" else router
        key = osrm_url if chosen == "osrm" and osrm_url else chosen
        with self._lock:
            if key not in self._routers:
                self._routers[key] = self._opened(chosen, osrm_url)
            return self._routers[key]

    def geocoder(self) -> "Geocoder":
        """The geocoder on the area's own addresses."""
        from gcrm.geocoding import Geocoder

        with self._lock:
            if self._geocoder is None:
                self._geocoder = Geocoder(self.folder / ADDRESS_INDEX)
            return self._geocoder

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """A vector tile of the basemap, or None where there is nothing; see Tiles.tile."""
        return self._tiles.tile(z, x, y)

    def picture(self, frame: "Frame") -> str:
        """The streets in a frame as an SVG document; see `street_picture`."""
        return self._tiles.picture(frame)

    def points_of_interest(self) -> "gpd.GeoDataFrame":
        """Shops, offices, crafts, amenities, places to stay: category, kind, name, osm_id; Point, EPSG:4326."""
        return self._points_of_interest.copy()

    def places(self) -> "gpd.GeoDataFrame":
        """Towns, villages, quarters: name, kind, population (NaN where not known); Point, EPSG:4326."""
        return self._places.copy()

    @property
    def streets(self) -> "StreetNetwork":
        """The drivable streets, whichever router is used."""
        return self._network

    @cached_property
    def homes(self) -> "Homes":
        """Where people can live; none where no buildings are mapped, or the area was imported before they were kept."""
        from gcrm.areas.homes import Homes

        return Homes.load(self.folder / HOMES)

    @cached_property
    def boundary(self) -> Any:
        """Where the area's data is: Polygon or MultiPolygon, EPSG:4326."""
        return self._layer("boundary").geometry.iloc[0]

    @cached_property
    def _tiles(self) -> "Tiles":
        from gcrm.areas.tiles import Tiles

        return Tiles(self.folder / BASEMAP)

    @cached_property
    def _points_of_interest(self) -> "gpd.GeoDataFrame":
        return self._layer("point_of_interest")

    @cached_property
    def _places(self) -> "gpd.GeoDataFrame":
        return self._layer("place")

    def _layer(self, name: str) -> "gpd.GeoDataFrame":
        import pyogrio

        return pyogrio.read_dataframe(self.folder / LAYERS, layer=name)

    def _has_osrm(self) -> bool:
        from routing.travel_times import osrm

        return self.info.osrm == "ready" and osrm.is_available()

    def _opened(self, router: str, osrm_url: str) -> "TravelTimes":
        if router == "streets":
            return self._open_streets()
        return self._open_server(osrm_url) if osrm_url else self._open_osrm()

    def _open_osrm(self) -> "TravelTimes":
        from routing.travel_times import osrm

        if not self._has_osrm():
            why = self.info.osrm if self.info.osrm != "ready" else say("osrm-bindings is not installed.")
            raise RouterUnavailable(
                say("OSRM cannot be used for {area}: {why}", area=self.info.name, why=why),
                say(
                    "Set GCRM_ROUTER=streets, or install osrm-bindings (Python 3.12 or later) and "
                    "import the area again."
                ),
            )
        return osrm.OsrmTravelTimes(self.folder / ROUTING, self._network)

    def _open_server(self, url: str) -> "TravelTimes":
        from routing.travel_times.osrm_server import OsrmServerTravelTimes

        return OsrmServerTravelTimes(url, self._network)

    def _open_streets(self) -> "TravelTimes":
        from routing.travel_times.streets import StreetTravelTimes

        return StreetTravelTimes(self._network)

    @cached_property
    def _network(self) -> "StreetNetwork":
        from routing.network.street_network import StreetNetwork
        from routing.travel_times.osrm_prepare import streets_file

        return StreetNetwork.load(streets_file(self.folder / ROUTING))

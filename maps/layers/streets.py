"""The basemap: streets, water, buildings and names from vector tiles that the app cuts itself."""

from folium.plugins import VectorGridProtobuf

from maps.page import DataLayer


class Streets(DataLayer):
    """Vector tiles drawn in the colours of the page's theme, with the names of places and streets on top."""

    maker = "streets"
    file = "map-streets.js"
    default_js = VectorGridProtobuf.default_js

    def __init__(self, tiles_url: str, max_native_zoom: int = 16, *, names: bool = True) -> None:
        """tiles_url holds {z}, {x} and {y}; finer zooms enlarge the tiles of `max_native_zoom`.

        names: whether places and streets are named; not below a layer that writes names of its own.
        """
        self.default_js = list(VectorGridProtobuf.default_js)
        super().__init__({"url": tiles_url, "maxNativeZoom": max_native_zoom, "names": names})

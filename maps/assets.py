"""Where a map's scripts and style sheets come from: always the app itself, never another host.

Folium names public hosts in the class attributes `default_js` and `default_css` of every class. `use_local` replaces
them once, at start-up, by paths below the app's own static folder, where `webapp.assets` put the same files from npm.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import folium
import folium.plugins
from folium.elements import JSCSSMixin

SERVED = {
    "leaflet.js": "vendor/leaflet/leaflet.js",
    "leaflet.css": "vendor/leaflet/leaflet.css",
    "leaflet.markercluster.js": "vendor/leaflet.markercluster/leaflet.markercluster.js",
    "MarkerCluster.css": "vendor/leaflet.markercluster/MarkerCluster.css",
    "Leaflet.VectorGrid.bundled.js": "vendor/leaflet.vectorgrid/Leaflet.VectorGrid.bundled.js",
    "Control.FullScreen.min.js": "vendor/leaflet.fullscreen/Control.FullScreen.js",
    "Control.FullScreen.css": "vendor/leaflet.fullscreen/Control.FullScreen.css",
    "L.Control.Locate.min.js": "vendor/leaflet.locatecontrol/L.Control.Locate.min.js",
    "L.Control.Locate.min.css": "vendor/leaflet.locatecontrol/L.Control.Locate.min.css",
}
"""File that Folium asks for -> the file that is served for it, below the static folder."""

NOT_USED = {
    "jquery-3.7.1.min.js",
    "bootstrap.bundle.min.js",
    "bootstrap.min.css",
    "bootstrap-glyphicons.css",
    "leaflet.awesome-markers.js",
    "leaflet.awesome-markers.css",
    "leaflet.awesome.rotate.min.css",
    "all.min.css",
    "MarkerCluster.Default.css",
}
"""What Folium loads on every map for markers and pop-ups that no map here has; the page itself brings Bootstrap."""

_static = "/static"


def static(path: str) -> str:
    """The address of a file below the app's static folder."""
    return f"{_static}/{path}"


def use_local(static_url: str = "/static") -> None:
    """Point every class that Folium has to the files that the app serves from `static_url`. May be called again.

    A class whose files are not shipped gets addresses below `vendor/not-shipped/`: it fails in view of everyone,
    on this machine, rather than asking another host.
    """
    global _static  # noqa: PLW0603 - one app, one static folder, set at start-up
    _static = static_url.rstrip("/")
    for mapped in {JSCSSMixin, *_descendants(JSCSSMixin)}:
        for attribute in ("default_js", "default_css"):
            if attribute in vars(mapped):
                setattr(mapped, attribute, list(_localised(vars(mapped)[attribute])))


def _localised(files: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same files at their local addresses, without those that are not used."""
    for name, address in files:
        file = PurePosixPath(urlsplit(address).path).name
        if file in SERVED:
            yield name, static(SERVED[file])
        elif address.startswith("/"):
            yield name, address
        elif file not in NOT_USED:
            yield name, static(f"vendor/not-shipped/{file or name}")


def _descendants(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _descendants(child)


def folium_classes() -> set[type[Any]]:
    """Every class of Folium that loads a script or a style sheet."""
    return {mapped for mapped in _descendants(JSCSSMixin) if mapped.__module__.startswith(folium.__name__)}

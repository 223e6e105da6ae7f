"""A Folium map as two parts that a page takes in: its box, and its script.

The map stands in the page itself, without an iframe. Its script holds addresses and options, never account data; the
nonce of the content security policy goes only to that script. The files that a map needs are not loaded by the page,
which would not show before they are there: `map-later.js` loads them once the page is painted, and draws the map then.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import CssLink, Figure, JavascriptLink, MacroElement
from folium.plugins import Fullscreen, LocateControl
from folium.template import Template
from markupsafe import Markup, escape

from gcrm.common.language import say
from maps import assets

BBox = tuple[float, float, float, float]
"""west, south, east, north in degrees, EPSG:4326; west > east crosses the antimeridian."""


@dataclass(frozen=True, slots=True)
class MapParts:
    """What a template places: `html` in a box with a height, `script` after it."""

    html: Markup
    script: Markup


@dataclass(frozen=True, slots=True)
class RenderedMap:
    """A map before it is put into a page: its box, the inside of its script, and where `map-later.js` is."""

    html: str
    script: str
    loader: str

    def parts(self, nonce: str) -> MapParts:
        """The parts for a page whose content security policy has that nonce."""
        script = f'<script nonce="{escape(nonce)}">{self.script}</script>'
        loader = f'<script src="{escape(self.loader)}" defer></script>'
        return MapParts(
            html=Markup(self.html),  # noqa: S704 - the label is escaped in the template
            script=Markup(script + loader),  # noqa: S704 - options pass through tojson
        )


class WorkMap(folium.Map):
    """A map to work on: no tiles from elsewhere, a label for screen readers, its style in a file.

    label names the map's region for screen readers. bbox is the first view. key, if given, keeps the view in the
    browser's session under that name, so that it outlives a reload. messages are texts for the person looking.
    """

    _template = Template(
        """
        {% macro html(this, kwargs) %}
        <div class="gcrm-map" id="{{ this.get_name() }}" role="region" aria-label="{{ this.label|e }}"></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = gcrm.map({{ this.get_name()|tojson }}, {{ this.settings|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, label: str, bbox: BBox | None = None, key: str = "", **settings: Any) -> None:
        super().__init__(tiles=None)
        self.label = label
        self.settings: dict[str, Any] = {**settings, "bbox": bbox, "key": key}
        self.default_js = [*folium.Map.default_js, ("gcrm_map", assets.static("map.js"))]
        self.default_css = [*folium.Map.default_css, ("gcrm_map_css", assets.static("map.css"))]

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]
        """Render without Folium's inline switches and page-wide style."""
        super(folium.Map, self).render(**kwargs)  # type: ignore[no-untyped-call]


class DataLayer(folium.elements.JSCSSMixin, folium.map.Layer):
    """A layer drawn by a script of ours from data that it fetches: `var name = gcrm.<maker>(options)`.

    Sub-classes set `maker`, the function's name in JavaScript, and `file`, its script below the static folder.
    """

    maker = ""
    file = ""
    _template = Template(
        """
        {% macro script(this, kwargs) %}
        var {{ this.get_name() }} = gcrm.{{ this.maker }}({{ this.options|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(name=self.maker, overlay=True, control=False)
        self._name = self.maker
        self.options = dict(options)
        self.default_js = [*self.default_js, (f"gcrm_{self.maker}", assets.static(self.file))]


def with_controls(drawn: WorkMap, *, locate: bool = False, fullscreen: bool = True) -> WorkMap:
    """Add the buttons that a map may have, and return it."""
    if fullscreen:
        Fullscreen(position="topright", title=say("Full screen"), title_cancel=say("Leave full screen")).add_to(drawn)
    if locate:
        LocateControl(position="topright", strings={"title": say("Show where I am")}, flyTo=False).add_to(drawn)
    return drawn


def rendered(drawn: WorkMap, *, patient: bool = False) -> RenderedMap:
    """Render the map.

    patient: for a page that is read without its map and has to be at hand first, as a rep's day on a phone.
    """
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    for child in list(figure._children.values()):  # noqa: SLF001 - branca has no other door to a figure's children
        assert isinstance(child, MacroElement)
        child.render()
    scripts, styles = [], []
    for name, child in figure.header._children.items():  # noqa: SLF001
        if isinstance(child, JavascriptLink):
            scripts.append(child.url)
        elif isinstance(child, CssLink):
            styles.append(child.url)
        else:
            # The page has its own kind of document, and no map of ours brings a style sheet in its text.
            assert name == "meta_http", name
    wanted = {"box": drawn.get_name(), "patient": patient, "scripts": scripts, "styles": styles}
    told = json.dumps(wanted).replace("<", "\\u003c")
    draw = figure.script.render()
    script = f"(window.gcrmMaps = window.gcrmMaps || []).push({{ ...{told}, draw() {{\n{draw}\n}} }});"
    return RenderedMap(figure.html.render(), script, assets.static("map-later.js"))

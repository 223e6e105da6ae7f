"""A Folium map as three parts that a page takes in: its links, its box, its script.

The map stands in the page itself, without an iframe. Its script holds addresses and options, never account data; the
nonce of the content security policy goes only to that script.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.plugins import Fullscreen, LocateControl
from folium.template import Template
from markupsafe import Markup, escape

from maps import assets

BBox = tuple[float, float, float, float]
"""west, south, east, north in degrees, EPSG:4326; west > east crosses the antimeridian."""


@dataclass(frozen=True, slots=True)
class MapParts:
    """What a template places: `header` before </head>, `html` in a box with a height, `script` after it."""

    header: Markup
    html: Markup
    script: Markup


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
        Fullscreen(position="topright", title="Full screen", title_cancel="Leave full screen").add_to(drawn)
    if locate:
        LocateControl(position="topright", strings={"title": "Show where I am"}, flyTo=False).add_to(drawn)
    return drawn


def parts(drawn: WorkMap, nonce: str) -> MapParts:
    """Render the map into the parts that a page takes in; `nonce` is that of the page's content security policy."""
    figure = drawn.get_root()
    assert isinstance(figure, Figure)
    for child in list(figure._children.values()):  # noqa: SLF001 - branca has no other door to a figure's children
        assert isinstance(child, MacroElement)
        child.render()
    figure.header._children.pop("meta_http", None)  # noqa: SLF001 - the page has its own
    script = figure.script.render()
    return MapParts(
        header=Markup(figure.header.render()),  # noqa: S704 - links to our own files only
        html=Markup(figure.html.render()),  # noqa: S704 - the label is escaped in the template
        script=Markup(f'<script nonce="{escape(nonce)}">{script}</script>'),  # noqa: S704 - options pass through tojson
    )

"""A map's parts, and where they come from."""

import json
import re

import folium
import folium.plugins

from maps import assets
from maps.layers.accounts import Accounts
from maps.layers.streets import Streets
from maps.page import MapParts, WorkMap, rendered, with_controls


def drawn(label: str = "Map of accounts") -> MapParts:
    assets.use_local("/static")
    shown = WorkMap(label, bbox=(9.4, 47.0, 9.7, 47.3), key="</script><script>alert(1)</script>")
    Streets("/map/tiles/a/1/{z}/{x}/{y}.mvt").add_to(shown)
    Accounts("/map/points", "/map/accounts/{id}", query="text=</script>").add_to(shown)
    return rendered(with_controls(shown, locate=True)).parts("n0nce")


def test_no_class_of_folium_names_another_host() -> None:
    assets.use_local("/static")
    addresses = [
        address
        for mapped in assets.folium_classes()
        for attribute in ("default_js", "default_css")
        for _, address in getattr(mapped, attribute, [])
    ]
    assert len(addresses) > 20
    assert not [address for address in addresses if not address.startswith("/static/")]


def test_the_map_loads_only_our_own_files_and_the_page_does_not_wait_for_them() -> None:
    told = re.search(r"push\(\{ \.\.\.(\{.*?\}), draw\(\)", str(drawn().script))
    assert told
    wanted = json.loads(told.group(1))
    assert "/static/vendor/leaflet/leaflet.js" in wanted["scripts"]
    assert all(address.startswith("/static/") for address in wanted["scripts"] + wanted["styles"])
    loaded = re.findall(r'<script src="([^"]+)"( defer)?', str(drawn().script))
    assert loaded == [("/static/map-later.js", " defer")]


def test_one_script_carries_the_nonce_and_nothing_breaks_out_of_it() -> None:
    script = str(drawn().script)
    assert script.startswith('<script nonce="n0nce">')
    assert script.count("nonce=") == 1
    assert script.count("<script") == script.count("</script>") == 2


def test_the_label_is_text() -> None:
    html = str(drawn('"><img src=x onerror=alert(1)>').html)
    assert "<img" not in html
    assert 'role="region"' in html


def test_folium_s_own_switches_are_not_in_the_page() -> None:
    assert "L_NO_TOUCH" not in str(drawn().script)
    assert issubclass(WorkMap, folium.Map)

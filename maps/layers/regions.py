"""Regions coloured by one measure (choropleth), or by who looks after them."""

from maps.page import DataLayer


class Regions(DataLayer):
    """Regions and all their measures fetched from `url` once; `measure` is the one shown first."""

    maker = "regions"
    file = "map-regions.js"

    def __init__(self, url: str, measure: str) -> None:
        super().__init__({"url": url, "measure": measure})

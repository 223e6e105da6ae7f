"""The areas within so many minutes by car of a place that is clicked."""

from collections.abc import Sequence

from maps.page import DataLayer


class Catchment(DataLayer):
    """Nested areas fetched from `url` with `lon`, `lat` and `minutes`; the minutes are chosen by buttons."""

    maker = "catchment"
    file = "map-catchment.js"

    def __init__(self, url: str, minutes: Sequence[float], origin: tuple[float, float] | None = None) -> None:
        super().__init__({"url": url, "minutes": list(minutes), "origin": origin})

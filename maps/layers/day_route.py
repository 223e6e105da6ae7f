"""The day of one rep, or of all: numbered stops, legs on the streets, home and break."""

from maps.page import DataLayer


class DayRoutes(DataLayer):
    """Routes fetched from `url`; a colour, a line style and a label for each rep."""

    maker = "dayRoutes"
    file = "map-day.js"

    def __init__(self, url: str) -> None:
        super().__init__({"url": url})

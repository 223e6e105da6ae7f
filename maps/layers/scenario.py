"""A scenario: territories as they would be with their ground, accounts as points, those that change hands marked."""

from collections.abc import Sequence

from maps.page import DataLayer


class ScenarioMap(DataLayer):
    """The place that `static/scenario/drawing.js` draws in.

    units_url answers with the packed accounts, drawing_url with who has which and the outlines; card_url, with {id} in
    it, with one account. names: territories in the order of their colours, where several maps share them.
    """

    maker = "scenarioMap"
    file = "map-scenario.js"

    def __init__(self, units_url: str, drawing_url: str, card_url: str, names: Sequence[str] = ()) -> None:
        super().__init__({"unitsUrl": units_url, "drawingUrl": drawing_url, "cardUrl": card_url, "names": list(names)})

"""One account whose pin is dragged to its place, with the places that its address may mean."""

from maps import assets
from maps.page import DataLayer


class Pin(DataLayer):
    """The account fetched from `card_url`; the pin's place goes both ways in the page's event `gcrm:pin`.

    Elements of the page with `data-pin-number`, `data-pin-lon` and `data-pin-lat` are candidates, drawn by number.
    """

    maker = "pin"
    file = "map-pin.js"

    def __init__(self, card_url: str) -> None:
        self.default_js = [("gcrm_account_look", assets.static("map-account-look.js"))]
        super().__init__({"cardUrl": card_url})

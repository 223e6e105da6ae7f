"""A check-in: the account, and where the phone says it is with the accuracy that it claims."""

from maps import assets
from maps.page import DataLayer


class CheckIn(DataLayer):
    """The account fetched from `card_url`; the position comes as the page's event `gcrm:position`."""

    maker = "checkIn"
    file = "map-check-in.js"

    def __init__(self, card_url: str) -> None:
        self.default_js = [("gcrm_account_look", assets.static("map-account-look.js"))]
        super().__init__({"cardUrl": card_url})

"""Accounts as points that are coloured and chosen by any of their fields."""

from maps import assets
from maps.page import DataLayer


class AccountFields(DataLayer):
    """The place that `static/accounts/work.js` draws in. url answers with `maps.field_points`."""

    maker = "fieldsMap"
    file = "map-fields.js"

    def __init__(self, url: str, card_url: str) -> None:
        self.default_js = [("gcrm_account_look", assets.static("map-account-look.js"))]
        super().__init__({"url": url, "cardUrl": card_url})

"""Accounts as points: clusters with markers up to some thousands, one canvas beyond."""

from folium.plugins import MarkerCluster

from maps import assets
from maps.page import DataLayer

CLUSTER_UP_TO = 6_000
"""More points than this are drawn on one canvas: every marker is an element of the page."""


class Accounts(DataLayer):
    """Customers are circles, prospects are diamonds; the darker and earlier in the alphabet, the more they matter.

    points_url answers with `maps.points.encode`; card_url, with {id} in it, with one account as JSON. filter_form is
    a CSS selector: its fields are the query of the points. select is the id of an account to show at once.
    """

    maker = "accounts"
    file = "map-accounts.js"

    def __init__(
        self,
        points_url: str,
        card_url: str,
        *,
        query: str = "",
        filter_form: str = "",
        select: int | None = None,
        cluster_up_to: int = CLUSTER_UP_TO,
    ) -> None:
        self.default_js = [*MarkerCluster.default_js, ("gcrm_account_look", assets.static("map-account-look.js"))]
        self.default_css = list(MarkerCluster.default_css)
        super().__init__(
            {
                "url": points_url,
                "cardUrl": card_url,
                "query": query,
                "form": filter_form,
                "select": select,
                "clusterUpTo": cluster_up_to,
            }
        )

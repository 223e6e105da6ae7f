"""The blueprint of the API: every operation under /api/v1, its document, and a page that shows it."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import EVERYONE, allow
from webapp.api import accounts, activities, caller, changes, layers, plans, territories, webhooks
from webapp.api.dispatch import view_of
from webapp.api.document import BASE, document
from webapp.api.operation import OPERATIONS, Given, Reply, operation

__all__ = ["accounts", "activities", "blueprint", "caller", "changes", "layers", "plans", "territories", "webhooks"]

blueprint = Blueprint("api", __name__, template_folder="templates")


@operation(
    "GET",
    "/openapi.json",
    "This document",
    tag="About",
    public=True,
    answers={200: ("The OpenAPI 3.1 document.", {"type": "object"})},
)
def read_document(_given: Given) -> Reply:
    """It holds no data of yours, so it is read without a token."""
    return Reply(document())


@blueprint.get("/api/")
@allow(*EVERYONE)
def docs() -> ResponseReturnValue:
    """The document for people."""
    return render_template("api/docs.html", document=document(), base=BASE)


for one in OPERATIONS.values():
    # Some clients put a slash behind the address that they were given.
    blueprint.add_url_rule(BASE + one.rule, one.name, view_of(one), methods=[one.method], strict_slashes=False)

"""Two people cannot overwrite each other in silence: a change says which version it was made of."""

from typing import Any

from webapp.api.operation import Given
from webapp.api.problems import Refused

ANY = "*"


def seen_version(given: Given) -> str:
    """The version that the program has read; "" where it wants to change whatever is there. Raises Refused."""
    sent = given.if_match
    if not sent:
        raise Refused(
            428, "The request does not say which version it changes.", "Send the ETag that you have read as If-Match."
        )
    if sent == ANY:
        return ""
    if len(sent) > 82 or not (sent.startswith('"') and sent.endswith('"') and len(sent) > 2):
        raise Refused(422, "If-Match is no version.", "Send the ETag as you have read it, with its quotation marks.")
    return sent[1:-1]


def changed_first(current: dict[str, Any], sent: Any) -> Refused:
    """The answer to whoever comes second: both versions."""
    return Refused(
        412,
        "Somebody else changed it since you read it.",
        "Compare `current` with `sent`, then send what is to hold with the new ETag.",
        headers={"ETag": f'"{current["version"]}"'},
        current=current,
        sent=sent,
    )

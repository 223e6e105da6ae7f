"""Requests of other programs that carry a key of their own: done once, and answered the same each time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gcrm.common.language import say
from gcrm.platform.errors import Conflict, InputRejected
from gcrm.workspace import Workspace

KEPT = timedelta(days=1)
"""How long an answer is kept."""
GIVEN_UP = timedelta(minutes=10)
"""A request under way for longer died with its process, and nobody knows whether before or after its work."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a request was answered. is_final: whether it would be answered the same again."""

    status: int
    headers: dict[str, str]
    body: str
    is_final: bool = True


def answer_once(
    workspace: Workspace, token_id: int, key: str, asked: str, work: Callable[[], Answered]
) -> tuple[Answered, bool]:
    """Do the work unless it was done under that key already; the answer, and whether it was given the first time.

    key, asked: hashes of the key and of what is asked. Raises InputRejected where the key was used for something else,
    Conflict while the first request is under way, and where it was cut off: rather that than done twice in silence.
    """
    now = workspace.clock()
    with workspace.store.write() as tx:
        tx.answered_requests.sweep(now - KEPT)
        before = tx.answered_requests.get(token_id, key)
        if before is not None:
            was_asked, at, answer = before
            if was_asked != asked:
                raise InputRejected(
                    say("The Idempotency-Key was used for another request."), say("Make a new key for this one.")
                )
            if answer is not None:
                return Answered(answer["status"], answer["headers"], answer["body"]), False
            if now - at < GIVEN_UP:
                raise Conflict(say("The same request is under way."), say("Wait a moment and send it again."))
            raise Conflict(
                say("The first request with this key was cut off; it may have been carried out."),
                say("Look whether it was. If not, send it with a new key."),
            )
        tx.answered_requests.begin(token_id, key, asked, now)
    try:
        done = work()
    except BaseException:
        with workspace.store.write() as tx:
            tx.answered_requests.forget(token_id, key)
        raise
    with workspace.store.write() as tx:
        if done.is_final:
            kept = {"status": done.status, "headers": done.headers, "body": done.body}
            tx.answered_requests.answer(token_id, key, kept)
        else:
            tx.answered_requests.forget(token_id, key)
    return done, True

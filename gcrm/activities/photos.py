"""Photos that belong to a visit, a call or a note: taken at an account, shrunk on the phone, sent last.

They stand in the database, not in a folder beside it: a photo and what it belongs to are kept, backed up, moved to
another database and seen from every web machine together, or not at all.
"""

from collections.abc import Iterable

from gcrm.activities.check_in import checked_client_id
from gcrm.activities.model import Photo
from gcrm.activities.phone_clock import PhoneTimes, arrival
from gcrm.common.language import number, say
from gcrm.platform.errors import InputRejected, NotFound, NotReady
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace

LARGEST_BYTES = 4_000_000
"""Phones shrink photos to a tenth of this; a phone whose browser cannot sends them as they are, up to here."""

MOST_OF_ONE = 20
"""Photos that one visit may have."""

KINDS = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
"""First bytes to media type. WebP is told by two pieces, see `media_type_of`."""


def media_type_of(content: bytes) -> str:
    """What an image is by its first bytes, "" for what is none of those that every browser draws."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((name for head, name in KINDS.items() if content.startswith(head)), "")


def add_photo(
    workspace: Workspace, about: str, content: bytes, *, user_id: int, client_id: str, times: PhoneTimes | None = None
) -> Photo:
    """Keep a photo that was taken at a visit, call or note of this user. Sent twice it is one.

    Raises NotReady while what it belongs to has not arrived, which phones take for "later"; InputRejected for what is
    no photo, too large, one too many, or belongs to somebody else.
    """
    if not (checked_client_id(client_id) and checked_client_id(about)):
        raise InputRejected(say("The photo has no number."), say("Take it again."))
    media_type = media_type_of(content)
    if not media_type:
        raise InputRejected(say("That is not a photo."), say("Send a JPEG, PNG or WebP image."))
    if len(content) > LARGEST_BYTES:
        raise InputRejected(
            say("The photo has {number} MB.", number=number(len(content) / 1e6, 1)),
            say("Send one of at most {most} MB.", most=LARGEST_BYTES // 1_000_000),
        )
    now = workspace.clock()
    with workspace.store.write() as tx:
        kept = tx.photos.by_client_id(client_id)
        if kept is not None:
            if (kept.about, kept.user_id) != (about, user_id):
                raise InputRejected(say("That number is taken by another photo."), say("Take it again."))
            return kept
        activity = tx.activities.by_client_id(about)
        handed_in = None if activity else tx.activities.handed_in_as(about)
        owner = activity or handed_in
        if owner is None:
            raise NotReady(say("What the photo belongs to has not arrived yet."), say("It is sent again after it."))
        if owner.user_id != user_id:
            raise InputRejected(
                say("The photo belongs to an entry of somebody else."), say("Take it again at your own visit.")
            )
        if len(tx.photos.about([about])) >= MOST_OF_ONE:
            raise InputRejected(
                say("It has {most} photos already.", most=MOST_OF_ONE), say("Add a note, and put the others there.")
            )
        taken = arrival(times or PhoneTimes(), now).at
        return tx.photos.add(Photo(client_id, about, user_id, taken, now, media_type, len(content)), content)


def photo_with_content(workspace: Workspace, photo_id: int) -> tuple[Photo, bytes, int | None]:
    """A photo, its bytes, and the account that it was taken at, None where that is not known yet. Raises NotFound."""
    with workspace.store.read() as tx:
        found = tx.photos.with_content(photo_id)
        if found is None:
            raise NotFound(say("There is no such photo."), say("Look at the history of the account."))
        activity = tx.activities.by_client_id(found[0].about)
        return *found, activity.account_id if activity else None


def photos_about(tx: Transaction, client_ids: Iterable[str]) -> dict[str, list[Photo]]:
    """The photos of some activities by the phone's numbers of these, oldest first; those without are not in it."""
    found: dict[str, list[Photo]] = {}
    for photo in tx.photos.about(set(client_ids)):
        found.setdefault(photo.about, []).append(photo)
    return found

"""Retention: what has been held for its time goes; a dry run only says what would."""

from datetime import datetime, timedelta

from gcrm.common.language import say
from gcrm.people.session import LIFE
from gcrm.privacy.model import Retained
from gcrm.workspace import Workspace

LOOKS = timedelta(days=365)
HANDED_IN = timedelta(days=90)
ATTEMPTS = timedelta(days=1)
LAST = "retention ran at"
EVERY = timedelta(hours=20)


def retain(workspace: Workspace, *, dry_run: bool = False) -> Retained:
    """Take out what is past its time: positions (GCRM_POSITION_DAYS), looks at them, sessions, attempts to sign in."""
    now = workspace.clock()
    positions = now - timedelta(days=workspace.settings.position_days)
    with workspace.store.read() if dry_run else workspace.store.write() as tx:
        held = tx.privacy
        gone = (
            (say("positions of check-ins and check-outs"), held.forget_points(positions, dry_run=dry_run), positions),
            (say("looks at positions"), held.forget_looks(now - LOOKS, dry_run=dry_run), now - LOOKS),
            (say("entries of the audit log"), held.forget_events(now - LOOKS, dry_run=dry_run), now - LOOKS),
            (say("sessions that ended"), held.forget_sessions(now - LIFE, dry_run=dry_run), now - LIFE),
            (say("attempts to sign in"), held.forget_attempts(now - ATTEMPTS, dry_run=dry_run), now - ATTEMPTS),
            (
                say("visits handed in and filed"),
                held.forget_handed_in(now - HANDED_IN, dry_run=dry_run),
                now - HANDED_IN,
            ),
        )
        if not dry_run:
            tx.settings.set(LAST, now.isoformat())
    return Retained(dry_run, now, gone)


def retain_if_due(workspace: Workspace) -> Retained | None:
    """Run it once a day; None where that was done already."""
    with workspace.store.read() as tx:
        last = tx.settings.get(LAST)
    if last is not None and workspace.clock() - datetime.fromisoformat(last) < EVERY:
        return None
    return retain(workspace)

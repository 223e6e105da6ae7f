"""Whether the snapshot of the cube still tells what the database does, and a new one where it does not."""

from dataclasses import dataclass
from datetime import datetime

from gcrm.markets.cube.snapshot import CubeRefreshed, Snapshot, current_snapshot, refresh_cube, state_of
from gcrm.platform.errors import NotReady
from gcrm.platform.progress import Progress, quiet
from gcrm.transaction import Transaction
from gcrm.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CubeState:
    """The snapshot that counts, None where there is none; is_current: nothing was changed in the database since."""

    snapshot: Snapshot | None
    is_current: bool

    @property
    def as_of(self) -> datetime | None:
        """When its records were taken."""
        return self.snapshot.as_of if self.snapshot else None


def cube_state(workspace: Workspace, tx: Transaction) -> CubeState:
    """The snapshot that counts, held against the database as `tx` sees it."""
    try:
        snapshot = current_snapshot(workspace)
    except NotReady:
        return CubeState(None, is_current=False)
    return CubeState(snapshot, snapshot.state == state_of(tx))


def make_current(workspace: Workspace, progress: Progress = quiet) -> CubeRefreshed | None:
    """Refresh the cube unless its snapshot tells what the database does; what was taken, None where nothing was."""
    with workspace.store.read() as tx:
        state = cube_state(workspace, tx)
    return None if state.is_current else refresh_cube(workspace, progress)

"""The one place where settings, store, geocoder, travel times and clock are wired together.

The command line, the web app, the job worker and the tests all begin with `open_workspace`.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gcrm.platform.clock import Clock, system_clock
from gcrm.platform.settings import Settings

if TYPE_CHECKING:
    from gcrm.areas import Areas
    from gcrm.geocoding import Geocoder
    from gcrm.store import Patience, Store
    from routing.travel_times import TravelTimes


@dataclass
class Workspace:
    """Everything a use-case needs. Parts are opened on first use, so that `gcrm --help` opens none of them.

    Safe to share between threads; one a process.
    """

    settings: Settings
    clock: Clock = field(default=system_clock)
    patience: "Patience | None" = None
    keeps_connections: int = 0

    @cached_property
    def store(self) -> "Store":
        """The spatial database, brought to the newest schema."""
        from gcrm.store import open_store

        store = open_store(self.settings.database_url or self.settings.database_file, self.keeps_connections)
        if self.patience is not None:
            store.patience = self.patience
        return store

    def wait_for_writers(self, patience: "Patience") -> None:
        """Let transactions that write wait for others as long as that from now on."""
        self.patience = patience
        if "store" in self.__dict__:
            self.store.patience = patience

    @cached_property
    def areas(self) -> "Areas":
        """The imported street data."""
        from gcrm.areas import Areas

        return Areas(self.settings.areas_dir)

    @property
    def travel_times(self) -> "TravelTimes":
        """The router of the current area. Raises NotReady where no area is imported."""
        return self.areas.current().travel_times(self.settings.router, self.settings.osrm_url)

    @property
    def geocoder(self) -> "Geocoder":
        """The geocoder of the current area. Raises NotReady where no area is imported."""
        return self.areas.current().geocoder()

    def close(self) -> None:
        """Let go of files and connections."""
        if "store" in self.__dict__:
            self.store.close()


def open_workspace(
    settings: Settings | None = None, clock: Clock = system_clock, keeps_connections: int = 0
) -> Workspace:
    """Open the workspace that the settings name, making its folder if it is not there.

    keeps_connections: see `gcrm.store.open_store`.
    """
    settings = settings or Settings.from_environment()
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.files.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Workspace(settings, clock, keeps_connections=keeps_connections)

"""Download the streets of a place and import them."""

import tempfile
from pathlib import Path

from gcrm.areas import AreaInfo
from gcrm.areas.areas import checked_name
from gcrm.areas.import_area import import_area
from gcrm.platform.progress import Progress, quiet
from gcrm.workspace import Workspace


def download_area(workspace: Workspace, place: str, progress: Progress = quiet, *, name: str | None = None) -> AreaInfo:
    """Ask OpenStreetMap's servers for a place such as "Ghent, Belgium", through OSMnx; the area becomes the one in use.

    Only the name of the place leaves this machine. name: of the area; by default the place up to its first comma.
    Raises DownloadFailed where no server can be reached, PlaceUnknown for no such place, and what import_area does.
    """
    from routing.network.download import download_area as download

    name = checked_name(name if name is not None else place.split(",", maxsplit=1)[0].lower())
    with tempfile.TemporaryDirectory(prefix="download-", dir=workspace.settings.home) as folder:
        file = download(place, Path(folder) / f"{name}.osm.pbf", progress)
        return import_area(workspace, file, progress, name=name)

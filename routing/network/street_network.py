"""The drivable streets of an area, as compact arrays that compiled code can walk."""

import zipfile
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from routing.errors import NetworkUnreadable

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FORMAT = 2
"""Raised whenever the arrays change their meaning, so that an old file is not read as a new one."""


@dataclass(frozen=True, slots=True, eq=False)
class StreetNetwork:
    """Streets between junctions, and which turn leads from one to the next.

    A street is a line between two junctions. It makes one edge for each direction in which it may be driven.
    Longitudes and latitudes are degrees, EPSG:4326; metres are on the ellipsoid.

    lon, lat: (n,) the junctions. Ends of dead ends, changes of speed and cut edges of the extract are junctions too.
    shape: (c, 2) the points of all streets, lon and lat; street s has those from shape_start[s] to shape_start[s + 1].
    shape_start: (s + 1,) int32.
    tail, head: (e,) int32, the junctions that an edge leads from and to.
    street: (e,) int32, the street that the edge drives along; backward: (e,) bool, against the way it is drawn.
    twin: (e,) int32, the edge of the other direction, -1 where there is none.
    seconds, metres: (e,) to drive the edge from end to end.
    dislike: (e,) at least 1, how much longer than its seconds the edge seems to a driver who chooses the way.
    door_only: (e,) bool, driven to reach something on it, not to get through.
    private_yard: (e,) bool, somebody's own service road: a drive to it ends on the street outside if that is near.
    piece: (e,) int32, edges with the same number reach each other; 0 is the largest such piece.
    piece_size: (p,) int32, how many edges each piece has, largest first.
    turn_start: (e + 1,) int32; after edge a come the edges turn_to[turn_start[a] : turn_start[a + 1]].
    turn_to: (t,) int32; turn_s: (t,) seconds that the turn costs (angle, oncoming traffic, signals, gates).
    """

    lon: Floats
    lat: Floats
    shape: Floats
    shape_start: Ints
    tail: Ints
    head: Ints
    street: Ints
    backward: Flags
    twin: Ints
    seconds: Floats
    metres: Floats
    dislike: Floats
    door_only: Flags
    private_yard: Flags
    piece: Ints
    piece_size: Ints
    turn_start: Ints
    turn_to: Ints
    turn_s: Floats

    @property
    def junctions(self) -> int:
        """How many junctions there are."""
        return len(self.lon)

    @property
    def edges(self) -> int:
        """How many directed edges there are: a street driven both ways counts twice."""
        return len(self.tail)

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees; west is greater than east where the streets cross the antimeridian."""
        south, north = self.shape[:, 1].min(), self.shape[:, 1].max()
        lons = np.sort(self.shape[:, 0])
        gaps = np.diff(lons, append=lons[0] + 360)
        widest = int(np.argmax(gaps))
        return float(lons[(widest + 1) % len(lons)]), float(south), float(lons[widest]), float(north)

    def line(self, edge: int) -> Floats:
        """The points along an edge in the direction driven: (k, 2), lon and lat."""
        street = self.street[edge]
        points = self.shape[self.shape_start[street] : self.shape_start[street + 1]]
        return points[::-1] if self.backward[edge] else points

    def save(self, path: Path) -> None:
        """Write the network to one file (NumPy's npz)."""
        arrays = {field.name: getattr(self, field.name) for field in fields(self)}
        with path.open("wb") as file:
            np.savez(file, format=np.int32(FORMAT), **arrays)

    @classmethod
    def load(cls, path: Path) -> "StreetNetwork":
        """Read what `save` wrote.

        Raises NetworkUnreadable if the file is missing, damaged or of another version.
        """
        remedy = "Import the area again."
        try:
            with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                if int(file["format"]) != FORMAT:
                    raise NetworkUnreadable(f"The street network {path.name} was written by another version.", remedy)
                return cls(**{field.name: file[field.name] for field in fields(cls)})
        except FileNotFoundError as missing:
            raise NetworkUnreadable(f"There is no street network at {path}.", remedy) from missing
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as damaged:
            if isinstance(damaged, NetworkUnreadable):
                raise
            raise NetworkUnreadable(f"The street network {path.name} is damaged: {damaged}.", remedy) from damaged

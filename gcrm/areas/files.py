"""Names of the files in the folder of an area."""

ROUTING = "routing/area"
"""Path without ending of OSRM's files and of the street network beside them."""
ADDRESS_INDEX = "addresses.sqlite"
BASEMAP = "basemap"
HOMES = "homes.npz"
LAYERS = "layers.gpkg"
"""GeoPackage with the layers place, point_of_interest and boundary."""

"""GCRM: the geographic CRM for field sales. `gcrm/README.md` is the map of the house."""

from gcrm.platform.files.gdal import shut

# Before anything can load GDAL.
shut()

"""GCRM: the geographic CRM for field sales. `gcrm/README.md` is the map of the house."""

import os

from gcrm.platform.files.gdal import shut

# Before anything can load GDAL.
shut()

# Before anything can load NumPy. Our matrices are small: OpenBLAS's threads wait for each other in busy loops, and a
# table of the potential took five times the processor time. Whoever wants more sets it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

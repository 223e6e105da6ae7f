"""Any file of accounts as a table: CSV and its kin, XLSX, GeoJSON, GeoPackage, shapefile, vCard."""

from pathlib import Path

from gcrm.errors import InputRejected
from gcrm.records.columns import heading_score
from gcrm.records.table import MOST_BYTES, Table, read_csv

LAYERS = frozenset({".geojson", ".gpkg", ".shp", ".fgb"})
KINDS = "CSV, XLSX, GeoJSON, GeoPackage, shapefile or vCard"
_ZIP, _OLD_OFFICE, _SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0"


def read_table(path: Path) -> Table:
    """Read a file by what it is, which its first bytes say and, where they do not, its ending.

    Raises InputRejected where it cannot be read, is too large, or is nothing that holds accounts.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        raise InputRejected(
            f"{path} cannot be read: {error.strerror or error}.", "Check the name of the file."
        ) from error
    if size > MOST_BYTES:
        raise InputRejected(
            f"{path.name} has {size / 1e6:,.0f} MB.", f"Split it into files of at most {MOST_BYTES / 1e6:,.0f} MB."
        )
    ending = path.suffix.casefold()
    if head.startswith(_OLD_OFFICE):
        raise InputRejected(
            f"{path.name} is of the old Excel format, or locked with a password.", "Save it as XLSX or CSV, unlocked."
        )
    if head.startswith(_ZIP):
        from gcrm.records.xlsx import read_xlsx

        return read_xlsx(path)
    if head.startswith(_SQLITE) or ending in LAYERS or (ending == ".json" and b'"FeatureCollection"' in head):
        from gcrm.records.layers import read_layer

        return read_layer(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCARD"):
        from gcrm.records.vcard import read_vcards

        return read_vcards(path)
    if ending in {".xlsx", ".xlsm", ".pdf", ".doc", ".docx", ".ods"}:
        raise InputRejected(f"{path.name} is damaged, or no {ending[1:].upper()} file.", f"Save it as {KINDS}.")
    return read_csv(path, heading_score())

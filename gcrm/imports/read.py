"""Any file of accounts as a table: CSV and its kin, XLSX, GeoJSON, GeoPackage, shapefile, vCard, also in a zip file."""

from pathlib import Path

from gcrm.imports.columns import heading_score
from gcrm.imports.packed import check_shapefile, parts_of, read_packed
from gcrm.imports.table import MOST_BYTES, Table, read_csv
from gcrm.platform.errors import InputRejected

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
        return _read_zip(path, ending)
    if head.startswith(_SQLITE) or ending in LAYERS or (ending == ".json" and b'"FeatureCollection"' in head):
        from gcrm.imports.layers import read_layer

        if ending == ".shp":
            check_shapefile(path)
        return read_layer(path)
    if head.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCARD"):
        from gcrm.imports.vcard import read_vcards

        return read_vcards(path)
    if ending in {".xlsx", ".xlsm", ".pdf", ".doc", ".docx", ".ods"}:
        raise InputRejected(f"{path.name} is damaged, or no {ending[1:].upper()} file.", f"Save it as {KINDS}.")
    return read_csv(path, heading_score())


def _read_zip(path: Path, ending: str) -> Table:
    """A spreadsheet, which is a zip file inside, or the one file that a zip file holds."""
    names = {part.filename for part in parts_of(path)}
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        from gcrm.imports.xlsx import read_xlsx

        return read_xlsx(path)
    if ending in {".xlsx", ".xlsm"} or "mimetype" in names or "[Content_Types].xml" in names:
        raise InputRejected(f"{path.name} is a packed file, but no XLSX.", "Save the sheet as XLSX or CSV.")
    return read_packed(path, _read_unpacked)


def _read_unpacked(path: Path) -> Table:
    with path.open("rb") as file:
        if file.read(4) == _ZIP and path.suffix not in {".xlsx", ".xlsm"}:
            raise InputRejected(f"{path.stem} holds a packed file again.", "Unpack it once.")
    return read_table(path)

"""KML and GML, looked through before GDAL sees them."""

import re
from pathlib import Path

from gcrm.common.language import say
from gcrm.platform.errors import InputRejected

_STEP = 1_048_576
_OVERLAP = 16
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_xml(path: Path) -> None:
    """Raises InputRejected for a document that declares a type or entities, which can name files and grow without end.

    UTF-16 and UTF-32 are looked at without their zero bytes, so that no encoding hides a declaration.
    """
    before = b""
    with path.open("rb") as file:
        while some := file.read(_STEP):
            seen = before + some.replace(b"\0", b"")
            if _DECLARES.search(seen):
                raise InputRejected(
                    say("{path} declares entities, which no map data needs.", path=path.name),
                    say("Save it anew as GeoPackage or GeoJSON."),
                )
            before = seen[-_OVERLAP:]

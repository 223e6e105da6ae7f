"""What every page carries so that it works without a connection: its scripts' parts, and the time of its making."""

from pathlib import Path
from typing import Any

from flask import Flask

from webapp.context import workspace

PARTS = "offline"
OF_SOME_PAGES = frozenset({"device.js", "free-time.js", "pocket-data.js", "shrink-photo.js"})
"""Parts that only those pages load whose scripts import them."""


def register(app: Flask) -> None:
    """Hand the parts to every template."""
    folder = Path(str(app.static_folder))
    scripts = [file for file in (folder / PARTS).glob("*.js") if file.name not in OF_SOME_PAGES]
    parts = sorted(file.relative_to(folder).as_posix() for file in scripts)

    @app.context_processor
    def page_parts() -> dict[str, Any]:
        return {
            "script_parts": ["habits.js", *parts],
            "now_iso": lambda: workspace().clock().isoformat(),
        }

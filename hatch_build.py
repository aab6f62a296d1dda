"""Build hook: the theme goes into a wheel; an editable install looks like the installed package.

In a wheel, `plugins/NAME` becomes `pelican/plugins/NAME`, the folder where Pelican looks for
namespace plugins, and `themes/tertulia` stands beside the files that `tertulia init` copies. An
editable install adds a folder to the import path instead of copying files, so that folder must have
the same shape: two links under `.hatch/editable`, which follow the clone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Where a name of the installed package is found in the clone.
LINKS = {"pelican/plugins": "plugins", "syndication": "syndication"}
THEME = {"themes/tertulia": "syndication/starter/theme"}


class Layout(BuildHookInterface):  # type: ignore[type-arg,misc]
    """Adds the theme to a wheel, or lays the links for `pip install --editable`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before each build; `version` is `editable` or `standard`."""
        if version != "editable":
            build_data["force_include"].update(THEME)
            return
        clone = Path(self.root)
        for name, source in LINKS.items():
            link = clone / ".hatch" / "editable" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.unlink(missing_ok=True)
            link.symlink_to(clone / source, target_is_directory=True)

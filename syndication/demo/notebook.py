"""A small private file in which a demonstration remembers ports and tokens between two runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class NotebookError(ValueError):
    """The file is broken; the message says what to do."""


class Notebook:
    """A JSON object in a file that its owner alone can read; each change replaces the file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        """All that is remembered, nothing at first. Raises `NotebookError`."""
        try:
            return dict(json.loads(self.path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError) as error:
            raise NotebookError(
                f"{self.path} cannot be read: remove {self.path.parent} to start anew"
            ) from error

    def write(self, **values: object) -> None:
        """Remember `values` beside what is there already."""
        fresh = self.path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(
            json.dumps(self.read() | values, indent=1, ensure_ascii=False), encoding="utf-8"
        )
        fresh.replace(self.path)

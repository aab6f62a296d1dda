"""Where the documents lie and how a file is replaced: whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def document_path(page: str) -> str:
    """The file of a page below discussion/: ``/es/hola/`` → ``pages/es/hola/index.json``.

    Raises `ValueError` for a path that would leave the folder.
    """
    parts = page.lstrip("/").split("/")
    if any(part in ("..", ".") or "\0" in part or "\\" in part for part in parts):
        raise ValueError(f"not a page of a site: {page!r}")
    parts[-1] = (parts[-1] or "index") + ".json"
    return "/".join(["pages", *(part for part in parts if part)])


def continued_path(page: str, number: int) -> str:
    """The file of a long discussion's page `number`; 1 is `document_path` itself."""
    first = document_path(page)
    return first if number == 1 else f"{first.removesuffix('.json')}.{number}.json"


def replace_file(path: Path, data: bytes) -> bool:
    """Write `data` whole or not at all; False when the file already says exactly this.

    Raises `OSError` (full disk, read-only folder) with the old file untouched.
    """
    try:
        if path.read_bytes() == data:
            return False
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True

"""pagefind, the program: where it is, and one run of it."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

programs_may_be_left_out = True  # what pagefind makes follows from the pages that it is given
WHEELS = ("pagefind_bin_extended", "pagefind_bin")  # the first knows Chinese and Japanese as well
HOW_TO_GET_IT = "pip install 'tertulia[search]'"
ENTRY = "pagefind-entry.json"  # the one name in an index that says what is the newest


class SearchError(Exception):
    """No index could be made; the message says why."""


def program() -> Path | None:
    """The file to run: of a wheel, else on the PATH; None where there is none."""
    for wheel in WHEELS:
        try:
            return Path(importlib.import_module(wheel).get_executable())
        except (ImportError, FileNotFoundError):
            continue
    found = shutil.which("pagefind_extended") or shutil.which("pagefind")
    return Path(found) if found else None


def read_entry(path: Path) -> dict[str, Any]:
    """What pagefind says of an index. Raises `OSError`, `SearchError`."""
    try:
        entry = json.loads(path.read_bytes())
    except ValueError as error:
        raise SearchError(f"{path} is broken: remove {path.parent} and build again") from error
    return dict(entry)


def entry_bytes(entry: dict[str, Any]) -> bytes:
    """What pagefind's entry file says, always in one order: its own is another at each run."""
    said = json.dumps(entry, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return said.encode("utf-8")


def make_index(pagefind: Path, pages: Path, index: Path, timeout: float) -> None:
    """Index the HTML files below `pages` into the folder `index`; the same files make the same
    bytes. Raises `SearchError`.

    Cost for 600 words a page: 2.5 ms of CPU on all cores, and 85 kB of memory above 10 MB.
    """
    command = [pagefind, "--site", pages, "--output-path", index, "--quiet"]
    try:
        done = subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
        )
    except OSError as error:
        raise SearchError(f"{pagefind} cannot be run: {error.strerror or error}") from error
    except subprocess.TimeoutExpired as error:
        raise SearchError(
            f"pagefind took longer than {timeout:g} s; SEARCH_TIMEOUT gives it more"
        ) from error
    entry = index / ENTRY
    if done.returncode or not entry.is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SearchError(f"pagefind ended with {done.returncode}: {said[-1] if said else ''}")
    entry.write_bytes(entry_bytes(read_entry(entry)))

"""pagefind, the program: where it is, and one run of it."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from pathlib import Path

WHEELS = ("pagefind_bin_extended", "pagefind_bin")  # the first knows Chinese and Japanese as well
HOW_TO_GET_IT = "pip install 'tertulia[search]'"


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


def make_index(pagefind: Path, pages: Path, index: Path, timeout: float) -> None:
    """Index the HTML files below `pages` into the folder `index`. Raises `SearchError`."""
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
    if done.returncode or not (index / "pagefind-entry.json").is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SearchError(f"pagefind ended with {done.returncode}: {said[-1] if said else ''}")

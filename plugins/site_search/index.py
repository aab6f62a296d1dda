"""The index: made where words have changed, else taken from the cache."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from .bundle import sizes
from .program import ENTRY, SearchError, make_index, read_entry

renders_apart = True  # an index is put into the cache in one step, whoever makes it
INDEX, CONTENTS = "index", "contents.json"  # the latter: each file's size, and it was written last
KEPT = 3  # of each part in the cache: a preview's and the public one's have other addresses in them
# pagefind's ready-made interfaces; ours is smaller and speaks as the site does.
LEFT_OUT = shutil.ignore_patterns("*-ui.*", "pagefind-highlight.js", "playground")


class IndexCache:
    """A folder of indexes, each called by what it was made from, with a list of what is in it."""

    def __init__(self, folder: Path, pagefind: Path, timeout: float) -> None:
        """`timeout`: seconds that pagefind may take."""
        self.folder, self.pagefind, self.timeout = folder, pagefind, timeout

    def index(self, pages: Mapping[str, str]) -> tuple[Path, bool]:
        """The folder with the index of `pages`, file name → HTML, and whether it was damaged; it is
        made if it is not there, or not whole any more.

        Raises `SearchError`, `OSError`. Cost where it is there: a look at the size of each file.
        """
        found = self.folder / self._name(pages)
        damaged = found.is_dir() and not _is_whole(found)
        if damaged:
            shutil.rmtree(found)
        if not found.is_dir():
            self._make(pages, found)
        found.touch()
        return found / INDEX, damaged

    def _make(self, pages: Mapping[str, str], target: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".") as work:
            source, made, kept = Path(work, "pages"), Path(work, "made"), Path(work, "kept")
            source.mkdir()
            for name, html in pages.items():
                (source / name).write_text(html, encoding="utf-8")
            make_index(self.pagefind, source, made, self.timeout)
            shutil.copytree(made, kept / INDEX, ignore=LEFT_OUT)
            (kept / CONTENTS).write_text(json.dumps(sizes(kept / INDEX)), encoding="utf-8")
            kept.rename(target)

    def forget_old(self, parts: int) -> None:
        """Keep the newest indexes alone, `parts` of which make a site's."""
        there = [path for path in self.folder.iterdir() if path.name[0] != "."]
        newest_last = sorted(there, key=lambda path: path.stat().st_mtime_ns)
        for path in newest_last[: -KEPT * parts]:
            shutil.rmtree(path, ignore_errors=True)

    def _name(self, pages: Mapping[str, str]) -> str:
        program = self.pagefind.stat()
        digest = sha256(f"{self.pagefind} {program.st_size} {program.st_mtime_ns}".encode())
        for name, html in pages.items():
            digest.update(f"\0{name}\0{html}".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:32]


def _is_whole(kept: Path) -> bool:
    """A power cut leaves files empty or cut off, a failing disk takes some away."""
    try:
        read_entry(kept / INDEX / ENTRY)
        return bool(json.loads((kept / CONTENTS).read_bytes()) == sizes(kept / INDEX))
    except (OSError, ValueError, SearchError):
        return False

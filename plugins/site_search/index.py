"""The index: made where words have changed, else taken from the cache."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from .program import make_index

renders_apart = True  # an index is put into the cache in one step, whoever makes it
KEPT = 3  # of each part in the cache: a preview's and the public one's have other addresses in them
# pagefind's ready-made interfaces; ours is smaller and speaks as the site does.
LEFT_OUT = shutil.ignore_patterns("*-ui.*", "pagefind-highlight.js", "playground")


class IndexCache:
    """A folder of indexes, each called by what it was made from."""

    def __init__(self, folder: Path, pagefind: Path, timeout: float) -> None:
        """`timeout`: seconds that pagefind may take."""
        self.folder, self.pagefind, self.timeout = folder, pagefind, timeout

    def index(self, pages: Mapping[str, str]) -> Path:
        """The folder with the index of `pages`, file name → HTML; it is made if it is not there.

        Raises `SearchError`, `OSError`.
        """
        found = self.folder / self._name(pages)
        if not found.is_dir():
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".") as work:
                source, made = Path(work, "pages"), Path(work, "index")
                source.mkdir()
                for name, html in pages.items():
                    (source / name).write_text(html, encoding="utf-8")
                make_index(self.pagefind, source, made, self.timeout)
                shutil.copytree(made, Path(work, "kept"), ignore=LEFT_OUT)
                Path(work, "kept").rename(found)
        found.touch()
        return found

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

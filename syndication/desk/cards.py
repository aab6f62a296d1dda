"""Cards: one file a message and language, below a folder that only its owner may read.

The first line of a file is the digest of what the card was made from, so a stale one is known
without rendering. Forms depend on who looks: a card has a marker in their place, an element that
no foreign text can bring along, since all of it is escaped or reduced to a list of elements that
this one is not on.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, tzinfo
from pathlib import Path

from syndication.catalogues import Catalogues
from syndication.desk.facts import Facts
from syndication.desk.rendering import Pages, fingerprint
from syndication.model import digest_of

_UNFINISHED = ".tmp"
_MARKER = re.compile(r'<tertulia-form action="([a-z]+)"></tertulia-form>')


class Cards:
    """The cards of one site in one language."""

    def __init__(
        self,
        directory: Path,
        language: str,
        zone: tzinfo = UTC,
        catalogues: Catalogues | None = None,
    ) -> None:
        known = catalogues or Catalogues()
        self._folder = directory / language / "messages"
        self._pages = Pages(language, zone, known)
        self._base = f"{fingerprint(known)} {self._pages.texts.zone}"

    def html(self, facts: Facts, *, keep: bool = True) -> str:
        """The card, from its file where that is current. `keep`: write it where it is not."""
        path, digest = self._path(facts.message.id), self._digest(facts)
        kept = _read(path)
        if kept is not None and kept[0] == digest:
            return kept[1]
        card = self._render(facts)
        if keep:
            with suppress(OSError):  # a full disk keeps nobody from reading
                _write(path, f"{digest}\n{card}")
        return card

    def refresh(self, facts: Facts) -> bool:
        """Write the card if its file is not current; True when it was written."""
        path, digest = self._path(facts.message.id), self._digest(facts)
        kept = _read(path)
        if kept is not None and kept[0] == digest:
            return False
        _write(path, f"{digest}\n{self._render(facts)}")
        return True

    def kept(self) -> Iterator[int]:
        """The messages whose card has a file."""
        if self._folder.is_dir():
            for path in self._folder.glob("*.html"):
                if path.stem.isdecimal():
                    yield int(path.stem)

    def sweep(self, *, older_than: float) -> None:
        """Remove what writers that were killed left half-written before that Unix time."""
        for path in self._folder.glob(f".*{_UNFINISHED}"):
            if path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)

    def forget(self, message_id: int) -> None:
        """Remove a card's file; fine when there is none."""
        self._path(message_id).unlink(missing_ok=True)

    def _path(self, message_id: int) -> Path:
        return self._folder / f"{message_id}.html"

    def _digest(self, facts: Facts) -> str:
        return f"<!-- {digest_of([self._base, facts.digest])} -->"

    def _render(self, facts: Facts) -> str:
        return self._pages.render("card.html", card=facts)


def fill(card: str, form: Callable[[str], str]) -> str:
    """The card with ``form(action)`` in the place of each marker."""
    return _MARKER.sub(lambda marker: form(marker[1]), card)


def private_folder(path: Path) -> None:
    """Make `path`, or see to it, that its owner alone can look into it."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.stat().st_mode & 0o077:
        path.chmod(0o700)


def _read(path: Path) -> tuple[str, str] | None:
    try:
        first, _, rest = path.read_text(encoding="utf-8").partition("\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    return first, rest


def _write(path: Path, text: str) -> None:
    """Replace the file at once; readable by its owner alone from its first byte."""
    for folder in (path.parent.parent.parent, path.parent.parent, path.parent):
        private_folder(folder)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=_UNFINISHED)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

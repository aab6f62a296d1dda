"""Lines of the sitemap, kept from one build to the next where somebody tells in what state
articles and pages are: what a page's line says follows from that, and from who spoke when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pelican.contents import Content

from syndication.remembered import Remembered, program_stamp
from syndication.states import States

from .entries import is_past, spoken_at, written_at
from .sitemap import Line

# Of articles and pages, to make their lines.
LOOKED_AT = frozenset(
    {"content", "date", "lang", "metadata", "modified", "relative_dir", "status", "url"}
)


class Lines:
    """Of one Pelican's articles and pages."""

    def __init__(self, pelican: Any, folder: Path) -> None:
        """`folder`: where they are remembered; it may be deleted at any time."""
        self._states = States(pelican, LOOKED_AT)
        programs = (str(__package__), "syndication.sources")
        self._known = Remembered(folder / "lines.json", lambda: program_stamp(programs, ("babel",)))

    def forget(self) -> None:
        """Before each run."""
        self._states.forget()

    def of(self, content: Content, lead: str, now: datetime, make: Callable[[], Line]) -> Line:
        """The line of the page of `content`, whose main picture is at `lead`."""
        made_of = self._made_of(content, lead, now)
        known = self._known.get(content.source_path) if made_of else None
        if known is not None and known[0] == made_of:
            _, url, changed, text = known
            return Line(url=url, changed=changed, text=text)
        line = make()
        if made_of:
            self._known.put(content.source_path, [made_of, line.url, line.changed, line.text])
        return line

    def keep(self) -> None:
        """For the next build."""
        self._known.keep()

    def _made_of(self, content: Content, lead: str, now: datetime) -> str:
        """ "" where that is not known, or another thing tomorrow."""
        states = self._states.of((content, *content.translations))
        moments = [written_at(content), spoken_at(content, now)] if states else []
        if not states or not all(is_past(moment, now) for moment in moments if moment):
            return ""
        return f"{states} {moments[1]} {lead}"

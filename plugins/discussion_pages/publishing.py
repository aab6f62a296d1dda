"""What discussions bring besides their page, in a process that stays (fast_build's warm child).

Pictures before the pages that show them, the further pages of long discussions with them, and
pictures that nobody refers to any longer are removed when things are quiet: that takes a look at
every document.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from blinker import signal
from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator

from .continued import Continued
from .discussions import Discussions
from .pictures import copied_pictures


class Publishing:
    """Listens for one Pelican."""

    def __init__(self, discussions: Discussions, continued: Continued, pelican: Any) -> None:
        self._discussions, self._continued = discussions, continued
        self._facts: Any = None
        signals.all_generators_finalized.connect(self.remember)
        signal("discussion_changed").connect(self.prepare, sender=pelican)
        signal("discussion_published").connect(self.go_on, sender=pelican)
        signal("discussion_settled").connect(self.clear, sender=pelican)

    def remember(self, generators: Iterable[Generator]) -> None:
        """All content is read; these are the facts that its pages show."""
        if next(iter(generators)).settings is self._discussions.settings:
            self._facts = self._facts_now()

    def prepare(self, pelican: Any, change: Any) -> None:
        """Put the pictures where the pages will look for them."""
        del pelican
        if self._facts != self._facts_now():
            change.whole = "site.json says something new that any page may show"
            return
        self._discussions.forget_views()
        for name in self._discussions.publish_pictures(change.contents):
            if (file := self._discussions.output / "discussion" / name).is_file():
                change.wrote(file)  # even one that was there: it may not have been carried on yet

    def go_on(self, pelican: Any, change: Any) -> None:
        """Write the further pages of long discussions."""
        del pelican
        for content in change.contents:
            with change.watching(self._parts(content)):
                generator = change.generators[id(content)]
                self._continued.write(generator, change.writer, content)

    def clear(self, pelican: Any, change: Any) -> None:
        """Remove pictures that are shown no more."""
        del pelican
        with change.watching(copied_pictures(self._discussions.output)):
            self._discussions.tidy_pictures()

    def _parts(self, content: Content) -> Iterator[str]:
        number = 2
        while Path(part := self._continued.file(content, number)).is_file():
            yield part
            number += 1

    def _facts_now(self) -> Any:
        """What site.json says beside the latest words."""
        return replace(self._discussions.documents.site(), latest=())

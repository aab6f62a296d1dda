"""What templates get: a document as plain attributes, checked and ready to be escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from markupsafe import Markup

from syndication.exchange import MESSAGES_PER_PAGE, Discussion
from syndication.model import digest_of
from syndication.rules import notice
from syndication.rules.lazily import lazy

from .documents import Facts
from .harmless import KIND
from .messages import CopyView, MessageView
from .place import ElsewhereView, Place, part_path
from .said import Around, listed
from .texts import Texts
from .tree import arrange

NOTHING_SAID = Discussion(page="")


class DiscussionView:
    """The discussion of one article or page, or part `number` of a long one. False when empty."""

    def __init__(
        self,
        facts: Facts | None,
        discussion: Callable[[], Discussion | None],
        place: Callable[[], Place],
        number: int = 1,
        elsewhere: Callable[[], list[ElsewhereView]] = list,
    ) -> None:
        """A list asks how many there are, which `facts` tell, and a page where nobody spoke whether
        somebody did `elsewhere`; the rest is looked up when asked for."""
        self._facts, self._look_up, self._find, self.number = facts, discussion, place, number
        self._find_elsewhere = elsewhere
        self.count = facts.count if facts else 0
        self.parts = max(1, -(-self.count // MESSAGES_PER_PAGE))

    def __bool__(self) -> bool:
        return self._facts is not None and not self._facts.empty

    @lazy
    def _discussion(self) -> Discussion:
        return (self._look_up() if self._facts is not None else None) or NOTHING_SAID

    @lazy
    def _place(self) -> Place:
        return self._find()

    @lazy
    def reactions(self) -> list[tuple[str, int]]:
        """(kind, how many), by kind."""
        return [
            (kind, count)
            for kind, count in sorted(self._discussion.reactions.items())
            if count and KIND.fullmatch(kind)
        ]

    @lazy
    def copies(self) -> list[CopyView]:
        """Our own copies elsewhere."""
        return [view for copy in self._discussion.copies if (view := CopyView(copy)).url]

    @property
    def open(self) -> bool:
        """May people still comment?"""
        return self._place.open

    @property
    def title(self) -> str:
        """The page's title."""
        return self._place.title

    @lazy
    def texts(self) -> Texts:
        """The page's language."""
        return self._place.texts

    @lazy
    def say(self) -> Callable[..., str]:
        """A text of the fragments."""
        return self.texts.say

    @lazy
    def date(self) -> Callable[[datetime], str]:
        """A moment as the page's language writes it."""
        return self.texts.date

    @property
    def page_key(self) -> str:
        """Which discussion this is, for whoever watches what pages look at."""
        return repr((self._discussion, self.number, self._place.permalink, self.open))

    @property
    def permalink(self) -> str:
        """The page's absolute address."""
        return self._place.permalink

    @property
    def notice(self) -> str:
        """What people are told about their data where they give it."""
        place = self._place
        return notice.text(self.texts.plain, letters=place.letters(), service=place.service())

    @property
    def language(self) -> str:
        """The page's language."""
        return self.texts.language

    @property
    def newest(self) -> datetime | None:
        """When a message was last written or edited, as its server says; None where nobody spoke.
        Told without reading the words."""
        return self._facts.newest if self._facts else None

    def changed(self, now: datetime) -> datetime | None:
        """When the words of the page last became others, by approval or withdrawal too. Dates later
        than `now`, which are jokes of somebody's server, do not count."""
        told = self._facts.changed if self._facts else None
        moments = [moment for moment in (told, self.newest) if moment]
        if self.newest is not None and self.newest > now:
            moments += [m.updated or m.published for m in self._discussion.messages]
        return max((moment for moment in moments if moment <= now), default=None)

    @property
    def digest(self) -> str:
        """SHA-256 over who said what, in order; "" where nobody spoke. Reactions do not count.
        Told without reading the words."""
        return self._facts.digest if self._facts else ""

    @property
    def revision(self) -> str:
        """Another text when the document, or which of its pictures are there, is another; "" where
        there is none. Told without reading the words."""
        if self._facts is None:
            return ""
        files = [(name, (self._place.folder / name).is_file()) for name in self._facts.pictures]
        return digest_of([self._facts.revision, sorted(files)]) if files else self._facts.revision

    @lazy
    def messages(self) -> list[MessageView]:
        """The messages at the top of this part; the others are their `replies`."""
        branches, order = arrange(self._discussion.messages)
        if self.parts > 1:
            start = (self.number - 1) * MESSAGES_PER_PAGE
            branches, _ = arrange(order[start : start + MESSAGES_PER_PAGE])
        known = {message.id: message for message in order}
        return [MessageView(branch, self._place, known) for branch in branches]

    def said(self, endpoints: Mapping[str, str], site_name: str) -> Markup:
        """The messages of this part as HTML; `endpoints` are those of the site."""
        return listed(
            self.messages,
            Around(
                texts=self.texts,
                permalink=self.permalink,
                open=self.open,
                endpoints=endpoints,
                site_name=site_name,
            ),
        )

    @property
    def elsewhere(self) -> list[ElsewhereView]:
        """Where people speak under a translation of this page; looked up when asked for."""
        return self._find_elsewhere()

    @property
    def url(self) -> str:
        """Where this part is."""
        return f"{self._place.site()}/{part_path(self._place.path, self.number)}"

    @property
    def next(self) -> DiscussionView | None:
        """The part that goes on."""
        return self.part(self.number + 1) if self.number < self.parts else None

    @property
    def previous(self) -> DiscussionView | None:
        """The part before."""
        return self.part(self.number - 1) if self.number > 1 else None

    @property
    def left(self) -> int:
        """How many messages come after this part."""
        return max(0, self.count - self.number * MESSAGES_PER_PAGE)

    def part(self, number: int) -> DiscussionView:
        """Part `number` of the same discussion; 1 is on the article's own page."""
        return DiscussionView(
            self._facts,
            lambda: self._discussion,
            lambda: self._place,
            number,
            self._find_elsewhere,
        )

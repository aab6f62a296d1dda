"""What templates get: the documents as plain attributes, checked and ready to be escaped.

Every string here is plain text except what is called `html`, which is safe markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from pathlib import Path

from markupsafe import Markup, escape

from syndication.exchange import MESSAGES_PER_PAGE, Discussion, Syndicated, Utterance
from syndication.model import Picture, digest_of
from syndication.rules import markup, notice
from syndication.rules.anchors import anchor
from syndication.rules.text import one_line

from .harmless import KIND, LANGUAGE, host_of, initials, web_address, with_emojis
from .texts import Texts, in_zone, network_title
from .tree import Branch, arrange

ALT_GRAPHEMES = 1500
# A process that stays renders the same words again whenever somebody joins them.
_reduced = lru_cache(maxsize=4096)(markup.reduce)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereView:
    """The discussion of a translation of the same page."""

    language: str  # its language tag
    name: str  # the same in words, in this page's language
    count: int  # its messages, one or more
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a discussion is shown."""

    folder: Path  # discussion/
    site: Callable[[], str]  # SITEURL as the page being written needs it, maybe relative
    permalink: str  # absolute, of the article or page
    path: str  # the same below SITEURL
    title: str
    zone: tzinfo
    texts: Texts
    open: bool  # may people still comment?
    service: Callable[[], str] = str  # who else is told of comments, or ""
    elsewhere: Callable[[], list[ElsewhereView]] = list  # where translations are discussed

    def part_path(self, number: int) -> str:
        """Where part `number` of a long discussion is, below SITEURL."""
        if number == 1:
            return self.path
        base = re.sub(r"(^|/)index\.html?$|\.html?$", r"\1", self.path).rstrip("/")
        return f"{base}/discussion-{number}/".lstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A picture on our own site."""

    url: str
    alt: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorView:
    """Who said it."""

    name: str
    html: Markup  # the name with its custom emoji
    url: str  # "" where there is none that is safe to follow
    handle: str
    picture: str | None  # URL on our own site
    initials: str


class CopyView:
    """A copy of ours elsewhere, an account of ours, or a message that was said elsewhere too."""

    def __init__(self, copy: Syndicated) -> None:
        self.network = copy.network
        self.account = one_line(copy.account).lstrip("@")
        self.url = web_address(copy.url)
        self.title = self.network_title = network_title(copy.network) or host_of(self.url)
        self.reply_url = web_address(copy.reply_url) or self.url


class MessageView:
    """One message and what answers it."""

    def __init__(
        self, branch: Branch, place: Place, known: Mapping[str, Utterance] | None = None
    ) -> None:
        message = branch.message
        self._branch, self._place, self._known = branch, place, known or {}
        self.id = anchor(message.id)
        self.name = message.id  # what the daemon calls it
        self.url = web_address(message.url)
        self.network = message.network
        self.network_title = network_title(message.network) or host_of(self.url)
        self.kind = message.kind if KIND.fullmatch(message.kind) else "reply"
        self.published: datetime = in_zone(message.published, place.zone)
        self.updated = message.updated and in_zone(message.updated, place.zone)
        self.language = message.language if LANGUAGE.fullmatch(message.language) else ""
        self.direction = message.direction or "auto"
        self.warning = one_line(message.warning, 300)
        self.ours = message.ours
        self.also = [view for copy in message.also if (view := CopyView(copy)).url]

    @cached_property
    def author(self) -> AuthorView:
        """Who said it; a name is never empty."""
        return author_view(self._branch.message, self._place)

    @cached_property
    def html(self) -> Markup:
        """The words, sanitised again whatever the document says, with their custom emoji."""
        message = self._branch.message
        return with_emojis(
            _reduced(message.html),
            message.emojis,
            lambda file: picture_url(file, self._place),
        )

    @property
    def pictures(self) -> list[PictureView]:
        """Those whose file is there."""
        return list(_pictures(self._branch.message.pictures, self._place))

    @property
    def replies(self) -> list[MessageView]:
        """What answers it, in reading order."""
        return [MessageView(answer, self._place, self._known) for answer in self._branch.replies]

    @property
    def in_reply_to(self) -> str:
        """The absolute address of what it answers: another message, or the page itself."""
        parent = self._known.get(self._branch.message.reply_to or "")
        return (parent and web_address(parent.url)) or self._place.permalink


class DiscussionView:
    """The discussion of one article or page, or part `number` of a long one. False when empty."""

    def __init__(self, discussion: Discussion, place: Place, number: int = 1) -> None:
        self._discussion, self._place, self.number = discussion, place, number
        self.count = len(discussion.messages)
        self.reactions = [
            (kind, count)
            for kind, count in sorted(discussion.reactions.items())
            if count and KIND.fullmatch(kind)
        ]
        self.copies = [view for copy in discussion.copies if (view := CopyView(copy)).url]
        self.open = place.open
        self.title = place.title
        self.texts = place.texts
        self.say, self.date = place.texts.say, place.texts.date
        self.parts = max(1, -(-self.count // MESSAGES_PER_PAGE))

    def __bool__(self) -> bool:
        return not self._discussion.empty

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
        return notice.text(self.texts.plain, self._place.service())

    @property
    def language(self) -> str:
        """The page's language."""
        return self.texts.language

    def changed(self, now: datetime) -> datetime | None:
        """When the newest of its words was written or edited; None where nobody spoke.

        Dates later than `now` are jokes of somebody's server.
        """
        moments = [m.updated or m.published for m in self._discussion.messages]
        return max((moment for moment in moments if moment <= now), default=None)

    @property
    def digest(self) -> str:
        """SHA-256 over who said what, in order; "" where nobody spoke. Reactions do not count."""
        said = [
            [m.id, m.author.name, m.html, m.warning, [[p.url, p.alt] for p in m.pictures]]
            for m in self._discussion.messages
        ]
        return digest_of(said) if said else ""

    @cached_property
    def messages(self) -> list[MessageView]:
        """The messages at the top of this part; the others are their `replies`."""
        _, order = arrange(self._discussion.messages)
        start = (self.number - 1) * MESSAGES_PER_PAGE
        branches, _ = arrange(order[start : start + MESSAGES_PER_PAGE])
        known = {message.id: message for message in order}
        return [MessageView(branch, self._place, known) for branch in branches]

    @property
    def elsewhere(self) -> list[ElsewhereView]:
        """Where people speak under a translation of this page; looked up when asked for."""
        return self._place.elsewhere()

    @property
    def url(self) -> str:
        """Where this part is."""
        return f"{self._place.site()}/{self._place.part_path(self.number)}"

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
        return DiscussionView(self._discussion, self._place, number)


def author_view(message: Utterance, place: Place) -> AuthorView:
    """Who said it, with clean names and, where its file is there, a picture."""
    speaker = message.author
    handle = one_line(speaker.handle).lstrip("@")
    name = one_line(speaker.name) or handle or "?"
    return AuthorView(
        name=name,
        html=with_emojis(str(escape(name)), message.emojis, lambda file: picture_url(file, place)),
        url=web_address(speaker.url),
        handle=handle,
        picture=picture_url(speaker.picture, place) if speaker.picture else None,
        initials=initials(name),
    )


def picture_url(name: str, place: Place) -> str | None:
    """The URL of discussion/`name` on our own site; None where the file is not there."""
    return f"{place.site()}/discussion/{name}" if (place.folder / name).is_file() else None


def _pictures(pictures: tuple[Picture, ...], place: Place) -> Iterator[PictureView]:
    for picture in pictures:
        if url := picture_url(picture.url, place):
            alt = one_line(picture.alt, ALT_GRAPHEMES)
            yield PictureView(url=url, alt=alt, width=picture.width, height=picture.height)

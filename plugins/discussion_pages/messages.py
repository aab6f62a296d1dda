"""What templates get of a message: plain attributes, checked and ready to be escaped.

Every string here is plain text except what is called `html`, which is safe markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from markupsafe import Markup

from syndication.exchange import Syndicated, Utterance, picture_paths
from syndication.model import Picture
from syndication.rules import markup
from syndication.rules.anchors import anchor
from syndication.rules.escaping import escaped
from syndication.rules.lazily import lazy
from syndication.rules.text import one_line

from .harmless import KIND, LANGUAGE, host_of, initials, web_address, with_emojis
from .place import Place
from .texts import in_zone, network_title
from .tree import Branch

ALT_GRAPHEMES = 1500
# A process that stays renders the same words again whenever somebody joins them.
_reduced = lru_cache(maxsize=4096)(markup.reduce)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureView:
    """A picture on our own site."""

    url: str
    alt: str
    width: int | None
    height: int | None


class AuthorView:
    """Who said it, with clean names. Feeds and data ask for less of it than pages do."""

    def __init__(self, message: Utterance, place: Place) -> None:
        self._message, self._place = message, place
        speaker = message.author
        self.handle = one_line(speaker.handle).lstrip("@") if speaker.handle else ""
        # A handle of the web is the name of a host, which nobody addresses with an "@".
        self.nickname = self.handle if message.network == "webmention" else f"@{self.handle}"
        self.name = one_line(speaker.name) or self.handle or "?"  # never empty
        self.url = web_address(speaker.url)  # "" where there is none that is safe to follow

    @property
    def html(self) -> Markup:
        """The name with its custom emoji."""
        emojis = self._message.emojis
        return with_emojis(escaped(self.name), emojis, lambda file: picture_url(file, self._place))

    @property
    def picture(self) -> str | None:
        """Its URL on our own site; None where the file is not there."""
        name = self._message.author.picture
        return picture_url(name, self._place) if name else None

    @property
    def initials(self) -> str:
        """What stands where no picture is."""
        return initials(self.name)


class CopyView:
    """A copy of ours elsewhere, an account of ours, or a message that was said elsewhere too."""

    def __init__(self, copy: Syndicated) -> None:
        self.network = copy.network
        self.account = one_line(copy.account).lstrip("@")
        self.url = web_address(copy.url)
        self.title = self.network_title = network_title(copy.network) or host_of(self.url)
        self.reply_url = web_address(copy.reply_url) or self.url


class MessageView:
    """One message and what answers it. Checked when asked for: of one that a page showed before,
    nothing is (`once`)."""

    def __init__(
        self, branch: Branch, place: Place, known: Mapping[str, Utterance] | None = None
    ) -> None:
        self._branch, self._place, self._known = branch, place, known or {}
        self._message = branch.message
        self.name = self._message.id  # what the daemon calls it
        self.network = self._message.network
        self.direction = self._message.direction or "auto"
        self.ours = self._message.ours

    @lazy
    def id(self) -> str:
        """Its anchor on the page."""
        return anchor(self.name)

    @lazy
    def url(self) -> str:
        """Where it was said; "" where that is nowhere safe."""
        return web_address(self._message.url)

    @property
    def network_title(self) -> str:
        """Its network as people call it; "" for our own site."""
        return network_title(self.network) or host_of(self.url)

    @property
    def kind(self) -> str:
        """Reply, quote, mention, comment."""
        return self._message.kind if KIND.fullmatch(self._message.kind) else "reply"

    @lazy
    def published(self) -> datetime:
        """In the site's time zone."""
        return in_zone(self._message.published, self._place.zone)

    @lazy
    def written(self) -> str:
        """The same in ISO 8601."""
        return self.published.isoformat()

    @lazy
    def updated(self) -> datetime | None:
        """When its author changed it last."""
        return self._message.updated and in_zone(self._message.updated, self._place.zone)

    @property
    def language(self) -> str:
        """Its language tag; "" where nobody knows."""
        return self._message.language if LANGUAGE.fullmatch(self._message.language) else ""

    @lazy
    def warning(self) -> str:
        """What its author put before it."""
        return one_line(self._message.warning, 300) if self._message.warning else ""

    @property
    def also(self) -> list[CopyView]:
        """Where the same person said the same."""
        return [view for copy in self._message.also if (view := CopyView(copy)).url]

    @lazy
    def author(self) -> AuthorView:
        """Who said it; a name is never empty."""
        return AuthorView(self._message, self._place)

    @lazy
    def html(self) -> Markup:
        """The words, sanitised again whatever the document says, with their custom emoji."""
        return with_emojis(
            _reduced(self._message.html),
            self._message.emojis,
            lambda file: picture_url(file, self._place),
        )

    @property
    def pictures(self) -> list[PictureView]:
        """Those whose file is there."""
        pictures = self._message.pictures
        return list(_pictures(pictures, self._place)) if pictures else []

    @lazy
    def replies(self) -> list[MessageView]:
        """What answers it, in reading order."""
        return [MessageView(answer, self._place, self._known) for answer in self._branch.replies]

    @property
    def in_reply_to(self) -> str:
        """The absolute address of what it answers: another message, or the page itself."""
        return web_address(self._answered) or self._place.permalink

    @lazy
    def _answered(self) -> str:
        answered = self._known.get(self._message.reply_to or "")
        return answered.url if answered else ""

    @lazy
    def _files(self) -> tuple[bool, ...]:
        """Which of the files that it refers to are there."""
        said = self._message
        if not (said.author.picture or said.pictures or said.emojis):
            return ()
        return tuple((self._place.folder / name).is_file() for name in picture_paths([said]))

    def once(self, what: str, *of: object, caller: Callable[[], str]) -> str:
        """What `caller` makes of this message alone, without its replies; remembered as `what`
        for as long as the message, the files that it refers to and `of` stay the same."""
        place, message = self._place, self._message
        shown = (message, self._answered, self._files, place.site(), of)
        return place.made.text((place.permalink, message.id, what), shown, caller)


def picture_url(name: str, place: Place) -> str | None:
    """The URL of discussion/`name` on our own site; None where the file is not there."""
    return f"{place.site()}/discussion/{name}" if (place.folder / name).is_file() else None


def _pictures(pictures: tuple[Picture, ...], place: Place) -> Iterator[PictureView]:
    for picture in pictures:
        if url := picture_url(picture.url, place):
            alt = one_line(picture.alt, ALT_GRAPHEMES)
            yield PictureView(url=url, alt=alt, width=picture.width, height=picture.height)

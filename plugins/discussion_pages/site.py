"""The facts of site.json for templates: `tertulia_site`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from functools import partial
from urllib.parse import urlsplit

from syndication.exchange import Site, Utterance
from syndication.foreseeable import tell
from syndication.rules.lazily import lazy

from .documents import Documents, read
from .made import Made
from .messages import CopyView, MessageView
from .place import Place
from .texts import Texts
from .tree import Branch


class LatestView:
    """One of the latest messages of the whole site, and the page it stands on."""

    def __init__(self, page: str, origin: str, message: Callable[[], MessageView]) -> None:
        """`page`: its URL path. `message` is looked at when asked for."""
        self.page, self._origin, self._look_at = page, origin, message

    @lazy
    def message(self) -> MessageView:
        """What was said."""
        return self._look_at()

    @property
    def url(self) -> str:
        """The message on that page."""
        return f"{self._origin}{self.page}#{self.message.id}"


class SiteView:
    """Reads site.json when asked; everything is empty where there is none."""

    foreseeable = True  # a change of what it says concerns all pages; the latest are announced

    def __init__(
        self, documents: Documents, site: str, zone: tzinfo, texts: Callable[[str], Texts]
    ) -> None:
        """`texts` gives the texts of a language tag."""
        self._documents, self._site, self._zone = documents, site.rstrip("/"), zone
        self._texts = texts
        parts = urlsplit(self._site)
        self._origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        self._accounts: tuple[Site, list[CopyView]] | None = None

    @property
    def accounts(self) -> list[CopyView]:
        """Our accounts, for rel=me."""
        site = self._documents.site()
        if self._accounts is None or self._accounts[0] is not site:
            self._accounts = site, [view for view in map(CopyView, site.accounts) if view.url]
        return self._accounts[1]

    @property
    def endpoints(self) -> Mapping[str, str]:
        """What for → absolute URL."""
        return self._documents.site().endpoints

    @property
    def retention_days(self) -> int | None:
        """How long words that nobody approved are kept."""
        return self._documents.site().retention_days

    @property
    def contact(self) -> str:
        """Where a person asks for their words to be removed."""
        return self._documents.site().contact

    @property
    def spam_service(self) -> str:
        """Who else is told of comments, to say which are advertising; "" for nobody."""
        return self._documents.site().spam_service

    @property
    def latest(self) -> list[LatestView]:
        """The latest approved messages, newest first."""
        tell(read, "")
        return [
            LatestView(page, self._origin, partial(self._view, page, message))
            for page, message in self._documents.site().latest
        ]

    def _view(self, page: str, message: Utterance) -> MessageView:
        place = Place(
            folder=self._documents.folder,
            site=lambda: self._site,
            permalink=self._origin + page,
            path=page,
            title="",
            zone=self._zone,
            texts=self._texts("en"),
            open=False,
            made=Made(0),
        )
        return MessageView(Branch(message), place)

    def date(self, moment: datetime, language: str) -> str:
        """Date, time and zone as `language` writes them."""
        return self._texts(language).date(moment)

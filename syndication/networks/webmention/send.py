"""Telling a page that one of ours speaks of it; and answers, which stand on our own page.

A link that is there is told, one that changed or went is told again: the other side looks and
finds out. Told twice does no harm, so nothing is ever in doubt.

Cost: a request to find the endpoint, one to tell it.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import unquote, urlencode

from syndication.model import Draft, Ref
from syndication.networks.contract import Rejected, Unavailable, Unwanted
from syndication.networks.fetch import Fetched
from syndication.networks.webmention.discover import endpoint_of
from syndication.networks.webmention.receive import SPACE
from syndication.rules.mentions import mention_id, source_of, target_of

LARGEST = 1_000_000
PATIENCE = 15.0
FORM = "application/x-www-form-urlencoded"
_ANSWER = "#answer-"


class Web(Protocol):
    """GET and POST, guarded, as `networks.fetch` does."""

    def __call__(self, url: str, *, accept: str, limit: int, deadline: float) -> Fetched: ...

    def post(self, url: str, *, body: bytes, media_type: str) -> None: ...


class Teller:
    """The roles Publisher and Updater."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Tell the page that `draft` links to. Raises `Unwanted` where it wants to hear nothing.

        An answer needs no telling here: it is out as soon as our page shows it, and the page's
        links are told then.
        """
        if draft.reply_to is not None:
            page = draft.reply_to.local or ""
            return Ref(space=SPACE, id=f"{page}{_ANSWER}{key}", url=page)
        target = target_of(draft.text)
        if not self._tell(draft.url, target):
            raise Unwanted("the page does not ask for webmentions")
        return Ref(space=SPACE, id=mention_id(draft.url, target), url=target)

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """Nobody can look, and telling again harms nobody."""
        return None

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Our page speaks of it in other words; whether it still wants to hear is up to it."""
        if draft.reply_to is None:
            self._tell(draft.url, target_of(draft.text))
        return ref

    def delete(self, ref: Ref) -> None:
        """Our page speaks of it no more: told once more, the other side finds that out."""
        source = source_of(ref.id)
        if source != ref.id:
            self._tell(source, unquote(ref.id.partition(source)[2].partition("=")[2]))

    def _tell(self, source: str, target: str) -> bool:
        """Find the endpoint and tell it; False where there is none. Raises `NetworkError`."""
        answer = self._web(target, accept="*/*", limit=LARGEST, deadline=PATIENCE)
        if answer.status >= 500:
            raise Unavailable(f"it answers {answer.status}")
        html = answer.body.decode("utf-8", "replace") if "html" in answer.media_type else ""
        endpoint = endpoint_of(answer.url, answer.links, html)
        if endpoint is None:
            return False
        body = urlencode({"source": source, "target": target}).encode()
        try:
            self._web.post(endpoint, body=body, media_type=FORM)
        except Rejected as error:
            raise Rejected(f"its endpoint refuses: {error}") from error
        return True

"""A draft becomes a record, checked against the network's own schemas before it leaves.

Cost: one request for each mention and each picture.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from syndication.model import Card, Draft, Picture
from syndication.networks.contract import Rejected
from syndication.networks.fetch import Fetcher
from syndication.rules.compose import DEFAULT_LIMITS, check_draft
from syndication.rules.text import clean, one_line

from .facets import facets
from .names import GATE, POST, AtUri
from .pictures import prepare
from .repo import JSON, Repo
from .session import Session
from .speech import Speech

log = logging.getLogger("tertulia")

_LIMITS = DEFAULT_LIMITS["bluesky"]
LANGUAGES = 3  # more a post does not take
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Composer:
    """Writes the records of one account."""

    def __init__(
        self,
        session: Session,
        repo: Repo,
        fetch: Fetcher,
        speech: Speech,
        languages: Sequence[str] = (),
    ) -> None:
        self._session, self._repo, self._fetch = session, repo, fetch
        self._speech, self._languages = speech, languages

    def post(self, draft: Draft, *, created: str, reply: JSON | None) -> dict[str, Any]:
        """The record of `draft`. Uploads its pictures.

        Raises `Rejected` for what the network would never take.
        """
        text = words(draft)
        if problem := check_draft(replace(draft, text=text, warning=""), _LIMITS):
            raise Rejected(f"Bluesky does not take this: {problem}")
        record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": created}
        if found := facets(text, self._resolve):
            record["facets"] = found
        spoken = [draft.language] if draft.language else list(self._languages)
        if langs := [tag for tag in spoken if _LANGUAGE.fullmatch(tag)][:LANGUAGES]:
            record["langs"] = langs
        if labels := list(dict.fromkeys([*self._speech.labels, *draft.labels])):
            record["labels"] = {
                "$type": "com.atproto.label.defs#selfLabels",
                "values": [{"val": label} for label in labels],
            }
        if reply:
            record["reply"] = reply
        if embed := self._embed(draft):
            record["embed"] = embed
        check(record)
        return record

    def _embed(self, draft: Draft) -> dict[str, Any] | None:
        """A card or pictures: a post has room for one of them."""
        wanted = self._speech.embed
        if wanted == "auto":
            wanted = "card" if len(draft.pictures) < 2 else "pictures"
        if draft.card and (wanted == "card" or not draft.pictures):
            return self._external(draft.card, draft.pictures)
        if draft.pictures:
            images = [self._image(picture) for picture in draft.pictures]
            return {"$type": "app.bsky.embed.images", "images": images}
        return None

    def _external(self, card: Card, pictures: Sequence[Picture]) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "uri": card.url,
            "title": card.title,
            "description": card.summary,
        }
        try:
            for picture in pictures[:1]:
                ready = prepare(picture, self._fetch)
                shown["thumb"] = self._repo.upload(ready.data, ready.media_type)
        except Rejected as error:
            # A card says what it has to say without its picture.
            log.warning("%s: %s; its card goes without", card.url, error)
        return {"$type": "app.bsky.embed.external", "external": shown}

    def _image(self, picture: Picture) -> dict[str, Any]:
        ready = prepare(picture, self._fetch)
        return {
            "alt": picture.alt,
            "image": self._repo.upload(ready.data, ready.media_type),
            "aspectRatio": {"width": ready.width, "height": ready.height},
        }

    def _resolve(self, handle: str) -> str | None:
        """The DID behind a handle; None for a handle of nobody."""
        try:
            found = self._session.call("com.atproto.identity.resolveHandle", {"handle": handle})
        except Rejected:
            return None
        did = found.get("did")
        return did if isinstance(did, str) else None


def words(draft: Draft) -> str:
    """What a post says: its warning first, since the network has no field for one."""
    text = f"{draft.warning}\n\n{draft.text}" if draft.warning else draft.text
    return clean(text)


def gate(post: AtUri, rules: list[dict[str, str]], *, created: str) -> dict[str, Any]:
    """Who may answer `post`; it stands under the post's own key."""
    return {"$type": GATE, "post": str(post), "allow": rules, "createdAt": created}


def at(moment: datetime) -> str:
    """A moment as records say it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def check(record: JSON) -> None:
    """Raises `Rejected` for a record that the network's schemas do not allow."""
    from atproto_client import models
    from atproto_client.exceptions import ModelError
    from atproto_client.models.utils import get_or_create

    try:
        get_or_create(dict(record), models.AppBskyFeedPost.Record, strict_string_format=True)
    except ModelError as error:
        raise Rejected(f"Bluesky does not take this: {_first(error)}") from error


def _first(error: Exception) -> str:
    """The first complaint of the schemas, without what the record says."""
    cause = error.__cause__
    complaints: Callable[..., list[dict[str, Any]]] | None = getattr(cause, "errors", None)
    if complaints is None:
        return type(error).__name__
    first = complaints(include_url=False, include_input=False)[0]
    return one_line(f"{'.'.join(map(str, first['loc']))}: {first['msg']}", 200)

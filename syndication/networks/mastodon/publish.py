"""Saying things: post, edit, delete, and after a lost answer, find.

Cost: a post is one request, and two for each picture; an edit two; `find` one for each
`find.PAGE` own statuses, until one fits.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from syndication.model import Draft, Picture, Ref
from syndication.networks.contract import OutcomeUnknown, Rejected, Unavailable
from syndication.networks.fetch import Fetcher

from . import convert
from .errors import Missing
from .find import Finder
from .home import Home
from .server import Server, segment

_PROCESSING = 60.0  # seconds that a server may take to prepare a picture


class Publisher:
    """The roles Publisher and Updater for one account."""

    def __init__(
        self, home: Home, fetch: Fetcher, *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._home = home
        self._server = home.server
        self._uploader = Uploader(home.server, fetch, wait)
        self._finder = Finder(home)

    def publish(self, draft: Draft, *, key: str) -> Ref:
        """Post `draft` under the idempotency key `key`.

        The pictures go first: until the post itself is sent, every failure can be repeated.
        """
        said = _said(draft)
        if draft.reply_to is not None:
            said["in_reply_to_id"] = self._parent(draft.reply_to)
        if draft.pictures:
            said["media_ids"] = [self._uploader.upload(picture) for picture in draft.pictures]
        answer = self._server.write(
            "POST", "/api/v1/statuses", json=said, headers={"Idempotency-Key": key}
        )
        return self._named(answer.value)

    def find(self, draft: Draft, *, key: str) -> Ref | None:
        """Is `draft` there? Not every server knows keys: its words and its permalink tell."""
        return self._finder.find(draft)

    def update(self, ref: Ref, draft: Draft, *, key: str) -> Ref:
        """Replace words, warning, language and the pictures' alternative texts."""
        path = f"/api/v1/statuses/{segment(self._home.local(ref))}"
        # What is not named again is taken away: a server that is not told of its pictures drops
        # them.
        attached = self._attached(path)
        said = _said(draft)
        del said["visibility"]
        said |= {"spoiler_text": draft.warning, "media_ids": attached}
        said["media_attributes"] = [
            {"id": medium, "description": picture.alt}
            for medium, picture in zip(attached, draft.pictures, strict=False)
        ]
        answer = self._server.write("PUT", path, json=said, repeatable=True)
        return self._named(answer.value)

    def delete(self, ref: Ref) -> None:
        """Take it back; what is not there is deleted."""
        try:
            path = f"/api/v1/statuses/{segment(self._home.local(ref))}"
            self._server.write("DELETE", path, repeatable=True)
        except Missing:
            return

    def _attached(self, path: str) -> list[str]:
        """The ids of the pictures of a status of ours."""
        try:
            return convert.attached(self._server.get(path).value)
        except convert.Unreadable as error:
            raise Unavailable(f"{self._server.host} sent something unreadable") from error

    def _parent(self, ref: Ref) -> str:
        try:
            return self._home.local(ref)
        except Missing as error:
            raise Rejected(f"this cannot be answered from here: {error}") from error

    def _named(self, status: Any) -> Ref:
        try:
            named = convert.ref(status)
        except convert.Unreadable as error:
            raise OutcomeUnknown(
                f"{self._server.host} took it and sent something unreadable back"
            ) from error
        self._home.remember([status])
        return named


class Uploader:
    """Brings pictures to the server, each with its alternative text."""

    def __init__(self, server: Server, fetch: Fetcher, wait: Callable[[float], None]) -> None:
        self._server, self._fetch, self._wait = server, fetch, wait

    def upload(self, picture: Picture) -> str:
        """The server's id of `picture`, once it is ready to be used."""
        name, data, media_type = self._bytes(picture)
        request = {
            "files": {"file": (name, data, media_type or "application/octet-stream")},
            "data": {"description": picture.alt},
        }
        try:
            answer = self._send("/api/v2/media", request)
            if answer is None:
                answer = self._send("/api/v1/media", request)
        except Rejected as error:
            raise Rejected(f"the picture {name}: {error}") from error
        if not isinstance(answer, dict) or not answer.get("id"):
            raise Unavailable(f"{self._server.host} took the picture {name} and gave it no name")
        if answer.get("url") is None:
            self._ready(str(answer["id"]), name)
        return str(answer["id"])

    def _send(self, path: str, request: dict[str, Any]) -> Any:
        """The attachment, or None where this server has no such address."""
        try:
            return self._server.write("POST", path, repeatable=True, **request).value
        except Missing:
            if path.startswith("/api/v1"):
                raise
            return None

    def _ready(self, medium: str, name: str) -> None:
        """Wait until the server has prepared it: 206 means not yet."""
        waited, pause = 0.0, 0.5
        while self._server.get(f"/api/v1/media/{segment(medium)}").status == 206:
            if waited >= _PROCESSING:
                raise Unavailable(f"{self._server.host} is still preparing the picture {name}")
            self._wait(pause)
            waited, pause = waited + pause, min(2 * pause, 8.0)

    def _bytes(self, picture: Picture) -> tuple[str, bytes, str]:
        name = Path(urlsplit(picture.path or picture.url).path).name or "picture"
        if picture.path:
            try:
                return name, Path(picture.path).read_bytes(), picture.media_type
            except OSError as error:
                raise Rejected(f"the picture {picture.path} cannot be read: {error}") from error
        try:
            found = self._fetch(picture.url, accept="image/", limit=50_000_000)
        except Rejected as error:
            raise Rejected(f"the picture {name}: {error}") from error
        if found.status != 200:
            raise Unavailable(f"the picture {picture.url} answers {found.status}")
        return name, found.body, found.media_type


def _said(draft: Draft) -> dict[str, Any]:
    """The parameters of a status. Visibility is always said: many accounts default to less."""
    said: dict[str, Any] = {"status": draft.text, "visibility": draft.visibility}
    if draft.language:
        said["language"] = draft.language
    if draft.warning:
        said["spoiler_text"] = draft.warning
    if draft.warning or draft.labels:
        said["sensitive"] = True
    return said

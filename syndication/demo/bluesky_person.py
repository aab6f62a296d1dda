"""Somebody who speaks on Bluesky, over plain XRPC.

Visitors of the demonstration and of the tests. Not a part of the daemon: it shares no code with the
adapter, so that what the one wrote and the other read are two opinions.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Self

import requests

TIMEOUT = 30.0  # seconds
POST = "app.bsky.feed.post"
_MENTION = re.compile(r"(?<![\w@])@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_TAG = re.compile(r"(?<![\w#])#(\w+)")
_LINK = re.compile(r"https?://[^\s)]+")

Strong = dict[str, str]
"""A record by `uri` and `cid`, which is how Bluesky points at one."""


class Person:
    """One account on one PDS. Each method is one request, where it says nothing else.

    Raises requests.HTTPError when the server refuses; its `.response.json()["error"]` says why.
    """

    def __init__(self, pds: str, handle: str, did: str, token: str, *, password: str) -> None:
        self.pds = pds
        self.handle = handle
        self.did = did
        self.token = token
        self.password = password
        self._session = requests.Session()
        self._session.headers["Authorization"] = f"Bearer {token}"
        self._session.headers["User-Agent"] = "tertulia-visitor"

    @classmethod
    def register(cls, pds: str, handle: str, *, password: str) -> Self:
        """A new account."""
        made = requests.post(
            f"{pds}/xrpc/com.atproto.server.createAccount",
            json={
                "handle": handle,
                "password": password,
                "email": f"{handle.partition('.')[0]}@example.test",
            },
            timeout=TIMEOUT,
        )
        made.raise_for_status()
        account = made.json()
        return cls(pds, handle, account["did"], account["accessJwt"], password=password)

    def app_password(self, name: str = "tertulia") -> str:
        """A new app password, as a person makes one for a program."""
        return str(self.call("com.atproto.server.createAppPassword", name=name)["password"])

    def profile(self, *, display_name: str, about: str = "", picture: bytes = b"") -> None:
        """Set the name, the description and the portrait (PNG); one request more for a portrait."""
        record: dict[str, Any] = {"displayName": display_name, "description": about}
        if picture:
            record["avatar"] = self.upload(picture, "image/png")
        self.put("app.bsky.actor.profile", "self", record)

    def say(
        self,
        text: str,
        *,
        reply_to: Strong | None = None,
        root: Strong | None = None,
        quote: Strong | None = None,
        language: str = "en",
        at: datetime | None = None,
        **more: Any,
    ) -> Strong:
        """Post `text`; its mentions, tags and links are found, one more request for each mention.

        `root` is the thread's first post where that is not `reply_to`; `at` backdates; `more` are
        fields of the record as they are.
        """
        record: dict[str, Any] = {"text": text, "langs": [language], **more}
        record["createdAt"] = _time(at)
        if facets := self._facets(text):
            record["facets"] = facets
        if reply_to:
            record["reply"] = {"root": root or reply_to, "parent": reply_to}
        if quote:
            record["embed"] = {"$type": "app.bsky.embed.record", "record": quote}
        return self.create(POST, record)

    def edit(self, post: Strong, text: str) -> Strong:
        """Say something else in a post of one's own; two requests."""
        record = self.record(post["uri"])
        record.pop("facets", None)
        return self.put(POST, post["uri"].rsplit("/", 1)[1], record | {"text": text})

    def delete(self, record: Strong) -> None:
        """Take a record of one's own back: a post, a like, a repost, a block."""
        collection, key = record["uri"].rsplit("/", 2)[1:]
        self.call("com.atproto.repo.deleteRecord", repo=self.did, collection=collection, rkey=key)

    def like(self, post: Strong) -> Strong:
        """Like a post."""
        return self.create("app.bsky.feed.like", {"subject": post, "createdAt": _time()})

    def repost(self, post: Strong) -> Strong:
        """Repeat a post for one's followers."""
        return self.create("app.bsky.feed.repost", {"subject": post, "createdAt": _time()})

    def block(self, did: str) -> Strong:
        """Block an account."""
        return self.create("app.bsky.graph.block", {"subject": did, "createdAt": _time()})

    def follow(self, did: str) -> Strong:
        """Follow an account."""
        return self.create("app.bsky.graph.follow", {"subject": did, "createdAt": _time()})

    def rename(self, handle: str) -> None:
        """Take another handle."""
        self.call("com.atproto.identity.updateHandle", handle=handle)
        self.handle = handle

    def deactivate(self) -> None:
        """Leave for a while: everything said is gone until `reactivate`."""
        self._post("com.atproto.server.deactivateAccount", {})

    def reactivate(self) -> None:
        """Come back."""
        self.call("com.atproto.server.activateAccount")

    def upload(self, data: bytes, media_type: str) -> dict[str, Any]:
        """Upload a blob; what a record refers to it by."""
        answer = self._session.post(
            f"{self.pds}/xrpc/com.atproto.repo.uploadBlob",
            data=data,
            headers={"Content-Type": media_type},
            timeout=TIMEOUT,
        )
        answer.raise_for_status()
        return dict(answer.json()["blob"])

    def create(self, collection: str, record: dict[str, Any]) -> Strong:
        """Any other new record."""
        made = self.call(
            "com.atproto.repo.createRecord",
            repo=self.did,
            collection=collection,
            record={"$type": collection, **record},
        )
        return {"uri": made["uri"], "cid": made["cid"]}

    def put(self, collection: str, key: str, record: dict[str, Any]) -> Strong:
        """A record under a key of one's own choice, new or changed."""
        made = self.call(
            "com.atproto.repo.putRecord",
            repo=self.did,
            collection=collection,
            rkey=key,
            record={"$type": collection, **record},
        )
        return {"uri": made["uri"], "cid": made["cid"]}

    def record(self, uri: str) -> dict[str, Any]:
        """A record of this PDS as its author wrote it."""
        repo, collection, key = uri.removeprefix("at://").split("/")
        asked = {"repo": repo, "collection": collection, "rkey": key}
        return dict(self.ask("com.atproto.repo.getRecord", **asked)["value"])

    def records(self, collection: str = POST) -> list[dict[str, Any]]:
        """What this account holds in a collection, newest first, at most 100: uri, cid, value."""
        asked = {"repo": self.did, "collection": collection, "limit": 100}
        return list(self.ask("com.atproto.repo.listRecords", **asked)["records"])

    def thread(self, uri: str) -> dict[str, Any]:
        """The thread of a post as the AppView tells it, through this account's PDS."""
        return dict(self.ask("app.bsky.feed.getPostThread", uri=uri, depth=1000)["thread"])

    def ask(self, method: str, **parameters: Any) -> Any:
        """Any other question (GET); returns its JSON."""
        answer = self._session.get(f"{self.pds}/xrpc/{method}", params=parameters, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def call(self, method: str, **told: Any) -> Any:
        """Any other procedure (POST); returns its JSON, None where it answers nothing."""
        return self._post(method, told or None)

    def _post(self, method: str, told: dict[str, Any] | None) -> Any:
        """Some procedures want an object, be it empty, and others refuse one."""
        answer = self._session.post(f"{self.pds}/xrpc/{method}", json=told, timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _facets(self, text: str) -> list[dict[str, Any]]:
        found = []
        for pattern, feature in (
            (_MENTION, self._mention),
            (_TAG, _tag),
            (_LINK, _link),
        ):
            for match in pattern.finditer(text):
                start = len(text[: match.start()].encode())
                end = start + len(match[0].encode())
                found.append(
                    {
                        "index": {"byteStart": start, "byteEnd": end},
                        "features": [feature(match)],
                    }
                )
        return found

    def _mention(self, match: re.Match[str]) -> dict[str, str]:
        did = self.ask("com.atproto.identity.resolveHandle", handle=match[1].lower())["did"]
        return {"$type": "app.bsky.richtext.facet#mention", "did": did}


def _tag(match: re.Match[str]) -> dict[str, str]:
    return {"$type": "app.bsky.richtext.facet#tag", "tag": match[1]}


def _link(match: re.Match[str]) -> dict[str, str]:
    return {"$type": "app.bsky.richtext.facet#link", "uri": match[0]}


def _time(moment: datetime | None = None) -> str:
    return (moment or datetime.now(UTC)).isoformat(timespec="milliseconds").replace("+00:00", "Z")

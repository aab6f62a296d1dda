"""An account of ours on a real Bluesky network, as the tests of listening use it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from syndication.demo.bluesky_person import Person, Strong
from syndication.model import Message, Ref
from syndication.networks.contract import Connection, Lookup, Page, Thread
from tests.servers.bluesky import Bluesky
from tests.servers.bluesky_account import connected, session_of

SPACE = "atproto"
GATE, POSTGATE = "app.bsky.feed.threadgate", "app.bsky.feed.postgate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """One account with everything that listens."""

    network: Bluesky
    me: Person
    connection: Connection

    def says(self, text: str = "The workshop is open on Saturday", **more: Any) -> Strong:
        """A post of ours, which everybody can see."""
        said = self.me.say(text, **more)
        self.network.process()
        return said

    def thread(self, post: Strong) -> Thread:
        """The conversation below a post, when all is indexed."""
        self.network.process()
        assert self.connection.threader
        return self.connection.threader.thread(ref(post))

    def heard(self, post: Strong) -> list[str]:
        """What is said below it."""
        return [message.words.text for message in self.thread(post).messages]

    def shown(self, post: Strong) -> dict[str, Message]:
        """AT URI → message, of what is said below it."""
        return {message.ref.id: message for message in self.thread(post).messages}

    def news(self, cursor: str | None = None) -> Page:
        """What the notifications say, when all is indexed."""
        self.network.process()
        assert self.connection.collector
        return self.connection.collector.collect(cursor)

    def look(self, post: Strong) -> Lookup:
        """One post by its name, when all is indexed."""
        self.network.process()
        assert self.connection.reader
        return self.connection.reader.fetch([ref(post)])[post["uri"]]

    def hides(self, root: Strong, *hidden: Strong) -> None:
        """Our person hides answers in the network's own app."""
        record = {"post": root["uri"], "createdAt": "2026-11-22T10:00:00Z"}
        key = root["uri"].rsplit("/", 1)[1]
        self.me.put(GATE, key, record | {"hiddenReplies": [post["uri"] for post in hidden]})


def ours(network: Bluesky, **options: Any) -> Ours:
    """A fresh account of ours."""
    me = network.fresh("vencejo")
    connection = connected(network.pds, session_of(me), **{"plc": network.plc} | options)
    return Ours(network=network, me=me, connection=connection)


def ref(post: Strong) -> Ref:
    """How the adapter names it."""
    return Ref(space=SPACE, id=post["uri"])

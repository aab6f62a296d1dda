"""Reading whole conversations. One request brings all answers at any depth.

The AppView gives a tree. Nodes that it may not show have no answers, and what hangs below them is
not there either; the count of replies is never corrected, so nothing relies on it. Answers that
the thread's owner has hidden are still in the tree: the threadgate says which.

A server may cut the tree at some depth: a node without the key ``replies`` was cut there, and the
longest branch is then asked for once. Quotes stand in no thread, so they are asked for besides.

Cost: one request; one more where there are quotes; one more where the tree was cut.
"""

from __future__ import annotations

from collections.abc import Iterator

from syndication.model import Message, Ref
from syndication.networks.contract import Gone, Thread, Unavailable
from syndication.networks.values import JSON, mapping, number, text

from . import convert
from .errors import Missing
from .hearing import Hearing
from .names import AtUri

DEPTH = 1000  # what the AppView allows
QUOTES = 100
MOST = 20_000  # nodes of one thread that are looked at


class Threader:
    """The role Threader."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    def thread(self, ref: Ref) -> Thread:
        """All answers under `ref`, our own among them, its quotes, and the counts on it."""
        root, hidden = self._read(ref.id)
        nodes = list(walk(root))
        cut = [node for node in nodes if "replies" not in node and _replies(node)]
        if cut:
            longest, _ = self._read(text(mapping(max(cut, key=_replies)["post"]).get("uri")))
            nodes += list(walk(longest))[1:]
        views = {text(mapping(node["post"]).get("uri")): mapping(node["post"]) for node in nodes}
        top = views.pop(ref.id, None)
        if top is None:
            raise Unavailable(f"{self._hearing.session.host} sent another conversation")
        try:
            reactions = convert.reactions(top, self._hearing.manner)
        except convert.Unreadable as error:
            raise Unavailable(f"{self._hearing.session.host} sent something unreadable") from error
        below = self._hearing.messages(views.values(), hidden=hidden)
        return Thread(messages=(*below, *self._quotes(top, views)), reactions=reactions)

    def _read(self, uri: str) -> tuple[JSON, frozenset[str]]:
        """(the tree from `uri` downwards, what the thread's owner has hidden)"""
        asked = {"uri": uri, "depth": DEPTH, "parentHeight": 0}
        try:
            answer = self._hearing.session.call("app.bsky.feed.getPostThread", asked)
        except Missing as error:
            raise self._not_shown(uri, error) from error
        tree = mapping(answer.get("thread"))
        if not mapping(tree.get("post")):
            raise Unavailable(f"{self._hearing.session.host} shows no conversation")
        gate = answer.get("threadgate") or mapping(tree["post"]).get("threadgate")
        return tree, convert.hidden_replies(gate)

    def _not_shown(self, uri: str, error: Missing) -> Gone | Unavailable:
        """The AppView does not have it. It may lag behind: only our own server knows."""
        try:
            named = AtUri.parse(uri)
            self._hearing.session.call(
                "com.atproto.repo.getRecord",
                {"repo": named.repo, "collection": named.collection, "rkey": named.rkey},
            )
        except Missing:
            return Gone(str(error))
        except ValueError:
            return Unavailable(f"{uri[:200]} names no post")
        return Unavailable(f"{error}: it is on its server, and not shown, or not yet")

    def _quotes(self, top: JSON, views: dict[str, JSON]) -> list[Message]:
        """Posts that quote ours, the newest `QUOTES`."""
        if not number(top.get("quoteCount"), 0):
            return []
        answer = self._hearing.session.call(
            "app.bsky.feed.getQuotes", {"uri": text(top.get("uri")), "limit": QUOTES}
        )
        quotes = {
            text(view.get("uri")): view for view in self._hearing.listed(answer, "posts", QUOTES)
        }
        kinds = dict.fromkeys(quotes, "quote")
        return self._hearing.messages(
            (view for uri, view in quotes.items() if uri not in views), kinds=kinds
        )


def walk(tree: JSON) -> Iterator[JSON]:
    """The nodes of a tree that show a post, each after the one it answers, siblings by age.

    Without recursion: conversations are a thousand deep.
    """
    waiting = [tree]
    for _ in range(MOST):
        if not waiting:
            return
        node = waiting.pop()
        if not mapping(node.get("post")):
            continue
        yield node
        replies = node.get("replies")
        listed = replies if isinstance(replies, list) else []
        waiting += [mapping(reply) for reply in reversed(listed)]


def _replies(node: JSON) -> int:
    return number(mapping(node["post"]).get("replyCount"), 0)

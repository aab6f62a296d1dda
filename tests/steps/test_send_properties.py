"""Random lives of a site: posts come, change, vanish and return; servers fail; processes are killed
between any two instructions. In the end each post that is there was said once, in its last words,
and nothing else of ours is out there."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from syndication.model import CopyState, Post
from syndication.networks.contract import Connection, RateLimited
from syndication.steps.publish import publish, release
from syndication.steps.send import send
from tests.steps.town import Town

STEPS = 60
OPERATIONS = (
    *("new", "edit", "edit", "vanish", "return", "later", "later", "later"),
    *("publish", "publish", "send", "send", "send", "fault", "fault", "release"),
)


class Killed(BaseException):
    """The process died here."""


class Mortal:
    """A publisher whose process dies now and then, before or after its request."""

    def __init__(self, publisher: Any, dice: random.Random) -> None:
        self._publisher, self._dice = publisher, dice
        self.danger = 0.15

    def publish(self, draft: Any, *, key: str) -> Any:
        self._roll()
        ref = self._publisher.publish(draft, key=key)
        self._roll()
        return ref

    def _roll(self) -> None:
        if self._dice.random() < self.danger:
            raise Killed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._publisher, name)


class Life:
    """One random life of a site."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.town = Town(folder)
        self.town.server.idempotent = self.dice.random() < 0.5
        self.danger = 0.15
        self.chain = self.dice.random() < 0.4
        connect = self.town.site.connect
        self.town.change(connect=lambda name: self._mortal(connect(name)), chain=self.chain)
        self.old = [self.town.post(f"old-{n}") for n in range(30)]
        self.town.read_once(*self.old)
        self.posts: dict[str, tuple[bool, Post]] = {}
        self.words = 0

    def _mortal(self, connection: Connection) -> Connection:
        mortal = Mortal(connection.publisher, self.dice)
        mortal.danger = self.danger
        return replace(connection, publisher=mortal)

    def live(self) -> None:
        for step in range(STEPS):
            try:
                getattr(self, f"_{self.dice.choice(OPERATIONS)}")(step)
            except Killed:
                continue
        self.danger = 0.0
        self.town.server._faults.clear()
        for _ in range(40):
            self.town.later(minutes=30)
            publish(self.town.site)
            send(self.town.site)

    def present(self) -> Iterator[Post]:
        return (post for there, post in self.posts.values() if there)

    def _build(self) -> None:
        self.town.build(*self.old, *self.present())
        publish(self.town.site)

    def _text(self) -> dict[str, str]:
        self.words += 1
        lengths = (5, 20, 60, 260) if self.chain else (5, 20, 60)
        text = " ".join(f"v{self.words}w{n}" for n in range(self.dice.choice(lengths)))
        return {"memory": text} if self.dice.random() < 0.6 else {}

    def _new(self, step: int) -> None:
        if len(self.posts) < 3:
            self.posts[f"new-{step}"] = (True, self.town.post(f"new-{step}", texts=self._text()))
            self._build()

    def _edit(self, step: int) -> None:
        if self.posts:
            slug = self.dice.choice(sorted(self.posts))
            there, post = self.posts[slug]
            self.posts[slug] = (there, replace(post, texts=self._text(), title=f"T{step}"))
            self._build()

    def _vanish(self, _: int, there: bool = False) -> None:
        if self.posts:
            slug = self.dice.choice(sorted(self.posts))
            self.posts[slug] = (there, self.posts[slug][1])
            self._build()

    def _return(self, step: int) -> None:
        self._vanish(step, there=True)

    def _later(self, _: int) -> None:
        self.town.later(minutes=self.dice.choice((1, 3, 6, 40)))

    def _publish(self, _: int) -> None:
        publish(self.town.site)

    def _send(self, _: int) -> None:
        send(self.town.site)

    def _release(self, _: int) -> None:
        release(self.town.site)

    def _fault(self, _: int) -> None:
        server = self.town.server
        operation = self.dice.choice(("publish", "publish", "update", "delete", "find"))
        match self.dice.choice(("lost", "done", "down", "limit")):
            case "down":
                server.go_down(operation)
            case "limit":
                server.fail(operation, RateLimited(self.town.now))
            # Only of these two can a network leave us in doubt; for the others it is "down".
            case fault if operation in ("publish", "update"):
                server.lose_answer(operation, done=fault == "done")
            case _:
                server.go_down(operation)


@pytest.mark.parametrize("seed", range(24))
def test_whatever_happens_each_post_is_said_once_in_its_last_words(
    tmp_path: Path, seed: int
) -> None:
    life = Life(tmp_path, seed)
    life.live()
    town = life.town
    alive = {
        status.message.ref.id: status.message
        for status in town.server.statuses.values()
        if status.message.author.ref.local == "brand" and not status.deleted
    }
    published = {c.ref.id: c for c in town.copies() if c.state == CopyState.PUBLISHED and c.ref}
    assert set(alive) == set(published), "what is out there is what we know to be out there"
    for ref_id, copy in published.items():
        if not copy.brake:
            assert alive[ref_id].words.text.split() == copy.draft.text.split()
    for there, post in life.posts.values():
        said = [m for m in alive.values() if post.url in m.words.text]
        assert len(said) <= 1
        assert there or not said or any(copy.brake for copy in published.values())
    moving = (CopyState.SENDING, CopyState.UPDATING, CopyState.DELETING, CopyState.UNKNOWN)
    assert not [copy for copy in town.copies() if copy.state in moving]
    town.site.store.close()

"""Whatever happens in whatever order: what nobody approved is in no public file.

Random people speak, edit, delete, block and hide; random staff approve, refuse and take back, also
words that changed meanwhile; the daemon reads and writes at random moments. Every revision carries
a token of its own. A small model knows which tokens a person (or the rule for our own words) let
through; the files must show no other, and, once everything was read again, all of those that are
still there.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from syndication.model import PUBLIC, Ref, Verdict
from syndication.rules.cadence import Cadence
from syndication.steps import conversation
from syndication.steps.answer import CannotAnswer, answer
from syndication.steps.decide import CannotDecide, Changed, decide, undo
from syndication.steps.send import send
from syndication.store import messages, posts
from tests.servers.pelican import minimal_site, pelican
from tests.steps.town import Town

pytestmark = pytest.mark.slow

PAGE = "article-1"
TOKEN = re.compile(r"tok\d+x")
PELICAN = """
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["templates"]
PLUGINS = ["pelican.plugins.discussion_pages"]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
"""
TEMPLATE = """{% extends "!theme/article.html" %}
{% block content %}{{ super() }}{% include "discussion/thread.html" %}{% endblock %}
"""

people = st.sampled_from(["ana", "bo", "cleo", "brand"])
which = st.integers(0, 30)
visibilities = st.sampled_from(["public", "public", "public", "unlisted", "private", "direct"])
operations = st.one_of(
    st.tuples(st.just("say"), people, which, visibilities, st.booleans()),
    st.tuples(st.just("say"), people, which, visibilities, st.booleans()),
    st.tuples(st.just("edit"), which),
    st.tuples(st.just("delete"), which),
    st.tuples(st.just("block"), people),
    st.tuples(st.just("unblock"), people),
    st.tuples(st.just("show_to"), which, visibilities),
    st.tuples(st.just("collect")),
    st.tuples(st.just("reverify"), st.sampled_from([5, 30, 90])),
    st.tuples(st.just("judge"), which, st.sampled_from(["approve", "approve", "reject", "spam"])),
    st.tuples(st.just("judge_unread"), which),
    st.tuples(st.just("take_back"), which),
    st.tuples(st.just("reply"), which),
    st.tuples(st.just("export")),
    st.tuples(st.just("sync")),
)


class Gathering:
    """The town with a model of what may be shown."""

    def __init__(self, folder: Path) -> None:
        self.site = minimal_site(folder / "site", PELICAN)
        (self.site / "templates").mkdir()
        (self.site / "templates" / "article.html").write_text(TEMPLATE)
        self.town = Town(folder)
        self.town.change(
            discussion=self.site / "discussion",
            cadence=Cadence(longest=timedelta(minutes=5), per_hour=10_000),
        )
        self.said: list[Ref] = [self.town.speak(PAGE)]
        self.town.collect()
        self.ours: set[str] = set()  # tokens that we said ourselves, in public
        self.approved: dict[str, str | None] = {}  # message → the token that was let through
        self.before: dict[str, str | None] = {}  # what that was before the last decision
        self._tokens = (f"tok{number}x" for number in count())

    # --- people --------------------------------------------------------------------------

    def say(self, who: str, at: int, visibility: str, mention: bool) -> None:
        parent = self.said[at % len(self.said)]
        token = next(self._tokens)
        text = f"@brand {token}" if mention else token
        self.said.append(self.town.person(who).say(text, reply_to=parent, visibility=visibility))
        self._own(who, token, visibility)

    def edit(self, at: int) -> None:
        for ref, who in self._somebody(at):
            token = next(self._tokens)
            mention = "@brand " * ("@brand" in self._status(ref).message.words.text)
            self.town.person(who).edit(ref, mention + token)
            self._own(who, token, self._status(ref).message.visibility)

    def delete(self, at: int) -> None:
        for ref, who in self._somebody(at):
            self.town.person(who).delete(ref)

    def block(self, who: str) -> None:
        if who != "brand":
            self.town.person(who).block("brand")

    def unblock(self, who: str) -> None:
        self.town.person(who).unblock("brand")

    def show_to(self, at: int, visibility: str) -> None:
        for ref, who in self._somebody(at):
            self.town.change_message(ref, visibility=visibility)
            (token,) = TOKEN.findall(self._status(ref).message.words.text)
            self._own(who, token, visibility)

    # --- staff ---------------------------------------------------------------------------

    def judge(self, at: int, verdict: str) -> None:
        for ref, stored in self._held(at):
            (token,) = TOKEN.findall(self._words(stored.id, stored.revision))
            old = self.approved.get(ref.id)
            with suppress(CannotDecide):
                decide(self.town.site, stored.id, stored.revision, Verdict(verdict), by="ines")
                self.approved[ref.id] = token if verdict == "approve" else None
                if stored.verdict != verdict:
                    self.before[ref.id] = old

    def judge_unread(self, at: int) -> None:
        """Approve words that were edited since they were read."""
        for _, stored in self._held(at):
            if stored.revision > 1:
                with pytest.raises(Changed):
                    decide(self.town.site, stored.id, 1, Verdict.APPROVE, by="ines")

    def take_back(self, at: int) -> None:
        for ref, stored in self._held(at):
            with suppress(CannotDecide):
                undo(self.town.site, stored.id, by="ines")
                self.approved[ref.id] = self.before[ref.id]

    def reply(self, at: int) -> None:
        for _, stored in self._held(at):
            token = next(self._tokens)
            with suppress(CannotAnswer):
                answer(self.town.site, stored.id, token, by="ines")
                send(self.town.site)
                self.ours.add(token)

    # --- the daemon ----------------------------------------------------------------------

    def collect(self) -> None:
        self.town.collect()

    def reverify(self, minutes: int) -> None:
        held = {message.ref_id for message in self.town.messages()}
        self.town.reverify(minutes=minutes)
        for gone in held - {message.ref_id for message in self.town.messages()}:
            assert not self._there(gone), "words were erased that are still there"

    def export(self) -> None:
        self.town.export()
        self.check(self.town.site.discussion)

    def sync(self) -> None:
        """Read everything that can be read; then the files say what is so, and all of it."""
        self.collect()
        self.reverify(5)
        self.reverify(5)  # what was lacking from a thread is known now, and placed
        self.export()
        found = tokens_in(self.town.site.discussion)
        assert self.must_be_shown() <= found
        assert found <= self.must_be_shown() | self.ours

    def build(self) -> None:
        done = pelican(self.site)
        assert done.returncode == 0, done.stdout + done.stderr
        self.check(self.site / "output")
        assert self.must_be_shown() <= tokens_in(self.site / "output")

    def check(self, folder: Path) -> None:
        """Nothing that nobody let through."""
        assert tokens_in(folder) <= {t for t in self.approved.values() if t} | self.ours

    def must_be_shown(self) -> set[str]:
        """What was approved, is still there, and may be read by everybody."""
        return {
            token
            for ref_id, token in self.approved.items()
            if token
            and token not in self.ours  # of ours the newest are shown
            and self._there(ref_id)
            and self.town.server.statuses[ref_id].message.visibility in PUBLIC
            and self._on_a_page(Ref(space="memory", id=ref_id))
        }

    # --- helpers -------------------------------------------------------------------------

    def _own(self, who: str, token: str, visibility: str) -> None:
        if who == "brand" and visibility in PUBLIC:
            self.ours.add(token)

    def _status(self, ref: Ref) -> Any:
        return self.town.server.statuses[ref.id]

    def _there(self, ref_id: str) -> bool:
        ref = Ref(space="memory", id=ref_id)
        return self.town.server.alive(ref, reader="brand") is not None

    def _on_a_page(self, ref: Ref) -> bool:
        """Not what was erased once, nor what hangs on something that went before we saw it."""
        stored = self.town.message(ref)
        if stored is None or stored.post_id is not None:
            return stored is not None
        at: Ref | None = ref
        while at is not None and self._there(at.id):
            at = self._status(at).message.reply_to
        assert at is not None, "it can be reached from our copy, and has no place"
        return False

    def _somebody(self, at: int) -> Iterator[tuple[Ref, str]]:
        """What was said at this place of the list, unless it is our copy; nothing is possible."""
        if len(self.said) > 1:
            ref = self.said[1:][at % (len(self.said) - 1)]
            yield ref, self._status(ref).message.author.ref.local

    def _held(self, at: int) -> Iterator[tuple[Ref, Any]]:
        stored = self.town.messages()
        if stored:
            chosen = stored[at % len(stored)]
            yield Ref(space="memory", id=chosen.ref_id), chosen

    def _words(self, message_id: int, revision: int) -> str:
        with self.town.site.store.read() as tx:
            return messages.words(tx, [(message_id, revision)])[message_id, revision].text


def tokens_in(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {token for path in files for token in TOKEN.findall(path.read_text("utf-8", "replace"))}


@contextmanager
def gathering() -> Iterator[Gathering]:
    with tempfile.TemporaryDirectory() as folder:
        made = Gathering(Path(folder))
        try:
            yield made
        finally:
            made.town.site.store.close()


def bounded(examples: int, *phases: Phase) -> settings:
    """The same examples each time, and as long as they take."""
    return settings(
        max_examples=examples,
        phases=[Phase.generate, *phases],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@bounded(80, Phase.shrink)
@given(st.lists(operations, min_size=15, max_size=40))
def test_no_document_shows_what_nobody_approved_and_none_lacks_what_was(
    steps: list[tuple[Any, ...]],
) -> None:
    with gathering() as there:
        for name, *arguments in steps:
            getattr(there, name)(*arguments)
        there.sync()


@bounded(6)
@given(st.lists(operations, min_size=25, max_size=50))
def test_no_page_shows_what_nobody_approved_and_none_lacks_what_was(
    steps: list[tuple[Any, ...]],
) -> None:
    with gathering() as there:
        for name, *arguments in steps:
            getattr(there, name)(*arguments)
        there.sync()
        there.build()


def test_the_gathering_can_tell_when_words_are_shown_that_nobody_approved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The model is no rubber stamp: here the newest words are shown, not the approved ones."""
    shown_of = conversation.shown_of

    def newest(tx: Any, stored: Any) -> Any:
        wrong = [replace(m, shown=m.revision) if m.shown else m for m in stored]
        return shown_of(tx, wrong)

    with gathering() as there:
        there.say("ana", 0, "public", True)
        there.sync()
        there.judge(0, "approve")
        there.edit(0)
        there.sync()
        monkeypatch.setattr(conversation, "shown_of", newest)
        with there.town.site.store.write() as tx:
            posts.mark_all_for_export(tx, now=there.town.now)
        with pytest.raises(AssertionError):
            there.export()

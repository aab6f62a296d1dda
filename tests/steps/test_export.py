"""Approved words become documents, and what was withdrawn leaves them."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from syndication.exchange import MESSAGES_PER_PAGE, Discussion
from syndication.model import Ref, Verdict
from syndication.steps import export as exporting
from syndication.steps.export import export
from syndication.steps.publish import publish
from syndication.store import marks, posts, tables
from tests.servers.waiting import LABOURS
from tests.steps.town import START, Town


@pytest.fixture
def talking(town: Town) -> Town:
    """Ana's approved words wait for an export."""
    ref = town.person("ana", name="Ana").say("@brand lovely", reply_to=town.speak())
    town.export()
    town.decide_when_collected(ref)
    return town


def files(town: Town) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(town.site.discussion)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in town.site.discussion.rglob("*")
        if path.is_file()
    }


def build_due(town: Town) -> dict[str, str] | None:
    with town.site.store.read() as tx:
        due: dict[str, str] | None = marks.get(tx, marks.BUILD_DUE)
        return due


def built(town: Town) -> None:
    with town.site.store.write() as tx:
        marks.drop(tx, marks.BUILD_DUE)


def mark_all(town: Town) -> None:
    with town.site.store.write() as tx:
        posts.mark_all_for_export(tx, now=town.now)


def due(town: Town) -> int:
    with town.site.store.read() as tx:
        return posts.count_due(tx, now=town.now)


def approve_many(town: Town, ours: Ref, number: int) -> None:
    for n in range(number):
        town.person("ana").say(f"@brand number {n}", reply_to=ours)
        town.later(seconds=1)
    while town.collect().new:
        pass
    with town.site.store.write() as tx:
        tx.execute(tables.messages.update().values(shown=1, verdict=Verdict.APPROVE))
    mark_all(town)


# --- only what differs -----------------------------------------------------------------------


def test_a_second_export_writes_nothing(talking: Town) -> None:
    assert talking.export() == ("/hello/",)
    before = files(talking)
    built(talking)
    for _ in range(2):
        mark_all(talking)
        assert talking.export() == ()
        talking.later(hours=1)
    assert files(talking) == before
    assert build_due(talking) is None


def test_the_same_conversation_is_the_same_bytes_whatever_way_it_came(tmp_path: Path) -> None:
    def told(folder: Path, *, backwards: bool) -> bytes:
        folder.mkdir()
        town = Town(folder)
        ours = town.speak()
        for name in ("ana", "bo", "cleo"):
            town.person(name).say(f"@brand from {name}", reply_to=ours)
        if backwards:
            town.reverify(minutes=10)
        town.collect()
        for message in sorted(town.messages(), key=lambda m: m.ref_id, reverse=backwards):
            town.decide(Ref(space="memory", id=message.ref_id))
        town.now = START + timedelta(hours=1)  # what a document tells of the clock: when it changed
        town.export()
        town.site.store.close()
        return town.file().read_bytes()

    assert told(tmp_path / "a", backwards=False) == told(tmp_path / "b", backwards=True)


def test_publishing_one_message_touches_one_page(town: Town) -> None:
    town.read_once()
    town.out(*(town.post(f"post-{n}") for n in range(3)))
    town.collect()
    town.export()
    before = files(town)
    ref = town.person("ana").say("@brand lovely", reply_to=town.copies()[1].ref)
    town.decide_when_collected(ref)
    assert town.export() == ("/post-1/",)
    after = files(town)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"pages/post-1/index.json", "site.json"}


def test_a_page_with_nothing_to_show_has_no_document(town: Town) -> None:
    town.read_once(town.post("hello"))
    town.export()
    assert not town.file().exists()
    ref = town.person("ana").say("@brand https://brand.example/hello/ lovely")
    town.decide_when_collected(ref)
    town.export()
    assert town.file().exists()


def test_a_page_that_lost_its_words_has_a_document_that_says_when_and_nothing_else(
    talking: Town,
) -> None:
    talking.export()
    (message,) = talking.messages()
    talking.later(hours=1)
    talking.decide(Ref(space="memory", id=message.ref_id), Verdict.REJECT)
    with talking.site.store.write() as tx:
        tx.execute(tables.copies.delete())
    assert talking.export() == ("/hello/",)
    assert talking.discussion() == Discussion(page="/hello/", changed=talking.now)
    mark_all(talking)
    assert talking.export() == ()


def test_a_document_says_when_its_words_last_became_others(talking: Town) -> None:
    talking.export()
    approved = talking.now
    assert talking.discussion().changed == approved
    talking.later(hours=1)
    (copy,) = talking.copies()
    with talking.site.store.write() as tx:
        tx.execute(tables.reactions.insert().values(copy_id=copy.id, kind="like", count=7))
    mark_all(talking)
    assert talking.export() == ("/hello/",)
    assert talking.discussion().changed == approved  # nobody said anything
    ref = talking.person("bo").say("@brand so it is", reply_to=copy.ref)
    talking.decide_when_collected(ref)
    talking.export()
    spoken = talking.now
    assert talking.discussion().changed == spoken > approved
    talking.later(hours=1)
    talking.decide(ref, Verdict.REJECT)
    talking.export()
    assert talking.discussion().changed == talking.now > spoken


def test_the_document_follows_its_page_to_a_new_address(talking: Town) -> None:
    talking.export()
    talking.build(talking.post("moved", aliases=("/hello/", "/../odd/")))
    publish(talking.site)
    assert talking.shown("/moved/") == ["@brand lovely"]
    assert not talking.file("/hello/").exists()


# --- long ones -------------------------------------------------------------------------------


def test_a_long_discussion_goes_on_in_further_files_and_comes_back(town: Town) -> None:
    ours = town.speak()
    approve_many(town, ours, 2 * MESSAGES_PER_PAGE + 1)
    town.export()
    folder = town.file().parent
    assert sorted(p.name for p in folder.iterdir()) == [
        "index.2.json",
        "index.3.json",
        "index.json",
    ]
    assert town.shown()[::MESSAGES_PER_PAGE] == [
        "@brand number 0",
        f"@brand number {MESSAGES_PER_PAGE}",
        f"@brand number {2 * MESSAGES_PER_PAGE}",
    ]
    with town.site.store.write() as tx:
        tx.execute(tables.messages.update().where(tables.messages.c.id > 3).values(shown=None))
    mark_all(town)
    assert len(town.shown()) == 3
    assert sorted(p.name for p in folder.iterdir()) == ["index.json"]


def test_killed_while_it_shrinks_it_leaves_no_withdrawn_words_for_good(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = town.speak()
    approve_many(town, ours, 2 * MESSAGES_PER_PAGE + 1)
    town.export()
    with town.site.store.write() as tx:
        tx.execute(tables.messages.update().values(shown=None))
    mark_all(town)
    unlink = Path.unlink
    gone: list[str] = []

    def die_after_one(self: Path, missing_ok: bool = False) -> None:
        if gone:
            raise KeyboardInterrupt
        gone.append(self.name)
        unlink(self, missing_ok=missing_ok)

    with monkeypatch.context() as killed:
        killed.setattr(Path, "unlink", die_after_one)
        with pytest.raises(KeyboardInterrupt):
            town.export()
    town.export()
    assert "number" not in town.everything_public()


# --- the build is told first -----------------------------------------------------------------


def test_the_build_is_due_before_a_byte_changes_and_nothing_is_half_written(
    talking: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files(talking)
    built(talking)
    seen: list[object] = []

    def full(path: Path, data: bytes) -> bool:
        seen.append(build_due(talking))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(exporting, "replace_file", full)
        with pytest.raises(OSError, match="No space"):
            talking.export()
    assert seen[0] is not None
    assert build_due(talking) is not None
    assert files(talking) == before
    assert due(talking) == 1
    assert talking.shown() == ["@brand lovely"]


def test_what_a_killed_process_left_half_written_is_swept(talking: Town) -> None:
    talking.export()
    for name in (".index.json.x3kq", ".index.json.tmp"):
        (talking.file().parent / name).write_text("lovely")
    (talking.site.discussion / ".site.json.x").write_text("lovely")
    talking.decide(Ref(space="memory", id=talking.messages()[0].ref_id), Verdict.REJECT)
    talking.export()
    assert "lovely" not in talking.everything_public()


def test_each_change_has_its_own_token_and_the_first_keeps_its_time(talking: Town) -> None:
    built(talking)
    talking.export()
    first = build_due(talking)
    talking.later(minutes=1)
    talking.decide(Ref(space="memory", id=talking.messages()[0].ref_id), Verdict.REJECT)
    talking.export()
    second = build_due(talking)
    assert first is not None
    assert second is not None
    assert first["since"] == second["since"]
    assert first["token"] != second["token"]
    assert ("build", None) in talking.woken


def test_a_decision_that_comes_during_the_export_is_not_lost(
    talking: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = Ref(space="memory", id=talking.messages()[0].ref_id)
    write = exporting.write_page
    decided: list[object] = []

    def slow(*args: object, **kwargs: object) -> bool:
        if not decided:
            talking.later(seconds=1)
            decided.append(talking.decide(ref, Verdict.REJECT))
        return write(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(exporting, "write_page", slow)
    talking.export()
    assert talking.discussion().messages == ()


# --- site.json -------------------------------------------------------------------------------


def test_site_json_tells_what_the_build_wants_to_know(talking: Town) -> None:
    talking.change(
        contact="hello@brand.example",
        keep_unapproved=timedelta(days=90),
        endpoints={"webmention": "https://brand.example/webmention"},
    )
    talking.export()
    facts = talking.facts()
    (account,) = facts.accounts
    assert (account.network, account.url) == ("memory", "https://memory.example/@brand")
    assert facts.limits["memory"]["characters"] == talking.server.limits.characters
    assert (facts.contact, facts.retention_days) == ("hello@brand.example", 90)
    assert facts.endpoints == {"webmention": "https://brand.example/webmention"}
    assert [(page, message.author.name) for page, message in facts.latest] == [("/hello/", "Ana")]


def test_site_json_follows_a_setting_without_any_news(talking: Town) -> None:
    talking.export()
    talking.change(contact="new@brand.example")
    assert talking.export() == ()
    assert talking.facts().contact == "new@brand.example"


def test_the_latest_words_are_the_newest_that_stand_on_a_page(town: Town) -> None:
    ours = town.speak()
    approve_many(town, ours, 12)
    for number in range(12):
        town.later(seconds=1)
        town.person("bo").say(f"@brand chatter {number}")
    town.collect()
    for message in town.messages()[12:]:
        town.decide(Ref(space="memory", id=message.ref_id))
    town.export()
    latest = [message.html for _, message in town.facts().latest]
    assert latest == [f"<p>@brand number {n}</p>" for n in range(11, 1, -1)]
    assert "chatter" not in town.everything_public()


def test_limits_are_those_of_the_strictest_server_of_a_network(two_accounts: Town) -> None:
    town = two_accounts
    for account in town.site.accounts:
        town.collect(account)
    with town.site.store.write() as tx:
        row = tables.accounts.c
        limits = {"characters": 200, "pictures": 1}
        tx.execute(tables.accounts.update().where(row.name == "other").values(limits=limits))
    town.export()
    assert town.facts().limits["memory"]["characters"] == 200


def test_a_folder_that_was_lost_is_written_again(talking: Town) -> None:
    import shutil

    talking.export()
    before = {name: data for name, (data, _) in files(talking).items()}
    shutil.rmtree(talking.site.discussion)
    assert talking.export() == ("/hello/",)
    assert {name: data for name, (data, _) in files(talking).items()} == before


def test_many_pages_without_a_word_are_looked_at_quickly(town: Town) -> None:
    """The first run of an old site: thousands of posts are due, none has a document."""
    town.read_once(*(town.post(f"post-{n}") for n in range(500)))
    began = time.process_time()
    assert export(town.site) == ()
    assert time.process_time() - began < LABOURS
    assert due(town) == 0

"""Webmentions as they come: told, looked up, shown, changed, taken back.

The cases of webmention.rocks' receiver, update and delete tests are among them, each against a
website of its own on loopback.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syndication.model import Upstream, Verdict
from syndication.rules.anchors import anchor
from syndication.steps.answer import answer
from syndication.steps.receive import MOST_OF_ONE_HOST
from syndication.steps.send import send
from syndication.steps.verify import PATIENCE
from syndication.store import messages
from syndication.store.messages import StoredMessage
from tests.servers.pages import Pages, website
from tests.steps.corner import Corner


@pytest.fixture
def home() -> Iterator[Pages]:
    with website() as made:
        yield made


@pytest.fixture
def ana() -> Iterator[Pages]:
    """Ana's own site."""
    with website() as made:
        yield made


@pytest.fixture
def corner(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    made = Corner(tmp_path, home)
    made.build(made.post("hello"), made.post("other"))
    yield made
    made.site.store.close()


def reply(
    target: str, words: str = "What a <b>lovely</b> bicycle.", *, more: str = "", how: str = ""
) -> str:
    how = how or "u-in-reply-to"
    return (
        f'<html lang="es"><title>Ana</title><div class="h-entry">'
        f'<a class="p-author h-card" href="/"><img class="u-photo" src="/a.png" alt="">Ana</a>'
        f'<a class="{how}" href="{target}">this</a>'
        f'<div class="e-content">{words}</div>'
        f'<time class="dt-published" datetime="2026-11-21T10:00:00+01:00"></time>{more}</div>'
    )


# --- what is told -----------------------------------------------------------------------------


def test_a_reply_is_taken_in_with_author_date_and_words(corner: Corner, ana: Pages):
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.told(source)
    stored = corner.message()
    assert (stored.kind, stored.network, stored.url) == ("reply", "webmention", source)
    assert stored.written.isoformat() == "2026-11-21T09:00:00+00:00"
    assert stored.verdict == Verdict.HOLD
    assert corner.words() == "What a lovely bicycle."
    author = corner.author()
    assert (author.name, author.url) == ("Ana", f"{ana.url}/")
    assert author.picture == f"{ana.url}/a.png"
    assert author.handle == "127.0.0.1"


def test_what_was_approved_stands_on_the_page(corner: Corner, ana: Pages):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/")))
    assert corner.shown() == []
    corner.decide()
    assert corner.shown() == ["What a <b>lovely</b> bicycle."]


def test_nothing_is_fetched_before_the_sender_is_answered(corner: Corner, ana: Pages):
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    assert corner.mention(source, f"{corner.home.url}/hello/") == 202
    assert ana.asked == []
    assert corner.waiting() == 1
    assert ("verify", "web") in corner.woken


def test_what_was_told_outlives_the_process(corner: Corner, ana: Pages):
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.mention(source, f"{corner.home.url}/hello/")
    again = Corner(corner.folder, corner.home)
    again.verify()
    assert again.message().url == source
    again.site.store.close()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("", "HOME/hello/"),
        ("ANA/re", ""),
        ("not an address", "HOME/hello/"),
        ("ftp://ana.example/re", "HOME/hello/"),
        ("file:///etc/passwd", "HOME/hello/"),
        ("gopher://ana.example/1", "HOME/hello/"),
        ("javascript:alert(1)", "HOME/hello/"),
        ("https://user:secret@ana.example/", "HOME/hello/"),
        ("ANA/re", "https://elsewhere.example/hello/"),
        ("ANA/re", "mailto:ana@ana.example"),
        ("HOME/hello/", "HOME/hello/"),
        ("HOME/hello/#a", "HOME/hello/#b"),
        ("HOME/other/", "HOME/hello/"),
        ("https://ana.example/" + "a" * 3000, "HOME/hello/"),
    ],
)
def test_what_cannot_be_a_webmention_is_refused_at_once(
    corner: Corner, ana: Pages, source: str, target: str
):
    def there(url: str) -> str:
        return url.replace("HOME", corner.home.url).replace("ANA", ana.url)

    assert corner.mention(there(source), there(target)) == 400
    assert corner.waiting() == 0


def test_only_a_form_posted_is_heard(corner: Corner):
    assert corner.client.get("/webmention").status_code == 405
    assert corner.client.post("/webmention", json={"source": "a"}).status_code == 400
    assert corner.client.post("/nothing").status_code == 404


def test_no_cookie_is_set_and_nothing_is_cached(corner: Corner):
    answer = corner.client.post("/webmention", data={})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("source", "status", "said"),
    [
        ("https://ana.example/answer", 202, "Leeremos tu página pronto."),
        ("hello", 400, "Esa no es una página tuya que podamos leer."),
    ],
)
def test_a_person_at_our_form_reads_a_page_in_its_language(
    corner: Corner, source: str, status: int, said: str
) -> None:
    corner.build(corner.post())
    target = f"{corner.home.url}/hello/"
    page = corner.client.post(
        "/webmention",
        data={"source": source, "target": target, "language": "es"},
        headers={"Accept": "text/html,*/*;q=0.8"},
    )
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert said in page.text
    assert (f'href="{target}"' in page.text) == (status == 202)
    program = corner.client.post("/webmention", data={"source": source, "target": target})
    assert program.mimetype == "text/plain"


def test_a_page_that_does_not_link_to_ours_is_no_webmention(corner: Corner, ana: Pages):
    ana_says = ["<p>Nothing</p>", f"<!-- <a href='{corner.home.url}/hello/'>x</a> -->"]
    ana_says += [f"<code>&lt;a href='{corner.home.url}/hello/'&gt;</code>"]
    for number, body in enumerate(ana_says):
        corner.told(ana.show(f"/{number}", body))
    assert corner.messages() == []
    assert corner.waiting() == 0


def test_a_target_that_is_no_page_is_dropped(corner: Corner, ana: Pages):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/nowhere/")), "nowhere")
    assert corner.messages() == []
    assert corner.waiting() == 0


def test_a_former_address_counts_as_the_page(corner: Corner, ana: Pages):
    corner.build(corner.post("new-name", aliases=("/hello/",)), corner.post("other"))
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/")))
    corner.decide()
    assert len(corner.discussion("new-name").messages) == 1


def test_an_address_that_leads_to_a_page_counts_as_the_page(corner: Corner, ana: Pages):
    corner.home.leads("/s/1", f"{corner.home.url}/hello/")
    corner.home.show("/hello/", "here")
    source = ana.show("/re", reply(f"{corner.home.url}/s/1"))
    corner.mention(source, f"{corner.home.url}/s/1")
    corner.verify()
    corner.decide()
    assert len(corner.discussion().messages) == 1


def test_the_same_page_told_under_two_names_of_ours_is_one_entry(corner: Corner, ana: Pages):
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.told(source)
    corner.build(corner.post("new-name", aliases=("/hello/",)), corner.post("other"))
    ana.show("/re", reply(f"{corner.home.url}/new-name/", "Again"))
    corner.told(source, "new-name")
    assert corner.message().revision == 2


def test_one_page_may_speak_of_two_of_ours(corner: Corner, ana: Pages):
    links = f'<a href="{corner.home.url}/other/">that</a>'
    source = ana.show("/re", reply(f"{corner.home.url}/hello/", f"Both. {links}"))
    corner.told(source)
    corner.told(source, "other")
    assert [m.kind for m in corner.messages()] == ["reply", "mention"]
    assert len({m.post_id for m in corner.messages()}) == 2


def test_a_source_that_redirects_is_known_by_where_it_was_told(corner: Corner, ana: Pages):
    ana.leads("/short", "/re")
    ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.told(f"{ana.url}/short")
    assert corner.message().url == f"{ana.url}/re"


def test_one_host_cannot_fill_the_queue(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    codes = [corner.mention(f"{ana.url}/{n}", target) for n in range(MOST_OF_ONE_HOST + 1)]
    assert set(codes[:-1]) == {202}
    assert codes[-1] == 429


def tells(corner: Corner, source: str) -> tuple[int, str | None]:
    """What somebody who tells of `source` is answered: status, when to come again."""
    data = {"source": source, "target": f"{corner.home.url}/hello/"}
    answer = corner.client.post("/webmention", data=data)
    return answer.status_code, answer.headers.get("Retry-After")


def test_many_names_below_one_domain_cannot_fill_the_queue(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("syndication.steps.receive.MOST_OF_ONE_DOMAIN", 3)
    for number in range(3):
        assert tells(corner, f"https://a{number}.b.evil.example/") == (202, None)
    assert tells(corner, "https://other.evil.example/") == (429, "3600")
    assert tells(corner, "https://evil.example/") == (429, "3600")
    assert tells(corner, "https://notevil.example/") == (202, None)


def test_many_domains_cannot_fill_the_queue_without_end(
    corner: Corner, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("syndication.steps.receive.MOST_IN_ALL", 3)
    for number in range(3):
        assert tells(corner, f"https://evil{number}.example/") == (202, None)
    assert tells(corner, "https://ana.example/") == (429, "3600")


# --- kinds --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("how", "kind"), [("u-quotation-of", "quote"), ("u-in-reply-to", "reply")])
def test_words_of_each_kind(corner: Corner, ana: Pages, how: str, kind: str):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/", how=how)))
    assert corner.message().kind == kind


def test_an_rsvp_says_so(corner: Corner, ana: Pages):
    more = '<data class="p-rsvp" value="yes"></data>'
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/", "See you", more=more)))
    assert corner.message().kind == "rsvp"
    assert corner.words().split("\n")[0] == "RSVP: yes"


@pytest.mark.parametrize(
    ("how", "kind"),
    [("u-like-of", "like"), ("u-repost-of", "repost"), ("u-bookmark-of", "bookmark")],
)
def test_reactions_are_counted_and_never_an_entry(corner: Corner, ana: Pages, how: str, kind: str):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/", how=how)))
    assert corner.messages() == []
    assert corner.discussion().reactions == {kind: 1}


def test_a_person_who_likes_twice_counts_once(corner: Corner, ana: Pages):
    for path in ("/1", "/2"):
        corner.told(ana.show(path, reply(f"{corner.home.url}/hello/", how="u-like-of")))
    assert corner.discussion().reactions == {"like": 1}


def test_a_like_that_is_gone_is_counted_no_more(corner: Corner, ana: Pages):
    source = ana.show("/re", reply(f"{corner.home.url}/hello/", how="u-like-of"))
    corner.told(source)
    ana.show("/re", status=410)
    corner.told(source)
    assert corner.discussion().reactions == {}


def test_a_like_whose_page_vanished_untold_ends_too(corner: Corner, ana: Pages):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/", how="u-like-of")))
    del ana.there["/re"]
    corner.later(days=7)
    corner.verify()
    assert corner.discussion().reactions == {"like": 1}
    corner.later(days=1)
    corner.verify()
    assert corner.discussion().reactions == {}


def test_a_mention_shows_title_and_summary(corner: Corner, ana: Pages):
    long = "Once upon a time there was a bicycle. " * 100
    body = (
        '<div class="h-entry"><h1 class="p-name">My week</h1><p class="p-summary">Seven days.</p>'
        f'<div class="e-content">{long}<a href="{corner.home.url}/hello/">x</a></div></div>'
    )
    corner.told(ana.show("/week", body))
    assert corner.message().kind == "mention"
    assert corner.words() == "My week\n\nSeven days."


def test_a_reply_too_long_for_the_page_is_cut_at_a_word(corner: Corner, ana: Pages):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/", "bicycle " * 1000)))
    assert len(corner.words()) <= 301
    assert corner.words().endswith("bicycle…")


def test_a_page_without_microformats_is_a_mention_by_its_title(corner: Corner, ana: Pages):
    body = f'<title>Links &lt;3</title><p><a href="{corner.home.url}/hello/">x</a>'
    corner.told(ana.show("/links", body))
    assert (corner.words(), corner.author().name) == ("Links <3", "127.0.0.1")


def test_plain_text_that_names_the_page_is_a_mention(corner: Corner, ana: Pages):
    text = f"See {corner.home.url}/hello/ for it."
    corner.told(ana.show("/a.txt", text, media_type="text/plain"))
    assert corner.message().kind == "mention"


def test_in_a_feed_the_entry_that_answers_is_found(corner: Corner, ana: Pages):
    other = '<div class="h-entry"><p class="e-content">Other</p></div>'
    body = f'<div class="h-feed">{other}{reply(f"{corner.home.url}/hello/")}{other}</div>'
    corner.told(ana.show("/feed", body))
    assert corner.words() == "What a lovely bicycle."


@pytest.mark.parametrize(("author", "kind"), [("", "reply"), ("https://carl.example/", "mention")])
def test_a_page_answers_ours_among_its_own_comments(
    corner: Corner, ana: Pages, author: str, kind: str
):
    """Ana answers our page below hers, where we are shown as having commented; so may others."""
    target = f"{corner.home.url}/hello/"
    name = f'<a class="p-author h-card" href="{author}">A.</a>' if author else "A."
    body = (
        '<article class="h-entry"><h1 class="p-name">My week</h1><ol>'
        f'<li class="u-comment h-cite"><a class="u-url" href="{target}">Brand</a></li>'
        f'<li class="u-comment h-entry h-cite">{name}<a class="u-in-reply-to" href="{target}"></a>'
        '<p class="e-content">Thank you!</p></li></ol></article>'
    )
    corner.told(ana.show("/week", body))
    assert corner.message().kind == kind
    assert corner.words() == ("Thank you!" if kind == "reply" else "My week")


# --- what hangs on what ---------------------------------------------------------------------------


def below(target: str, above: str, words: str = "I agree") -> str:
    more = f'<a class="u-in-reply-to" href="{above}">and this</a>'
    return reply(target, words, more=more)


def test_an_answer_to_an_answer_hangs_on_it(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.told(ana.show("/nested", below(target, above)))
    corner.decide_all()
    first, second = corner.discussion().messages
    assert (first.reply_to, second.reply_to) == (None, first.id)


def test_an_answer_to_an_answer_is_known_by_the_address_that_this_names(corner: Corner, ana: Pages):
    target, permalink = f"{corner.home.url}/hello/", f"{ana.url}/2026/re"
    named = f'<a class="u-url" href="{permalink}"></a>'
    corner.told(ana.show("/bridge/1", reply(target, more=named)))
    corner.told(ana.show("/bridge/2", below(target, permalink)))
    corner.decide_all()
    first, second = corner.discussion().messages
    assert second.reply_to == first.id


@pytest.mark.parametrize("whose", ["theirs", "ours"])
def test_an_answer_to_what_stands_on_our_page_is_known_by_its_link_there(
    corner: Corner, ana: Pages, whose: str
):
    target = f"{corner.home.url}/hello/"
    corner.told(ana.show("/re", reply(target)))
    corner.decide()
    answer(corner.site, corner.message().id, "Thank you, Ana!", by="marta")
    send(corner.site)
    theirs, ours = (m.id for m in corner.discussion().messages)
    named = ours if whose == "ours" else theirs
    corner.told(ana.show("/below", reply(f"{target}#{anchor(named)}", "You are welcome")))
    corner.decide_one(corner.messages()[-1])
    below = next(m for m in corner.discussion().messages if "welcome" in m.html)
    assert below.reply_to == named


def test_a_link_to_a_place_of_the_page_where_nobody_speaks_is_an_answer_to_the_page(
    corner: Corner, ana: Pages
):
    corner.told(ana.show("/re", reply(f"{corner.home.url}/hello/#the-second-part")))
    corner.decide()
    assert [(m.kind, m.reply_to) for m in corner.discussion().messages] == [("reply", None)]


def test_an_answer_to_what_was_rejected_or_is_unknown_stands_at_the_top(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.decide(Verdict.REJECT)
    corner.told(ana.show("/nested", below(target, above)))
    corner.told(ana.show("/other", below(target, "https://unknown.example/1")))
    for stored in corner.messages()[1:]:
        corner.decide_one(stored)
    assert [m.reply_to for m in corner.discussion().messages] == [None, None]


@pytest.mark.parametrize("named", ["its page", "its permalink"])
def test_an_answer_that_came_before_what_it_answers_hangs_on_it_later(
    corner: Corner, ana: Pages, named: str
):
    target, permalink = f"{corner.home.url}/hello/", f"{ana.url}/2026/re"
    above = ana.show("/re", reply(target, more=f'<a class="u-url" href="{permalink}"></a>'))
    corner.told(ana.show("/nested", below(target, above if named == "its page" else permalink)))
    corner.decide_all()
    assert [m.reply_to for m in corner.discussion().messages] == [None]
    corner.told(above)
    corner.decide_all()
    answer, answered = sorted(corner.discussion().messages, key=lambda m: m.reply_to is None)
    assert (answered.reply_to, answer.reply_to) == (None, answered.id)


def test_an_answer_to_what_was_erased_does_not_wait_for_it(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    ana.show("/re", status=410)
    corner.told(above)
    corner.reverify(minutes=61)
    corner.told(ana.show("/nested", below(target, above)))
    assert [m.reply_to for m in corner.messages()] == [None]


def test_an_answer_to_words_on_another_page_of_ours_does_not_hang_there(corner: Corner, ana: Pages):
    above = ana.show("/re", reply(f"{corner.home.url}/other/"))
    corner.told(above, "other")
    corner.told(ana.show("/nested", below(f"{corner.home.url}/hello/", above)))
    corner.decide_all()
    assert [m.reply_to for m in corner.discussion().messages] == [None]


def test_what_answered_erased_words_names_them_no_more(corner: Corner, ana: Pages):
    target = f"{corner.home.url}/hello/"
    above = ana.show("/re", reply(target))
    corner.told(above)
    corner.told(ana.show("/nested", below(target, above)))
    ana.show("/re", status=410)
    corner.told(above)
    corner.reverify(minutes=61)
    assert [m.reply_to for m in corner.messages()] == [None]


# --- who says it ----------------------------------------------------------------------------------


def entry(target: str, author: str, head: str = "") -> str:
    return (
        f'{head}<div class="h-entry">{author}<p class="e-content">Hi</p>'
        f'<a class="u-in-reply-to" href="{target}">x</a></div>'
    )


def test_an_author_that_is_an_address_is_looked_up_there(corner: Corner, ana: Pages):
    ana.show("/about", '<div class="h-card"><a class="u-url u-uid" href="/about">Ana B.</a></div>')
    author = '<a class="u-author" href="/about"></a>'
    corner.told(ana.show("/re", entry(f"{corner.home.url}/hello/", author)))
    assert corner.author().name == "Ana B."
    assert corner.author().url == f"{ana.url}/about"


def test_an_author_whom_only_a_link_of_the_page_names(corner: Corner, ana: Pages):
    ana.show("/about", '<div class="h-card"><p class="p-name">Ana C.</p></div>')
    head = '<link rel="author" href="/about">'
    corner.told(ana.show("/re", entry(f"{corner.home.url}/hello/", "", head)))
    assert corner.author().name == "Ana C."


def test_an_author_of_another_host_is_nobody_but_this_hosts(corner: Corner, ana: Pages):
    author = '<a class="p-author h-card" href="https://king.example/">The King</a>'
    corner.told(ana.show("/re", entry(f"{corner.home.url}/hello/", author)))
    stored = corner.author()
    assert stored.ref_id.startswith(ana.url)
    assert (stored.name, stored.handle) == ("The King", "127.0.0.1")


def test_nobody_can_claim_to_be_the_brand(corner: Corner, ana: Pages):
    author = f'<a class="p-author h-card" href="{corner.home.url}">Brand</a>'
    corner.told(ana.show("/re", entry(f"{corner.home.url}/hello/", author)))
    assert corner.message().verdict == Verdict.HOLD


# --- changed and taken back -----------------------------------------------------------------------


@pytest.fixture
def approved(corner: Corner, ana: Pages) -> str:
    """An approved reply; its address."""
    source = ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.told(source)
    corner.decide()
    assert len(corner.shown()) == 1
    return source


def test_changed_words_are_judged_anew_and_the_approved_ones_stay(
    corner: Corner, ana: Pages, approved: str
):
    ana.show("/re", reply(f"{corner.home.url}/hello/", "Cheap pills"))
    corner.told(approved)
    assert (corner.message().revision, corner.message().verdict) == (2, Verdict.HOLD)
    assert corner.shown() == ["What a <b>lovely</b> bicycle."]


def test_told_again_without_a_change_nothing_happens(corner: Corner, approved: str):
    corner.told(approved)
    assert corner.message().revision == 1
    assert corner.message().verdict == Verdict.APPROVE


def test_a_change_that_nobody_tells_is_found_within_days(corner: Corner, ana: Pages, approved: str):
    ana.show("/re", reply(f"{corner.home.url}/hello/", "Changed"))
    corner.reverify(days=2)
    assert corner.message().revision == 2


@pytest.mark.parametrize("how", ["410", "without the link"])
def test_what_is_gone_is_hidden_at_once_and_erased_when_confirmed(
    corner: Corner, ana: Pages, approved: str, how: str
):
    ana.show("/re", "<p>Nothing here</p>", status=410 if how == "410" else 200)
    corner.told(approved)
    assert corner.message().upstream == Upstream.MISSING
    assert corner.shown() == []
    corner.reverify(minutes=61)
    assert corner.messages() == []


def test_what_is_erased_leaves_no_trace_of_its_address(corner: Corner, ana: Pages, approved: str):
    ana.show("/re", status=410)
    corner.told(approved)
    corner.reverify(minutes=61)
    corner.discussion()
    corner.site.store.sweep()
    for file in corner.folder.rglob("*"):
        if file.is_file() and file.suffix != ".toml":
            assert f"{ana.url}/re".encode() not in file.read_bytes(), file.name


def test_a_page_not_found_is_gone_when_it_is_so_for_a_day(
    corner: Corner, ana: Pages, approved: str
):
    del ana.there["/re"]
    corner.told(approved)
    assert corner.message().upstream == Upstream.LIVE
    assert len(corner.shown()) == 1
    corner.reverify(hours=23)
    assert len(corner.shown()) == 1
    corner.reverify(hours=2)
    assert corner.messages() == []


def test_a_page_that_was_not_found_and_is_back_starts_anew(
    corner: Corner, ana: Pages, approved: str
):
    page = ana.there.pop("/re")
    corner.told(approved)
    ana.there["/re"] = page
    corner.told(approved)
    assert corner.message().missing_since is None
    del ana.there["/re"]
    corner.reverify(days=2)
    assert len(corner.messages()) == 1


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, "broken", "text/html"),
        (503, "busy", "text/html"),
        (403, "no", "text/html"),
        (200, "<div>" * 20_000, "text/html"),
        (200, "\x89PNG", "image/png"),
        (200, "x" * 1_100_000, "text/html"),
    ],
    ids=["500", "503", "403", "nested", "picture", "huge"],
)
def test_an_outage_or_what_cannot_be_read_deletes_nothing(
    corner: Corner, ana: Pages, approved: str, status: int, body: str, kind: str
):
    ana.show("/re", body, status=status, media_type=kind)
    for _ in range(3):
        corner.told(approved)
        corner.reverify(days=2)
    assert len(corner.shown()) == 1


def test_a_page_that_cannot_be_reached_is_tried_again_and_then_left(corner: Corner, ana: Pages):
    source = ana.show("/re", "down", status=500)
    corner.told(source)
    assert corner.waiting() == 1
    for _ in range(PATIENCE):
        corner.later(days=1)
        corner.verify()
    assert corner.waiting() == 0
    assert ana.asked.count("/re") == PATIENCE


def test_a_page_that_comes_back_in_time_is_heard(corner: Corner, ana: Pages):
    source = ana.show("/re", "down", status=503)
    corner.told(source)
    ana.show("/re", reply(f"{corner.home.url}/hello/"))
    corner.later(days=1)
    corner.verify()
    assert len(corner.messages()) == 1


# --- vouch ----------------------------------------------------------------------------------------


@pytest.fixture
def ben() -> Iterator[Pages]:
    """The site of Ben, on a host that is not Ana's."""
    with website("localhost") as made:
        yield made


def speaks_for(ben: Pages, ana: Pages, rel: str = "") -> str:
    return ben.show("/links", f'<p>I read <a rel="{rel}" href="{ana.url}/">Ana</a>.</p>')


def vouched(corner: Corner, ana: Pages, vouch: str) -> StoredMessage:
    """Ana tells of an answer for the first time, and names a page that speaks for her."""
    target = f"{corner.home.url}/hello/"
    source = ana.show("/re", reply(target))
    fields = {"source": source, "target": target, "vouch": vouch}
    assert corner.client.post("/webmention", data=fields).status_code == 202
    corner.verify()
    return next(m for m in corner.messages() if m.url == source)


def known(corner: Corner, ben: Pages) -> None:
    """Words of Ben's stand on a page of ours."""
    corner.told(ben.show("/re", reply(f"{corner.home.url}/hello/", "I am Ben")))
    corner.decide()


def rule_of(corner: Corner, stored: StoredMessage) -> str:
    with corner.site.store.read() as tx:
        decision = messages.last_decision(tx, stored.id)
    assert decision is not None
    return decision.rule


def test_who_is_vouched_for_by_a_known_site_still_waits_and_the_trace_says_so(
    corner: Corner, ana: Pages, ben: Pages
):
    known(corner, ben)
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert (stored.verdict, rule_of(corner, stored)) == (Verdict.HOLD, "vouched (localhost)")


def test_a_site_that_our_articles_link_to_is_known(corner: Corner, ana: Pages, ben: Pages):
    ben.show("/post", "<p>A post</p>")
    corner.writes("First")
    corner.writes(f'<a href="{ben.url}/post">Ben</a>')
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert rule_of(corner, stored) == "vouched (localhost)"


def test_a_vouch_of_an_unknown_site_counts_for_nothing_and_is_not_fetched(
    corner: Corner, ana: Pages, ben: Pages
):
    stored = vouched(corner, ana, speaks_for(ben, ana))
    assert rule_of(corner, stored) == "hold_everything"
    assert ben.asked == []


@pytest.mark.parametrize("rel", ["nofollow", "noopener UGC"])
def test_a_link_that_its_page_does_not_mean_vouches_for_nobody(
    corner: Corner, ana: Pages, ben: Pages, rel: str
):
    known(corner, ben)
    stored = vouched(corner, ana, speaks_for(ben, ana, rel))
    assert rule_of(corner, stored) == "hold_everything"


def test_nobody_vouches_for_themselves(corner: Corner, ana: Pages):
    corner.told(ana.show("/first", reply(f"{corner.home.url}/hello/")))
    corner.decide()
    page = ana.show("/links", f'<a href="{ana.url}/">me</a>')
    assert rule_of(corner, vouched(corner, ana, page)) == "hold_everything"


@pytest.mark.parametrize("vouch", ["file:///etc/passwd", "nonsense", "http://localhost:1/x"])
def test_a_vouch_that_cannot_be_read_harms_nobody(
    corner: Corner, ana: Pages, ben: Pages, vouch: str
):
    known(corner, ben)
    assert rule_of(corner, vouched(corner, ana, vouch)) == "hold_everything"


def test_a_page_that_does_not_link_there_vouches_for_nobody(corner: Corner, ana: Pages, ben: Pages):
    known(corner, ben)
    page = ben.show("/links", f"<!-- <a href='{ana.url}/'> --><p>{ana.url}/</p>")
    assert rule_of(corner, vouched(corner, ana, page)) == "hold_everything"


def test_where_the_settings_say_so_a_vouch_approves_first_words_alone(
    tmp_path: Path, home: Pages, ana: Pages, ben: Pages
):
    corner = Corner(tmp_path, home, options="approve_vouched = true")
    corner.build(corner.post("hello"))
    known(corner, ben)
    page = speaks_for(ben, ana)
    assert vouched(corner, ana, page).verdict == Verdict.APPROVE
    ana.show("/re", reply(f"{home.url}/hello/", "Cheap pills"))
    corner.told(f"{ana.url}/re")
    stored = next(m for m in corner.messages() if m.revision == 2)
    assert (stored.verdict, rule_of(corner, stored)) == (Verdict.HOLD, "edited")
    corner.site.store.close()


# --- pingback -------------------------------------------------------------------------------------

PING = (
    '<?xml version="1.0"?><methodCall><methodName>{method}</methodName><params>'
    "<param><value><string>{source}</string></value></param>"
    "<param><value>{target}</value></param></params></methodCall>"
)


def ping(corner: Corner, body: str | bytes) -> tuple[int, str]:
    answer = corner.client.post("/pingback", data=body, content_type="text/xml")
    return answer.status_code, answer.text


def test_without_the_option_no_pingback_is_heard(corner: Corner):
    assert ping(corner, PING)[0] == 404
    assert "pingback" not in corner.site.endpoints


@pytest.fixture
def pinged(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    made = Corner(tmp_path, home, options="pingback = true")
    made.build(made.post("hello"))
    yield made
    made.site.store.close()


def test_a_pingback_is_a_webmention(pinged: Corner, ana: Pages):
    target = f"{pinged.home.url}/hello/"
    source = ana.show("/re", reply(target))
    ask = PING.format(method="pingback.ping", source=source, target=target)
    code, text = ping(pinged, ask)
    assert (code, "fault" in text) == (200, False)
    pinged.verify()
    assert pinged.message().kind == "reply"


def test_a_pingback_for_another_site_has_the_fault_of_the_specification(pinged: Corner, ana: Pages):
    ask = PING.format(method="pingback.ping", source=f"{ana.url}/re", target="https://b.example/")
    assert "<int>33</int>" in ping(pinged, ask)[1]


def test_a_pingback_whose_entities_would_fill_the_memory_is_refused(pinged: Corner):
    doubled = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 40))
    call = "<methodCall><methodName>&l39;</methodName></methodCall>"
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{doubled}]>{call}'
    assert ping(pinged, bomb)[0] == 400
    assert ping(pinged, "<a>" * 15_000)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        PING.format(method="system.listMethods", source="", target=""),
        PING.format(
            method="pingback.ping", source="https://a.example/", target="https://b.example/"
        ),
        PING.format(method="pingback.ping", source="", target=""),
        "<methodCall/>",
        "no xml",
        b"\xff\xfe\0",
        '<!DOCTYPE a [<!ENTITY b "c">]><methodCall><methodName>&b;</methodName></methodCall>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><methodCall/>',
    ],
)
def test_what_is_no_pingback_is_a_fault(pinged: Corner, body: str | bytes):
    code, text = ping(pinged, body)
    assert code in (200, 400)
    assert "<fault>" in text
    assert pinged.waiting() == 0

"""Webmentions as they come: told, looked up, shown; what kind each is, and who says it.

The cases of webmention.rocks' receiver tests are among them, each against a website of its own on
loopback.
"""

from __future__ import annotations

import pytest

from syndication.model import Verdict
from syndication.steps.receive import MOST_OF_ONE_HOST
from tests.servers.pages import Pages
from tests.steps.corner import Corner, reply

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

"""The same reply by webmention and by a network is one entry that keeps its approval."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syndication.exchange import Utterance
from syndication.model import Account, Author, Message, Ref, Verdict, Words
from syndication.networks.contract import Request
from syndication.networks.webmention import network as webmention
from syndication.steps.answer import answer
from syndication.steps.decide import decide
from syndication.steps.receive import receive
from syndication.steps.send import send
from syndication.steps.take_in import take_in
from syndication.steps.verify import verify
from syndication.store import accounts
from syndication.store.messages import StoredMessage
from tests.servers.pages import Pages, website
from tests.steps.town import URL, Town

WORDS = "What a lovely bicycle"


@pytest.fixture
def ours(town: Town) -> Ref:
    """A copy of ours, on a site that also has the account `web`."""
    copy = town.speak()
    web = Account(name="web", network="webmention", options={"site": URL, "loopback": True})
    town.change(
        connect=lambda name: webmention.connect(web, {}) if name == "web" else town.connect(name),
        accounts={**town.site.accounts, "web": web},
        networks={**town.site.networks, "webmention": webmention},
    )
    with town.site.store.write() as tx:
        accounts.ensure(tx, web)
    return copy


def told(
    town: Town,
    *names: str,
    words: str = WORDS,
    source: str = "https://ana.example/re",
    above: Ref | None = None,
) -> Ref:
    """A page of Ana's that says it is also at `names`."""
    ref = Ref(space="web", id=f"{source}#webmention=/hello/", url=source, local=f"{URL}/hello/")
    author = Ref(space="web", id="https://ana.example/", url="https://ana.example/")
    message = Message(
        ref=ref,
        kind="reply",
        author=Author(ref=author, name="Ana", handle="ana.example", indexable=True),
        words=Words(html=f"<p>{words}</p>", text=words),
        written=town.now,
        links=(f"{URL}/hello/",),
        names=(source, *names),
        reply_to=above,
    )
    with town.site.store.write() as tx:
        take_in(town.site, tx, [message], account="web", via="webmention")
    return ref


def address(town: Town, ref: Ref, how: str) -> str:
    """What a page calls a post on the network: its ActivityPub id, or where people read it."""
    message = town.server.statuses[ref.id].message
    read_at = f"https://memory.example/read/{ref.local}"
    town.server.statuses[ref.id].message = replace(message, ref=replace(ref, url=read_at))
    return ref.id if how == "id" else read_at


def talk(town: Town) -> tuple[Utterance, ...]:
    town.export()
    return town.discussion().messages


def entries(town: Town) -> list[StoredMessage]:
    return town.messages()


@pytest.mark.parametrize("how", ["id", "url"])
def test_what_the_network_told_first_is_not_told_again(town: Town, ours: Ref, how: str):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    also = address(town, toot, how)
    town.collect()
    town.decide(toot)
    told(town, also)
    assert [(m.space, m.verdict) for m in entries(town)] == [("memory", Verdict.APPROVE)]
    assert town.shown() == [f"@brand {WORDS}"]


def test_a_page_that_the_network_message_names_as_its_own_address(town: Town, ours: Ref):
    """A bridge tells of a post by a page of its own; `names` has the post's address."""
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    town.collect()
    told(town, toot.id, source="https://bridge.example/comment/1")
    assert len(entries(town)) == 1


@pytest.mark.parametrize("how", ["id", "url"])
def test_what_a_page_told_first_makes_room_and_keeps_its_approval(town: Town, ours: Ref, how: str):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    page = told(town, address(town, toot, how))
    town.decide(page)
    assert town.shown() == [WORDS]
    town.collect()
    assert [(m.space, m.verdict) for m in entries(town)] == [("memory", Verdict.APPROVE)]
    assert town.shown() == [f"@brand {WORDS}"]
    assert len(town.discussion().messages) == 1


HEADS = {
    "source URL": "",
    "canonical URL": '<link rel="canonical" href="{url}">',
    "cross-post link": '<a class="u-syndication" href="{url}">also there</a>',
    "ActivityPub id": '<link rel="alternate" type="application/activity+json" href="{id}">',
}


def brought(town: Town, site: Pages, toot: Ref, how: str) -> None:
    """Ana's page, as it stands on her site, tells of the same words in this way."""
    url = town.server.statuses[toot.id].message.ref.url
    target = f"{URL}/hello/"
    source = site.show(
        "/re",
        f'<div class="h-entry">{HEADS[how].format(url=url, id=toot.id)}'
        f'<a class="u-in-reply-to" href="{target}"></a><p class="e-content">{WORDS}</p></div>',
    )
    request = Request(endpoint="webmention", fields={"source": source, "target": target})
    assert receive(town.site, "web", request).status == 202
    verify(town.site, "web")


@pytest.mark.parametrize("first", ["page", "network"])
@pytest.mark.parametrize("how", HEADS)
def test_however_the_page_names_the_post_it_is_one_entry_that_keeps_its_approval(
    town: Town, ours: Ref, first: str, how: str
):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    with website() as site:
        message = town.server.statuses[toot.id].message
        url = f"{site.url}/re" if how == "source URL" else "https://ana.example/@ana/1"
        town.server.statuses[toot.id].message = replace(message, ref=replace(toot, url=url))
        tellings = [lambda: brought(town, site, toot, how), town.collect]
        one, other = tellings if first == "page" else reversed(tellings)
        one()
        (stored,) = entries(town)
        decide(town.site, stored.id, stored.revision, Verdict.APPROVE, by="marta")
        other()
    assert [(m.space, m.verdict) for m in entries(town)] == [("memory", Verdict.APPROVE)]
    assert town.shown() == [f"@brand {WORDS}"]


def test_what_answered_a_page_that_makes_room_answers_the_network(town: Town, ours: Ref):
    """An answer of ours and one of Ben's, both to the page."""
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    page = told(town, toot.id)
    below = told(town, words="I agree", source="https://ben.example/re", above=page)
    town.decide(page)
    town.decide(below)
    answer(town.site, town.stored(page).id, "Thank you, Ana!", by="marta")
    send(town.site)
    before = talk(town)
    town.collect()
    after = talk(town)
    assert [m.html for m in after][1:] == [m.html for m in before][1:]
    assert [m.reply_to for m in before] == [None, page.id, page.id]
    assert [m.reply_to for m in after] == [None, toot.id, toot.id]


def test_an_answer_still_waiting_finds_its_place_too(town: Town, ours: Ref):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    page = told(town, toot.id)
    town.decide(page)
    answer(town.site, town.stored(page).id, "Thank you, Ana!", by="marta")
    town.collect()
    send(town.site)
    assert [m.reply_to for m in talk(town)] == [None, toot.id]


def test_a_rejection_is_kept_too(town: Town, ours: Ref):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    town.decide(told(town, toot.id), Verdict.REJECT)
    town.collect()
    assert [(m.space, m.verdict) for m in entries(town)] == [("memory", Verdict.REJECT)]


def test_what_nobody_decided_stays_undecided(town: Town, ours: Ref):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    told(town, toot.id)
    town.collect()
    assert [(m.space, m.verdict) for m in entries(town)] == [("memory", Verdict.HOLD)]


def test_told_again_by_the_page_it_stays_one(town: Town, ours: Ref):
    toot = town.person("ana").say(f"@brand {WORDS}", reply_to=ours)
    page = told(town, toot.id)
    town.decide(page)
    town.collect()
    told(town, toot.id)
    assert len(entries(town)) == 1


def test_other_words_wait_for_their_own_decision_and_are_shown_once(town: Town, ours: Ref):
    """Ana's page says more than her post does."""
    toot = town.person("ana").say("@brand Short", reply_to=ours)
    page = told(town, toot.id, words="Long and thoughtful")
    town.decide(page)
    town.collect()
    assert town.shown() == ["Long and thoughtful"]
    town.decide(toot)
    assert town.shown() == ["@brand Short"]


def test_a_claim_silences_nobody(town: Town, ours: Ref):
    """A page that claims Ana's post cannot keep it away, nor give it an approval."""
    toot = town.person("ana").say("@brand I am Ana", reply_to=ours)
    evil = told(town, toot.id, words="Buy pills", source="https://evil.example/1")
    town.decide(evil, Verdict.SPAM)
    town.collect()
    assert town.stored(toot).verdict == Verdict.HOLD


def test_the_same_address_on_another_page_of_ours_is_another_conversation(town: Town, ours: Ref):
    toot = town.person("ana").say(WORDS)
    told(town, toot.id)
    assert len(entries(town)) == 1

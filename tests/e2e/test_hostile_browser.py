"""Hostile words where staff and visitors read them: the desk, and the pages of the comment form.

A real browser shows what the apps answer, without the policy that would stop scripts by itself: so
it is the pages alone that let nothing run and ask nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route

from syndication.desk import generate
from syndication.model import Verdict
from syndication.store import staff
from syndication.web.staff import create_app
from tests.servers import browser as browsers
from tests.servers.hostile import CORPUS, hostile
from tests.servers.pages import website
from tests.steps.corner import Corner
from tests.unit.comments_site import PUBLIC, CommentsSite
from tests.unit.desk_site import ORIGIN

Get = Callable[[str], tuple[int, bytes, str]]
"""Path → status, content, media type."""

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LISTS = ("/inbox", "/found", "/decided", "/reported", "/sorted", "/answers")
FOUND = """() => {
  document.querySelectorAll("details").forEach(one => { one.open = true });
  const all = [...document.querySelectorAll("*")];
  const schemes = ["http:", "https:", "mailto:"];
  return {
    alarm: window.alarm ?? null,
    scripts: document.scripts.length,
    styles: all.filter(one => one.tagName == "STYLE" || one.hasAttribute("style")).length,
    frames: document.querySelectorAll("iframe, object, embed, base, svg, math, video").length,
    handlers: all.filter(one => [...one.attributes].some(a => a.name.startsWith("on"))).length,
    forms: [...document.forms].map(one => new URL(one.getAttribute("action") ?? "", location))
      .filter(url => url.origin != location.origin).length,
    links: [...document.links].filter(one => !schemes.includes(one.protocol)).length,
  }
}"""
NOTHING = {
    "alarm": None,
    "scripts": 0,
    "styles": 0,
    "frames": 0,
    "handlers": 0,
    "forms": 0,
    "links": 0,
}


@contextmanager
def reading(browser: Browser, address: str, get: Get) -> Iterator[Callable[[str], str]]:
    """What a path at `address`, which is what `get` answers, says to its reader.

    Whatever else its page asks for is a failure.
    """

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        status, body, media_type = get(f"{parts.path}?{parts.query}".removesuffix("?"))
        route.fulfill(status=status, body=body, content_type=media_type)

    with browsers.page(browser) as page:
        page.route(f"{address}/**", answer)
        yield lambda path: shown(page, address + path)


def asking(client: FlaskClient, address: str) -> Get:
    def get(path: str) -> tuple[int, bytes, str]:
        answer = client.get(path, base_url=address)
        return answer.status_code, answer.data, answer.content_type

    return get


def shown(page: Page, url: str) -> str:
    """What a page says to its reader; nothing on it does anything."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200, url
    assert page.evaluate(FOUND) == NOTHING, url
    assert page.url == url
    return page.inner_text("body")


@pytest.fixture
def corner(tmp_path: Path) -> Iterator[Corner]:
    """A site to which the whole corpus was sent as webmentions; half of it is approved."""
    with website() as home, website() as stranger:
        made = Corner(tmp_path, home)
        made.build(made.post("hello"))
        for number, payload in enumerate(CORPUS):
            source = stranger.show(f"/{number}", hostile(payload, f"{home.url}/hello/"))
            made.told(source)
        for stored in made.messages()[::2]:
            made.decide_one(stored)
        yield made
        made.site.store.close()


def signed_in(corner: Corner, folder: Path) -> FlaskClient:
    """A browser of Marta's at the desk, whose pages are in `folder`."""
    generate(corner.site, folder)
    with corner.site.store.write() as tx:
        member = staff.add(tx, name="Marta", role="admin", language="en", now=corner.now)
        link = staff.sign_in_link(tx, member, now=corner.now)
    client = create_app(corner.site, directory=folder, origin=ORIGIN).test_client()
    client.environ_base["HTTP_ORIGIN"] = ORIGIN
    assert client.post(f"/sign-in/{link}", base_url=ORIGIN).status_code == 303
    return client


def test_no_page_of_the_desk_runs_what_strangers_wrote(
    corner: Corner, browser: Browser, tmp_path_factory: pytest.TempPathFactory
):
    desk = tmp_path_factory.mktemp("desk")
    stored = corner.messages()
    assert len(stored) > len(CORPUS) * 0.8
    with reading(browser, ORIGIN, asking(signed_in(corner, desk), ORIGIN)) as shows:
        for path in LISTS:
            shows(path)
        for message in stored:
            assert "Words of" in shows(f"/message/{message.id}")


@pytest.fixture
def comments(tmp_path: Path) -> Iterator[CommentsSite]:
    made = CommentsSite(tmp_path)
    yield made
    made.desk.store.close()


def written(comments: CommentsSite) -> list[str]:
    """The corpus as comments: the private pages that their writers were given."""
    private = []
    for number, payload in enumerate(CORPUS):
        fields = {"name": f"{payload[:40]} A", "text": f"said {payload}", "website": payload}
        client, ip = comments.browser(), f"192.0.{number}.1"
        if comments.preview(client, **fields).status_code == 422:
            del fields["website"]
        private.append(comments.commented(client, ip=ip, **fields))
    return private


def test_no_private_page_runs_what_its_visitor_wrote(comments: CommentsSite, browser: Browser):
    private = written(comments)
    for number, stored in enumerate(comments.comments):
        if number % 3:
            comments.decide_one(stored, Verdict.APPROVE if number % 3 == 1 else Verdict.REJECT)
    with reading(browser, PUBLIC, asking(comments.browser(), PUBLIC)) as shows:
        for path in private:
            assert "said" in shows(path)


def test_no_preview_and_no_complaint_runs_what_was_typed(comments: CommentsSite, browser: Browser):
    client = comments.browser()
    previews: dict[str, bytes] = {}
    for number, payload in enumerate(CORPUS):
        typed = {"name": payload, "text": f"said {payload}"}
        previews[f"/preview/{number}"] = comments.preview(client, **typed).data
        previews[f"/refused/{number}"] = comments.preview(client, **typed, website=payload).data

    def get(path: str) -> tuple[int, bytes, str]:
        return 200, previews.get(path, b""), "text/html" if path in previews else "text/css"

    with reading(browser, PUBLIC, get) as shows:
        for path in previews:
            words = shows(path)
            assert "said" in words or path.startswith("/refused/")


def test_no_list_of_the_desk_runs_what_came_by_the_form(comments: CommentsSite, browser: Browser):
    written(comments)
    for number, stored in enumerate(comments.comments[::2]):
        comments.decide_one(stored, Verdict.APPROVE)
        fields = {"message": stored.ref_id, "reason": f"said {CORPUS[number]}"}
        ip = {"REMOTE_ADDR": f"198.51.{number}.1"}
        comments.browser().post("/report", data=fields, environ_base=ip)
    with reading(browser, ORIGIN, asking(comments.staff(), ORIGIN)) as shows:
        for path in LISTS:
            shows(path)
        for stored in comments.comments:
            shows(f"/message/{stored.id}")

"""Finding a page's endpoint: the 23 forms that webmention.rocks tests, on a website of our own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from syndication.model import Draft
from syndication.networks.contract import Rejected, Unavailable, Unwanted
from syndication.networks.fetch import Fetcher
from syndication.networks.webmention.discover import endpoint_of
from syndication.networks.webmention.send import Teller
from syndication.rules.mentions import telling
from tests.servers.pages import Pages, website

US = "https://brand.example/hello/"
Headers = Sequence[tuple[str, str]]

# Number, Link headers, page. The right endpoint is SITE/test/end; wrong ones are told apart.
FORMS: list[tuple[str, Headers, str]] = [
    ("01 header, relative, rel unquoted", [("Link", "</test/end>; rel=webmention")], ""),
    ("02 header, absolute, rel unquoted", [("Link", "<SITE/test/end>; rel=webmention")], ""),
    ("03 link, relative", [], '<link rel="webmention" href="/test/end">'),
    ("04 link, absolute", [], '<link rel="webmention" href="SITE/test/end">'),
    ("05 a, relative", [], '<a rel="webmention" href="/test/end">x</a>'),
    ("06 a, absolute", [], '<a rel="webmention" href="SITE/test/end">x</a>'),
    ("07 header, odd case", [("LinK", "</test/end>; rel=webmention")], ""),
    ("08 header, rel quoted", [("Link", '</test/end>; rel="webmention"')], ""),
    ("09 link, several words", [], '<link rel="webmention somethingelse" href="/test/end">'),
    ("10 header, several words", [("Link", '</test/end>; rel="webmention other"')], ""),
    (
        "11 header before link before a",
        [("Link", "</test/end>; rel=webmention")],
        '<link rel="webmention" href="/wrong"><a rel="webmention" href="/wrong">x</a>',
    ),
    (
        "12 the word exactly",
        [],
        '<link rel="not-webmention" href="/wrong"><link rel="webmention" href="/test/end">',
    ),
    (
        "13 not in a comment",
        [],
        '<!-- <a rel="webmention" href="/wrong"> --><a rel="webmention" href="/test/end">x</a>',
    ),
    (
        "14 not in escaped markup",
        [],
        '&lt;a rel="webmention" href="/wrong"&gt;<a rel="webmention" href="/test/end">x</a>',
    ),
    (
        "16 a before link",
        [],
        '<a rel="webmention" href="/test/end">x</a><link rel="webmention" href="/wrong">',
    ),
    (
        "17 link before a",
        [],
        '<link rel="webmention" href="/test/end"><a rel="webmention" href="/wrong">x</a>',
    ),
    (
        "18 several headers",
        [("Link", "</wrong>; rel=other"), ("Link", "</test/end>; rel=webmention")],
        "",
    ),
    (
        "19 a header with several values",
        [("Link", "</wrong>; rel=other, </test/end>; rel=webmention")],
        "",
    ),
    (
        "20 a link without href",
        [],
        '<link rel="webmention"><a rel="webmention" href="/test/end">x</a>',
    ),
    ("22 relative to the path", [], '<a rel="webmention" href="end">x</a>'),
    (
        "header with a comma and a quote in it",
        [
            (
                "Link",
                '</wrong,a>; title="a, </b>; rel=webmention"; rel=x, </test/end>; rel=webmention',
            )
        ],
        "",
    ),
]


@pytest.fixture
def site() -> Iterator[Pages]:
    with website() as made:
        yield made


@pytest.fixture
def teller() -> Teller:
    return Teller(Fetcher(allow_loopback=True))


def draft(target: str) -> Draft:
    return Draft(text=telling(target, "0"), url=US)


@pytest.mark.parametrize(("headers", "body"), [pytest.param(h, b, id=i) for i, h, b in FORMS])
def test_the_endpoint_is_found_and_told(site: Pages, teller: Teller, headers: Headers, body: str):
    there = [(name, value.replace("SITE", site.url)) for name, value in headers]
    target = site.show("/test/page", body.replace("SITE", site.url), headers=there)
    ref = teller.publish(draft(target), key="k")
    ((path, kind, said),) = site.told
    assert path == "/test/end"
    assert kind == "application/x-www-form-urlencoded"
    assert said.decode().startswith("source=https%3A%2F%2Fbrand.example%2Fhello%2F&target=http")
    assert ref.url == target


def test_15_an_empty_href_is_the_page_itself(site: Pages, teller: Teller):
    target = site.show("/test/15", '<link rel="webmention" href="">')
    teller.publish(draft(target), key="k")
    assert [path for path, _, _ in site.told] == ["/test/15"]


def test_21_a_query_is_kept(site: Pages, teller: Teller):
    target = site.show("/test/21", '<link rel="webmention" href="/end?query=yes&amp;copy=2">')
    teller.publish(draft(target), key="k")
    assert [path for path, _, _ in site.told] == ["/end?query=yes&copy=2"]


def test_23_a_page_that_redirects_is_relative_to_where_it_leads(site: Pages, teller: Teller):
    site.show("/page/final", '<link rel="webmention" href="end">')
    teller.publish(draft(site.leads("/test/23", "/page/final")), key="k")
    assert [path for path, _, _ in site.told] == ["/page/end"]


@pytest.mark.parametrize(
    "body",
    ["", "<link rel=webmention>", '<link rel=webmention href="mailto:a@b.example">', "<!--", "<a"],
)
def test_a_page_without_an_endpoint_wants_to_hear_nothing(site: Pages, teller: Teller, body: str):
    with pytest.raises(Unwanted):
        teller.publish(draft(site.show("/test/none", body)), key="k")
    assert site.told == []


def test_an_endpoint_on_this_machine_is_never_told():
    """A stranger's page names the address that our own machine answers at."""
    with website() as site, pytest.raises((Rejected, Unavailable)):
        Teller(Fetcher()).publish(draft(site.show("/x", "")), key="k")
    assert site.asked == []


@pytest.mark.parametrize(
    ("status", "error"), [(400, Rejected), (404, Rejected), (500, Unavailable)]
)
def test_what_the_endpoint_answers_decides(
    site: Pages, teller: Teller, status: int, error: type[Exception]
):
    site.answers_posts = status
    with pytest.raises(error):
        teller.publish(draft(site.show("/t", '<a rel="webmention" href="/end">')), key="k")


@pytest.mark.parametrize(
    "links",
    [
        "<" * 20_000,
        '</a>; rel="' + "webmention " * 2_000,
        ";" * 20_000,
        '<a>;"' + '"a' * 10_000,
        "</a>; " + "rel=x; " * 3_000,
    ],
)
def test_hostile_headers_are_read_in_no_time(links: str):
    assert endpoint_of("https://a.example/", links, "") is None

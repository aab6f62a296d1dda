"""Original post discovery: which links point into our site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.rules.discovery import site_paths

SITE = "https://vencejo.example"


def paths(*links: str, site: str = SITE) -> list[str]:
    return list(site_paths(links, site))


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://vencejo.example/es/hola/", "/es/hola/"),
        ("http://vencejo.example/es/hola/", "/es/hola/"),
        ("HTTPS://WWW.Vencejo.Example/es/hola/", "/es/hola/"),
        ("https://vencejo.example:443/a", "/a"),
        ("http://vencejo.example:80/a", "/a"),
        ("https://vencejo.example./a", "/a"),
        ("https://vencejo.example/a?utm_source=plaza#c3", "/a"),
        ("https://vencejo.example", "/"),
        ("https://vencejo.example/", "/"),
        ("https://vencejo.example?x=/a", "/"),
        ("https://vencejo.example/ni%C3%B1os/", "/niños/"),
        ("https://vencejo.example/niños/", "/niños/"),
        ("https://vencejo.example/a%2Fb", "/a/b"),
        ("https://vencejo.example/a%ff", "/a\ufffd"),
        ("https://ana:pw@vencejo.example/a", "/a"),
    ],
)
def test_links_into_the_site(link: str, expected: str) -> None:
    assert paths(link) == [expected]


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/es/hola/",
        "//",
        "vencejo.example/a",
        "ftp://vencejo.example/a",
        "javascript://vencejo.example/%0aalert(1)",
        "mailto:hola@vencejo.example",
        "https://vencejo.example:8443/a",
        "http://vencejo.example:443/a",
        "https://vencejo.example:99999/a",
        "https://vencejo.example:x/a",
        "https://vencejo.example.evil.example/a",
        "https://evil.example/https://vencejo.example/a",
        "https://evil.example/?https://vencejo.example/a",
        "https://evil.example#https://vencejo.example/a",
        "https://vencejo.example@evil.example/a",
        "https://vencejo.example:443@evil.example/a",
        "https://vencejo.example\\@evil.example/a",
        "https://vencejo.example%2f.evil.example/a",
        "https://notvencejo.example/a",
        "https://blog.vencejo.example/a",
        "https://www.www.vencejo.example.org/a",
        "http://[::1",
        "http://[::1]/a",
        "http://[vencejo.example]/a",
        "https://vencejo.example\u3002evil/a",
        "https://" + "a" * 70 + ".example/a",
        "https://..vencejo.example/a",
        "\0",
    ],
)
def test_links_that_lead_elsewhere_or_nowhere(link: str) -> None:
    assert paths(link) == []


def test_bad_links_do_not_hide_good_ones_and_the_order_stays() -> None:
    links = ["http://[::1", f"{SITE}/b", "https://evil.example/", f"{SITE}/a", f"{SITE}/b"]
    assert paths(*links) == ["/b", "/a", "/b"]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("https://shop.example/blog", ["/blog"]),
        ("https://shop.example/blog/", ["/blog/"]),
        ("https://shop.example/blog/a", ["/blog/a"]),
        ("https://shop.example/blogs/a", []),
        ("https://shop.example/a", []),
        ("https://shop.example/", []),
    ],
)
def test_a_site_below_a_folder_keeps_its_folder(link: str, expected: list[str]) -> None:
    assert paths(link, site="https://shop.example/blog") == expected


def test_a_folder_may_be_written_in_either_way() -> None:
    for site in ("https://shop.example/a%C3%B1o", "https://shop.example/año"):
        assert paths("https://shop.example/a%C3%B1o/x", site=site) == ["/año/x"]


@pytest.mark.parametrize("site", ["https://ñandú.example", "https://xn--and-6ma2c.example"])
@pytest.mark.parametrize("link", ["https://ñandú.example/a", "https://xn--and-6ma2c.example/a"])
def test_a_name_with_accents_is_the_same_in_punycode(site: str, link: str) -> None:
    assert paths(link, site=site) == ["/a"]


def test_a_port_of_ones_own_belongs_to_the_site() -> None:
    site = "http://127.0.0.1:8000"
    assert paths("http://127.0.0.1:8000/a", "http://127.0.0.1:8001/a", site=site) == ["/a"]


@given(st.lists(st.text(max_size=40) | st.text(max_size=20).map(lambda t: f"https://{t}/a")))
def test_no_link_of_a_stranger_breaks_it(links: list[str]) -> None:
    for path in site_paths(links, SITE):
        assert path.startswith("/")

"""What a visitor types into the form, as words: a small Markdown whose addresses are links."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syndication.networks.site import convert
from syndication.networks.site.convert import words_of
from syndication.rules import markup

LINK = '<a href="{0}" rel="nofollow ugc noopener">{0}</a>'
HREF = re.compile(r'href="([^"]*)"')


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("See https://ana.example/my_old_bike.", f"See {LINK.format('https://ana.example/my_old_bike')}."),
        ("(https://ana.example/)", f"({LINK.format('https://ana.example/')})"),
        ("**http://ana.example**", f"<strong>{LINK.format('http://ana.example')}</strong>"),
        ("https://ana.example/?a=1&b=2", LINK.format("https://ana.example/?a=1&amp;b=2")),
        ("`https://ana.example`", "<code>https://ana.example</code>"),
        ("https://ana.example/_my_/*old*/", LINK.format("https://ana.example/_my_/*old*/")),
        ("https://ana.example/__init__.py", LINK.format("https://ana.example/__init__.py")),
        ("_see https://ana.example/a_b_", f"<em>see {LINK.format('https://ana.example/a_b')}</em>"),
        (r"https://ana.example/my\_bike", LINK.format("https://ana.example/my_bike")),
        ("_https://ana.example/a_", f"<em>{LINK.format('https://ana.example/a')}</em>"),
        ("https://ana.example/a\\\nb", f"{LINK.format('https://ana.example/a')}<br>b"),
        (r"https://ana.example/a\.", f"{LINK.format('https://ana.example/a')}."),
        ("&quot;https://ana.example&quot;", f'"{LINK.format("https://ana.example")}"'),
        ("&lt;https://ana.example&gt;", f"&lt;{LINK.format('https://ana.example')}&gt;"),
        ("https://ana.example/?a=1&amp;b=2", LINK.format("https://ana.example/?a=1&amp;b=2")),
        ("https://ana.example/`x`", f"{LINK.format('https://ana.example/')}<code>x</code>"),
    ],
)  # fmt: skip
def test_an_address_that_is_written_out_is_a_link_but_within_code(typed: str, shown: str) -> None:
    assert words_of(typed).html == f"<p>{shown}</p>"


def test_a_link_holds_no_other_link() -> None:
    html = words_of("[as https://ana.example says](https://bea.example)").html
    assert HREF.findall(html) == ["https://bea.example"]


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "https://bank.example@evil.example/",
        "https://",
        "https://[::1",
        "ana.example/bike",
        "zhttps://ana.example",
    ],
)
def test_what_is_no_plain_address_of_the_web_stays_words(typed: str) -> None:
    words = words_of(typed)
    assert "<a" not in words.html
    assert words.text == typed


class Noting:
    """A pattern that counts the letters that it reads."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern, self.read = pattern, 0

    def search(self, text: str, start: int, end: int) -> re.Match[str] | None:
        found = self._pattern.search(text, start, end)
        self.read += (found.end() if found else end) - start
        return found


@pytest.mark.parametrize(
    "typed", ["http://(", "zhttp://a", "http://a<", "http://a“", "http://a\\", "http://a&lt;"]
)
def test_no_letter_is_searched_twice_for_the_end_of_an_address(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noting = Noting(convert._BEYOND)
    monkeypatch.setattr(convert, "_BEYOND", noting)
    words_of(typed * 500)
    assert noting.read <= len(typed * 500)


@given(
    st.lists(
        st.sampled_from(
            ["https://a.example/", "<b>", "[", "](", ")", "*", "`", "\n> ", '"', "&#x3c;", " "]
        )
    )
)
def test_no_mixture_of_addresses_and_signs_leads_anywhere_else(pieces: list[str]) -> None:
    words = words_of("".join(pieces))
    assert markup.reduce(words.html) == words.html
    assert all(address.startswith("https://a.example/") for address in HREF.findall(words.html))

"""What is known at a glance is what a closer look would find."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup
from pelican.plugins.discussion_pages.harmless import initials, web_address
from pelican.plugins.discussion_pages.views import DiscussionView
from pelican.plugins.site_metadata.addresses import AS_WRITTEN, absolute
from pelican.plugins.site_metadata.plain import plain

SITE = "https://blog.example"
starts = st.sampled_from(["", "/", "http://", "https://", "https://a", "//", "HTTP://"])
rests = st.one_of(st.text(max_size=8), st.text(alphabet="ab9./:-_~?#[]@%é ", max_size=12))
words = st.text(alphabet="ab <>&;/p\n_9é·", max_size=12)


@given(starts, rests)
@example("https://", "social.example/@ana/1?a=b#c")
@example("https://", "a..example")
@example("https://", "[::1]/")
def test_only_addresses_that_are_safe_to_follow_are_linked(start: str, rest: str):
    address = start + rest
    assert web_address(address) == (address if sound(address) else "")


def sound(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    known = parts.scheme in ("http", "https") and bool(host)
    return known and address.isprintable() and " " not in address


@given(starts, rests)
@example("", "es/artículo/")
@example("/", "a%20b/index.html")
def test_a_plain_address_stands_below_the_site_as_any_other(start: str, rest: str):
    url = start + rest
    if url.startswith(("http://", "https://")):
        assert absolute(SITE, url) == url
    else:
        path = quote(unquote(url).lstrip("/"), safe=AS_WRITTEN)
        assert absolute(SITE, url) == f"{SITE}/{path}"


@given(words)
@example("<p>one  line\nof words</p>")
@example("<p>a</p><p>b</p>")
def test_a_paragraph_says_what_it_says_without_its_tags(html: str):
    assert plain(html) == Markup(html).striptags()
    assert plain(f"<p>{html}</p>") == Markup(f"<p>{html}</p>").striptags()


@given(st.text(alphabet="aBé9_.'· \t日", max_size=12))
def test_initials_are_the_first_letters_of_the_first_words_that_have_any(name: str):
    first = [next(filter(str.isalnum, word), "") for word in name.split()]
    assert initials(name) == ("".join(list(filter(None, first))[:2]).upper() or "?")


def test_where_nobody_spoke_no_document_is_looked_for():
    def look_up() -> None:
        raise AssertionError

    view = DiscussionView(None, look_up, look_up)
    assert (view.copies, view.reactions, view.messages) == ([], [], [])
    assert (view.elsewhere, view.part(1).elsewhere) == ([], [])

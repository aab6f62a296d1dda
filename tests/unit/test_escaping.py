"""Text becomes HTML as markupsafe, which templates use, makes it."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import escape

from syndication.rules.escaping import escaped, quoted


@given(st.one_of(st.text(), st.text(alphabet="<>&\"'a", max_size=8)))
def test_text_stands_in_a_page_as_templates_would_write_it(text: str):
    assert escaped(text) == str(escape(text))


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("https://social.example/@ana/1")
@example("at://did:plc:abc/app.bsky.feed.post/3k")
def test_a_name_stands_in_an_address_as_the_standard_library_would_write_it(name: str):
    assert quoted(name) == quote(name)

"""Text becomes HTML as markupsafe, which templates use, makes it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from syndication.rules.escaping import escaped


@given(st.one_of(st.text(), st.text(alphabet="<>&\"'a", max_size=8)))
def test_text_stands_in_a_page_as_templates_would_write_it(text: str):
    assert escaped(text) == str(escape(text))

"""A node of JSON-LD is the same whether it is made of data or put together of texts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.site_metadata.structured.script import (
    as_json,
    harmless,
    member,
    node_of,
    without_empty,
)

TEXTS = st.text(st.characters(exclude_categories=()) | st.sampled_from('<>&"\\/\n\u2028'))


@given(TEXTS, TEXTS, TEXTS)
def test_members_are_what_data_would_be(name: str, author: str, words: str) -> None:
    data = {"name": name, "author": without_empty({"name": author}), "text": words}
    inner = node_of(member("name", author))
    put_together = node_of(
        member("name", name),
        f'"author":{inner}' if author else "",
        member("text", words),
    )
    said = harmless(put_together)
    assert said == (as_json(without_empty(data)) or "{}")
    assert not set("<>&\u2028\u2029") & set(said)
    assert json.loads(said).keys() == without_empty(data).keys()

"""docs/exchange.md does not lie: its examples are documents, and its tables name every field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from syndication import exchange

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "exchange.md").read_text()
EXAMPLES = dict(re.findall(r"<!-- example: (\w+) -->\n```json\n(.*?)\n```", TEXT, re.S))


def indented(document: bytes) -> bytes:
    """An outbox's posts are a line each, which no page is wide enough for."""
    return json.dumps(json.loads(document), ensure_ascii=False, indent=1).encode()


WRITTEN_AGAIN = {
    "outbox": lambda data: indented(exchange.outbox_bytes(exchange.parse_outbox(data))),
    "page": lambda data: next(
        iter(
            exchange.discussion_files(
                exchange.parse_discussion(data, "pages/es/frenos/index.json")
            ).values()
        )
    ),
    "site": lambda data: exchange.site_bytes(exchange.parse_site(data)),
}


def schema(name: str) -> dict[str, Any]:
    return json.loads((DOCS / "schemas" / f"{name}.schema.json").read_text())


@pytest.mark.parametrize("name", WRITTEN_AGAIN)
def test_each_example_fits_its_schema_and_is_what_we_write(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))
    Draft202012Validator(schema(name)).validate(json.loads(EXAMPLES[name]))
    assert WRITTEN_AGAIN[name](EXAMPLES[name]).decode().strip() == EXAMPLES[name].strip()


@pytest.mark.parametrize("name", WRITTEN_AGAIN)
def test_a_schema_refuses_an_example_that_lost_a_field_it_needs(name: str) -> None:
    whole = json.loads(EXAMPLES[name])
    for field in ("tertulia:version", "type", "@context"):
        without = {key: value for key, value in whole.items() if key != field}
        assert not Draft202012Validator(schema(name)).is_valid(without)


def fields(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from fields(item)
    elif isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"]
        for item in node.values():
            yield from fields(item)


@pytest.mark.parametrize("name", WRITTEN_AGAIN)
def test_every_field_of_a_schema_is_explained(name: str) -> None:
    assert not [field for field in fields(schema(name)) if f"`{field}`" not in TEXT]


def test_every_link_to_a_file_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert links
    assert not [link for link in links if not (DOCS / link).exists()]

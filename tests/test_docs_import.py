"""docs/import.md does not lie: its example is an archive, and its table names every field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from syndication.archives import Entry, Reading, open_archive
from tests.golden.test_archives import FOLDER
from tests.test_docs_exchange import fields

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "import.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "schemas" / "archive-line.schema.json").read_text(encoding="utf-8"))
(EXAMPLE,) = re.findall(r"<!-- example -->\n```json\n(.*?\n)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("source", ["page", "golden"])
def test_each_line_fits_the_schema(source: str):
    text = EXAMPLE if source == "page" else (FOLDER / "archive.jsonl").read_text(encoding="utf-8")
    Draft202012Validator.check_schema(SCHEMA)
    for line in text.splitlines():
        Draft202012Validator(SCHEMA).validate(json.loads(line))


@pytest.mark.parametrize("field", ["id", "context", "published", "content"])
def test_the_schema_and_the_reader_want_the_same_of_a_note(field: str, tmp_path: Path):
    head, line, *_ = EXAMPLE.splitlines()
    without = json.dumps({key: item for key, item in json.loads(line).items() if key != field})
    assert not Draft202012Validator(SCHEMA).is_valid(json.loads(without))
    if field != "content":  # words are asked for when they are needed
        (tmp_path / "a.jsonl").write_text(f"{head}\n{without}\n", encoding="utf-8")
        with pytest.raises(Exception, match=f"line 2: {field}: is missing"):
            read(tmp_path / "a.jsonl")


def read(path: Path) -> list[Entry]:
    records = open_archive(path, Reading(home="https://brand.example", pseudonym=str)).records()
    return [record for record in records if isinstance(record, Entry)]


def test_the_example_can_be_read(tmp_path: Path):
    (tmp_path / "a.jsonl").write_text(EXAMPLE, encoding="utf-8")
    first, second = read(tmp_path / "a.jsonl")
    assert (second.parent, second.page) == (first.id, first.page)
    assert first.message().words.html == "<p>Mine sing, too.</p>"


def test_every_field_of_the_schema_is_explained():
    assert not [field for field in fields(SCHEMA) if f"`{field}`" not in TEXT]

"""Golden pairs: a file as its system exports it beside the records that it is read as.

`NAME.xml`, `NAME.sql` (a database is made of it) and `NAME.jsonl` ↔ `NAME.records.json`. The words
are ours, the formats as WordPress, Disqus and Isso document and write them. After a wanted change:
`python -m tests.golden.test_archives` writes the right halves anew, and the difference is read
before it is kept.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from syndication.archives import Archive, Entry, Reading, open_archive
from syndication.model import digest_of

FOLDER = Path(__file__).parent / "archives"
NAMES = {
    "wordpress.xml": "wxr",
    "disqus.xml": "disqus",
    "isso.sql": "isso",
    "archive.jsonl": "json",
}


def opened(name: str, folder: Path) -> Archive:
    """The archive of a golden file."""
    path = FOLDER / name
    if path.suffix == ".sql":
        database = folder / "comments.db"
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript(path.read_text(encoding="utf-8"))
        path = database
    return open_archive(path, Reading(home="https://vencejo.example", pseudonym=digest_of))


def as_json(archive: Archive) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for record in archive.records():
        value = {"record": type(record).__name__, **asdict(record)}
        if isinstance(record, Entry):
            value["message"] = asdict(record.message())
        found.append(lean(json.loads(json.dumps(value, default=str))))
    return [*found, {"counts": dict(archive.reading.counts)}]


def lean(value: Any) -> Any:
    """Without what says nothing, so that a new field of a noun changes no golden file."""
    if not isinstance(value, dict):
        return value
    return {key: lean(item) for key, item in value.items() if item not in (None, "", [], {}, False)}


def golden(name: str) -> Path:
    return FOLDER / f"{Path(name).stem}.records.json"


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_read_as_its_records(name: str, tmp_path: Path):
    archive = opened(name, tmp_path)
    assert archive.format == NAMES[name]
    assert as_json(archive) == json.loads(golden(name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_a_file_reads_the_same_twice(name: str, tmp_path: Path):
    archive = opened(name, tmp_path)
    assert as_json(archive) == as_json(archive)


@pytest.mark.parametrize("name", NAMES)
def test_no_address_of_a_commenter_is_read_out_of_a_file(name: str, tmp_path: Path):
    archive = opened(name, tmp_path)
    said = json.dumps(as_json(archive)).lower()
    assert "203.0." not in said
    assert "198.51." not in said
    assert [host for host in ("correo", "mail", "pads") if f"@{host}.example" in said] == []
    assert archive.reading.counts["emails"]


if __name__ == "__main__":
    for each in NAMES:
        with tempfile.TemporaryDirectory() as folder:
            text = json.dumps(as_json(opened(each, Path(folder))), indent=1, ensure_ascii=False)
            golden(each).write_text(text + "\n", encoding="utf-8")

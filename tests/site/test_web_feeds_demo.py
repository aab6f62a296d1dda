"""The demonstration site's feeds, with its notes, its pictures and what people said."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

from tests.servers.whole_site import ADDRESS, SAID, TALKED_ABOUT
from tests.site.feed_rules import atom_faults, json_faults, rss_faults

FEED_TYPES = ("application/atom+xml", "application/rss+xml", "application/feed+json")


def announced(output: Path) -> dict[str, str]:
    """Every feed that any page announces: path below the output folder → media type."""
    found = {}
    for file in output.rglob("*.html"):
        soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
        for link in soup.select("link[rel=alternate][type]"):
            found[unquote(urlsplit(str(link["href"])).path).lstrip("/")] = str(link["type"])
    return found


def test_every_announced_feed_is_there_and_is_what_its_specification_demands(
    whole_site: Path,
) -> None:
    found = announced(whole_site)
    faults = {}
    for path, kind in found.items():
        assert kind in FEED_TYPES
        data = (whole_site / path).read_bytes()
        if kind == "application/feed+json":
            wrong = json_faults(json.loads(data))
        else:
            wrong = (atom_faults if "atom" in kind else rss_faults)(data)
        faults |= {path: wrong} if wrong else {}
    assert faults == {}
    assert len(found) > 50
    written = {
        path.relative_to(whole_site).as_posix()
        for path in whole_site.rglob("*.*")
        if path.name.endswith(("atom.xml", "rss.xml", "comments.json", "words.json", "feed.json"))
    }
    assert written <= set(found)


def test_entries_name_nothing_by_a_relative_address(whole_site: Path) -> None:
    relative = []
    for path, kind in announced(whole_site).items():
        if kind != "application/feed+json":
            continue
        for item in json.loads((whole_site / path).read_text("utf-8"))["items"]:
            soup = BeautifulSoup(item["content_html"], "html.parser")
            for tag in soup.find_all(True):
                named = [tag.get("href"), tag.get("src"), tag.get("poster")]
                named += [
                    part.split()[0] for part in str(tag.get("srcset") or "").split(", ") if part
                ]
                relative += [(path, url) for url in named if url and ":" not in str(url)]
    assert relative == []


def test_all_that_was_said_under_a_page_is_in_its_feed_and_nowhere_else(whole_site: Path) -> None:
    there = {f"/{path.parent.relative_to(whole_site).as_posix()}/"
             for path in whole_site.rglob("comments.json")}  # fmt: skip
    assert there == set(TALKED_ABOUT)
    page = TALKED_ABOUT[0].strip("/")
    items = json.loads((whole_site / page / "comments.json").read_text("utf-8"))["items"]
    assert len(items) >= len(SAID)
    assert {item["url"].partition("#")[0] for item in items} == {f"{ADDRESS}/{page}/"}
    words = " ".join(item["content_html"] for item in items)
    assert "دراجة جميلة" in words
    assert "<script" not in words

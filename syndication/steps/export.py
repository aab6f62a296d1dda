"""Export: what was approved becomes documents of the site, and what was withdrawn leaves them.

1. Mark the build as due, so that a crash after this line forgets nothing.
2. Write the document of each post that is due, whole or not at all and only when it differs; who
   says the same on two networks is noted for `recognise`.
3. Fetch the pictures that these documents would like and write those again that got one.
4. Write site.json, remove pictures that nothing refers to any more.

A page is due again by itself when one of its pictures is to be tried again.

Cost: a dozen queries and at most two writings of its document for each post that is due; a
handful of queries for site.json when none is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from glob import escape
from itertools import chain

from syndication import exchange
from syndication.exchange import (
    Discussion,
    continued_path,
    discussion_files,
    replace_file,
    site_bytes,
)
from syndication.steps import pictures as picture_files
from syndication.steps.build import note_due, note_written
from syndication.steps.conversation import Conversation, conversation_of
from syndication.steps.site import Site
from syndication.steps.site_facts import site_facts
from syndication.store import marks, persons, posts
from syndication.store.posts import StoredPost

BATCH = 200
WHOLE_SITE = ""
"""Where a page is named: what site.json says, which any page may show."""
_NAMES = re.compile(rb'^ *"(?:id|url)": "(.+)",?$', re.MULTILINE)


def export(site: Site) -> tuple[str, ...]:
    """Write what is due; the paths of the pages whose document changed.

    Raises `OSError` (full disk, read-only folder); what was not written stays due.
    """
    if not (site.discussion / "site.json").exists():  # written last: the folder is new, or was lost
        with site.store.write() as tx:
            posts.mark_all_for_export(tx, now=site.clock())
    changed: dict[str, None] = {}
    while due := _due(site):
        changed |= dict.fromkeys(_write_pages(site, due))
    _write_site(site)
    picture_files.prune(site)
    note_written(site)
    return tuple(changed)


def _due(site: Site) -> list[tuple[StoredPost, datetime]]:
    with site.store.read() as tx:
        return posts.due_for_export(tx, BATCH, now=site.clock())


def _write_pages(site: Site, due: list[tuple[StoredPost, datetime]]) -> list[str]:
    """Words first; no page waits for another's pictures."""
    changed, pages = [], {}
    for post, _ in due:
        written, pages[post.id] = _write(site, post)
        changed += [post.path] * written
    wanted = chain.from_iterable(page.pictures for page in pages.values())
    fetched = picture_files.fetch_missing(site, wanted)
    for post, _ in due:
        if fetched & pages[post.id].pictures:
            written, _ = _write(site, post)
            changed += [post.path] * written
    with site.store.write() as tx:
        for post, mark in due:
            again = picture_files.next_look(site, tx, pages[post.id].pictures)
            posts.exported(tx, post.id, mark, again=again)
        alike = chain.from_iterable(page.alike for page in pages.values())
        new = persons.suspect(tx, alike, now=site.clock())
    if new:
        site.wake("recognise", None)
    return changed


def _write(site: Site, post: StoredPost) -> tuple[bool, Conversation]:
    """(did the page's document change?, what it shows)"""
    with site.store.read() as tx:
        conversation = conversation_of(site, tx, post)
        paths = posts.paths_of(tx, post.id)
    return write_page(site, paths, conversation.discussion), conversation


def write_page(site: Site, paths: Iterable[str], discussion: Discussion) -> bool:
    """Bring the files of one page in line with its discussion; True when a byte changed.

    `paths`: all that the page ever had; what lies under a former one is removed. A page that lost
    all words keeps a document that says when.
    """
    old = dict(_files_of(site, paths))
    discussion = replace(discussion, changed=_changed(site, old, discussion))
    files = {} if discussion.empty and not discussion.changed else discussion_files(discussion)
    stale = [name for name in old if name not in files]
    if not stale and all(old.get(name) == data for name, data in files.items()):
        return False
    page = discussion.page
    _build_due(site, page, withdrawn=bool(_named(old) - _named(files)))
    if discussion.empty:  # words go first: a full disk may have no room for saying when
        _remove(site, old)
    for name in reversed(files):
        _put(site, name, files[name])
    _remove(site, stale)
    return True


def _remove(site: Site, names: Iterable[str]) -> None:
    """A first page names the next one: last ones go first."""
    for name in reversed([*names]):
        _put(site, name, None)


def _changed(site: Site, old: Mapping[str, bytes], discussion: Discussion) -> datetime | None:
    """When words of this page last came, changed or went; the `old` files know of former times."""
    former = Discussion(page="")
    for name, data in old.items():
        with suppress(exchange.DocumentError, KeyError):  # a part that goes on, or a damaged one
            former = exchange.parse_discussion(data, name, old.__getitem__)
            break
    # What people said there, without what it is counted and copied as.
    before, now = (
        discussion_files(Discussion(page="/", messages=one.messages))
        for one in (former, discussion)
    )
    return former.changed if before == now else site.clock().replace(microsecond=0)


def _files_of(site: Site, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """What lies under these paths: (name below discussion/, content)."""
    for path in paths:
        number = 1
        try:
            while (file := site.discussion / (name := continued_path(path, number))).exists():
                yield name, file.read_bytes()
                number += 1
        except ValueError:
            continue  # a former path that no document can have


def _named(files: Mapping[str, bytes]) -> set[bytes]:
    """The messages and pictures that documents name; `write` gives each a line of its own."""
    return {name for data in files.values() for name in _NAMES.findall(data)}


def _put(site: Site, name: str, data: bytes | None) -> None:
    """Replace or remove one file, and what a killed process left half-written beside it."""
    file = site.discussion / name
    for half in file.parent.glob(f".{escape(file.name)}.*"):
        half.unlink(missing_ok=True)
    if data is None:
        file.unlink(missing_ok=True)
    else:
        replace_file(file, data)


def _build_due(site: Site, page: str, *, withdrawn: bool, whole: bool = False) -> None:
    """The site must be brought in line with the document of `page`.

    `withdrawn`: something leaves the documents, so pictures may have to leave too. `whole`: every
    page may show what changed.
    """
    with site.store.write() as tx:
        note_due(tx, [page], site=site, whole=whole)
        if withdrawn:
            marks.put(tx, marks.PICTURES_DUE, True)


def _write_site(site: Site) -> None:
    """site.json, when it differs."""
    with site.store.read() as tx:
        facts = site_facts(site, tx)
    data = site_bytes(facts)
    file = site.discussion / "site.json"
    old = file.read_bytes() if file.exists() else b""
    if old != data:
        withdrawn = bool(_named({"": old}) - _named({"": data}))
        _build_due(site, WHOLE_SITE, withdrawn=withdrawn, whole=_says_more(old, facts))
        _put(site, "site.json", data)


def _says_more(old: bytes, facts: exchange.Site) -> bool:
    """Does more than the latest words differ? Endpoints and accounts stand in every page."""
    try:
        before = exchange.parse_site(old, "site.json") if old else exchange.Site()
    except exchange.DocumentError:
        return True
    return replace(before, latest=()) != replace(facts, latest=())

"""Generate the cards ahead of whoever will read them.

1. Take the front of every list (`AHEAD` messages of each): what staff will look at next.
2. Gather their facts, write the cards whose digest changed, in the languages of the staff.
3. Remove every other card: what is forgotten, or decided long ago, stays in no file.

Cost: 200 new cards take about 0.3 s of CPU a language, 200 that did not change under 0.1 s, for
those are only read. What stands further back is rendered when somebody gets there.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path

from syndication.desk.cards import Cards, private_folder
from syndication.desk.facts import gather
from syndication.steps.site import Site
from syndication.store import queue, staff

AHEAD = 200
UNFINISHED_FOR = 600.0
"""Seconds after which a half-written file is taken for abandoned."""


class DeskError(Exception):
    """The desk's folder cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """How many card files were written, and how many removed."""

    written: int
    removed: int


def generate(site: Site, directory: Path, *, zone: tzinfo = UTC) -> Generated:
    """Bring the cards in `directory` up to date. Dates are shown in `zone`.

    Raises `DeskError` for a folder that would be published or cannot be written.
    """
    check_folder(site, directory)
    try:
        return _generate(site, directory, zone)
    except OSError as error:
        raise DeskError(
            f"The desk's folder {directory} cannot be written: {error.strerror or error}."
            " Make room, or give the folder to the user of this program; nothing was lost."
        ) from error


def check_folder(site: Site, directory: Path) -> None:
    """Raise `DeskError` if `directory` lies where a website is made or its documents are."""
    public = [site.discussion]
    if "://" not in site.outbox:
        public.append(Path(site.outbox).parent)
    for folder in public:
        if directory.resolve().is_relative_to(folder.resolve()):
            raise DeskError(
                f"The desk's folder {directory} lies in {folder}, which is published."
                " Choose one outside of it, such as var/desk."
            )


def _generate(site: Site, directory: Path, zone: tzinfo) -> Generated:
    private_folder(directory)
    with site.store.read() as tx:
        now = site.clock()
        ahead = [
            *queue.held(tx, limit=AHEAD),
            *queue.found(tx, limit=AHEAD),
            *queue.decided(tx, now=now, limit=AHEAD),
        ]
        spoken = {member.language for member in staff.everyone(tx)}
        facts = gather(site, tx, sorted({entry.message_id for entry in ahead}))
    written = removed = 0
    for language in site.catalogues.languages:
        wanted = facts if language in spoken else []
        cards = Cards(directory, language, zone, site.catalogues)
        written += sum(cards.refresh(one) for one in wanted)
        for message_id in set(cards.kept()) - {one.message.id for one in wanted}:
            cards.forget(message_id)
            removed += 1
        cards.sweep(older_than=time.time() - UNFINISHED_FOR)
    return Generated(written=written, removed=removed)

"""What can be said of a discussion without its words, kept from one build to the next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syndication.exchange import Discussion, picture_paths
from syndication.model import digest_of
from syndication.remembered import Remembered, program_stamp

Stamp = tuple[tuple[int, ...], ...]
"""Of each file when it was written and when anything of it last changed, in ns, size and inode. The
second time cannot be set by anybody: words that were scrubbed in place are gone from what is kept.
"""
PROGRAMS = (__name__, "syndication.exchange", "syndication.model")


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What most pages, lists and feeds ask of a discussion; small enough to be kept of all."""

    count: int  # messages
    empty: bool  # is there nothing to show?
    pictures: frozenset[str]  # what it refers to, below discussion/
    newest: datetime | None  # when a message was last written or edited, as its server says
    changed: datetime | None  # when the page's words last became others, as the daemon says
    digest: str  # SHA-256 over who said what, in order; "" where nobody spoke
    revision: str  # SHA-256 of the document's bytes


class KeptFacts:
    """Facts by URL path and by the stamp of the files that they were read from.

    Digests, dates and numbers; no words, no names. Those of a document that is gone are dropped by
    the next `keep`.
    """

    def __init__(self, file: Path, folder: Path) -> None:
        """`file`: may be deleted at any time. `folder`: discussion/."""
        self._known = Remembered(file, lambda: f"{folder} {program_stamp(PROGRAMS)}")

    def get(self, page: str, stamp: Stamp) -> Facts | None:
        """What was put under just this stamp."""
        known = self._known.get(page)
        if known is None or known[0] != [list(one) for one in stamp]:
            return None
        _, count, empty, pictures, newest, changed, digest, revision = known
        return Facts(
            count=count,
            empty=empty,
            pictures=frozenset(pictures),
            newest=datetime.fromisoformat(newest) if newest else None,
            changed=datetime.fromisoformat(changed) if changed else None,
            digest=digest,
            revision=revision,
        )

    def put(self, page: str, stamp: Stamp, facts: Facts | None) -> None:
        """None, for a document that cannot be read, is not kept: each build has to say so."""
        if facts:
            self._known.put(
                page,
                [
                    [list(one) for one in stamp],
                    facts.count,
                    facts.empty,
                    sorted(facts.pictures),
                    facts.newest and facts.newest.isoformat(),
                    facts.changed and facts.changed.isoformat(),
                    facts.digest,
                    facts.revision,
                ],
            )

    def keep(self) -> None:
        """When a build has ended well."""
        self._known.keep()


def facts_of(discussion: Discussion, revision: str) -> Facts:
    """The facts of a document that was read; `revision`: the digest of its bytes."""
    messages = discussion.messages
    said = [
        [m.id, m.author.name, m.html, m.warning, [[p.url, p.alt] for p in m.pictures]]
        for m in messages
    ]
    return Facts(
        count=len(messages),
        empty=discussion.empty,
        pictures=frozenset(picture_paths(messages)),
        newest=max((m.updated or m.published for m in messages), default=None),
        changed=discussion.changed,
        digest=digest_of(said) if said else "",
        revision=revision,
    )

"""What a site has that nobody said: copies, reactions, watches, who is who."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from syndication.archives.facts import Copied, Reacted, Related, Watched
from syndication.model import CopyState
from syndication.steps.drafting import source_of
from syndication.store import Transaction, archived_facts, copies, watches
from syndication.store.copies import Copy
from syndication.store.posts import StoredPost

OUT = (CopyState.PUBLISHED, CopyState.UPDATING)


def copied(tx: Transaction, post: StoredPost, said: Sequence[Copy]) -> Iterator[Copied]:
    """What our accounts said of this page, and what is counted under it."""
    mine = [c for c in said if c.source == source_of(post.id) and c.ref and c.state in OUT]
    counted = copies.reactions_of(tx, (copy.id for copy in mine))
    for copy in sorted(mine, key=lambda copy: (copy.account, copy.part)):
        assert copy.ref is not None  # noqa: S101 - it is out there
        yield Copied(
            page=post.url,
            account=copy.account,
            part=copy.part,
            ref=copy.ref,
            text=copy.draft.text,
            language=copy.draft.language,
            sent=copy.sent_at or copy.written_at,
            reactions=counted.get(copy.id, {}),
        )


def reacted(tx: Transaction, post: StoredPost) -> Iterator[Reacted]:
    """Likes and the like that others' pages tell."""
    for row in archived_facts.reactions_told(tx, post.id):
        yield Reacted(
            page=post.url,
            account=row.account,
            id=row.ref_id,
            source=row.source,
            kind=row.kind,
            who=row.who,
        )


def watched(tx: Transaction) -> Iterator[Watched]:
    """Saved queries."""
    for watch in watches.everything(tx):
        yield Watched(kind=watch.kind, query=watch.query, language=watch.language)


def related(tx: Transaction) -> Iterator[Related]:
    """Who is one person with whom, and who is not."""
    for row in archived_facts.relations(tx):
        yield Related(
            authors=((row.space, row.id), (row.other_space, row.other_id)),
            state=row.state,
            evidence=row.evidence,
            by=row.by,
            at=row.at,
        )

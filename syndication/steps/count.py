"""Count: a page that likes, reposts or bookmarks one of ours is a number there, one a person.

Words that the same page said before are not said any more: they go as those of a page that is gone.
"""

from __future__ import annotations

from datetime import timedelta

from syndication.model import Ref
from syndication.networks.contract import Counted
from syndication.steps.missing import absent
from syndication.steps.site import Site
from syndication.store import Transaction, arrivals, messages, posts, tombstones
from syndication.store.arrivals import Arrival
from syndication.store.posts import StoredPost

COUNT_AGAIN_AFTER = timedelta(days=7)
"""A reaction ends when its page does: it is looked up again this often."""


def count(
    site: Site, tx: Transaction, arrival: Arrival, ref: Ref, post: StoredPost, found: Counted
) -> bool:
    """One more reaction to `post`, by the page that is called `ref`; True when its page changes.

    Whoever wants nothing of theirs here is not counted.
    """
    now = site.clock()
    if tombstones.among_ids(tx, ref.space, [found.who], of=tombstones.AUTHOR):
        changed = uncount(site, tx, arrival)
        arrivals.done(tx, arrival)
        return changed
    again = now + COUNT_AGAIN_AFTER
    arrivals.counted(tx, arrival, found.kind, who=found.who, post_id=post.id, again=again)
    posts.mark_for_export(tx, [post.id], now=now)
    stored = messages.known(tx, ref.space, [ref.id]).get(ref.id)
    if stored is not None and absent(site, tx, stored.id, sure=True):
        site.wake("desk", None)
        if messages.get(tx, stored.id) is None:  # and what told of it: it is looked up once more
            name = Ref(space=ref.space, id=arrival.ref_id, url=arrival.source, local=arrival.target)
            arrivals.keep(tx, arrival.account, name, host=arrival.host, now=now)
    return True


def uncount(site: Site, tx: Transaction, arrival: Arrival) -> bool:
    """It is no reaction any more; True when it was one."""
    if arrival.kind:
        posts.mark_for_export(tx, [arrival.post_id], now=site.clock())
    return bool(arrival.kind)

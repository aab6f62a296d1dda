"""Targets: which page of ours is meant, how what speaks of it is called, what it answers there."""

from __future__ import annotations

from urllib.parse import urldefrag

from syndication.model import Message, Ref
from syndication.networks.contract import Rejected
from syndication.rules.anchors import anchor
from syndication.rules.discovery import site_paths
from syndication.rules.mentions import mention_id, source_of, target_path
from syndication.steps.site import Site
from syndication.store import Transaction, copies, messages, posts, tombstones
from syndication.store.arrivals import Arrival
from syndication.store.posts import StoredPost


def page_of(site: Site, target: str) -> StoredPost | None:
    """The post that `target` names, by any path it ever had, or by where it leads.

    Raises `Unavailable` while the site itself cannot be asked.
    """
    found = _known_page(site, target)
    if found is None:
        try:
            led = site.fetch(target, accept="text/html", limit=2_000_000)
        except Rejected:
            return None
        if led.status == 200 and led.url != target:
            found = _known_page(site, led.url)
    return found


def _known_page(site: Site, url: str) -> StoredPost | None:
    paths = [name for path in site_paths([url], site.url) for name in (path, f"{path}/")]
    with site.store.read() as tx:
        ids = posts.ids_of_paths(tx, paths)
        found = next((ids[path] for path in paths if path in ids), None)
        return posts.get(tx, found) if found is not None else None


def named(site: Site, arrival: Arrival, post: StoredPost) -> Ref:
    """What it is called, also where it was brought before under another path of the page."""
    space = site.network_of(arrival.account).space
    with site.store.read() as tx:
        paths = posts.paths_of(tx, post.id)
        ids = [arrival.ref_id, *(mention_id(arrival.source, path) for path in paths)]
        known = messages.known(tx, space, ids)
    name = next((id_ for id_ in ids if id_ in known), mention_id(arrival.source, post.path))
    return Ref(space=space, id=name, url=arrival.source, local=arrival.target)


def above(tx: Transaction, message: Message, post: StoredPost) -> Ref | None:
    """What it answers on that page beside the page itself.

    What we do not have keeps the name that it is called by, for it may come later
    (`messages.adopt`), unless it was erased.
    """
    if message.reply_to is None:
        return None
    url, fragment = urldefrag(message.reply_to.id)
    paths = posts.paths_of(tx, post.id)
    if fragment and target_path(url) in paths and (there := _at(tx, post, fragment)):
        return there
    ids = {message.reply_to.id, *(mention_id(url, path) for path in paths)}
    if found := messages.standing_at(tx, post.id, ids, message.reply_to.id):
        return Ref(space=found.space, id=found.ref_id)
    erased = tombstones.among_ids(tx, message.ref.space, ids)
    return None if erased else Ref(space=message.ref.space, id=message.reply_to.id)


def adopt(site: Site, tx: Transaction, message: Message, post_id: int) -> None:
    """What came before this new message, and answers it by its address, finds its place now.

    Only a page names what it answers by an address that may not be the one we know it by.
    """
    spaces = {network.space for network in site.networks.values() if network.tells_links}
    if spaces:
        names = {message.ref.url or "", source_of(message.ref.id)} - {""}
        messages.adopt(tx, post_id, message.ref.id, names, spaces=spaces)


def _at(tx: Transaction, post: StoredPost, fragment: str) -> Ref | None:
    """What stands there on our page: words of others, or an answer of ours."""
    stored = messages.of_post(tx, post.id)
    names = [Ref(space=m.space, id=m.ref_id) for m in stored if m.visible]
    names += [copy.ref for copy in copies.of_posts(tx, [post.id]) if copy.ref]
    return next((ref for ref in names if anchor(ref.id) == fragment), None)

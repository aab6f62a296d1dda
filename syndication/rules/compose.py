"""A post becomes what one account will say about it. Pure and deterministic.

The network's own text wins; without one it is title, summary, permalink and hashtags, shortened
to what the server takes. The permalink is there exactly once. Nothing is cut inside an address,
a mention, a hashtag or a character as a person sees it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import regex

from syndication.model import Card, Draft, Limits, Picture, Post
from syndication.rules import text as letters
from syndication.rules.fitting import (
    MARK,
    excess,
    fits,
    measure,
    overrun,
    shorten,
    shorten_between,
    split,
)

__all__ = [
    "DEFAULT_LIMITS",
    "DoesNotFit",
    "check",
    "check_draft",
    "compose",
    "fits",
    "hashtags",
    "measure",
    "overrun",
]

DEFAULT_LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "mastodon": Limits(
            characters=500,
            url_characters=23,
            handle_counts_server=False,
            pictures=4,
            alt_characters=1500,
            picture_bytes=16_000_000,
        ),
        "bluesky": Limits(
            characters=300,
            pictures=4,
            alt_characters=2000,
            picture_bytes=50_000_000,
            bytes=3000,
            card=True,
        ),
    }
)
"""What servers of a network take when nobody asked them: what a build checks texts against."""

HASHTAGS = 5  # more are read as advertising
_SHORTEST_SUMMARY = 20  # graphemes; less says nothing and is left out
_LONGEST_TITLE = 300  # graphemes on a card
_LONGEST_SUMMARY = 1000
_SPACE = regex.compile(r"\s+")
_EMPTY_LINES = regex.compile(r"\n{3,}")


class DoesNotFit(ValueError):
    """The text cannot be said within the limits; `str()` tells its author what to change."""


def compose(
    post: Post, network: str, limits: Limits, *, chain: bool = False, visibility: str = "public"
) -> tuple[Draft, ...]:
    """What an account on `network` says about `post`: one draft, or the parts of a chain.

    With `chain` an own text that is too long is told in several parts, the later ones unlisted;
    each is to be hung on the one before (`model.with_reply`). Without it, raises `DoesNotFit`.
    """
    own = _tidy(post.texts.get(network, ""))
    if own:
        parts = _own_parts(own, post.url, network, limits, chain)
    else:
        parts = (_summarise(post, network, limits),)
    pictures = tuple(_described(p, limits) for p in post.pictures if not _too_large(p, limits))
    return tuple(
        Draft(
            text=text,
            language=post.language,
            url=post.url if post.url in letters.urls(text) or post.url in text.split() else "",
            pictures=pictures[: limits.pictures] if number == 0 else (),
            visibility=visibility if number == 0 else "unlisted",
            labels=post.labels,
            card=_card(post) if limits.card and number == 0 else None,
        )
        for number, text in enumerate(parts)
    )


def check(post: Post, network: str, limits: Limits, *, chain: bool = False) -> str | None:
    """What keeps `post` from being said on `network` as it is, for its author; None: nothing."""
    try:
        if _tidy(post.texts.get(network, "")):
            compose(post, network, limits, chain=chain)
        else:
            _expect_address_fits(post, network, limits)
    except DoesNotFit as problem:
        return str(problem)
    for picture in post.pictures[: limits.pictures]:
        if _too_large(picture, limits):
            return (
                f"the picture {picture.url} has {picture.size:,} bytes and {network} takes"
                f" {limits.picture_bytes:,}: make it smaller, or it will be left out"
            )
    return None


def check_draft(draft: Draft, limits: Limits) -> str | None:
    """What keeps `draft`, an answer that a person wrote, from being sent; None: nothing."""
    if not draft.text.strip() and not draft.pictures:
        return "there is nothing to say: write some words"
    over = excess(draft.text, limits) + letters.length(draft.warning)
    if over > 0:
        return f"{over} characters too many: the server takes {limits.characters}"
    if len(draft.pictures) > limits.pictures:
        return f"{len(draft.pictures)} pictures, and the server takes {limits.pictures}"
    return None


def hashtags(tags: Sequence[str], besides: str = "") -> tuple[str, ...]:
    """`tags` as hashtags, each once and none that `besides` has already, in their order."""
    said = {atom.text.casefold() for atom in letters.atoms(besides) if atom.kind == "hashtag"}
    found: list[str] = []
    for tag in map(letters.hashtag, tags):
        if tag and tag.casefold() not in said:
            said.add(tag.casefold())
            found.append(tag)
    return tuple(found)


def _tidy(text: str) -> str:
    """Clean words: no controls, lines without trailing blanks, at most one empty line."""
    lines = "\n".join(_SPACE.sub(" ", line).strip() for line in letters.clean(text).splitlines())
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def _without(text: str, url: str, *, keep: int) -> str:
    """`text` with only the first `keep` occurrences of the address `url`."""
    kept: list[str] = []
    for atom in letters.atoms(text):
        if atom.kind == "url" and atom.text == url:
            keep -= 1
            if keep < 0:
                continue
        kept.append(atom.text)
    return _tidy("".join(kept))


def _own_parts(own: str, url: str, network: str, limits: Limits, chain: bool) -> tuple[str, ...]:
    """The author's own text, whole or in parts, with the permalink in it exactly once."""
    own = _without(own, url, keep=1)
    linked = own if url in letters.urls(own) else f"{own}\n\n{url}"
    if fits(linked, limits):
        return (linked,)
    if not chain:
        raise DoesNotFit(
            f"the text for {network} has {measure(linked, limits)} characters with its link,"
            f" {excess(linked, limits)} more than fit: shorten it, or allow chains"
        )
    tail = "" if linked is own else f"\n\n{url}"
    parts: list[str] = []
    rest = own
    while rest:
        part, left = split(rest, tail, limits)
        if part and tail:
            part, tail = part + tail, ""
        elif not part:
            # The permalink leaves no room for what cannot be cut; it can stand in a later part.
            part, left = split(rest, "", limits)
        if not part:
            raise DoesNotFit(
                f"the text for {network} holds an address or a word longer than"
                f" {limits.characters} characters: shorten it"
            )
        parts.append(part)
        rest = left
    return (*parts, tail.strip()) if tail else tuple(parts)


def _summarise(post: Post, network: str, limits: Limits) -> str:
    """Title, summary, permalink and hashtags: the summary gives way first, then the hashtags."""
    title = _tidy(_without(post.title, post.url, keep=0)).replace("\n", " ")
    summary = _tidy(_without(post.summary, post.url, keep=0)).replace("\n", " ")
    if summary.startswith(title.removesuffix("…")):
        title, summary = summary, ""  # a note goes by its first words: they are not said twice
    _expect_address_fits(post, network, limits)
    tags = hashtags(post.tags, f"{title} {summary}")[:HASHTAGS]
    tail = _tail(post.url, tags)
    while tags and not fits(title + tail, limits):
        tags = tags[:-1]
        tail = _tail(post.url, tags)
    head = shorten(title, tail, limits)
    if not head:
        return tail.strip()
    said = shorten_between(f"{head}\n\n", summary, tail, limits, least=_SHORTEST_SUMMARY)
    return f"{head}\n\n{said}{tail}" if said and said != head else head + tail


def _expect_address_fits(post: Post, network: str, limits: Limits) -> None:
    """All else gives way in what is composed. Raises `DoesNotFit`."""
    if not fits(post.url, limits):
        raise DoesNotFit(
            f"the address {post.url} alone is longer than {limits.characters} characters, which"
            f" is all that {network} takes: give the article a shorter slug"
        )


def _tail(url: str, tags: Sequence[str]) -> str:
    return f"\n\n{url}" + (f"\n\n{' '.join(tags)}" if tags else "")


def _card(post: Post) -> Card:
    return Card(
        url=post.url,
        title=letters.one_line(post.title, _LONGEST_TITLE),
        summary=letters.one_line(post.summary, _LONGEST_SUMMARY),
    )


def _described(picture: Picture, limits: Limits) -> Picture:
    """The picture with an alternative text that the server takes (it may count code points)."""
    alt = _tidy(picture.alt)
    if len(alt) <= limits.alt_characters:
        return replace(picture, alt=alt)
    kept: list[str] = []
    used = len(MARK)
    for piece in letters.graphemes(alt):
        used += len(piece)
        if used > limits.alt_characters:
            break
        kept.append(piece)
    return replace(picture, alt="".join(kept).rstrip() + MARK)


def _too_large(picture: Picture, limits: Limits) -> bool:
    return picture.size is not None and picture.size > limits.picture_bytes

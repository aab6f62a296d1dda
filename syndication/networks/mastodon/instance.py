"""What a server says of itself, in either version of its instance answer. Pure."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from syndication.model import Limits
from syndication.networks.values import JSON, mapping, mappings, number, text
from syndication.rules.text import one_line

RULES = 100  # more of them nobody reads


def limits(instance: JSON, default: Limits) -> Limits:
    """What a server takes. Who does not say that addresses are counted shorter counts them whole.

    GoToSocial names a number for addresses, and counts every character all the same.
    """
    configuration = mapping(instance.get("configuration"))
    statuses = mapping(configuration.get("statuses"))
    media = mapping(configuration.get("media_attachments"))
    reserved = number(statuses.get("characters_reserved_per_url"), 0)
    as_mastodon = reserved > 0 and not is_gotosocial(instance)
    return replace(
        default,
        characters=number(
            statuses.get("max_characters"),
            number(instance.get("max_toot_chars"), default.characters),
        ),
        url_characters=reserved if as_mastodon else None,
        handle_counts_server=not as_mastodon,
        pictures=number(statuses.get("max_media_attachments"), default.pictures),
        alt_characters=number(media.get("description_limit"), default.alt_characters),
        picture_bytes=number(media.get("image_size_limit"), default.picture_bytes),
    )


def domain_of(instance: JSON, base: str) -> str:
    """The domain in the handles of a server's own accounts."""
    said = text(instance.get("account_domain")) or text(instance.get("domain"))
    for host in (said or text(instance.get("uri")), base):
        try:
            place = one_line(urlsplit(host if "//" in host else f"//{host}").netloc, 260)
        except ValueError:
            continue
        if place:
            return place
    return ""


def is_gotosocial(instance: JSON) -> bool:
    """GoToSocial searches only what is ours already, and counts addresses whole."""
    source = f"{instance.get('source_url', '')} {instance.get('version', '')}".lower()
    return "gotosocial" in source


def rules(instance: JSON) -> tuple[str, ...]:
    """The server's rules, in its own words."""
    texts = [text(rule.get("text")) for rule in mappings(instance.get("rules"), RULES)]
    return tuple(one_line(text, 500) for text in texts if text)

"""Does each text fit its network? Measured while building, so that its author can mend it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pelican.contents import Content

from syndication.exchange import DocumentError, parse_site
from syndication.model import Limits, Post
from syndication.rules import compose
from syndication.sources import not_known

from .front_matter import OWN_TEXT, problem

logger = logging.getLogger(__name__)


def discussion_folder(settings: Mapping[str, Any]) -> Path:
    """DISCUSSION_PATH; a relative one counts from the folder that holds the content folder."""
    return Path(settings["PATH"]).parent / settings.get("DISCUSSION_PATH", "discussion")


def network_limits(folder: Path) -> Mapping[str, Limits]:
    """What each network takes: as discussion/site.json tells, or the networks' defaults.

    A site.json that cannot be read is an error in the log, and no news.
    """
    file = folder / "site.json"
    try:
        told = parse_site(file.read_bytes(), str(file)).limits
        return {name: _limits(file, name, limits) for name, limits in told.items()} or DEFAULTS
    except (FileNotFoundError, NotADirectoryError):
        return DEFAULTS
    except DocumentError as error:
        logger.error("%s", error)
        return DEFAULTS


def misfits(content: Content, post: Post, limits: Mapping[str, Limits]) -> Iterator[str]:
    """One line, with file and line, for each text that does not fit the network it goes to."""
    networks = limits if post.networks is None else post.networks
    for network in sorted({*networks, *post.texts} & {*limits, *DEFAULTS}):
        counting = limits.get(network) or DEFAULTS[network]
        wrong = compose.check(post, network, counting, chain=counting.chain)
        if wrong:
            key = OWN_TEXT + network if network in post.texts else "title"
            yield problem(content, key, wrong)


def unknown(content: Content, post: Post, limits: Mapping[str, Limits]) -> Iterator[str]:
    """One line for each network that the front matter names and nobody here knows."""
    known = {*limits, *DEFAULTS}
    for network in sorted({*(post.networks or ()), *post.texts} - known):
        key = OWN_TEXT + network if network in post.texts else "syndicate"
        yield problem(content, key, not_known(network, sorted(known)))


DEFAULTS = compose.DEFAULT_LIMITS


def _limits(file: Path, network: str, told: Mapping[str, Any]) -> Limits:
    known = {item.name for item in fields(Limits)}
    try:
        return Limits(**{key: value for key, value in told.items() if key in known})
    except TypeError:
        place = f"tertulia:limits.{network}"
        raise DocumentError(str(file), place, "does not say how many characters") from None

"""Whom the daemon tells what changed, as the site's settings name them, and when nobody."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from syndication.exchange import DocumentError, IndexNow, index_now_key, parse_outbox
from syndication.rules.addresses import is_loopback, is_web

logger = logging.getLogger(__name__)

ENDPOINTS = ("https://api.indexnow.org/indexnow",)  # it passes on to all search engines that join


def no_outbox_for(site: str, allow_loopback: bool) -> str:
    """Why a build for `site` writes no outbox, or ""."""
    if not is_web(site):
        return "SITEURL is not an absolute web address"
    if is_loopback(site) and not allow_loopback:
        return "SITEURL is an address of this machine"
    return ""


def remove_foreign(file: Path, site: str) -> None:
    """Where no outbox is written, remove one of another address than `site`: it would speak of
    pages that are gone."""
    try:
        foreign = parse_outbox(file.read_bytes(), str(file)).site != site
    except FileNotFoundError:
        return
    except DocumentError as error:
        logger.warning("%s. It is left as it is", error)
        return
    if foreign:
        file.unlink()
        logger.info("%s of another address was removed", file)


def index_now(settings: Mapping[str, Any], site: str) -> IndexNow | None:
    """How search engines are told; None without INDEXNOW_KEY. Raises `ValueError` for a bad one."""
    key = settings.get("INDEXNOW_KEY")
    if not key:
        return None
    sound = index_now_key(key)
    endpoints = tuple(settings.get("INDEXNOW_ENDPOINTS", ENDPOINTS))
    wrong = next((one for one in endpoints if not is_web(str(one))), None)
    if wrong is not None:
        raise ValueError(f"INDEXNOW_ENDPOINTS: {wrong!r} is no web address (https://…)")
    heard = tuple(endpoint for endpoint in endpoints if _may_hear(endpoint, site))
    return IndexNow(key=sound, key_url=f"{site}/{sound}.txt", endpoints=heard)


def hubs(settings: Mapping[str, Any], site: str) -> tuple[str, ...]:
    """The WebSub hubs that feeds name. What is no address was an error of whoever writes feeds."""
    said = settings.get("WEBSUB_HUBS") or ()
    named = [said] if isinstance(said, str) else list(said)
    sound = (str(hub) for hub in named if is_web(str(hub)))
    return tuple(hub for hub in sound if _may_hear(hub, site))


def _may_hear(listener: str, site: str) -> bool:
    """The world is not told of a site that only this machine can see, as in demonstrations."""
    return is_loopback(listener) or not is_loopback(site)

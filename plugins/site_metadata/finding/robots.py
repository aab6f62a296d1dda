"""robots.txt, with a word to crawlers that gather texts to train language models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

WORDS = ("allow", "disallow")


def robots_txt(sitemap: str, settings: Mapping[str, Any]) -> bytes:
    """robots.txt for a site whose sitemap is at `sitemap` ("" where there is none).

    Pages that nobody should list stay readable: whoever may not read a page never learns that it
    says noindex. Raises `ValueError`.
    """
    word = settings.get("AI_CRAWLERS", "allow")
    if word not in WORDS:
        raise ValueError(f"AI_CRAWLERS = {word!r}: write 'allow' or 'disallow'")
    groups = [_group(["*"], "Disallow:")]
    if word == "disallow":
        groups.append(_group(ai_crawlers(), "Disallow: /"))
    if sitemap:
        groups.append(f"Sitemap: {sitemap}\n")
    return "\n".join(groups).encode()


def ai_crawlers() -> list[str]:
    """The names under which they read; ai_crawlers.txt beside this file says since when."""
    text = files(__package__).joinpath("ai_crawlers.txt").read_text(encoding="utf-8")
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def _group(agents: Iterable[str], rule: str) -> str:
    return "".join(f"User-agent: {agent}\n" for agent in agents) + f"{rule}\n"

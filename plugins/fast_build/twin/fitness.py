"""Which sites have a twin, and what of them runs in it."""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from blinker import NamedSignal, Signal
from pelican.generators import (
    ArticlesGenerator,
    Generator,
    PagesGenerator,
    TemplatePagesGenerator,
)
from pelican.plugins import signals
from pelican.settings import DEFAULT_CONFIG

from ..crew import can_fork

PELICANS = (ArticlesGenerator, PagesGenerator, TemplatePagesGenerator)
ANNOUNCING = (signals.article_generator_write_article, signals.page_generator_write_page)
CONTENTS = 64  # fewer are rendered sooner than a twin is born


def runs_apart(generator: Generator) -> bool:
    """Whether a twin may go through the pages of this generator."""
    if "generate_output" in vars(generator):
        return False
    return type(generator) in PELICANS or bool(getattr(generator, "renders_apart", False))


def reason_against(generators: Iterable[Generator]) -> str | None:
    """Why this site is rendered by one process; "" where that is not worth a word."""
    context = next(iter(generators)).context
    contents = [content for content in context["generated_content"].values() if content is not None]
    if not can_fork() or len(contents) < CONTENTS:
        return ""
    for receiver in (each for signal in ANNOUNCING for each in receivers_of(signal)):
        if not getattr(receiver, "renders_apart", False):
            name = f"{receiver.__module__}.{getattr(receiver, '__qualname__', receiver)}"
            return f"{name} may change contents just before they are written"
    plain = context["INTRASITE_LINK_REGEX"] == DEFAULT_CONFIG["INTRASITE_LINK_REGEX"]
    words = ("{attach}", "|attach|") if plain else ("attach",)
    for content in contents:
        text = content._content or ""
        if "attach" in text and any(word in text for word in words):
            return f"{content.source_path} has an {{attach}} link, which moves files"
    return None


def receivers_of(signal: Signal) -> Iterator[Any]:
    """All of them, also those that listen to one sender alone."""
    for kept in list(signal.receivers.values()):
        receiver = kept() if isinstance(kept, weakref.ref) else kept
        if receiver is not None:
            yield receiver


def silence_others() -> None:
    """Let only those receivers hear Pelican's signals that turn the context. For a twin."""
    for signal in vars(signals).values():
        if isinstance(signal, NamedSignal):
            for receiver in receivers_of(signal):
                if not getattr(receiver, "renders_apart", False):
                    signal.disconnect(receiver)

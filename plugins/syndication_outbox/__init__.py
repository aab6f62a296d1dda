"""outbox.json: what a build for the public address has published, for the daemon to carry.

Steps of a build:
1. `article_generator_finalized`, `page_generator_finalized`: the pictures that front matter names
   join the site's static files.
2. `all_generators_finalized`, before anything is written: front matter is read; what cannot be
   understood is an error with file and line.
3. `feed_written`: what each feed says of its posts is noted as a digest.
4. `article_writer_finalized`: what the posts are made of is hashed, which other processes that
   render lists (fast_build) need not wait for.
5. `finalized`, when every page, picture and feed is in its place (what other plugins do then, such
   as a search, nobody is told of): texts are measured against what networks take, and the outbox is
   replaced atomically.

Invariants: a build with an error writes no outbox, nor does one for a loopback address, nor one
that Pelican left a file out of. Front matter, settings and format: docs/exchange.md.

Cost: one look at the header of each picture, one sanitised string a post. Digests and posts that
are made of what they were made of in the last build are found in CACHE_PATH/syndication_outbox.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .build import Build


def begin(pelican: Any) -> None:
    """A build of its own for each Pelican; it connects itself for as long as that one lives."""
    pelican.syndication_outbox = Build(pelican)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)

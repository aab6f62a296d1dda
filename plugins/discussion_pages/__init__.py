"""discussion/ → `article.discussion`: the approved public words of people, for any theme.

Steps of a build:
1. `initialized`: articles and pages get the property `discussion`, every template may include
   `discussion/thread.html` and its siblings, and `tertulia_site` tells the facts of site.json.
2. While a page is rendered, its document is looked up by the page's URL path. Nothing is read
   before, and nothing is copied into the articles.
3. `article_writer_finalized`, `page_writer_finalized`: a discussion of more than 500 messages
   goes on in pages of its own, `PATH/discussion-2/` and so forth.
4. `finalized`: the pictures that the discussions refer to are copied to
   `output/discussion/pictures/`; what nobody refers to any longer is removed.

Invariants: the documents are read through `syndication.exchange` alone; HTML is sanitised again,
everything else escaped; a document that cannot be read is an error naming file and field, and its
page is built without discussion; no log repeats the words of people; no page needs JavaScript.

Settings, all optional: `DISCUSSION_PATH` (default "discussion"; a relative path counts from the
folder that holds the content folder), `DISCUSSION_TODAY` (an ISO date that decides whether
comments are still open, for builds that must be reproducible; default: today in TIMEZONE),
`LANGUAGE_LOCALES` (how dates are written, as in `language_indexes`: `{"en": "en_GB"}`).

In a process that stays and renders single pages (fast_build's warm child): `publishing`.

Cost: one `stat` (1 µs) for a page without discussion; about 80 µs a message for one with, 10 µs
where a page showed it before and only others were said since. What is asked of most documents in
each build (`facts`: how many, since when, digests) is kept in CACHE_PATH/discussion_pages, so that
those are read whose words are shown; no words are kept.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .continued import Continued
from .discussions import Discussions
from .publishing import Publishing


def begin(pelican: Any) -> None:
    """What listens to each Pelican, connected while that one lives."""
    discussions = Discussions(pelican)
    continued = Continued(discussions)
    pelican.discussion_pages = (discussions, continued, Publishing(discussions, continued, pelican))


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)

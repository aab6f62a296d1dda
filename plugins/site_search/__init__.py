"""Search on the site itself, as an enhancement: pagefind's index, a page, a script of our own.

Steps of a build:
1. `initialized`: "search" joins DIRECT_TEMPLATES, so that there is a search page, one for each
   edition where `language_indexes` is on. Without JavaScript it is a way into the site by year,
   topic and tag.
2. `finalized`, inside the output lock: the words of every page that is to be found are given to
   pagefind, a program of its own, and its index replaces the one before. Another process may have
   made it while pages were written. A large site's index is in parts, which the script merges; a
   part without a changed page is not made again.

What is found: published articles, notes and pages, in the language of the page one searches on;
not what says `Robots: noindex`, no lists, and not what people answered: words that are erased must
be gone at once, and an index is made anew by whole builds alone.

Invariants: a search never fails a build; one index is like the next one of the same content; no
storage, no cookie, no request elsewhere. A page that is served with a Content-Security-Policy
needs `script-src 'self' 'wasm-unsafe-eval'` on the search page, `'self'` on all others.

pagefind comes with the extra `search`; without it, or without a file that it can run, the build
says so in one line, and the search page has its lists alone.

Settings, all optional: `SEARCH_URL`, `SEARCH_SAVE_AS` (default "search/", "search/index.html"; in
LANGUAGE_SETTINGS for other languages), `SEARCH_BUNDLE_PATH` (where the index is, default
"pagefind"), `SEARCH_PART_PAGES` (how many pages one part of the index is to hold at most, about;
default 1000), `SEARCH_TIMEOUT` (seconds that pagefind may take for a part, default 120),
`SEARCH_CACHE` (where the last indexes are kept, default `search/` in Pelican's CACHE_PATH).

In templates: `{% include "site_search/masthead.html" ignore missing %}` is a link to the search
page. A theme's own `search.html` may include `site_search/body.html`.

Cost: no page is rendered or parsed again. Where words have changed, pagefind takes 2.5 ms of CPU
an article of 600 words in the same part, on all cores; where they have not, as after each approved
reply, the index comes from the cache: 0.15 ms an article. Nothing while single pages are rendered.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .build import Build


def begin(pelican: Any) -> None:
    """A `Build` of its own for each Pelican; it connects itself while that one lives."""
    pelican.site_search = Build(pelican)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)

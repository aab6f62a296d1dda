"""RSS 2.0, Atom and JSON Feed 1.1 for the whole site, each language, topic and tag, and for what
people say.

Steps of a build:
1. `article_generator_init`: Pelican's own feeds give way; the settings say where ours are.
2. While pages are rendered, `web_feeds/links.html` announces the feeds of each page.
3. After all pages, `FeedsGenerator` writes the feeds: of articles with their full words and
   absolute addresses, of the replies to each article that has some, and of the latest words.
   `feed_written` is sent for each. Another process may have made them meanwhile.

Invariants: all dates come from content, so two builds are identical; an entry's id is the address
under which it first appeared, so it survives another slug (`Aliases`); words that are no longer
approved leave the feeds with the next build, and a comment feed in which nothing is left is
removed. Finished pages are not parsed; of each article, its words once.

Settings, all optional. In each of the first seven, "" means no such feed:

`FEED_ATOM`, `FEED_RSS`, `FEED_JSON`
    The feed of a language. Default: `feeds/atom.xml`, `feeds/rss.xml`, `feeds/feed.json`; with
    `language_indexes`, below `LANGUAGE/` for the other languages.
`CATEGORY_FEED_ATOM` …, `TAG_FEED_ATOM` …, `AUTHOR_FEED_ATOM` …
    Of each topic, tag, author, with `{slug}`. Default: `feeds/category/{slug}.atom.xml`, and so
    on; authors have none.
`FEED_ALL_ATOM` …, `TRANSLATION_FEED_ATOM` …
    As in Pelican: all languages in one, and each language of a site without `language_indexes`.
`COMMENT_FEED_ATOM` …
    What people answer to one page, with `{path}`, its address with a slash behind, or `{slug}`.
    Default: `{path}comments.atom.xml`, `{path}comments.rss.xml`, `{path}comments.json`.
`LATEST_FEED_ATOM` …
    The latest approved words of the whole site. Default: `feeds/words.atom.xml` and so on.
`FEED_MAX_ITEMS`
    As in Pelican: how many entries a feed has at most (100).
`WEBSUB_HUBS`
    Addresses of hubs that are told of news: `["https://hub.example/"]`.
`FEED_ID_SITE`
    The address that ids are made with, where the site has moved to another one since.
`FEED_STYLE_PATH`
    Where the two stylesheets are, without suffix. Default: `feeds/style`.
`FEED_DOMAIN`
    As in Pelican: the address that feeds speak of. Default: SITEURL.

Front matter: `Image` and `Audio` become enclosures; `Kind: note` an entry without a title.

Cost: 0.6 ms for an article's words, 0.03 ms for each entry of each format. Where nothing changed,
0.02 ms a page, and 0.1 ms where it has replies: no document is read, no entry made.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from .build import Build


def begin(pelican: Any) -> None:
    """A `Build` of its own for each Pelican; it connects itself while that one lives."""
    pelican.web_feeds = Build(pelican)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)

"""What search engines, link previews and browsers want to know of a page, for any theme.

A theme needs one line between `<head>` and `</head>`, and keeps its own `<title>`:

    {% include "site_metadata/head.html" ignore missing %}

It may say more with variables that it sets before that line, or at the top of a template that
extends another: `metadata_title` (for lists, which have none of their own), and
`metadata_description` (else: the article's or page's summary, else SITESUBTITLE). A plugin that
writes a page of its own hands the template `noindex=True` where nobody should find it.

Settings, all optional, with examples in docs/metadata.md: `ORGANIZATION`, `AUTHOR_PROFILES`,
`REL_ME`, `BRAND_LOGO`, `BRAND_ICON`, `BRAND_COLOURS`, `BRAND_COLOURS_DARK`, `PREVIEWS`,
`PREVIEW_FONT`, `PREVIEW_CACHE`, `SITE_NOINDEX`. One that cannot be used raises `SettingsError`.

Rooms: `indexable` (which pages are listed: robots directives and sitemap have one truth),
`addresses` (canonical and translations), `site` and `page` (what is known), `structured/` (JSON-LD)
and `head` (as it is printed), `metadata` (what Pelican tells, what templates get),
`previews` and `icons` (what is drawn), `videos`, `checks` (what is wrong in content), `finding/`
(sitemap, robots.txt, former addresses).

Invariants: no finished HTML is read; two builds of the same content are the same bytes; what people
wrote is only ever text here.

Cost: about 0.5 ms a page; 20 ms for each picture that was not drawn before.
"""

from __future__ import annotations

from typing import Any

from pelican import signals

from syndication.complaints import no_trace

from .brand import SettingsError
from .finding import Finding
from .metadata import SiteMetadata


@no_trace(SettingsError)
def begin(pelican: Any) -> None:
    """A `SiteMetadata` of its own for each Pelican: `pelican.site_metadata`."""
    pelican.site_metadata = SiteMetadata(pelican)
    pelican.finding = Finding(pelican, pelican.site_metadata.site)


may_be_left_out = True  # a build, when nothing has changed (docs/fast_build.md)


def register() -> None:
    """Called by Pelican once."""
    signals.initialized.connect(begin)

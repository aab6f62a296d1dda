"""What the include prints between `<head>` and `</head>`, as lines of HTML.

Every page has it, and a page may be rendered while somebody waits; so this is Python and no
template. Every value is escaped here, but for JSON-LD, which is ready.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import Markup
from pelican.contents import Article

from syndication.rules.escaping import escaped

from .page import PageMetadata
from .pictures import SharedPicture
from .structured import graph_of


def head(page: PageMetadata) -> Markup:
    """All lines of `page`. Cost: 0.1 ms, half of it for JSON-LD."""
    lines = "".join(_lines(page))
    brand = page.alike("brand", caller=lambda: "".join(_brand(page)))
    graph = graph_of(page)
    script = f'<script type="application/ld+json">{graph}</script>\n' if graph else ""
    return Markup(lines + brand + script)  # noqa: S704 (escaped, each of them)


def _lines(page: PageMetadata) -> Iterator[str]:
    picture = page.picture
    yield _named("description", page.description)
    yield _named("author", page.author)
    yield f'<meta name="publisher" content="{escaped(page.publisher)}">\n'
    yield f'<meta name="robots" content="{page.robots}">\n'
    if page.canonical and page.indexable:
        yield f'<link rel="canonical" href="{escaped(page.canonical)}">\n'
    for one in page.alternates:
        yield (f'<link rel="alternate" hreflang="{escaped(one.lang)}" href="{escaped(one.url)}">\n')
    yield from _open_graph(page)
    yield from _shown(picture)
    yield _named("twitter:card", "summary_large_image" if picture else "summary")
    if page.article:
        yield from _dated(page, page.article)
    yield _named("fediverse:creator", page.fediverse_creator)


def _open_graph(page: PageMetadata) -> Iterator[str]:
    yield _property("og:type", "article" if page.article else "website")
    yield f'<meta property="og:site_name" content="{escaped(page.site_name)}">\n'
    yield f'<meta property="og:title" content="{escaped(page.title)}">\n'
    yield _property("og:description", page.description)
    yield _property("og:url", page.canonical)
    yield _property("og:locale", page.locale)
    for locale in page.other_locales:
        yield _property("og:locale:alternate", locale)


def _shown(picture: SharedPicture | None) -> Iterator[str]:
    if picture:
        yield _property("og:image", picture.url)
        yield _property("og:image:type", picture.media_type)
        yield f'<meta property="og:image:width" content="{picture.width}">\n'
        yield f'<meta property="og:image:height" content="{picture.height}">\n'
        yield f'<meta property="og:image:alt" content="{escaped(picture.alt)}">\n'


def _dated(page: PageMetadata, article: Article) -> Iterator[str]:
    yield f'<meta property="article:published_time" content="{page.published}">\n'
    yield _property("article:modified_time", page.modified)
    if category := getattr(article, "category", None):
        yield f'<meta property="article:section" content="{escaped(category.name)}">\n'
    for tag in getattr(article, "tags", ()):
        yield f'<meta property="article:tag" content="{escaped(tag.name)}">\n'


def _brand(page: PageMetadata) -> Iterator[str]:
    """The site's profiles, icons and colours, which all its pages say alike."""
    for profile in page.rel_me:
        yield f'<link rel="me" href="{escaped(profile)}">\n'
    for icon in page.icons:
        more = _attributes([("type", icon.media_type), ("sizes", icon.sizes)])
        address = escaped(page.url_of(icon.path))
        yield f'<link rel="{escaped(icon.rel)}" href="{address}"{more}>\n'
    for scheme, colour in page.colours:
        media = f"(prefers-color-scheme: {scheme})"
        yield f'<meta name="theme-color" media="{media}" content="{escaped(colour)}">\n'


def _attributes(pairs: Iterable[tuple[str, str]]) -> str:
    return "".join(f' {name}="{escaped(value)}"' for name, value in pairs if value)


def _named(name: str, content: str) -> str:
    """A line that is left out where there is nothing to say."""
    return f'<meta name="{name}" content="{escaped(content)}">\n' if content else ""


def _property(name: str, content: str) -> str:
    """The same of Open Graph."""
    return f'<meta property="{name}" content="{escaped(content)}">\n' if content else ""

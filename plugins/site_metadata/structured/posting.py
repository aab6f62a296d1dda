"""What an article or page is: a BlogPosting, a note, a WebPage, an FAQPage; and its video."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pelican.contents import Article, Content

from ..indexable import is_public
from ..page import PageMetadata
from ..pictures import SharedPicture
from ..plain import plain
from .publisher import authors, organization_id, website_id
from .questions import nodes
from .script import without_empty

# `Schema` in the front matter of a page.
PAGES = {"about": "AboutPage", "contact": "ContactPage", "faq": "FAQPage", "": "WebPage"}


def posting(page: PageMetadata, article: Article) -> dict[str, Any]:
    """An article, or a note, without its conversation."""
    site, url = page.site.address, page.site.addresses.of(article)
    note = getattr(article, "kind", "") == "note"
    return without_empty(
        {
            "@type": "SocialMediaPosting" if note else "BlogPosting",
            "@id": f"{url}#posting",
            "url": url,
            "mainEntityOfPage": url,
            "headline": None if note else plain(article.title),
            "articleBody": plain(article.content) if note else None,
            "description": None if note else page.description,
            "inLanguage": article.lang,
            "datePublished": page.published,
            "dateModified": page.modified or page.published,
            "author": authors(page, article),
            "publisher": {"@id": organization_id(site)},
            "isPartOf": {"@id": website_id(site)},
            "image": image(page.picture),
            "articleSection": plain(article.category.name) if article.category else None,
            "keywords": [plain(tag.name) for tag in getattr(article, "tags", ())],
            "workTranslation": _translations(page, article),
            "video": video(page, article),
        }
    )


def web_page(page: PageMetadata, content: Content) -> dict[str, Any]:
    """A page. Themes show conversations under articles; data must not say more than the page."""
    site, url = page.site.address, page.site.addresses.of(content)
    kind = PAGES.get(schema_of(content), "WebPage")
    asked = nodes(content.content) if kind == "FAQPage" else []
    if kind == "FAQPage" and not asked:
        kind = "WebPage"  # `checks` says so
    return without_empty(
        {
            "@type": kind,
            "@id": url,
            "url": url,
            "name": plain(content.title),
            "description": page.description,
            "inLanguage": content.lang,
            "isPartOf": {"@id": website_id(site)},
            "publisher": {"@id": organization_id(site)},
            "primaryImageOfPage": image(page.picture),
            "mainEntity": asked,
            "video": video(page, content),
        }
    )


def questions_of(page: PageMetadata, article: Article) -> dict[str, Any]:
    """The questions in an article that says `Schema: faq`; {} where there are none."""
    asked = nodes(article.content) if schema_of(article) == "faq" else []
    url = page.site.addresses.of(article)
    return {"@type": "FAQPage", "@id": f"{url}#faq", "mainEntity": asked} if asked else {}


def video(page: PageMetadata, content: Content) -> dict[str, Any]:
    """The video that the front matter names; {} without."""
    found = page.site.videos.get(content.source_path)
    if found is None:
        return {}
    published = found.published or getattr(content, "date", None)
    return without_empty(
        {
            "@type": "VideoObject",
            "name": plain(found.title),
            "description": found.summary or page.description or plain(found.title),
            "thumbnailUrl": page.site.static_url(found.poster),
            "uploadDate": in_zone(published, page).isoformat() if published else None,
            "duration": found.duration,
            "contentUrl": page.site.static_url(found.file) if found.file else None,
            "url": found.address,
        }
    )


def image(picture: SharedPicture | None) -> dict[str, Any]:
    """A picture as an ImageObject."""
    if picture is None:
        return {}
    return without_empty(
        {
            "@type": "ImageObject",
            "url": picture.url,
            "width": picture.width,
            "height": picture.height,
            "caption": picture.alt,
        }
    )


def schema_of(content: Content) -> str:
    """What `Schema` in the front matter says."""
    return str(content.metadata.get("schema") or "").strip().lower()


def in_zone(moment: datetime, page: PageMetadata) -> datetime:
    """A date as front matter has it, in the site's time zone."""
    if moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=ZoneInfo(page.site.settings.get("TIMEZONE", "UTC")))


def _translations(page: PageMetadata, article: Article) -> list[dict[str, Any]]:
    return [
        {"@id": f"{page.site.addresses.of(other)}#posting"}
        for other in sorted(article.translations, key=lambda one: str(one.lang))
        if is_public(other)
    ]

"""The Organization that publishes, and the WebSite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pelican.contents import Article

from ..addresses import absolute
from ..brand import ADDRESS, Brand
from ..page import PageMetadata
from ..plain import plain
from .script import without_empty


def organization_id(site: str) -> str:
    """The name of the publisher's node."""
    return f"{site}/#organization"


def website_id(site: str) -> str:
    """The name of the site's node."""
    return f"{site}/#website"


def organization(page: PageMetadata, *, whole: bool) -> dict[str, Any]:
    """Who publishes: in short on every page, with everything on the front page."""
    brand, site = page.site.brand, page.site.address
    node = without_empty(
        {
            "@type": brand.organization.type,
            "@id": organization_id(site),
            "name": brand.organization.name,
            "url": f"{site}/",
            "logo": _logo(page),
        }
    )
    return node | _details(brand, page.rel_me) if whole else node


def website(page: PageMetadata, languages: Iterable[str], *, whole: bool) -> dict[str, Any]:
    """The site as a whole: by name on every page, with everything on the front page."""
    site = page.site.address
    node = {"@type": "WebSite", "@id": website_id(site), "url": f"{site}/", "name": page.site_name}
    if not whole:
        return node
    return node | without_empty(
        {
            "description": plain(page.site.settings.get("SITESUBTITLE") or ""),
            "inLanguage": list(languages),
            "publisher": {"@id": organization_id(site)},
        }
    )


def authors(page: PageMetadata, article: Article) -> list[dict[str, Any]]:
    """Who wrote an article: people, or the organization where it signs itself."""
    brand, site = page.site.brand, page.site.address
    nodes = []
    for author in getattr(article, "authors", ()):
        name = plain(author.name)
        if name in (brand.organization.name, page.site_name):
            nodes.append({"@id": organization_id(site)})
            continue
        profile = brand.authors.get(author.name)
        own = absolute(site, author.url) if author.save_as else ""
        nodes.append(
            without_empty(
                {
                    "@type": "Person",
                    "name": name,
                    "url": (profile and profile.url) or own,
                    "sameAs": list(profile.same_as) if profile else [],
                }
            )
        )
    return nodes or [{"@id": organization_id(site)}]


def _logo(page: PageMetadata) -> dict[str, Any]:
    path = page.site.icons.square_path
    if not path:
        return {}
    url = absolute(page.site.address, path)
    return {"@type": "ImageObject", "url": url, "width": 512, "height": 512}


def _details(brand: Brand, profiles: list[str]) -> dict[str, Any]:
    said = brand.organization
    address = without_empty({ADDRESS[key]: value for key, value in said.address.items()})
    return without_empty(
        {
            "legalName": said.legal_name,
            "email": said.email,
            "telephone": said.telephone,
            "taxID": said.tax_id,
            "vatID": said.vat_id,
            "foundingDate": said.founded,
            "address": {"@type": "PostalAddress", **address} if address else None,
            "contactPoint": [_contact(point) for point in said.contact_points],
            "sameAs": list(dict.fromkeys([*said.same_as, *profiles])),
        }
    )


def _contact(point: Any) -> dict[str, Any]:
    return without_empty(
        {
            "@type": "ContactPoint",
            "contactType": point.get("type"),
            "email": point.get("email"),
            "telephone": point.get("telephone"),
            "url": point.get("url"),
            "availableLanguage": list(point.get("languages") or ()),
        }
    )

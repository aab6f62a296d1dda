"""Templates, and the filters through which foreign text passes on its way into a page."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, tzinfo
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from syndication.catalogues import Catalogues
from syndication.desk.difference import difference
from syndication.desk.networks import called
from syndication.desk.reasons import why
from syndication.desk.texts import Texts
from syndication.rules import markup
from syndication.rules.text import graphemes

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")


class Pages:
    """The templates in one language."""

    def __init__(
        self, language: str, zone: tzinfo = UTC, catalogues: Catalogues | None = None
    ) -> None:
        known = catalogues or Catalogues()
        self.texts = Texts(language, zone, known)
        self._environment = _environment(self.texts, known.languages)

    def render(self, template: str, **values: object) -> str:
        """A template of `templates/` with these values; everything plain is escaped."""
        return self._environment.get_template(template).render(**values)


def fingerprint(catalogues: Catalogues) -> str:
    """SHA-256 over templates and catalogues: when they change, so does every card."""
    found = hashlib.sha256()
    for path in [*sorted(TEMPLATES.glob("*.html")), *catalogues.files()]:
        found.update(path.read_bytes())
    return found.hexdigest()


def web_address(url: str | None) -> str | None:
    """`url` if it leads to a website; ``javascript:`` and the like lead nowhere."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def environment_of(templates: Path, texts: Texts) -> Environment:
    """Where the templates of a folder are rendered in the language of `texts`: whatever is plain is
    escaped, a name that is missing is an error."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        texts.catalogue.gettext, texts.catalogue.ngettext, newstyle=True
    )
    environment.globals |= {"language": texts.language}
    environment.filters |= {"moment": texts.moment, "words": _words}
    return environment


def _words(html: str) -> Markup:
    """What people said, by the allowlist once more."""
    return Markup(markup.reduce(html))  # noqa: S704 (the allowlist's own output)


def _environment(texts: Texts, languages: dict[str, str]) -> Environment:
    environment = environment_of(TEMPLATES, texts)
    environment.globals |= {"languages": languages, "difference": difference}
    environment.filters |= {
        "day": texts.day,
        "link": web_address,
        "network": lambda title: called(title, texts.catalogue.gettext),
        "why": lambda rule: why(rule, texts.catalogue.gettext),
        "lang": lambda tag: tag if _LANGUAGE.fullmatch(tag) else "",
        "initial": lambda name: (graphemes(name.strip()) or ["·"])[0].upper(),
    }
    return environment

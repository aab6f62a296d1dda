"""The pages at addresses where nothing is any more: they lead on, in their reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale, UnknownLocaleError
from jinja2 import Environment
from pelican.contents import Content

from syndication.catalogues import Catalogues

from ..addresses import absolute


class FormerPages:
    """Renders them for one site. They need neither the theme nor a style sheet."""

    def __init__(self, environment: Environment, settings: Mapping[str, Any], site: str) -> None:
        self._environment, self._settings, self._site = environment, settings, site
        self._catalogues = Catalogues.of_build(settings)

    def moved(self, content: Content) -> bytes:
        """The page at a former address of `content`: a browser goes on by itself."""
        return self._render(
            "site_metadata/moved.html",
            content.lang,
            title=content.title,
            url=absolute(self._site, content.url),
        )

    def gone(self) -> bytes:
        """What a host shows with status 410, in the site's own language."""
        language = self._settings["DEFAULT_LANG"]
        return self._render("site_metadata/gone.html", language, url=f"{self._site}/")

    def _render(self, template: str, language: str, **variables: str) -> bytes:
        page = self._environment.get_template(template)
        text = page.render(
            variables,
            language=language,
            direction=_direction(language),
            say=self._catalogues.get(language).gettext,
            site_name=self._settings["SITENAME"],
        )
        return f"{text.rstrip()}\n".encode()


def _direction(language: str) -> str:
    try:
        return Locale.parse(language, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"

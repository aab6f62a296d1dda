"""Writes the list of notes, one for each language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from jinja2 import TemplateNotFound
from pelican.generators import Generator, PelicanTemplateNotFound
from pelican.writers import Writer

LIST = "notes"  # the template, and the stem of its settings


class NotesGenerator(Generator):
    """Runs after Pelican's own generators; the editions of language_indexes are known by then."""

    renders_apart = True  # it writes pages and does nothing else

    def generate_output(self, writer: Writer) -> None:
        """Write the pages of every language that has notes."""
        for settings, context, articles in self._editions():
            notes = [article for article in articles if article.kind == "note"]
            if notes and settings.get("NOTES_SAVE_AS"):
                self._write(writer, settings, context, notes)

    def _editions(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[Any]]]:
        """(settings, context, articles) of each language; of the whole site without editions."""
        editions = self.context.get("editions")
        if editions is None:
            yield self.settings, self.context, self.context["articles"]
            return
        for lang, edition in editions.items():
            yield edition.settings, editions.context_of(lang), edition.articles

    def _write(
        self, writer: Writer, settings: dict[str, Any], context: dict[str, Any], notes: list[Any]
    ) -> None:
        try:
            template = self.get_template(LIST)
        except (PelicanTemplateNotFound, TemplateNotFound):
            return
        save_as = settings["NOTES_SAVE_AS"]
        writer.write_file(
            save_as,
            template,
            context,
            relative_urls=settings["RELATIVE_URLS"],
            articles=notes,
            dates=notes,
            blog=True,
            template_name=LIST,
            page_name=str(PurePosixPath(save_as).with_suffix("")),
            url=settings.get("NOTES_URL", save_as),
        )

"""Markdown read by cmark-gfm instead of Python-Markdown: many times as fast, another dialect.

Switched on by `FAST_BUILD_READER = "cmarkgfm"`. Front matter is what it was. What differs is in
docs/fast_build.md: it is CommonMark with GitHub's tables, strikethrough, task lists and bare links,
footnotes, and typographic quotes where the site asked Python-Markdown for them (smarty).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from markdown.extensions.meta import MetaPreprocessor
from pelican.readers import MarkdownReader
from pelican.utils import pelican_open

NAME = "cmarkgfm"
EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]
SMART = {"smarty", "markdown.extensions.smarty"}


class ReaderSettingError(SystemExit):
    """FAST_BUILD_READER cannot be had; the message says what to do, and nothing else is shown."""


def chosen(settings: Any) -> bool:
    """Whether the site wants this reader. Raises `ReaderSettingError` when it cannot be had."""
    wanted = settings.get("FAST_BUILD_READER")
    if wanted not in (None, NAME):
        raise ReaderSettingError(
            f'FAST_BUILD_READER = {wanted!r}: the one to choose is "{NAME}"; leave the setting out'
            " to read with Python-Markdown"
        )
    if wanted and find_spec(NAME) is None:
        raise ReaderSettingError(
            f"FAST_BUILD_READER = \"{NAME}\" needs a library: pip install 'tertulia[fast]',"
            f" or pip install {NAME}"
        )
    return bool(wanted)


def offer(readers: Any) -> None:
    """Take the place of Pelican's Markdown reader, but not of another plugin's."""
    if chosen(readers.settings):
        for suffix in MarkdownReader.file_extensions:
            if readers.reader_classes.get(suffix) is MarkdownReader:
                readers.reader_classes[suffix] = CommonMarkReader


class CommonMarkReader(MarkdownReader):
    """Pelican's Markdown reader with another converter."""

    reads_ahead = True  # it keeps nothing of what it saw

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """HTML and metadata of one file."""
        self._source_path = source_path
        converter = self._md = _Converter(self.settings["MARKDOWN"].get("extensions", []))
        with pelican_open(source_path) as text:
            lines = MetaPreprocessor(converter).run(text.split("\n"))
        return converter.convert("\n".join(lines)), self._parse_metadata(converter.Meta)


class _Converter:
    """As much of a `markdown.Markdown` as reading metadata asks for."""

    def __init__(self, extensions: list[Any]) -> None:
        from cmarkgfm.cmark import Options

        self.Meta: dict[str, list[str]] = {}
        self.preprocessors = self
        self._options = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
        if SMART.intersection(name for name in extensions if isinstance(name, str)):
            self._options |= Options.CMARK_OPT_SMART

    def deregister(self, name: str) -> None:
        """Nothing: front matter is read before, not by the converter."""

    def reset(self) -> None:
        """Nothing: it remembers nothing."""

    def convert(self, text: str) -> str:
        """HTML of Markdown. Raw HTML stays: the texts are the site's own."""
        from cmarkgfm.cmark import markdown_to_html_with_extensions

        return str(markdown_to_html_with_extensions(text, self._options, EXTENSIONS)).rstrip("\n")

"""The stylesheet of one build."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from blinker import signal
from pelican import signals
from pelican.contents import Content
from pelican.generators import Generator

from syndication.complaints import no_trace

from . import fonts, menu, palette, sheet

logger = logging.getLogger(__name__)

ALIGNED = re.compile(r'(<t[hd]\b[^>]*?) style="text-align: (left|center|right);"')


class Style:
    """Reads the settings when a build begins, writes the sheet once its folder is empty."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self._css = ""
        signals.generator_init.connect(self.begin)
        signals.content_object_init.connect(self.class_cells)
        signals.all_generators_finalized.connect(self.write)

    @property
    def source(self) -> Path:
        """The theme's own sheet."""
        return Path(self.settings["THEME"], "static", "css", self.settings["CSS_FILE"])

    @property
    def address(self) -> str:
        """Where the sheet is, below SITEURL."""
        name = f"{self.source.stem}.{sheet.digest(self._css)}.css"
        return f"{self.settings['THEME_STATIC_DIR']}/css/{name}"

    @no_trace(palette.StyleError)
    def begin(self, generator: Generator) -> None:
        """Tell the templates of a run what the sheet is called; the first generator asks for it."""
        if "STYLESHEET" in generator.context or not self.source.is_file():
            return
        menu.check(self.settings)
        self._css = self._made()
        generator.context["STYLESHEET"] = self.address
        generator.context["BRAND_FONT_FILES"] = fonts.files(self._fonts)
        for name in fonts.files(self._fonts):
            if not (file := Path(self.settings["PATH"], name)).is_file():
                logger.warning(
                    "BRAND_FONTS: there is no file %s: mend the name, or put it there", file
                )

    def write(self, generators: Iterable[Generator]) -> None:
        """Put the sheet into the output folder."""
        del generators
        if self._css:
            target = Path(self.settings["OUTPUT_PATH"], self.address)
            if not target.exists():  # its name says what is in it
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(self._css, encoding="utf-8")
            signal("output_confirmed").send(str(target))

    def class_cells(self, content: Content) -> None:
        """Say with a class how a table's cell is aligned: `style` attributes are not applied."""
        if 'style="text-align' in (content._content or ""):
            content._content = ALIGNED.sub(r'\1 class="align-\2"', content._content)

    @property
    def _fonts(self) -> Mapping[str, Any]:
        return self.settings.get("BRAND_FONTS") or {}

    def _made(self) -> str:
        brand = palette.read("BRAND_COLOURS", self.settings.get("BRAND_COLOURS"))
        brand_dark = palette.read("BRAND_COLOURS_DARK", self.settings.get("BRAND_COLOURS_DARK"))
        light, dark = palette.light(brand), palette.dark(brand, brand_dark)
        for colours, setting in ((light, "BRAND_COLOURS"), (dark, "BRAND_COLOURS_DARK")):
            for complaint in palette.unreadable(colours, setting):
                logger.warning("%s", complaint)
        said = fonts.declarations(self._fonts)
        return sheet.small(
            fonts.faces(self._fonts, self.settings["SITEURL"])
            + sheet.joined(self.source)
            + sheet.tokens({**light, **said}, dark)
        )

"""What people read, in their language: one Babel catalogue a language, for everything.

`es.po` beside this file holds every text of theme, fragments, feeds, desk and messages; English
needs none, it is what the sources say. `es@usted.po` holds only what differs when a brand says
*usted*. A site has a folder of its own, `translations/` beside its settings: a catalogue there
adds a language (`fr.po`) or says single texts in the brand's own way (`es.po`). A theme may
bring such a folder too.

A text is looked up from the particular to the general: for ``es-MX@usted`` in `es_MX@usted.po`,
`es_MX.po`, `es@usted.po`, `es.po`, the site's folder before ours; what none of them has is shown
as it stands in the source.

Used by the daemon and by the plugins. Cost: a catalogue is compiled once in a process, 15 ms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

PACKAGED = Path(__file__).parent
SOURCE = "en"
"""The language of the sources."""


class CatalogueError(ValueError):
    """A catalogue that cannot be read: which file and line, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Catalogues:
    """The catalogues of one site: those of its folders, the first one first, then ours."""

    folders: tuple[Path, ...] = ()
    # language → the catalogue's name: es → es@usted
    spoken: Mapping[str, str] | None = field(default=None, hash=False)

    @classmethod
    def of_build(cls, settings: Mapping[str, Any]) -> Catalogues:
        """Those of a Pelican build: of the site, of its theme, ours.

        Settings: `CATALOGUE_PATH` (default "translations", counted from the folder that holds the
        content) and `LANGUAGE_CATALOGUES` (``{"es": "es@usted"}``).
        """
        own = Path(settings["PATH"]).parent / settings.get("CATALOGUE_PATH", "translations")
        theme = Path(settings["THEME"]) / "translations"
        return cls((own, theme), settings.get("LANGUAGE_CATALOGUES"))

    def get(self, language: str) -> NullTranslations:
        """The texts of a language tag such as ``es``, ``pt-BR`` or ``es@usted``.

        A language without a catalogue speaks English. Raises `CatalogueError`.
        """
        name = (self.spoken or {}).get(language, language)
        found = [path for path in self._paths(name) if path.is_file()]
        return _chained(tuple((path, path.stat().st_mtime_ns) for path in found))

    def has(self, name: str) -> bool:
        """Is there a catalogue of this very name, ``es@usted``, or of its language, ``es``?"""
        register = name.partition("@")[2]
        found = [path.stem for path in self._paths(name) if path.is_file()]
        if register:
            return any(stem.endswith(f"@{register}") for stem in found)
        return bool(found) or name.split("-")[0] == SOURCE

    @property
    def languages(self) -> dict[str, str]:
        """Every language that has a catalogue, English included: its own name for itself."""
        names = {SOURCE} | {path.stem for path in self.files() if "@" not in path.stem}
        tags = {name.replace("_", "-") for name in names}
        return {tag: own_name(tag) for tag in sorted(tags, key=lambda tag: (tag != SOURCE, tag))}

    def files(self) -> list[Path]:
        """Every catalogue there is."""
        return sorted(path for folder in (*self.folders, PACKAGED) for path in folder.glob("*.po"))

    def _paths(self, name: str) -> Iterator[Path]:
        tag, _, register = name.partition("@")
        locale = tag.replace("-", "_")
        general = locale.split("_")[0]
        names = [f"{stem}@{register}" if register else stem for stem in (locale, general)]
        wanted = dict.fromkeys([names[0], locale, names[1], general])
        for folder in (*self.folders, PACKAGED):
            for stem in wanted:
                if stem.replace("_", "").replace("@", "").isalnum():
                    yield folder / f"{stem}.po"


def own_name(language: str) -> str:
    """What a language calls itself: ``Español``. The tag where nobody knows it."""
    try:
        named = Locale.parse(language.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        named = None
    return named[0].upper() + named[1:] if named else language


def read(path: Path) -> NullTranslations:
    """Compile one catalogue. Raises `CatalogueError` with file and line."""
    locale = path.stem.partition("@")[0]
    compiled = BytesIO()
    try:
        with path.open("rb") as lines:
            write_mo(compiled, read_po(lines, locale=locale, abort_invalid=True))
    except PoFileError as error:
        raise CatalogueError(f"{path}:{error.lineno + 1}: mend this line: {error}") from error
    except (UnknownLocaleError, ValueError) as error:
        raise CatalogueError(f"{path}: {error}; a catalogue is called like fr.po") from error
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _chained(files: tuple[tuple[Path, int], ...]) -> NullTranslations:
    """The first of `files` with all others behind it; their age is part of the name."""
    if not files:
        return NullTranslations()
    first = NullTranslations()
    for path, _ in files:
        first.add_fallback(read(path))
    return first

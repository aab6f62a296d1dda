"""Start a catalogue for another language, or bring one up to date with a new version."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from syndication.catalogues import PACKAGED, CatalogueError, own_name

MODEL = "es"
"""The catalogue that has every text; its translation stands beside each as a comment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a catalogue holds now."""

    path: Path
    texts: int  # all there are
    missing: int  # still without translation


def start(language: str, folder: Path) -> Started:
    """Write `folder`/LANGUAGE.po with every text; what is translated there already is kept.

    A text that nobody says any longer leaves. Raises `CatalogueError` for a language that nobody
    knows, or a catalogue that cannot be read.
    """
    name = language.replace("-", "_")
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise CatalogueError(f"{language}: no such language; name it as fr or pt-BR") from None
    path = folder / f"{name}.po"
    known = _read(path, name) if path.is_file() else Catalog(locale=name)
    made = Catalog(
        locale=name,
        project="Tertulia",
        fuzzy=False,
        header_comment=f"# {own_name(language)}: what people read.",
    )
    for model in _read(PACKAGED / f"{MODEL}.po", MODEL):
        if not model.id:
            continue
        before = known.get(model.id)
        spanish = " / ".join(_forms(model.string))
        made.add(
            model.id,
            before.string if before is not None else None,
            user_comments=[f"{MODEL}: {spanish}"],
            flags=model.flags,
        )
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".po.tmp")
    with unfinished.open("wb") as file:
        write_po(file, made, width=100, omit_header=False)
    unfinished.replace(path)
    entries = [entry for entry in made if entry.id]
    missing = [entry for entry in entries if not _translated(entry.string)]
    return Started(path=path, texts=len(entries), missing=len(missing))


def _forms(string: object) -> list[str]:
    """One text, or that of each plural form."""
    return [str(one) for one in string] if isinstance(string, tuple | list) else [str(string or "")]


def _translated(string: object) -> bool:
    return all(_forms(string))


def _read(path: Path, locale: str) -> Catalog:
    try:
        with path.open("rb") as lines:
            return read_po(lines, locale=locale, abort_invalid=True)
    except PoFileError as error:
        raise CatalogueError(
            f"{path}:{error.lineno + 1}: mend this line: {error}; nothing was changed"
        ) from error

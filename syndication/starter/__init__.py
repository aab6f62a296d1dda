"""`tertulia init`: a new site that builds at once with `pelican`.

Steps: check what was asked, lay everything out in a folder beside the wanted one, then move it into
place, so that an interruption leaves nothing half made. The files are in `files/`: those of both
languages at its top, each language's words in `es/` and `en/`; `$name` and the like are filled in.
The theme is the one of this package.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import date
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from syndication import settings

LANGUAGES = ("en", "es")
FILES = Path(__file__).parent / "files"
TEMPLATE = ".template"  # a file with values to fill in
DOT = "dot-"  # a file whose name begins with a dot once it is in place
PREVIEW = "pelican --autoreload --listen -e SITEURL='\"http://127.0.0.1:8000\"' -o var/preview"
"""Shows a site under an address of this machine, in a folder of its own: the public build, for
which only SITEURL is right, stays as it is. Also stands at the top of the new site's settings."""
# What the other files of a language have to agree with.
WORDS = {
    "en": {
        "timezone": "UTC",
        "archive": "archive",
        "topics": "topics",
        "tags": "tags",
        "search": "search",
    },
    "es": {
        "timezone": "Europe/Madrid",
        "archive": "archivo",
        "topics": "temas",
        "tags": "etiquetas",
        "search": "buscar",
    },
}


class StarterError(Exception):
    """A new site cannot be made; the message says what to change."""


def create(
    directory: Path, *, name: str, url: str, language: str, today: date | None = None
) -> list[Path]:
    """Make a site called `name` for the address `url` in `directory`; returns its files, sorted.

    `directory` must be new or empty (a `.git` may be in it); `language` is `es` or `en` and can be
    joined by others later. `today` dates the first article. Raises StarterError.
    """
    url = _check(name=name, url=url, language=language)
    theme = _theme()
    _check_empty(directory)
    directory.mkdir(parents=True, exist_ok=True)
    values = {
        "name": name,
        "url": url,
        "language": language,
        "today": (today or date.today()).isoformat(),  # noqa: DTZ011 - the writer's own day
        **WORDS[language],
    }
    with tempfile.TemporaryDirectory(dir=directory.parent, prefix=f".{directory.name}-") as made:
        draft = Path(made)
        _lay_out(FILES, draft, values)
        _lay_out(FILES / language, draft, values)
        (draft / settings.FILE).write_text(
            settings.starter_toml(url=url, name=name), encoding="utf-8"
        )
        shutil.copytree(theme, draft / "themes" / "tertulia")
        files = sorted(path.relative_to(draft) for path in draft.rglob("*") if path.is_file())
        for child in sorted(draft.iterdir()):
            child.rename(directory / child.name)
    return [directory / file for file in files]


def _check(*, name: str, url: str, language: str) -> str:
    """The address without a slash at its end; StarterError where something cannot be used."""
    if not name.strip() or not name.isprintable():
        raise StarterError("The name is what people call you, on one line, such as Vencejo")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise StarterError(
            f"The address {url!r} is not one: write where the site will stand,"
            " such as https://www.example.org"
        )
    if language not in LANGUAGES:
        raise StarterError(f"The language {language!r} is not there yet: {' or '.join(LANGUAGES)}")
    return url.rstrip("/")


def _check_empty(directory: Path) -> None:
    if directory.exists() and not directory.is_dir():
        raise StarterError(f"{directory} is a file: name a new folder")
    if directory.is_dir() and any(child.name != ".git" for child in directory.iterdir()):
        raise StarterError(f"{directory} is not empty: name a new folder, nothing was changed")


def _theme() -> Path:
    """The theme: beside this file when installed, in the clone otherwise."""
    for folder in (
        FILES.parent / "theme",
        Path(__file__).resolve().parents[2] / "themes" / "tertulia",
    ):
        if (folder / "templates").is_dir():
            return folder
    raise StarterError("The theme is missing from this installation: install tertulia again")


def _lay_out(source: Path, target: Path, values: dict[str, str]) -> None:
    """Copy the files of `source` and, at its top, none of the languages' folders."""
    for path in sorted(source.rglob("*")):
        inner = path.relative_to(source)
        if path.is_dir() or (source == FILES and inner.parts[0] in LANGUAGES):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == TEMPLATE:
            inner = inner.with_suffix("")
            text = Template(text).substitute(_quoted(values) if inner.suffix != ".md" else values)
        if inner.name.startswith(DOT):
            inner = inner.with_name("." + inner.name.removeprefix(DOT))
        made = target / inner
        made.parent.mkdir(parents=True, exist_ok=True)
        made.write_text(text, encoding="utf-8")


def _quoted(values: dict[str, str]) -> dict[str, str]:
    """The values as strings of Python, whose escapes JSON's are."""
    return {key: json.dumps(value, ensure_ascii=False) for key, value in values.items()}

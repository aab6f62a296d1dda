"""One stylesheet of many: imports are joined, comments and blanks left out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

IMPORT = re.compile(r"""@import\s+(?:url\()?["']([^"':]+\.css)["']\)?\s*;""")
STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.S)
KEPT = re.compile(r"\0(\d+)\0")


def joined(path: Path, above: tuple[Path, ...] = ()) -> str:
    """A stylesheet with everything that it imports from beside it, each in its place."""
    if path in above:
        return ""

    def part(match: re.Match[str]) -> str:
        imported = path.parent / match[1]
        return joined(imported, (*above, path)) if imported.is_file() else match[0]

    return IMPORT.sub(part, path.read_text(encoding="utf-8"))


def small(css: str) -> str:
    """The same rules without comments and needless blanks; strings stay as they are."""
    strings: list[str] = []

    def keep(match: re.Match[str]) -> str:
        if match[1] is None:
            return " "
        strings.append(match[1])
        return f"\0{len(strings) - 1}\0"

    css = STRING_OR_COMMENT.sub(keep, css)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"([{;][\w-]+): ", r"\1:", css).replace(";}", "}")
    return KEPT.sub(lambda match: strings[int(match[1])], css).strip()


def tokens(light: Mapping[str, str], dark: Mapping[str, str]) -> str:
    """The rules that give the custom properties their values."""
    return (
        f":root {{\n{_lines(light, '  ')}}}\n"
        f"@media (prefers-color-scheme: dark) {{\n  :root {{\n{_lines(dark, '    ')}  }}\n}}\n"
    )


def digest(css: str) -> str:
    """Ten letters that are others for other rules."""
    return hashlib.blake2b(css.encode(), digest_size=5).hexdigest()


def _lines(values: Mapping[str, str], indent: str) -> str:
    return "".join(f"{indent}--{name}: {value};\n" for name, value in values.items())

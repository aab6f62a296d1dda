"""Pages of the practice networks for a browser: plain, without a script, every word escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

DEEPEST = 6  # levels that are still moved in
NOTE = (
    '<p class="note">This is a practice network on this machine. <span lang="es">Esto es una red de'
    " práctica en esta máquina.</span></p>"
)
STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
    "article{border-inline-start:3px solid #bbb;padding-inline-start:1rem;margin-block:1rem}"
    ".words{white-space:pre-wrap;overflow-wrap:anywhere}.note{background:#ffefc2;padding:.5rem}"
)
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


def document(title: str, parts: Iterable[str], *, note: str = NOTE) -> str:
    """A whole page; `parts` and `note` are HTML."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>"
        f"{note}<h1>{escape(title)}</h1>{''.join(parts)}</html>"
    )


def said(
    *, who: str, when: str, words: str, depth: int = 0, language: str = "", warning: str = ""
) -> str:
    """What somebody said, `depth` levels below the page's first words. `who` is HTML."""
    spoken = f' lang="{escape(language)}"' if language else ""
    before = f"<p><b>{escape(warning)}</b></p>" if warning else ""
    return (
        f'<article style="margin-inline-start:{min(depth, DEEPEST) * 1.5}rem">'
        f"<p>{who}, {escape(when)}</p>"
        f'{before}<p class="words"{spoken}>{escape(words)}</p></article>'
    )

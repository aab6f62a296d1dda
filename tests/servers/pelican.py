"""Real Pelican runs in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def pelican(
    site: Path, *arguments: str, seconds: float = 120.0
) -> subprocess.CompletedProcess[str]:
    """Run `pelican` in the folder `site`; its output is in `.stdout` and `.stderr`."""
    return subprocess.run(
        [sys.executable, "-m", "pelican", *arguments],
        cwd=site,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def minimal_site(directory: Path, settings: str = "", articles: int = 1) -> Path:
    """A small site of `articles` articles; `settings` is added to its pelicanconf.py."""
    content = directory / "content"
    content.mkdir(parents=True)
    for number in range(1, articles + 1):
        (content / f"{number}.md").write_text(
            f"Title: Article {number}\nDate: 2026-10-0{number % 9 + 1}\nSlug: article-{number}\n\n"
            f"Words of article {number}.\n",
            encoding="utf-8",
        )
    (directory / "pelicanconf.py").write_text(
        'SITENAME = "Minimal"\nSITEURL = "https://minimal.example"\nPATH = "content"\n'
        'TIMEZONE = "Europe/Madrid"\nDEFAULT_LANG = "en"\nFEED_ALL_ATOM = None\n'
        f"CATEGORY_FEED_ATOM = None\nTRANSLATION_FEED_ATOM = None\n{settings}\n",
        encoding="utf-8",
    )
    return directory

"""What a WordPress with a hundred thousand comments costs: import, import again, two archives.

`python -m benchmarks.import_comments [COMMENTS]`. The file has a thousand articles, answers four
deep and texts of 800 characters. Each run is a process of its own: wall time, CPU time, and the
most memory that it ever had beyond an empty run, as the operating system counts it.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from syndication.archives import open_archive
from syndication.archives.writing import json_lines
from syndication.archives.writing_wxr import wxr
from syndication.bootstrap import open_site
from syndication.model import Post
from syndication.settings import load
from syndication.starter import create
from syndication.steps.archiving import records
from syndication.steps.importing import import_archive, reading_of
from syndication.store import posts

COMMENTS, ARTICLES = 100_000, 1_000
URL = "https://vencejo.example"
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
WORDS = "La zapata gastada chilla, y con lluvia frena la mitad. " * 14
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<rss xmlns:wp="http://wordpress.org/export/1.2/">'
    f"<channel><wp:base_site_url>{URL}</wp:base_site_url>\n"
)


def write(path: Path, comments: int) -> None:
    """The export of a busy blog."""
    each = comments // ARTICLES
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for article in range(ARTICLES):
            file.write(f"<item><title>{article}</title><link>{URL}/{article}/</link>\n")
            for number in range(article * each, (article + 1) * each):
                file.write(_comment(number))
            file.write("</item>\n")
        file.write("</channel></rss>\n")


def _comment(number: int) -> str:
    moment = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(minutes=30 * number)
    parent = number if number % 4 else 0
    return (
        f"<wp:comment><wp:comment_id>{number + 1}</wp:comment_id>"
        f"<wp:comment_author>Persona {number % 5000}</wp:comment_author>"
        f"<wp:comment_author_email>p{number % 5000}@mail.example</wp:comment_author_email>"
        f"<wp:comment_date_gmt>{moment:%Y-%m-%d %H:%M:%S}</wp:comment_date_gmt>"
        f"<wp:comment_content><![CDATA[Comentario {number}.\n\n{WORDS}]]></wp:comment_content>"
        f"<wp:comment_approved>1</wp:comment_approved>"
        f"<wp:comment_parent>{parent}</wp:comment_parent></wp:comment>\n"
    )


def run(what: str, folder: Path) -> None:
    """One measured run, in a process of its own; prints a line."""
    site = open_site(load(folder / "site" / "tertulia.toml"), clock=lambda: NOW)
    base = _memory()
    start, busy = time.perf_counter(), time.process_time()
    if what in ("wxr", "json"):
        with site.store.read() as tx, (folder / f"out.{what}").open("wb") as file:
            found = records(site, tx)
            made = (
                wxr(found, site=site.url, name=site.name, made=NOW)
                if what == "wxr"
                else json_lines(found, site=site.url, made=NOW)
            )
            mark = b"<wp:comment>" if what == "wxr" else b'"type": "Note"'
            count = sum(file.write(part) > 0 for part in made if mark in part)
    else:
        count = import_archive(site, open_archive(folder / "all.xml", reading_of(site))).new
    site.store.close()
    sys.stdout.write(
        f"{what:<8} {count:>7} comments  {time.perf_counter() - start:6.1f} s"
        f"  (CPU {time.process_time() - busy:6.1f} s)  +{_memory() - base:4.0f} MB\n"
    )


def _memory() -> float:
    """MB, the most that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Make the site and the file, and measure each run."""
    if len(sys.argv) == 3:
        run(sys.argv[1], Path(sys.argv[2]))
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        create(folder / "site", name="Vencejo", url=URL, language="es")
        site = open_site(load(folder / "site" / "tertulia.toml"), clock=lambda: NOW)
        with site.store.write() as tx:
            for number in range(ARTICLES):
                posts.insert(tx, _post(number), now=NOW)
        site.store.close()
        write(folder / "all.xml", int(sys.argv[1]) if len(sys.argv) > 1 else COMMENTS)
        sys.stdout.write(f"the file: {(folder / 'all.xml').stat().st_size / 1e6:.0f} MB\n")
        sys.stdout.flush()
        for what in ("import", "again", "wxr", "json"):
            command = [sys.executable, "-m", "benchmarks.import_comments", what, name]
            if subprocess.run(command, check=False).returncode:
                return 1
    return 0


def _post(number: int) -> Post:
    return Post(
        url=f"{URL}/{number}/",
        kind="article",
        title=str(number),
        summary="",
        language="es",
        published=NOW,
    )


if __name__ == "__main__":
    sys.exit(main())

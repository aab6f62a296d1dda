"""What people do to a site between two builds, and what tests of skipping have a site do."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from syndication.exchange import Syndicated
from tests.site.warm_site import SLUGS, WarmSite, differing

MORTAL = """
import os
import signal
from pelican import signals

def die(path, context=None, left=[int(os.environ.get("XDG_PAGES_TO_LIVE", "-1"))]):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

die.may_be_left_out = True
signals.content_written.connect(die)
"""
PAGES_TO_LIVE = "XDG_PAGES_TO_LIVE"  # of a session, so that its builds are like all others


class EditedSite(WarmSite):
    """Its builds leave out what they can; a fresh one renders everything."""

    def __init__(self, folder: Path, settings: str) -> None:
        super().__init__(folder)
        conf = folder / "pelicanconf.py"
        more = 'FAST_BUILD_SKIP = True\nTHEME_TEMPLATES_OVERRIDES = ["overrides"]\n'
        conf.write_text(f"{conf.read_text()}{more}{settings}{MORTAL}")

    def picture(self, name: str, colour: str) -> None:
        """Draw it anew."""
        raise NotImplementedError

    def unlike_a_fresh_one(self) -> list[str]:
        """The files in which the site differs from a build of everything."""
        self.build_anew("fresh", "FAST_BUILD_SKIP=false")
        return sorted(differing(self.output, self.folder / "fresh"))


Edit = Callable[[EditedSite, int], None]


def name_of(number: int) -> str:
    return SLUGS[number % len(SLUGS)]


def rewrite(site: EditedSite, n: int) -> None:
    file = site.folder / f"content/articles/{name_of(n)}.md"
    if file.exists():
        file.write_text(f"{file.read_text()}\nAnd {n}.\n")


def rewrite_in_secret(site: EditedSite, n: int) -> None:
    """With the same size and the same date as before."""
    file = site.folder / f"content/articles/{name_of(n)}.md"
    if file.exists():
        before, text = file.stat(), file.read_text()
        file.write_text(text.replace("About", "abOUT" if "About" in text else "About"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def retitle(site: EditedSite, n: int) -> None:
    file = site.folder / f"content/articles/{name_of(n)}.md"
    if file.exists():
        file.write_text(re.sub("Title: .*", f"Title: Said {n} times & more", file.read_text()))


def move(site: EditedSite, n: int) -> None:
    topic = ("Workshop", "Bicycles", "Taller & más")[n % 3]
    matter = f"Category: {topic}\nTags: repair, tag {n % 4}"
    site.article(name_of(n), name_of(n), "en", n % 9, f"Pair: {name_of(n)}\n{matter}")


def rename(site: EditedSite, n: int) -> None:
    site.article(name_of(n), f"{name_of(n)}-{n % 3}", "en", n % 9, f"Pair: {name_of(n)}")


def remove(site: EditedSite, n: int) -> None:
    (site.folder / f"content/articles/{name_of(n)}.md").unlink(missing_ok=True)


def add(site: EditedSite, n: int) -> None:
    lang, pair = ("es", f"Pair: {name_of(n)}") if n % 2 else ("en", "Tags: new")
    site.article(f"new-{n % 3}", f"new-{n % 3}", lang, n % 9, f"{pair}\nKind: article")


def link(site: EditedSite, n: int) -> None:
    words = f"[There]({{filename}}/articles/{name_of(n)}.md)."
    text = f"Title: Contact\nSlug: contact\nOrder: 1\n\n{words}\n"
    site.write("content/pages/contact.md", text)


def draft(site: EditedSite, n: int) -> None:
    status = ("draft", "published", "hidden")[n % 3]
    site.article(name_of(n), name_of(n), "en", n % 9, f"Pair: {name_of(n)}\nStatus: {status}")


def paint(site: EditedSite, n: int) -> None:
    site.picture("wheel", ("red", "blue", "green")[n % 3])


def say(site: EditedSite, n: int) -> None:
    site.say(f"/{name_of(n)}/", n % 4, likes=n % 3)


def say_first(site: EditedSite, n: int) -> None:
    """Where there was no document before, or folder."""
    site.say("/contact/" if n % 2 else "/es/frenos/", 1 + n % 2, f"words of {n}")


def close(site: EditedSite, n: int) -> None:
    day = 20 + n % 5
    site.article("seat", "seat", "en", 2, f"Pair: seat\nComments: 2026-11-{day}")


def introduce(site: EditedSite, n: int) -> None:
    accounts = Syndicated(network="mastodon", account="us", url=f"https://s.example/@us{n % 2}")
    site.say_of_site(accounts, page=f"/{name_of(n)}/")


def set_up(site: EditedSite, n: int) -> None:
    conf = site.folder / "pelicanconf.py"
    conf.write_text(f'{conf.read_text()}SITESUBTITLE = "Number {n}"\n')


def furnish(site: EditedSite, n: int) -> None:
    site.write("overrides/includes/rules.html", f"<p>{n} {{{{ articles|length }}}}</p>\n")


def tamper(site: EditedSite, n: int) -> None:
    """With a page."""
    _spoil(sorted(site.output.rglob("*.html")), n)


def tamper_with_any(site: EditedSite, n: int) -> None:
    _spoil(sorted(path for path in site.output.rglob("*") if path.is_file()), n)


def _spoil(files: list[Path], n: int) -> None:
    if n % 2:
        files[n % len(files)].write_text("somebody else's words")
    else:
        files[n % len(files)].unlink()

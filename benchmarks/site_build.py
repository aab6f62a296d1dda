"""What the site's plugins cost: the same content and theme, built with them and without.

`python -m benchmarks.site_build [ARTICLES] [RUNS]`. A site of 1,000 articles of 400 to 800 words in
two languages, every fifth with a picture, every tenth with ten messages under it, is built by turns
with the theme and the one plugin that it needs; with the plugins that make the site; and with all
of this clone's pelicanconf.py, conversations and outbox included. Each build is a process of its
own; its CPU time is what counts (median of RUNS rounds after one that fills the caches), so that
what else the machine does matters little. With `--each`, every plugin is also left out in turn:
what the build then saves is what it costs.
"""

from __future__ import annotations

import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from runpy import run_path

from syndication.exchange import Discussion, Speaker, Utterance, discussion_files, replace_file

CLONE = Path(__file__).parent.parent
ARTICLES, RUNS = 1_000, 3
NEEDED = ["language_indexes"]  # the theme cannot do without
TALK = {"discussion_pages", "syndication_outbox"}  # what ties a site to the daemon
TOPICS = {"en": ("Bicycles", "Workshop", "City"), "es": ("Bicicletas", "Taller", "Ciudad")}
SENTENCE = (
    "the chain of a city bicycle asks for a drop of oil and a rag before winter and then for "
    "nothing else until spring when the brakes want to be looked at by somebody who knows them"
)
WORDS = tuple(SENTENCE.split())
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def write_site(folder: Path, articles: int) -> None:
    """Content, conversations and settings; the same for every run."""
    shutil.copytree(CLONE / "content" / "images", folder / "content" / "images")
    shutil.copytree(CLONE / "content" / "pages", folder / "content" / "pages")
    if (CLONE / "content" / "fonts").is_dir():
        shutil.copytree(CLONE / "content" / "fonts", folder / "content" / "fonts")
    pictures = sorted(path.name for path in (CLONE / "content" / "images").glob("*.png"))
    dice = random.Random(1)
    (folder / "content" / "articles").mkdir()
    for number in range(articles):
        lang = "es" if number % 2 else "en"
        text = _article(number, lang, pictures, dice)
        name = f"{number}.{lang}.md"
        (folder / "content" / "articles" / name).write_text(text, encoding="utf-8")
        if number % 10 == 0:
            _discuss(folder / "discussion", f"/article-{number}/")
    (folder / "pelicanconf.py").write_text(
        "from runpy import run_path\n"
        f"_of_clone = run_path({str(CLONE / 'pelicanconf.py')!r})\n"
        "globals().update({key: value for key, value in _of_clone.items() if key.isupper()})\n"
        f"THEME = {str(CLONE / 'themes' / 'tertulia')!r}\n"
        f"PLUGIN_PATHS = [{str(CLONE / 'plugins')!r}]\n"
        "TAXONOMY_TRANSLATIONS = []\n",
        encoding="utf-8",
    )


def _article(number: int, lang: str, pictures: list[str], dice: random.Random) -> str:
    count = dice.randrange(400, 801)
    words = [dice.choice(WORDS) for _ in range(count)]
    paragraphs = [" ".join(words[at : at + 70]) + "." for at in range(0, count, 70)]
    picture = f"Image: images/{pictures[number % len(pictures)]}\nImage-Alt: A bicycle\n"
    return (
        f"Title: Article {number}: {' '.join(words[:6])}\n"
        f"Date: {NOW - timedelta(hours=number):%Y-%m-%d %H:%M}\n"
        f"Lang: {lang}\nSlug: article-{number}\nPair: pair-{number // 2}\n"
        f"Category: {TOPICS[lang][number % 3]}\nTags: tag {number % 20}, tag {number % 7}\n"
        f"Author: Marta Giner\nSummary: {' '.join(words[:25])}.\n"
        f"{picture if number % 5 == 0 else ''}\n"
        f"## {' '.join(words[6:10])}\n\n" + "\n\n".join(paragraphs) + "\n"
    )


def _discuss(folder: Path, page: str) -> None:
    messages = tuple(
        Utterance(
            id=f"https://social.example/{page}/{number}",
            url=f"https://social.example/@lucia/{number}",
            author=Speaker(name=f"Lucía {number}", url="https://social.example/@lucia"),
            html=f"<p>{SENTENCE}</p>",
            published=NOW + timedelta(minutes=number),
            network="mastodon",
            reply_to=f"https://social.example/{page}/{number - 1}" if number % 3 else None,
        )
        for number in range(10)
    )
    discussion = Discussion(page=page, messages=messages, reactions={"like": 7})
    for name, data in discussion_files(discussion).items():
        replace_file(folder / name, data)


def seconds(folder: Path, plugins: list[str]) -> float:
    """The CPU time of one build."""
    settings = f"PLUGINS={plugins!r}".replace("'", '"')
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "pelican", "--extra-settings", settings],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Build by turns and print the ratio."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdecimal()]
    articles, runs = (*numbers, *(ARTICLES, RUNS)[len(numbers) :])
    everything = [
        p for p in run_path(str(CLONE / "pelicanconf.py"))["PLUGINS"] if p != "fast_build"
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_site(folder, articles)
        seconds(folder, everything)
        kinds = {
            "theme and bare Pelican": NEEDED,
            "and the site's plugins": [one for one in everything if one not in TALK],
            "and its conversations": everything,
        }
        rounds = [[seconds(folder, plugins) for plugins in kinds.values()] for _ in range(runs)]
        say = sys.stdout.write
        say(f"{articles} articles, CPU time, median of {runs} rounds, caches of pictures warm\n")
        for number, kind in enumerate(kinds):
            spent = statistics.median(one[number] for one in rounds)
            ratio = statistics.median(one[number] / one[0] for one in rounds)
            say(f"{kind:24}{spent:6.2f} s  {ratio:5.2f}\n")
        whole = statistics.median(one[-1] for one in rounds)
        if "--each" in sys.argv:
            for plugin in sorted(set(everything) - set(NEEDED)):
                rest = [one for one in everything if one != plugin]
                say(f"  {plugin:22}{whole - seconds(folder, rest):+6.2f} s\n")
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())

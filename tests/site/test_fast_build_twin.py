"""A site whose pages are rendered by two processes is what one process makes of it."""

from __future__ import annotations

import re
from copy import copy
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pelican.plugins.fast_build.crew import ProcessesSettingError, check_processes
from pelican.plugins.fast_build.twin.channel import ROOM, Board, Channel, Text
from pelican.plugins.fast_build.twin.child import Twin
from pelican.plugins.fast_build.twin.company import FIRST
from pelican.plugins.fast_build.twin.fitness import CONTENTS

from tests.servers.pelican import minimal_site, pelican
from tests.site.test_fast_build_beside import OTHERS, SETTINGS
from tests.site.test_fast_build_same import (
    FAST,
    RECORDER,
    SITE,
    _of,
    article,
    assert_same,
    build,
    one_order,
    plugin,
    tree,
    write,
)

__all__ = ["one_order"]

TWO = "\nFAST_BUILD_PROCESSES = 2\n"
# `work` is called for each article; `renders.txt` says how many pages the build rendered itself.
# `let_twin_go_ahead()` keeps a build with a twin at the first page at which it has one, until the
# twin has rendered many: the system may otherwise let it rest until nothing is left to do.
CONF = """
import logging, mmap, os, random, signal, time
import jinja2
from pelican.plugins import signals

FAST_BUILD_PROCESSES = 2
CACHE_PATH = "cache"
THEME_TEMPLATES_OVERRIDES = ["templates"]
main = os.getpid()
mine = []
twins_pages = mmap.mmap(-1, 1)
render = jinja2.Template.render

def counted(template, *arguments, **named):
    mine.append(template.name)
    return render(template, *arguments, **named)

def end(pelican):
    jinja2.Template.render = render
    with open("renders.txt", "w") as file:
        file.write(str(len(mine)))

jinja2.Template.render = counted
signals.finalized.connect(end)

def begin(pelican):
    global has_twin
    has_twin = "pelican.plugins.fast_build" in pelican.settings["PLUGINS"]

signals.initialized.connect(begin)

def is_twin():
    return os.getpid() != main

def let_twin_go_ahead():
    if is_twin():
        twins_pages[0] += 1
    elif has_twin and len(mine) == FIRST + 1:
        deadline = time.monotonic() + 60
        while twins_pages[0] < MANY and time.monotonic() < deadline:
            time.sleep(0.001)

def work(article):
    WORK
    return ""

work.foreseeable = True
JINJA_GLOBALS = {"work": work}
"""
TEMPLATE = "<h1>{{ article.title }}</h1>{{ article.content }}{{ work(article) }}"
PAGES = CONTENTS + 6
MANY = PAGES // 4


def working(folder: Path, work: str = "pass") -> Path:
    """A site of enough articles, whose template calls the statement `work` for each."""
    conf = CONF
    for name, value in {"WORK": work, "FIRST": FIRST, "MANY": MANY}.items():
        conf = conf.replace(name, str(value))
    site = minimal_site(folder, conf, articles=PAGES)
    (site / "templates").mkdir()
    (site / "templates" / "article.html").write_text(TEMPLATE)
    return site


def rendered(site: Path) -> int:
    """How many pages the last build rendered in its own process."""
    return int((site / "renders.txt").read_text())


def test_a_twin_renders_a_good_part_and_nothing_looks_different(tmp_path: Path):
    site = working(tmp_path, "let_twin_go_ahead()")
    build(site, "bare")
    all_pages = rendered(site)
    assert_same(site)
    assert rendered(site) < all_pages - MANY // 2


def test_what_a_twin_rendered_need_not_be_rendered_again(tmp_path: Path):
    site = working(tmp_path, "let_twin_go_ahead()")
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("FAST_BUILD_SKIP = True\n")
    build(site, "bare")
    all_pages = rendered(site)
    assert_same(site)
    assert rendered(site) < all_pages - MANY // 2
    assert_same(site)
    assert rendered(site) == 0
    path = site / "content" / "7.md"
    path.write_text(path.read_text() + "\nMore words.")
    assert_same(site)
    assert 0 < rendered(site) < 12


def test_one_process_is_enough_where_the_site_says_so(tmp_path: Path):
    site = working(tmp_path)
    build(site, "bare")
    all_pages = rendered(site)
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("FAST_BUILD_PROCESSES = 1\n")
    build(site, "fast", FAST)
    assert rendered(site) == all_pages


def test_a_small_site_is_rendered_by_one_process(tmp_path: Path):
    site = working(tmp_path)
    for number in range(CONTENTS, PAGES + 1):
        (site / "content" / f"{number}.md").unlink()
    build(site, "bare")
    all_pages = rendered(site)
    assert_same(site)
    assert rendered(site) == all_pages


@pytest.mark.parametrize("wanted", [0, -1, True, 1.5, "2"])
def test_a_number_of_processes_that_is_none_is_told(wanted: object):
    with pytest.raises(ProcessesSettingError, match=r"FAST_BUILD_PROCESSES = .*whole number"):
        check_processes({"FAST_BUILD_PROCESSES": wanted})


def fit(of: dict[str, object]) -> dict[str, object]:
    return of | {"body": 0} if of["kind"] == "md" and of["body"] == 1 else of


@settings(max_examples=4, phases=[Phase.generate])  # a smaller site would cost minutes to find
@given(articles=st.lists(article.map(fit), min_size=20, max_size=40))
def test_random_sites(tmp_path_factory: pytest.TempPathFactory, articles: list[dict]):
    site = tmp_path_factory.mktemp("random")
    (site / "pelicanconf.py").write_text(SITE + TWO)
    for number, of in enumerate(articles):
        of["slug"] = f"{of['slug']}-{number // 4}"
    write(site, [*map(fit, (_of(50 + n) for n in range(CONTENTS))), *articles])
    assert_same(site, builds=2)


REMEMBERING = RECORDER.replace(
    """        with open("heard.txt", "a") as file:
            file.write(""",
    """        LINES.append(""",
).replace(
    "    return listener\n",
    """        if name == "finalized":
            with open("heard.txt", "w") as file:
                file.writelines(LINES)
    listener.renders_apart = True
    return listener
""",
)


def test_every_signal_is_sent_once_and_in_the_same_order(tmp_path: Path):
    site = working(tmp_path, "let_twin_go_ahead()")
    plugin(site, REMEMBERING.replace("def heard", "LINES = []\n\ndef heard", 1))

    def heard(output: str, *plugins: str) -> list[str]:
        build(site, output, *plugins)
        lines = re.sub(r"0x[0-9a-f]+", "", (site / "heard.txt").read_text()).splitlines()
        return [line for line in lines if not line.startswith("initialized")]

    bare = heard("bare", "listener")
    assert len([line for line in bare if line.startswith("content_written")]) > PAGES
    all_pages = rendered(site)
    assert heard("fast", "listener", FAST) == bare
    assert rendered(site) < all_pages


LOUDER = """
from pelican.plugins import signals

def louder(generator, content):
    content._content = content._content.upper()

def register():
    signals.article_generator_write_article.connect(louder)
"""


def test_who_changes_contents_just_before_they_are_written_is_named(tmp_path: Path):
    site = working(tmp_path)
    plugin(site, LOUDER)
    made = assert_same(site, "listener")
    assert b"WORDS OF ARTICLE" in made["article-1.html"]
    said = " ".join(build(site, "fast", "listener", FAST, arguments=("--verbose",)))
    assert "Pages are rendered by one process" in said
    assert "listener.louder may change contents" in said


def test_an_attached_file_moves_as_ever(tmp_path: Path):
    site = working(tmp_path)
    add_attachment(site, "![A]({attach}a.png)")
    assert "special/a.png" in assert_same(site)
    said = " ".join(build(site, "fast", FAST, arguments=("--verbose",)))
    assert "40.md has an {attach} link" in said


LATE = """
from pelican.plugins import signals

def attach(generators):
    for article in generators[0].articles:
        if article.slug == "article-40":
            article._get_content = lambda: "<img src='{attach}a.png'>"
        elif article.slug == "article-9":
            article._get_content = lambda: "<img src='{static}a.png'>"

def register():
    signals.all_generators_finalized.connect(attach)
"""


def test_an_attachment_that_nobody_foresaw_ends_the_twin(tmp_path: Path):
    site = working(tmp_path)
    plugin(site, LATE)
    add_attachment(site, "")
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write('STATIC_PATHS = ["a.png"]\n')
    assert "special/a.png" in assert_same(site, "listener")


def add_attachment(site: Path, body: str) -> None:
    (site / "content" / "a.png").write_bytes(b"a picture")
    path = site / "content" / "40.md"
    path.write_text(f"Save_as: special/40.html\n{path.read_text()}\n{body}\n")


EFFECTS = {
    "a file is written": 'open("calls.txt", "a").write(article.slug + "\\n")',
    "a program is run": 'os.system("echo x >> calls.txt")',
    "a line is printed": "print('at', article.slug)",
    "a message is logged": 'logging.getLogger("theme").warning("at %s", article.slug)',
    "one message is logged": 'article.slug.endswith("7") and logging.error("at %s", article.slug)',
    "a few print": 'article.slug.endswith("7") and print("at", article.slug)',
}


@pytest.mark.parametrize("work", EFFECTS.values(), ids=EFFECTS)
def test_what_a_template_does_besides_happens_once_in_its_place(tmp_path: Path, work: str):
    site = working(tmp_path, work)
    said = [line for line in build(site, "bare") if " at " in f" {line} "]
    calls = tree(site).get("calls.txt")
    (site / "calls.txt").unlink(missing_ok=True)
    told = [line for line in build(site, "fast", FAST) if " at " in f" {line} "]
    assert said or calls
    assert told == said
    assert tree(site).get("calls.txt") == calls
    assert tree(site / "fast") == tree(site / "bare")


@pytest.mark.parametrize("drawn", ["random.random()", "random.gauss(0, 1)", "random.choice('ab')"])
def test_a_seeded_chance_is_the_same(tmp_path: Path, drawn: str):
    work = f'let_twin_go_ahead(); return {drawn} if article.slug[-1] in "34" else ""'
    site = working(tmp_path, work)
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write("random.seed(7)\n")
    build(site, "bare")
    all_pages = rendered(site)
    assert_same(site)
    assert rendered(site) < all_pages


FATAL = 'article.slug == "article-30" and logging.getLogger("theme").warning("too long")'
FAULTS = {
    "a template that raises": ("article.slug == 'article-30' and 1 / 0", ()),
    "a fatal warning": (FATAL, ("--fatal", "warnings")),
}


@pytest.mark.parametrize(("work", "options"), FAULTS.values(), ids=FAULTS)
def test_a_build_fails_as_ever(tmp_path: Path, work: str, options: tuple[str, ...]):
    site = working(tmp_path, work)
    ended = []
    for output, plugins in (("bare", "[]"), ("fast", f'["{FAST}"]')):
        done = pelican(site, *options, "-o", output, "-e", f"PLUGINS={plugins}")
        assert done.returncode != 0
        faults = re.findall(
            r"ZeroDivisionError|too long|Warning or error", done.stdout + done.stderr
        )
        ended.append((done.returncode, faults, tree(site / output)))
    assert ended[1] == ended[0]


FIFTH = "mine.append(1); len(mine) > 5 and "  # page that a process renders, or thereabouts
DEATHS = {
    "is killed": FIFTH + "is_twin() and os.kill(os.getpid(), 9)",
    "hangs": FIFTH + "is_twin() and time.sleep(600)",
    "leaves": FIFTH + "is_twin() and os._exit(1)",
}


@pytest.mark.parametrize("work", DEATHS.values(), ids=DEATHS)
def test_a_twin_that_does_not_answer_costs_nothing_but_time(tmp_path: Path, work: str):
    site = working(tmp_path, work)
    impatient = "from pelican.plugins.fast_build.twin import channel\nchannel.PATIENCE = 0.2\n"
    with (site / "pelicanconf.py").open("a") as conf:
        conf.write(impatient)
    assert_same(site)


def test_a_build_that_is_killed_takes_its_twin_along(tmp_path: Path):
    work = FIFTH + "(time.sleep(600) if is_twin() else os.kill(main, 9))"
    site = working(tmp_path, work)
    done = pelican(site, "-e", f'PLUGINS=["{FAST}"]')  # until nobody holds its output
    assert done.returncode == -9


def test_beside_plugins_of_others(tmp_path: Path):
    site = minimal_site(tmp_path, SETTINGS + TWO, articles=PAGES)
    for number in range(1, PAGES + 1):
        path = site / "content" / f"{number}.md"
        path.write_text(f"Series: tour\nOriginal_url: old/{number}.html\n{path.read_text()}")
    chosen = [name for name in OTHERS if name not in ("photos", "search")]  # slow; needs a program
    build(site, "bare", *chosen)
    for _ in range(2):
        build(site, "fast", *chosen, FAST)
        assert without_times(site / "fast") == without_times(site / "bare")


def without_times(folder: Path) -> dict[str, bytes]:
    """The files, but for the moment of the build in the sitemap and what is made of that."""
    told = {name: data for name, data in tree(folder).items() if "sitemap.xml." not in name}
    return told | {"sitemap.xml": re.sub(rb"<lastmod>[^<]*", b"", told["sitemap.xml"])}


texts = st.lists(st.text(max_size=8).map(lambda text: text * 300_000), max_size=20)


@settings(max_examples=8, phases=[Phase.generate])
@given(texts=texts)
def test_texts_come_out_of_the_ring_as_they_went_in(texts: list[str]):
    channel = Channel(Board(1, 1), 0)
    twins = copy(channel)
    for position, text in enumerate(texts):
        sent = Text(
            position=position, name=7, text=text, confirmed={"/a/ñ": "1"} if position % 2 else {}
        )
        twins.send(sent, lambda: True)
        if position % 3:  # the others are passed by
            assert channel.receive(position) == sent
    channel.close()


def test_a_text_that_never_fits_is_left_to_the_build_and_no_room_is_no_deadlock():
    channel = Channel(Board(1, 1), 0)
    twins = copy(channel)
    twins.send(Text(position=0, name=7, text="x" * (ROOM + 1), confirmed={}), lambda: True)
    assert channel.receive(0) == Text(position=0, name=7, text=None, confirmed={})
    twins.send(Text(position=1, name=7, text="x" * ROOM, confirmed={}), lambda: True)
    with pytest.raises(BrokenPipeError):
        twins.send(Text(position=2, name=7, text="x", confirmed={}), lambda: False)
    channel.close()


def test_the_build_is_left_little_at_first_and_more_when_there_is_more():
    board = Board(1, 1)
    channel = Channel(board, 0)
    twin = Twin(0, 1, board, channel)
    waiting: list[int] = []  # pages that the build has still to render
    left = []
    for position in range(1, 2000):
        if not twin._takes(position):
            waiting.append(position)
            continue
        left.append(len(waiting))
        board.at = waiting.pop(0)  # it renders as fast as its twin
    channel.close()
    assert left[0] <= 4
    assert len(left) > 900
    assert min(left[-100:]) > 15

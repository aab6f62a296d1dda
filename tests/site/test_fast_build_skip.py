"""Pages that cannot have changed are not rendered again, and nobody can tell."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.servers.pelican import minimal_site, pelican
from tests.site import edits
from tests.site.edits import PAGES_TO_LIVE, EditedSite

FAST = "pelican.plugins.fast_build"
SKIP = """
PLUGINS = [*PLUGINS, "responsive_pictures"]
STATIC_PATHS = ["images"]
PICTURE_FORMATS = ["webp"]
PICTURE_WIDTHS = [16, 32]
"""
EDITS = [
    edits.rewrite,
    edits.retitle,
    edits.move,
    edits.rename,
    edits.remove,
    edits.add,
    edits.link,
    edits.draft,
    edits.paint,
    edits.say,
    edits.close,
    edits.introduce,
    edits.set_up,
    edits.furnish,
    edits.tamper,
]


class SkippingSite(EditedSite):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SKIP)
        self.picture("wheel", "red")
        self.article("lamp", "lamp", "en", 3, "Pair: lamp\nImage: images/wheel.png\nImage-Alt: x")

    def picture(self, name: str, colour: str) -> None:
        (self.folder / "content/images").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 30), colour).save(self.folder / f"content/images/{name}.png")

    def rendered(self, *arguments: str) -> list[str]:
        """Build, and tell which pages were rendered."""
        done = pelican(self.folder, "--output", "output", "--debug", *arguments)
        said = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == 0, said
        return sorted(re.findall(r"fast_build renders (\S+)", said))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> SkippingSite:
    site = SkippingSite(tmp_path_factory.mktemp("skipping"))
    site.rendered()
    return site


@pytest.fixture
def site(built: SkippingSite, tmp_path: Path) -> Iterator[SkippingSite]:
    """As it was built; what a test changes of it is as before afterwards."""
    shutil.copytree(built.folder / "content", tmp_path / "content")
    shutil.copytree(built.folder / "discussion", tmp_path / "discussion")
    conf = (built.folder / "pelicanconf.py").read_text()
    yield built
    (built.folder / "pelicanconf.py").write_text(conf)
    shutil.rmtree(built.folder / "overrides", ignore_errors=True)
    for name in ("content", "discussion"):
        shutil.rmtree(built.folder / name)
        shutil.copytree(tmp_path / name, built.folder / name)
    built.rendered()


def test_where_nothing_changed_nothing_is_rendered(site: SkippingSite):
    before = {path: path.stat().st_mtime_ns for path in site.output.rglob("*.html")}
    assert site.rendered() == []
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert site.unlike_a_fresh_one() == []


def test_new_words_are_rendered_where_they_stand(site: SkippingSite):
    text = (site.folder / "content/articles/bell.md").read_text()
    site.write("content/articles/bell.md", text + "More words.\n")
    assert site.rendered() == ["bell/index.html"]


def test_a_new_title_is_rendered_where_it_stands_and_in_lists(site: SkippingSite):
    text = (site.folder / "content/articles/brakes.md").read_text()
    site.write("content/articles/brakes.md", text.replace("About brakes", "On brakes"))
    rendered = site.rendered()
    assert {"brakes/index.html", "archive/index.html", "es/frenos/index.html"} <= set(rendered)
    assert not {"contact/index.html", "lamp/index.html", "tags/index.html"} & set(rendered)
    assert site.unlike_a_fresh_one() == []


def test_what_somebody_says_is_rendered_where_it_is_shown(site: SkippingSite):
    site.say("/seat/", 2)
    rendered = site.rendered()
    assert "seat/index.html" in rendered
    assert not {"chain/index.html", "contact/index.html"} & set(rendered)
    site.say("/seat/", 2, "other words")
    assert "seat/index.html" in site.rendered()
    assert site.unlike_a_fresh_one() == []


@pytest.mark.slow
@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a smaller site would cost minutes to find
    suppress_health_check=[HealthCheck.too_slow],
)
@given(
    rounds=st.lists(
        st.tuples(
            st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 20)), max_size=3),
            st.sampled_from([-1, -1, 3, 8]),
        ),
        min_size=2,
        max_size=4,
    )
)
def test_whatever_is_edited_no_byte_differs_from_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch_module, rounds
):
    site = SkippingSite(tmp_path_factory.mktemp("edited"))
    site.rendered()
    for done, pages_to_live in rounds:
        for edit, number in done:
            edit(site, number)
        if pages_to_live > 0:
            with monkeypatch_module.context() as environment:
                environment.setenv(PAGES_TO_LIVE, str(pages_to_live))
                assert pelican(site.folder, "--output", "output").returncode != 0
        site.rendered()
        assert site.unlike_a_fresh_one() == []


@pytest.fixture(scope="module")
def monkeypatch_module() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        yield patch


TEMPLATE = "{{ article.content }}{{ SITENAME }}"


def foreign_site(folder: Path, plugin: str, template: str, settings: str = "") -> Path:
    """A site whose articles are rendered by `template`, with a plugin of somebody else's."""
    conf = f'PLUGINS = ["listener", "{FAST}"]\nPLUGIN_PATHS = ["."]\nFAST_BUILD_SKIP = True\n'
    conf += 'THEME_TEMPLATES_OVERRIDES = ["overrides"]\nCACHE_PATH = "cache"\n'
    site = minimal_site(folder, conf + settings, articles=3)
    (site / "listener.py").write_text(plugin)
    (site / "overrides").mkdir()
    (site / "overrides" / "article.html").write_text(template)
    return site


def built_again(site: Path) -> tuple[str, list[str]]:
    """What the second build says, and what it renders."""
    assert pelican(site, "--debug").returncode == 0
    done = pelican(site, "--debug")
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join((done.stdout + done.stderr).split())
    return said, sorted(re.findall(r"fast_build renders (\S+)", said))


ARTICLES = ["article-1.html", "article-2.html", "article-3.html"]
GIVING = """
from pelican import signals
from pelican.contents import Article

def helper(*arguments):
    return "{count}"

class Teller:
    def __str__(self):
        return "told"

def offer(generator):
    {offer}

def change(generator, content):
    content.title = "changed"

def register():
    signals.article_generator_init.connect(offer)
    {register}
"""


@pytest.mark.parametrize(
    ("offer", "template", "said"),
    [
        ("generator.env.globals['count'] = helper", "{{ count() }}", "count does not say"),
        (
            "generator.env.filters['counted'] = helper",
            "{{ article|counted }}",
            "counted does not say",
        ),
        ("generator.env.filters['year'] = helper", "{{ 'now'|year }}", "year does not say"),
        ("generator.env.tests['odd'] = helper", "{{ article is odd }}", "odd does not say"),
        ("generator.context['teller'] = Teller()", "{{ teller }}", "listener.Teller"),
        ("generator.context['count'] = helper", "{{ count() }}", "listener.helper"),
        ("Article.readers = property(helper)", "{{ article.readers }}", "Article.readers"),
        ("pass", "{{ [1, 2]|random }}", "random does not say"),
    ],
    ids=["global", "filter", "constant", "test", "object", "function", "attribute", "chance"],
)
def test_what_nobody_vouches_for_is_rendered_in_each_build_and_told_once(
    tmp_path: Path, offer: str, template: str, said: str
):
    plugin = GIVING.format(offer=offer, register="", count="{}")
    site = foreign_site(tmp_path, plugin, template)
    told, rendered = built_again(site)
    assert rendered == ARTICLES
    assert told.count(said) == 1


def test_what_macros_ask_when_they_are_imported_is_asked_by_each_page(tmp_path: Path):
    offer = "generator.env.globals['count'] = helper"
    plugin = GIVING.format(offer=offer, register="", count="{}")
    site = foreign_site(tmp_path, plugin, '{% import "macros.html" as m %}{{ m.say() }}')
    macros = "{% set number = count() %}{% macro say() %}{{ number }}{% endmacro %}"
    (site / "overrides" / "macros.html").write_text(macros)
    _, rendered = built_again(site)
    assert rendered == ARTICLES


def test_what_a_plugin_vouches_for_is_not_rendered_again(tmp_path: Path):
    offer = "helper.foreseeable = True; generator.env.globals['count'] = helper"
    plugin = GIVING.format(offer=offer, register="", count="{}")
    _, rendered = built_again(foreign_site(tmp_path, plugin, TEMPLATE + "{{ count() }}"))
    assert rendered == []


READING = """
from pathlib import Path

from blinker import signal
from pelican import signals

WORDS = Path("words.txt").absolute()

def words():
    signal("rendering_saw").send("file", about=str(WORDS))
    said = WORDS.read_text()
    if said != "withdrawn":
        WORDS.write_text("withdrawn")
    return said

words.foreseeable = True

def offer(generator):
    generator.env.globals["words"] = words

def register():
    signals.article_generator_init.connect(offer)
"""


def test_what_changes_while_a_page_shows_it_is_shown_by_the_next_build(tmp_path: Path):
    site = foreign_site(tmp_path, READING, "{{ words() }}", "FAST_BUILD_PROCESSES = 1\n")
    (site / "words.txt").write_text("said")
    assert pelican(site).returncode == 0
    pages = [site / "output" / name for name in ARTICLES]
    assert "said" in {page.read_text() for page in pages}
    assert pelican(site).returncode == 0
    assert {page.read_text() for page in pages} == {"withdrawn"}


COMING_AND_GOING = """
from pathlib import Path

from blinker import signal
from pelican import signals

WORDS, SAID = Path("words.txt").absolute(), Path("said.txt").absolute()

def words():
    signal("rendering_saw").send("file", about=str(WORDS))
    said = WORDS.read_text() if WORDS.exists() else "nothing"
    if not SAID.exists():
        WORDS.write_text("said")
        SAID.touch()
    return said

words.foreseeable = True

def offer(generator):
    generator.env.globals["words"] = words

def withdraw(pelican):
    WORDS.unlink(missing_ok=True)

def register():
    signals.article_generator_init.connect(offer)
    signals.finalized.connect(withdraw)
"""


def test_what_came_and_went_between_two_builds_is_shown_no_longer(tmp_path: Path):
    site = foreign_site(tmp_path, COMING_AND_GOING, "{{ words() }}", "FAST_BUILD_PROCESSES = 1\n")
    assert pelican(site).returncode == 0
    pages = [site / "output" / name for name in ARTICLES]
    assert {page.read_text() for page in pages} == {"nothing", "said"}
    assert pelican(site).returncode == 0
    assert {page.read_text() for page in pages} == {"nothing"}


GIVING_LATE = """
from pathlib import Path

from pelican import signals

def give(generator, writer):
    for page in generator.context["pages"]:
        page.note = Path("note.txt").read_text()

def register():
    signals.article_writer_finalized.connect(give)
"""


def test_what_a_plugin_gives_pages_while_articles_are_written_is_seen(tmp_path: Path):
    site = foreign_site(tmp_path, GIVING_LATE, TEMPLATE, "DISPLAY_PAGES_ON_MENU = False\n")
    (site / "content/pages").mkdir()
    (site / "content/pages/about.md").write_text("Title: About\n\nWords\n")
    (site / "overrides/page.html").write_text("{{ page.note }}")
    for note in ("said", "said otherwise"):
        (site / "note.txt").write_text(note)
        assert pelican(site).returncode == 0
        assert (site / "output/pages/about.html").read_text() == note


def test_a_file_may_be_named_by_a_path(tmp_path: Path):
    plugin = """
from pathlib import Path

from pelican import signals

def write(generator, writer):
    article = generator.articles[0]
    template = generator.get_template("article")
    writer.write_file(Path("more/one.html"), template, generator.context, article=article)

def register():
    signals.article_writer_finalized.connect(write)
"""
    site = foreign_site(tmp_path, plugin, TEMPLATE)
    _, rendered = built_again(site)
    assert rendered == []
    assert (site / "output/more/one.html").exists()


def test_a_helper_that_no_page_asks_for_keeps_none_from_being_left(tmp_path: Path):
    plugin = GIVING.format(offer="generator.env.globals['count'] = helper", register="", count="{}")
    told, rendered = built_again(foreign_site(tmp_path, plugin, TEMPLATE))
    assert rendered == []
    assert "does not say" not in told


def test_whoever_may_change_an_article_before_it_is_written_ends_the_skipping(tmp_path: Path):
    register = "signals.article_generator_write_article.connect(change)"
    plugin = GIVING.format(offer="pass", register=register, count="{}")
    told, _ = built_again(foreign_site(tmp_path, plugin, TEMPLATE))
    assert told.count("no rendering is skipped, because of listener.change") == 1


def test_articles_that_may_be_equal_to_others_end_the_skipping(tmp_path: Path):
    plugin = """
from pelican.contents import Article

class Own(Article):
    def __eq__(self, other):
        return isinstance(other, Article) and self.slug == other.slug

    def __hash__(self):
        return hash(self.slug)

def take(generator):
    for article in generator.articles:
        article.__class__ = Own

def register():
    from pelican import signals
    signals.article_generator_finalized.connect(take)
"""
    told, _ = built_again(foreign_site(tmp_path, plugin, TEMPLATE))
    assert told.count("no rendering is skipped, because of Own, which may be equal to another") == 1


def test_who_edits_pages_when_they_are_written_has_them_rendered(tmp_path: Path):
    plugin = """
from pelican import signals

def sign(path, context):
    with open(path, "a") as file:
        file.write("<!-- signed -->")

def register():
    signals.content_written.connect(sign)
"""
    site = foreign_site(tmp_path, plugin, TEMPLATE)
    _, rendered = built_again(site)
    assert set(ARTICLES) <= set(rendered)
    assert (site / "output/article-1.html").read_text().count("signed") == 1


def test_a_warning_of_rendering_is_told_by_each_build(tmp_path: Path):
    site = foreign_site(tmp_path, "def register(): pass", TEMPLATE)
    text = "Title: Lost\nDate: 2026-10-20\nSlug: lost\n\n[There]({filename}/nowhere.md)\n"
    (site / "content" / "lost.md").write_text(text)
    told, _ = built_again(site)
    assert told.count("Unable to find") == 1


def test_a_file_that_a_page_attaches_follows_it_in_each_build(tmp_path: Path):
    site = foreign_site(
        tmp_path, "def register(): pass", TEMPLATE, 'ARTICLE_SAVE_AS = "{slug}/index.html"\n'
    )
    text = "Title: A\nDate: 2026-10-20\nSlug: shown\n\n![]({attach}a.png)\n"
    (site / "content" / "shown.md").write_text(text)
    (site / "content" / "a.png").write_bytes(b"a picture")
    told, rendered = built_again(site)
    assert "shown/index.html" in rendered
    assert told.count("{attach} moves a file") == 1
    assert (site / "output/shown/a.png").read_bytes() == b"a picture"


def test_signals_are_sent_for_pages_that_are_left(tmp_path: Path):
    plugin = """
from pelican import signals

def note(path, context):
    with open("heard.txt", "a") as file:
        file.write(f"{path} {context['article'].title}\\n" if "article" in context else "")

def register():
    signals.content_written.connect(note)
"""
    site = foreign_site(tmp_path, plugin, TEMPLATE)
    _, rendered = built_again(site)
    heard = (site / "heard.txt").read_text().splitlines()
    assert rendered == []
    assert len(heard) == 6
    assert heard[:3] == heard[3:]


LATE = """
from pelican import signals

def word(article):
    import late
    return late.WORD

word.foreseeable = True

def offer(generator):
    generator.env.filters["word"] = word

def register():
    signals.article_generator_init.connect(offer)
"""


def test_a_program_that_is_loaded_while_a_page_is_rendered_is_one_of_those(tmp_path: Path):
    site = foreign_site(tmp_path, LATE, "{{ article|word }}", "import sys\nsys.path.append('.')\n")
    (site / "late.py").write_text("WORD = 'early'\n")
    _, rendered = built_again(site)
    assert rendered == []
    assert built_again(site)[1] == []
    (site / "late.py").write_text("WORD = 'later'\n")
    assert pelican(site).returncode == 0
    assert (site / "output/article-1.html").read_text() == "later"


def test_what_is_remembered_is_not_written_again_where_nothing_changed(tmp_path: Path):
    site = foreign_site(tmp_path, "", "{{ article.title }}")
    built_again(site)
    (memory,) = (site / "cache/fast_build").glob("pages-*.json")
    before = memory.stat()
    built_again(site)
    assert memory.stat().st_mtime_ns == before.st_mtime_ns
    article = site / "content/1.md"
    article.write_text(article.read_text().replace("Article", "Another"))
    assert built_again(site)[1] == []
    assert memory.stat().st_mtime_ns > before.st_mtime_ns


def test_a_program_that_is_edited_while_it_runs_leaves_nothing_to_skip(tmp_path: Path):
    plugin = """
from pelican import signals

def edit(generators):
    with open(__file__, "a") as file:
        file.write("# edited\\n")

def register():
    signals.all_generators_finalized.connect(edit)
"""
    _, rendered = built_again(foreign_site(tmp_path, plugin, TEMPLATE))
    assert set(ARTICLES) <= set(rendered)


def test_addresses_that_are_relative_are_known_by_their_page(tmp_path: Path):
    relative = 'RELATIVE_URLS = True\nARTICLE_SAVE_AS = "{slug}/index.html"\n'
    site = foreign_site(tmp_path, "def register(): pass", TEMPLATE + "{{ SITEURL }}", relative)
    _, rendered = built_again(site)
    assert rendered == []
    link = "Title: Links\nDate: 2026-10-20\nSlug: links\n\n[There]({filename}/1.md)\n"
    (site / "content" / "links.md").write_text(link)
    assert built_again(site)[1] == []
    first = site / "content" / "1.md"
    first.write_text(first.read_text().replace("Slug: article-1", "Slug: first"))
    assert pelican(site, "--debug").returncode == 0
    assert 'href="../first.html"' in (site / "output/links/index.html").read_text()


def test_the_setting_is_true_or_false(tmp_path: Path):
    site = minimal_site(tmp_path, f'PLUGINS = ["{FAST}"]\nFAST_BUILD_SKIP = "yes"')
    done = pelican(site)
    assert done.returncode != 0
    assert "FAST_BUILD_SKIP = 'yes': write True" in " ".join((done.stdout + done.stderr).split())


def test_a_site_that_does_not_ask_for_it_renders_everything(tmp_path: Path):
    site = foreign_site(tmp_path, "def register(): pass", TEMPLATE, "FAST_BUILD_SKIP = False\n")
    assert pelican(site).returncode == 0
    assert not list((site / "cache/fast_build").glob("pages-*"))


@pytest.mark.parametrize("broken", [b"", b"[", json.dumps([0, {}, "", [], {}, {}]).encode()])
def test_a_memory_that_cannot_be_read_costs_a_rendering(tmp_path: Path, broken: bytes):
    site = foreign_site(tmp_path, "def register(): pass", TEMPLATE)
    assert pelican(site).returncode == 0
    (memory,) = (site / "cache/fast_build").glob("pages-*.json")
    memory.write_bytes(broken)
    _, rendered = built_again(site)
    assert rendered == []

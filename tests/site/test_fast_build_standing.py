"""A build that would find nothing to do is left out, and no other one is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.servers.pelican import minimal_site, pelican
from tests.site import edits
from tests.site.edits import PAGES_TO_LIVE, Edit, EditedSite
from tests.site.warm_site import Child

FAST = "pelican.plugins.fast_build"
SOMEBODY = """
import json
import os
from pathlib import Path
from pelican import signals

def interfere(path, context=None):
    after, name, words = json.loads(os.environ.get("XDG_SOMEBODY", '["nobody", "", ""]'))
    if path.endswith(after):
        Path(name).write_text(words) if words else Path(name).unlink()

interfere.may_be_left_out = True
signals.content_written.connect(interfere)
"""


def stands(site: Path, *arguments: str) -> bool:
    """Build, or not; whether it was not."""
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("PYTEST_CURRENT_TEST")  # another one in each phase of a test
        done = pelican(site, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return "Done: Nothing has changed, " in done.stdout


def settle(site: Path, *arguments: str) -> None:
    """Build until there is nothing to do."""
    assert any(stands(site, *arguments) for _ in range(4))


class StandingSite(EditedSite):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder, SOMEBODY)
        contact = "Title: Contact\nSlug: contact\nOrder: 1\n\nCome in.\n"
        self.write("content/pages/contact.md", contact)  # without an order there is a warning
        self.picture("wheel", "red")

    def picture(self, name: str, colour: str) -> None:
        svg = f"<svg xmlns='http://www.w3.org/2000/svg' id='{colour}'/>"
        self.write(f"content/images/{name}.svg", svg)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> StandingSite:
    return StandingSite(tmp_path_factory.mktemp("standing"))


@pytest.fixture
def site(built: StandingSite, tmp_path: Path) -> Iterator[StandingSite]:
    """It stands; what a test changes of it is as before afterwards."""
    settle(built.folder)
    for name in ("content", "discussion"):
        shutil.copytree(built.folder / name, tmp_path / name)
    conf = (built.folder / "pelicanconf.py").read_text()
    yield built
    (built.folder / "pelicanconf.py").write_text(conf)
    shutil.rmtree(built.folder / "overrides", ignore_errors=True)
    for name in ("content", "discussion"):
        shutil.rmtree(built.folder / name)
        shutil.copytree(tmp_path / name, built.folder / name)


def test_a_build_that_is_left_out_touches_no_file(site: StandingSite):
    def found() -> dict[str, int]:
        every = [site.output, *site.output.rglob("*")]
        return {str(path): path.stat().st_ctime_ns for path in every}

    before = found()
    assert stands(site.folder)
    assert found() == before
    assert site.unlike_a_fresh_one() == []


EDITS = [
    edits.rewrite,
    edits.rewrite_in_secret,
    edits.remove,
    edits.add,
    edits.paint,
    edits.say,
    edits.say_first,
    edits.introduce,
    edits.set_up,
    edits.furnish,
    edits.tamper_with_any,
]


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_is_changed_one_build_runs_and_no_other(site: StandingSite, edit: Edit):
    edit(site, 7)
    assert [stands(site.folder) for _ in range(2)] == [False, True]


def test_a_site_stands_once_it_was_built(tmp_path: Path):
    site = StandingSite(tmp_path)
    assert [stands(site.folder) for _ in range(2)] == [False, True]
    assert site.unlike_a_fresh_one() == []


OTHER_CLOCK = """
from pelican.plugins.fast_build.standing.watch import Watch

def ahead(watch, own=Watch.__init__):
    own(watch)
    watch.began += 3_600_000_000_000

Watch.__init__ = ahead
"""
MEANWHILE = {
    "a source": ("content/articles/bell.md", "Title: Other\nDate: 2026-11-14\n\nOther.\n"),
    "a source goes": ("content/articles/bell.md", ""),
    "a message": ("discussion/pages/index.json", "{}"),
    "a page that was written": ("output/chain/index.html", "Somebody else's words"),
    "a page that was written goes": ("output/chain/index.html", ""),
    "a page that stands": ("output/contact/index.html", "Somebody else's words"),
    "a page that stands goes": ("output/contact/index.html", ""),
    "a page that is not the site's": ("output/stray.html", "Somebody else's words"),
}


def disturbed(site: StandingSite, after: str, name: str, words: str) -> None:
    """Build, with somebody else changing a file once the page `after` was written."""
    edits.rewrite(site, 1)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_SOMEBODY", json.dumps([after, name, words]))
        assert not stands(site.folder)


@pytest.mark.parametrize(("name", "words"), MEANWHILE.values(), ids=MEANWHILE)
def test_after_somebody_else_changed_what_the_build_was_done_with_the_next_one_runs(
    site: StandingSite, name: str, words: str
):
    disturbed(site, "/output/contact/index.html", name, words)
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


def test_after_a_document_went_that_the_build_has_shown_the_next_one_runs(site: StandingSite):
    site.say("/contact/", 1)
    disturbed(site, "/output/contact/index.html", "discussion/pages/contact/index.json", "")
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


def test_where_temporary_files_lie_the_clock_may_be_ahead(site: StandingSite):
    conf = site.folder / "pelicanconf.py"
    conf.write_text(f"{conf.read_text()}{OTHER_CLOCK}")
    settle(site.folder)
    disturbed(site, "/output/contact/index.html", *MEANWHILE["a source"])
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


@pytest.mark.parametrize("what", ["a source", "a page that was written", "a page that stands goes"])
def test_whatever_somebody_else_changes_before_the_build_is_there_the_site_is_right(
    site: StandingSite, what: str
):
    disturbed(site, "/output/bell/index.html", *MEANWHILE[what])
    stands(site.folder)
    assert site.unlike_a_fresh_one() == []


def test_a_file_that_somebody_else_put_there_is_found(site: StandingSite):
    site.write("output/stray.html", "stray")
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--extra-settings", 'SITENAME="Other"'),
        ("--output", "elsewhere"),
        ("--delete-output-directory", "--extra-settings", "DELETE_OUTPUT_DIRECTORY=false"),
        ("--relative-urls",),
        ("--extra-settings", "FAST_BUILD_SKIP=false"),
    ],
    ids=["setting", "output", "deletion", "links", "without"],
)
def test_another_build_than_the_one_that_is_known_runs(
    site: StandingSite, arguments: tuple[str, ...]
):
    assert not stands(site.folder, *arguments)


def test_another_environment_may_make_another_site(
    site: StandingSite, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SHLVL", "7")
    assert stands(site.folder)
    monkeypatch.setenv("SITE_OWNER", "Amparo")
    assert not stands(site.folder)


def test_what_a_child_has_published_between_builds_is_looked_at(site: StandingSite):
    with Child(site) as child:
        assert child.hear()["ready"]
        site.say("/seat/", 2)
        assert "seat/index.html" in child.ask("/seat/")["written"]
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


def test_after_a_build_that_was_killed_the_next_one_runs(
    site: StandingSite, monkeypatch: pytest.MonkeyPatch
):
    file = site.folder / "content/articles/bell.md"
    before, stamp = file.read_text(), file.stat()
    edits.rewrite(site, 4)
    with monkeypatch.context() as environment:
        environment.setenv(PAGES_TO_LIVE, "3")
        assert pelican(site.folder).returncode != 0
    file.write_text(before)
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert not stands(site.folder)
    assert site.unlike_a_fresh_one() == []


def test_after_a_build_that_failed_the_next_one_runs(site: StandingSite):
    site.write("overrides/article.html", "{{ 1 / 0 }}")
    assert pelican(site.folder).returncode != 0
    shutil.rmtree(site.folder / "overrides")
    assert not stands(site.folder)


def test_a_warning_is_told_by_each_build(site: StandingSite):
    site.write("content/pages/contact.md", "Title: Contact\nSlug: contact\n\nCome in.\n")
    assert not any(stands(site.folder) for _ in range(3))
    assert "contact.md" in pelican(site.folder).stdout


class Remembered:
    """What is known of the site's output folder; that of another one lies beside it."""

    def __init__(self, site: Path) -> None:
        folder = sha256(str(site / "output").encode()).hexdigest()[:16]
        self._file = site / f"var/cache/fast_build/standing-{folder}.json"
        self._version, self.told = json.loads(self._file.read_bytes())

    def change(self, **told: float) -> None:
        self._file.write_text(json.dumps([self._version, {**self.told, **told}]))


def test_a_build_is_due_when_an_article_is_or_comments_close(site: StandingSite):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    text = (site.folder / "content/articles/bell.md").read_text()
    stamp = f"Date: {tomorrow:%Y-%m-%d %H:%M}"
    site.write("content/articles/bell.md", text.replace("Date: 2026-11-14 10:00", stamp))
    settle(site.folder)
    memory = Remembered(site.folder)
    until = memory.told["until"]
    assert abs(until - tomorrow.timestamp()) < 86_400  # the site has a zone of its own
    memory.change(until=datetime.now(UTC).timestamp())
    assert not stands(site.folder)


def test_comments_that_will_close_make_a_build_due(site: StandingSite):
    site.article("bell", "bell", "en", 4, "Pair: bell\nComments: 2126-01-31")
    settle(site.folder)
    in_madrid = datetime(2126, 1, 31, 23, tzinfo=UTC)
    assert Remembered(site.folder).told["until"] == in_madrid.timestamp()


def test_a_clock_that_was_set_back_makes_a_build_due(site: StandingSite):
    memory, now = Remembered(site.folder), datetime.now(UTC).timestamp()
    memory.change(since=now)
    assert stands(site.folder)
    memory.change(since=now + 60)
    assert not stands(site.folder)


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
            st.lists(st.tuples(st.sampled_from(EDITS), st.integers(0, 20)), max_size=2),
            st.integers(1, 3),
        ),
        min_size=2,
        max_size=4,
    )
)
def test_whatever_is_edited_no_byte_differs_from_a_fresh_build(
    tmp_path_factory: pytest.TempPathFactory, rounds
):
    site = StandingSite(tmp_path_factory.mktemp("edited"))
    settle(site.folder)
    for done, builds in rounds:
        for edit, number in done:
            edit(site, number)
        for _ in range(builds):
            stands(site.folder)
        assert site.unlike_a_fresh_one() == []


PLUGIN = """
import os
import subprocess
import sys
from pathlib import Path
from pelican import signals

may_be_left_out = {said}
data = Path("data.txt")

def at_registration(pelican):
    {registered}

def at_the_end(pelican):
    {finished}

def register():
    signals.initialized.connect(at_registration)
    signals.finalized.connect(at_the_end)
"""
IN_A_CHILD = "os.waitpid(os.fork() or (data.read_text(), os._exit(0)), 0)"


def site_with(folder: Path, registered: str = "pass", finished: str = "pass", said: bool = True):
    conf = f'PLUGINS = ["taker", "{FAST}"]\nPLUGIN_PATHS = ["plugins"]\nFAST_BUILD_SKIP = True\n'
    site = minimal_site(folder, conf, articles=2)
    (site / "plugins").mkdir()
    plugin = PLUGIN.format(said=said, registered=registered, finished=finished)
    (site / "plugins" / "taker.py").write_text(plugin)
    (site / "data.txt").write_text("data")
    return site


@pytest.mark.parametrize(
    ("registered", "finished"),
    [
        ("data.read_text()", "pass"),
        ("data.exists()", "pass"),
        ("pass", "data.read_text()"),
        ("pass", "data.stat()"),
        ("pass", "os.path.getmtime('data.txt')"),
        ("pass", "sorted(entry.stat().st_size for entry in os.scandir('.'))"),
        ("pass", IN_A_CHILD),
    ],
)
def test_whatever_a_plugin_looks_at_is_looked_at_again(
    tmp_path: Path, registered: str, finished: str
):
    site = site_with(tmp_path, registered, finished)
    settle(site)
    (site / "data.txt").write_text("datA")
    assert not stands(site)


def test_a_file_that_was_looked_for_and_is_there_now_is_found(tmp_path: Path):
    site = site_with(tmp_path, finished="Path('more.txt').exists()")
    settle(site)
    (site / "more.txt").write_text("more")
    assert not stands(site)


@pytest.mark.parametrize(
    "finished",
    [
        "subprocess.run([sys.executable, '-c', ''])",
        "Path('content/1.md').touch()",
        "Path('output/index.html').touch()",
        "import logging; logging.getLogger('taker').warning('Beware')",
        "from blinker import signal; signal('next_build_due').send('the moon is full')",
    ],
    ids=["program", "source", "output", "warning", "announced"],
)
def test_a_build_that_did_more_than_to_look_is_followed_by_another(tmp_path: Path, finished: str):
    site = site_with(tmp_path, finished=finished)
    assert not any(stands(site) for _ in range(4))


def test_whoever_has_not_said_so_is_asked_in_each_build_and_named(tmp_path: Path):
    site = site_with(tmp_path, said=False)
    assert not any(stands(site) for _ in range(3))
    assert "taker" in pelican(site, "--verbose").stdout


def test_a_page_that_has_to_be_rendered_each_time_is(tmp_path: Path):
    site = site_with(tmp_path)
    (site / "overrides").mkdir()
    (site / "overrides" / "article.html").write_text("{{ [1, 2]|random }}")
    conf = site / "pelicanconf.py"
    conf.write_text(f'{conf.read_text()}THEME_TEMPLATES_OVERRIDES = ["overrides"]\n')
    assert not any(stands(site) for _ in range(3))


def test_a_source_that_has_to_be_read_each_time_is(tmp_path: Path):
    site = site_with(tmp_path)
    day = "Dated\n#####\n\n:date: 2026-10-01\n\n.. |day| date::\n\nIt is |day|.\n"
    (site / "content" / "dated.rst").write_text(day)
    assert not any(stands(site) for _ in range(3))


def test_a_generator_need_not_know_the_settings(tmp_path: Path):
    site = site_with(tmp_path)
    plugin = site / "plugins" / "taker.py"
    bare = "class Bare:\n    def __init__(self, *of, **more):\n        pass\n\n"
    bare += "def give(pelican):\n    return Bare\n\n"
    text = plugin.read_text().replace("def register", f"{bare}def register")
    plugin.write_text(f"{text}    signals.get_generators.connect(give)\n")
    done = pelican(site)
    assert done.returncode == 0, done.stdout + done.stderr

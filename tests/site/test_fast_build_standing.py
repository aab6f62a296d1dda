"""A build that would find nothing to do is left out, and no other one is."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.servers.pelican import minimal_site, pelican
from tests.site.warm_site import SLUGS, Child, WarmSite, differing

FAST = "pelican.plugins.fast_build"
MORTAL = """
FAST_BUILD_SKIP = True
THEME_TEMPLATES_OVERRIDES = ["overrides"]
import os
import signal
from pelican import signals

def die(path, context=None, left=[int(os.environ.get("PAGES_TO_LIVE", "-1"))]):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)

die.may_be_left_out = True
signals.content_written.connect(die)
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


class StandingSite(WarmSite):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        conf = folder / "pelicanconf.py"
        conf.write_text(f"{conf.read_text()}{MORTAL}")
        contact = "Title: Contact\nSlug: contact\nOrder: 1\n\nCome in.\n"
        self.write("content/pages/contact.md", contact)  # without an order there is a warning
        self.write("content/images/wheel.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")

    def unlike_a_fresh_one(self) -> list[str]:
        self.build_anew("fresh", "FAST_BUILD_SKIP=false")
        return sorted(differing(self.output, self.folder / "fresh"))


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


Edit = Callable[[StandingSite, int], None]


def name_of(number: int) -> str:
    return SLUGS[number % len(SLUGS)]


def rewrite(site: StandingSite, n: int) -> None:
    file = site.folder / f"content/articles/{name_of(n)}.md"
    if file.exists():
        file.write_text(f"{file.read_text()}\nAnd {n}.\n")


def rewrite_in_secret(site: StandingSite, n: int) -> None:
    """With the same size and the same date as before."""
    file = site.folder / f"content/articles/{name_of(n)}.md"
    if file.exists():
        before, text = file.stat(), file.read_text()
        file.write_text(text.replace("About", "abOUT" if "About" in text else "About"))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def remove(site: StandingSite, n: int) -> None:
    (site.folder / f"content/articles/{name_of(n)}.md").unlink(missing_ok=True)


def add(site: StandingSite, n: int) -> None:
    site.article(f"new-{n % 3}", f"new-{n % 3}", "es" if n % 2 else "en", n % 9)


def paint(site: StandingSite, n: int) -> None:
    site.write("content/images/wheel.svg", f"<svg xmlns='http://www.w3.org/2000/svg' id='i{n}'/>")


def say(site: StandingSite, n: int) -> None:
    site.say(f"/{name_of(n)}/", n % 4, likes=n % 3)


def say_first(site: StandingSite, n: int) -> None:
    """Where there was no document before, or folder."""
    site.say("/contact/" if n % 2 else "/es/frenos/", 1 + n % 2, f"words of {n}")


def introduce(site: StandingSite, n: int) -> None:
    site.say_of_site(page=f"/{name_of(n)}/")


def set_up(site: StandingSite, n: int) -> None:
    conf = site.folder / "pelicanconf.py"
    conf.write_text(f'{conf.read_text()}SITESUBTITLE = "Number {n}"\n')


def furnish(site: StandingSite, n: int) -> None:
    site.write("overrides/includes/rules.html", f"<p>{n} {{{{ articles|length }}}}</p>\n")


def tamper(site: StandingSite, n: int) -> None:
    files = sorted(path for path in site.output.rglob("*") if path.is_file())
    file = files[n % len(files)]
    if n % 2:
        file.write_text("somebody else's words")
    else:
        file.unlink()


EDITS = [rewrite, rewrite_in_secret, remove, add, paint, say, say_first, introduce, set_up]
EDITS += [furnish, tamper]


@pytest.mark.parametrize("edit", EDITS)
def test_whatever_is_changed_the_next_build_runs(site: StandingSite, edit: Edit):
    edit(site, 7)
    assert not stands(site.folder)


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


def test_a_site_stands_again_once_a_build_had_nothing_to_do(site: StandingSite):
    rewrite(site, 1)
    assert [stands(site.folder) for _ in range(3)] == [False, False, True]


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
    rewrite(site, 4)
    with monkeypatch.context() as environment:
        environment.setenv("PAGES_TO_LIVE", "3")
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


def memory_of(site: Path) -> tuple[Path, dict[str, object]]:
    (file,) = (site / "var/cache/fast_build").glob("standing-*.json")
    return file, json.loads(file.read_bytes())[1]


def test_a_build_is_due_when_an_article_is_or_comments_close(site: StandingSite):
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    text = (site.folder / "content/articles/bell.md").read_text()
    stamp = f"Date: {tomorrow:%Y-%m-%d %H:%M}"
    site.write("content/articles/bell.md", text.replace("Date: 2026-11-14 10:00", stamp))
    settle(site.folder)
    file, told = memory_of(site.folder)
    assert isinstance(told["until"], float)
    assert abs(told["until"] - tomorrow.timestamp()) < 86_400  # the site has a zone of its own
    file.write_text(json.dumps([1, {**told, "until": datetime.now(UTC).timestamp()}]))
    assert not stands(site.folder)


def test_comments_that_will_close_make_a_build_due(site: StandingSite):
    site.article("bell", "bell", "en", 4, "Pair: bell\nComments: 2126-01-31")
    settle(site.folder)
    _, told = memory_of(site.folder)
    assert told["until"] == datetime(2126, 1, 31, 23, tzinfo=UTC).timestamp()  # in Madrid


def test_a_clock_that_was_set_back_makes_a_build_due(site: StandingSite):
    file, told = memory_of(site.folder)
    later = datetime.now(UTC).timestamp() + 60
    file.write_text(json.dumps([1, {**told, "since": later}]))
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
    for edits, builds in rounds:
        for edit, number in edits:
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

"""fast_build on disk: pages whole, unchanged files left alone, nothing missing meanwhile."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pelican.plugins.fast_build import OutputError, Writer
from pelican.plugins.fast_build.output import Output
from pelican.writers import FileOverwriteFailedError

from tests.servers.pelican import minimal_site, pelican
from tests.servers.waiting import wait_until
from tests.site.test_fast_build_same import tree

ON = (
    'PLUGINS = ["pelican.plugins.fast_build"]\nDELETE_OUTPUT_DIRECTORY = True\nCACHE_PATH = "cache"'
)
# A plugin of the site under test, which writes into the folder as it likes.
LOOKS_FIRST = """
from pathlib import Path
from pelican.plugins import signals

def draw(pelican):
    picture = Path(pelican.output_path, "thumb.png")
    if not picture.exists():
        picture.write_bytes(b"picture")

def register():
    signals.finalized.connect(draw)
"""
STOPS = """
import os, signal
from pelican.plugins import signals

def stop(path, context):
    if path.endswith("article-7.html"):
        print("halfway", flush=True)
        os.kill(os.getpid(), signal.SIGSTOP)

def register():
    signals.content_written.connect(stop)
"""


def built(site: Path, *arguments: str) -> Path:
    done = pelican(site, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return site / "output"


def rewrite(site: Path, number: int, words: str) -> None:
    path = site / "content" / f"{number}.md"
    path.write_text(path.read_text() + words)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return minimal_site(tmp_path / "site", ON, articles=9)


def test_a_file_that_says_the_same_is_not_touched_and_one_that_changed_is(site: Path):
    output = built(site)
    before = {path: path.stat() for path in output.rglob("*") if path.is_file()}
    rewrite(site, 3, "Changed.")
    built(site)
    touched = {
        path.name for path, old in before.items() if path.stat().st_mtime_ns != old.st_mtime_ns
    }
    assert "article-3.html" in touched
    assert not touched & {"article-2.html", "main.css", "authors.html"}
    assert "Changed." in (output / "article-3.html").read_text()


def test_what_the_site_no_longer_has_goes_and_so_do_its_empty_folders(site: Path):
    output = built(site)
    (output / "stray").mkdir()
    (output / "stray" / "file.txt").write_text("of nobody")
    (site / "content" / "3.md").unlink()
    built(site)
    assert not (output / "article-3.html").exists()
    assert not (output / "stray").exists()
    assert (output / "article-4.html").exists()


def test_what_is_retained_stays(tmp_path: Path):
    site = minimal_site(tmp_path, ON + '\nOUTPUT_RETENTION = [".git", "CNAME"]')
    output = built(site)
    (output / ".git").mkdir()
    (output / ".git" / "HEAD").write_text("ref")
    (output / "CNAME").write_text("minimal.example")
    built(site)
    assert (output / ".git" / "HEAD").exists()
    assert (output / "CNAME").exists()


def test_without_the_deletion_nothing_is_swept(tmp_path: Path):
    site = minimal_site(tmp_path, ON.replace("True", "False"), articles=2)
    output = built(site)
    (output / "by-hand.txt").write_text("mine")
    (site / "content" / "2.md").unlink()
    built(site)
    assert (output / "by-hand.txt").exists()
    assert (output / "article-2.html").exists()


def test_a_plugin_that_makes_its_file_only_when_it_is_missing_has_it_after_every_build(
    tmp_path: Path,
):
    settings = ON.replace("]", ', "looks_first"]', 1) + '\nPLUGIN_PATHS = ["."]'
    site = minimal_site(tmp_path, settings)
    (site / "looks_first.py").write_text(LOOKS_FIRST)
    for _ in range(3):
        assert (built(site) / "thumb.png").exists()


def test_a_picture_that_the_site_spares_from_copying_stays(tmp_path: Path):
    settings = ON + '\nSTATIC_CHECK_IF_MODIFIED = True\nSTATIC_PATHS = ["images"]'
    site = minimal_site(tmp_path, settings)
    (site / "content" / "images").mkdir()
    (site / "content" / "images" / "a.png").write_bytes(b"picture")
    for _ in range(3):
        assert (built(site) / "images" / "a.png").read_bytes() == b"picture"


def test_no_page_is_missing_while_a_build_runs(site: Path):
    output = built(site)
    seen: set[bool] = set()
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            seen.add((output / "article-5.html").stat().st_size > 0)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        rewrite(site, 5, "Changed.")
        built(site)
    finally:
        over.set()
        visitor.join()
    assert seen == {True}


def test_a_build_that_fails_removes_nothing(site: Path):
    output = built(site)
    (site / "content" / "3.md").unlink()
    (site / "content" / "4.md").write_text("Title: Four\nDate: never\n\nWords.")
    done = pelican(site, "--fatal", "errors")
    assert done.returncode != 0
    assert (output / "article-3.html").exists()


def test_a_build_killed_halfway_leaves_each_file_whole_and_the_next_one_cleans_up(tmp_path: Path):
    settings = ON.replace("]", ', "stops"]', 1) + '\nPLUGIN_PATHS = ["."]'
    site = minimal_site(tmp_path, settings, articles=9)
    (site / "stops.py").write_text("def register(): pass")
    output = built(site)
    whole = {path: path.read_bytes() for path in output.rglob("*.html")}
    (site / "stops.py").write_text(STOPS)
    for number in range(1, 10):
        rewrite(site, number, "Changed.")
    with subprocess.Popen(
        [sys.executable, "-m", "pelican"], cwd=site, stdout=subprocess.PIPE, text=True
    ) as build:
        status = Path(f"/proc/{build.pid}/stat")
        wait_until(
            lambda: status.read_text().rpartition(")")[2].split()[0] == "T", what="the pause"
        )
        build.send_signal(signal.SIGKILL)
        build.communicate()
    (output / f".fast_build-{build.pid}-1.tmp").write_text("half a pa")
    for path, former in whole.items():
        now = path.read_text()
        assert now.encode() == former or ("Changed." in now and now.rstrip().endswith("</html>"))
    assert any(path.read_bytes() != former for path, former in whole.items())
    (site / "stops.py").write_text("def register(): pass")
    built(site)
    assert not list(output.rglob("*.tmp"))
    assert all("Changed." in (output / f"article-{n}.html").read_text() for n in range(1, 10))


def test_two_builds_at_once_leave_a_whole_site(tmp_path: Path):
    settings = ON.replace("]", ', "pelican.plugins.output_lock"]', 1)
    site = minimal_site(tmp_path, settings, articles=30)
    alone = built(site, "--output", "alone")
    expected = {
        path.relative_to(site / "alone"): path.read_bytes() for path in pages(site / "alone")
    }
    assert alone
    builds = [
        subprocess.Popen([sys.executable, "-m", "pelican"], cwd=site, stdout=subprocess.DEVNULL)
        for _ in range(2)
    ]
    assert [build.wait(120) for build in builds] == [0, 0]
    output = site / "output"
    assert {path.relative_to(output): path.read_bytes() for path in pages(output)} == expected


def pages(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_full_disk_is_told_and_the_page_keeps_its_words(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("old")
    program = (
        "import resource, signal, sys\n"
        "from pelican.plugins.fast_build.files import replace\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "replace(sys.argv[1], b'n' * 5000)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, page], capture_output=True, text=True, check=False
    )
    assert "the page keeps its former words" in done.stderr
    assert page.read_text() == "old"
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="Let the person who builds write there"):
            Writer(str(tmp_path)).put(str(tmp_path / "page.html"), b"words")
    finally:
        tmp_path.chmod(0o700)


def _bind() -> None:
    """From here on not even root writes where it must not."""
    drop, overriding = 24, 1  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(drop, overriding, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="binds root as Linux does")
@pytest.mark.parametrize("writable", [0o555, 0o000], ids=["readable", "nothing"])
def test_a_cache_that_cannot_be_written_is_told_once_and_nothing_stale_stays(
    tmp_path: Path, writable: int
):
    site = minimal_site(tmp_path / "site", f"{ON}\nFAST_BUILD_SKIP = True", articles=3)
    assert pelican(site).returncode == 0
    (site / "content" / "2.md").unlink()
    cache = site / "cache" / "fast_build"
    cache.chmod(writable)
    try:
        for _ in range(2):
            done = subprocess.run(
                [sys.executable, "-m", "pelican"],
                cwd=site,
                capture_output=True,
                text=True,
                preexec_fn=_bind,
                check=True,
            )
            said = " ".join(f"{done.stdout} {done.stderr}".split())
            assert said.count("WARNING") == 1, said
            assert "begins with nothing" in said
    finally:
        cache.chmod(0o755)
    assert pelican(site, "--output", "fresh").returncode == 0
    assert tree(site / "output") == tree(site / "fresh")


def test_a_page_keeps_the_permissions_that_its_file_had(tmp_path: Path):
    page = tmp_path / "page.html"
    page.write_text("old")
    page.chmod(0o640)
    assert Writer(str(tmp_path)).put(str(page), b"new")
    assert page.stat().st_mode & 0o777 == 0o640


def test_two_contents_of_one_name_are_an_error_unless_one_claims_it(tmp_path: Path):
    writer, name = Writer(str(tmp_path)), str(tmp_path / "page.html")
    say(writer, name, "first")
    with pytest.raises(FileOverwriteFailedError, match="another slug"):
        say(writer, name, "second")
    say(writer, name, "claims", override=True)
    say(writer, name, "comes late")
    assert Path(name).read_text() == "claims"
    with pytest.raises(FileOverwriteFailedError):
        say(writer, name, "claims too", override=True)


def test_a_process_that_publishes_writes_a_page_again_and_again(tmp_path: Path):
    writer, name = Writer(str(tmp_path)), str(tmp_path / "page.html")
    writer.rewriting = True
    for words in ("first", "second", "second"):
        say(writer, name, words)
    assert Path(name).read_text() == "second"
    assert writer.changed == {name}


def test_what_fails_while_it_is_written_leaves_the_page(tmp_path: Path):
    writer, page = Writer(str(tmp_path)), tmp_path / "page.html"
    page.write_text("old")
    with pytest.raises(TypeError):
        say(writer, str(page), 7)  # type: ignore[arg-type]
    assert page.read_text() == "old"


def say(writer: Writer, name: str, words: str, *, override: bool = False) -> None:
    with writer._open_w(name, "utf-8", override) as file:
        file.write(words)


def test_a_folder_that_was_left_empty_goes_with_the_next_build(site: Path):
    built(site)
    (site / "output" / "left" / "empty").mkdir(parents=True)
    built(site)
    assert not (site / "output" / "left").exists()


def test_folders_that_hold_something_are_not_asked_for_when_a_file_goes(
    site: Path, monkeypatch: pytest.MonkeyPatch
):
    stale = site / "output" / "old" / "years" / "page.html"
    stale.parent.mkdir(parents=True)
    stale.write_text("Of another time")
    os.utime(stale, (0, 0))
    asked: list[str] = []
    rmdir = os.rmdir
    monkeypatch.setattr(os, "rmdir", lambda folder: (asked.append(folder), rmdir(folder)))
    output = Output(str(site / "output"), site / "memory.json", sweeping=True, retained=())
    output.remember(map(str, (site / "output").rglob("*.html")))
    output.begin()
    for page in (site / "output").rglob("*.html"):
        if page != stale:
            output.confirm(page)
    output.end()

    assert asked == [str(stale.parent), str(stale.parent.parent)]
    assert not stale.parent.parent.exists()

"""The recipes of docs/deploying.md, done with the programs that they name."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest
import requests

from tests.servers.nginx import nginx
from tests.servers.pelican import minimal_site, pelican
from tests.servers.required import missing
from tests.servers.waiting import HANGS

CLONE = Path(__file__).parents[2]
RECIPES = CLONE / "docs" / "recipes"
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

pytestmark = pytest.mark.slow


def program(name: str, advice: str = "") -> str:
    found = shutil.which(name)
    if found is None:
        missing(name, advice or f"apt-get install {name}")
    return found


def run(recipe: str, *arguments: object, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        ["sh", str(RECIPES / recipe), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PATH": PATH, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def small_site(folder: Path) -> Path:
    return minimal_site(
        folder,
        'THEME = "simple"\nDELETE_OUTPUT_DIRECTORY = True\n'
        'PLUGINS = ["pelican.plugins.syndication_outbox"]',
        articles=2,
    )


# --- nginx -----------------------------------------------------------------------------------

SITE = """
PLUGINS = [
    "pelican.plugins.language_indexes", "pelican.plugins.site_metadata", "precompress",
]
THEME = "simple"
HOST_RULES = ["nginx"]
ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
DIRECT_TEMPLATES = ["index"]
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A site behind nginx, as the recipe says."""
    site = minimal_site(tmp_path_factory.mktemp("nginx") / "site", SITE, articles=2)
    article = site / "content" / "1.md"
    article.write_text(article.read_text().replace("\n\n", "\nAliases: /old-name/\n\n", 1))
    (site / "content" / "gone.txt").write_text("/withdrawn/\n")
    built = pelican(site, "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    output = site / "output"
    (output / "404.html").write_text("<p>This page has flown.</p>")
    (output / "style.0123abcd45.css").write_text("body{}")
    http = (RECIPES / "nginx-http.conf").read_text().replace("/srv/vencejo/output", str(output))
    server = f"root {output};\ninclude {RECIPES / 'nginx-site.conf'};"
    with nginx(site.parent / "nginx", http=http, server=server) as url:
        yield url, output


def get(url: str, accept: str = "identity", **headers: str) -> requests.Response:
    return requests.get(
        url,
        headers={"Accept-Encoding": accept, **headers},
        allow_redirects=False,
        timeout=HANGS,
        stream=True,
    )


def test_nginx_serves_pages_with_headers_that_allow_nothing_from_elsewhere(served):
    url, _ = served
    page = get(f"{url}/article-1/")
    assert page.status_code == 200
    assert "Words of article 1." in page.text
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy


def test_nginx_keeps_for_ever_what_has_its_digest_in_its_name_and_asks_for_the_rest(served):
    url, _ = served
    assert "immutable" in get(f"{url}/style.0123abcd45.css").headers["Cache-Control"]
    page = get(f"{url}/article-1/")
    again = get(f"{url}/article-1/", **{"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304


def test_nginx_sends_the_precompressed_twins(served):
    url, output = served
    plain = (output / "article-1" / "index.html").read_bytes()
    for accept, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = get(f"{url}/article-1/", accept)
        assert answer.headers["Content-Encoding"] == accept
        assert unpack(answer.raw.read(decode_content=False)) == plain
    assert "Content-Encoding" not in get(f"{url}/article-1/").headers


def test_nginx_leads_on_from_former_addresses_and_says_what_is_gone(served):
    url, _ = served
    moved = get(f"{url}/old-name/")
    assert moved.status_code == 301
    assert moved.headers["Location"] == "https://minimal.example/article-1/"
    gone = get(f"{url}/withdrawn/")
    assert gone.status_code == 410
    assert "noindex" in gone.text
    lost = get(f"{url}/never-was/")
    assert lost.status_code == 404
    assert "This page has flown." in lost.text
    assert "default-src 'none'" in lost.headers["Content-Security-Policy"]


# --- any host by rsync -----------------------------------------------------------------------


def test_rsync_brings_the_whole_site_over_and_takes_away_what_is_gone(tmp_path: Path):
    program("rsync")
    site, public = small_site(tmp_path / "site"), tmp_path / "public"
    public.mkdir()
    run("publish-by-rsync.sh", f"{public}/", cwd=site)
    assert files(public) == files(site / "output")
    before = (public / "article-1.html").stat()
    (site / "content" / "2.md").unlink()
    run("publish-by-rsync.sh", f"{public}/", cwd=site)
    assert files(public) == files(site / "output")
    assert not (public / "article-2.html").exists()
    # What did not change keeps its date, and with it the visitor's cached copy.
    assert (public / "article-1.html").stat().st_mtime_ns == before.st_mtime_ns


def test_rsync_publishes_nothing_of_a_build_that_failed(tmp_path: Path):
    program("rsync")
    site, public = small_site(tmp_path / "site"), tmp_path / "public"
    (site / "content" / "1.md").write_text("Title: Broken\nDate: someday\n\nWords.\n")
    public.mkdir()
    with pytest.raises(AssertionError):
        run("publish-by-rsync.sh", f"{public}/", cwd=site)
    assert files(public) == {}


# --- object storage --------------------------------------------------------------------------


@pytest.fixture
def storage(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 server on loopback with a bucket, as rclone's remote `storage`."""
    program("rclone")
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)
    moto = pytest.importorskip("moto.server")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    for key, value in {
        "TYPE": "s3",
        "PROVIDER": "Other",
        "ENDPOINT": url,
        "ACCESS_KEY_ID": "key",
        "SECRET_ACCESS_KEY": "secret",
        "REGION": "us-east-1",
        "ACL": "public-read",
    }.items():
        monkeypatch.setenv(f"RCLONE_CONFIG_STORAGE_{key}", value)
    subprocess.run(["rclone", "mkdir", "storage:vencejo"], check=True, capture_output=True)
    try:
        yield f"{url}/vencejo"
    finally:
        server.stop()


def test_a_bucket_gets_the_site_with_its_headers_and_loses_what_is_gone(
    tmp_path: Path, storage: str
):
    site = small_site(tmp_path / "site")
    (site / "content" / "images").mkdir()
    (site / "content" / "images" / "a-0123abcd45.png").write_bytes(b"a picture")
    run("publish-to-bucket.sh", "storage:vencejo", cwd=site)
    page = get(f"{storage}/article-1.html")
    assert page.content == (site / "output" / "article-1.html").read_bytes()
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["Content-Type"].startswith("text/html")
    picture = get(f"{storage}/images/a-0123abcd45.png")
    assert "immutable" in picture.headers["Cache-Control"]
    (site / "content" / "2.md").unlink()
    run("publish-to-bucket.sh", "storage:vencejo", cwd=site)
    assert get(f"{storage}/article-2.html").status_code == 404
    assert get(f"{storage}/article-1.html").status_code == 200


# --- a site that is built from a repository --------------------------------------------------


WHO = ("-c", "user.name=Ana", "-c", "user.email=ana@minimal.example")


def git(*arguments: object, cwd: Path) -> str:
    done = subprocess.run(
        ["git", *WHO, *map(str, arguments)], cwd=cwd, capture_output=True, check=True
    )
    return done.stdout.decode("utf-8", "replace").strip()


@pytest.fixture
def repository(tmp_path: Path) -> tuple[Path, Path]:
    """The brand's repository, and the clone in which the daemon runs."""
    remote, site = tmp_path / "site.git", small_site(tmp_path / "site")
    git("init", "--quiet", "--bare", "--initial-branch=main", remote, cwd=tmp_path)
    git("init", "--quiet", "--initial-branch=main", cwd=site)
    (site / ".gitignore").write_text("/output\n/discussion\n/output.lock\n")
    git("add", ".", cwd=site)
    git("commit", "--quiet", "-m", "The site", cwd=site)
    git("remote", "add", "origin", remote, cwd=site)
    git("push", "--quiet", "origin", "main", cwd=site)
    return remote, site


def say(site: Path, name: str, words: str) -> None:
    folder = site / "discussion" / "pages"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(words)


def test_the_discussion_is_a_branch_of_one_commit_and_erased_words_are_in_no_history(repository):
    remote, site = repository
    say(site, "a.json", "words of Lucía")
    run("publish-discussion.sh", remote, cwd=site)
    say(site, "a.json", "nothing")
    say(site, "b.json", "words of Omar")
    run("publish-discussion.sh", remote, cwd=site)
    assert git("rev-list", "--count", "discussion", cwd=remote) == "1"
    git("-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now", cwd=remote)
    objects = git("cat-file", "--batch-all-objects", "--batch", cwd=remote)
    assert "words of Omar" in objects
    assert "words of Lucía" not in objects


def test_what_has_not_changed_is_not_pushed_and_starts_no_build(repository):
    remote, site = repository
    say(site, "a.json", "words")
    run("publish-discussion.sh", remote, cwd=site)
    before = git("rev-parse", "discussion", cwd=remote)
    assert run("publish-discussion.sh", remote, cwd=site) == "Nothing new was said.\n"
    assert git("rev-parse", "discussion", cwd=remote) == before


def test_ci_builds_with_the_discussion_as_it_stands_and_without_one_before(
    repository, tmp_path: Path
):
    remote, site = repository
    clone = tmp_path / "ci"
    git("clone", "--quiet", remote, clone, cwd=tmp_path)
    assert "building without a discussion" in run("ci-build.sh", cwd=clone)
    say(site, "a.json", "words of Lucía")
    run("publish-discussion.sh", remote, cwd=site)
    run("ci-build.sh", cwd=clone)
    assert (clone / "discussion" / "pages" / "a.json").read_text() == "words of Lucía"
    assert (clone / "output" / "outbox.json").is_file()


# --- an extranet -----------------------------------------------------------------------------


def test_an_extranet_is_a_second_site_that_nobody_is_told_about(tmp_path: Path):
    for name in ("pelicanconf.py", "plugins", "themes"):
        (tmp_path / name).symlink_to(CLONE / name)
    shutil.copy(RECIPES / "extranetconf.py", tmp_path)
    shutil.copytree(CLONE / "content" / "images", tmp_path / "extranet" / "images")
    (tmp_path / "extranet" / "articles").mkdir()
    (tmp_path / "extranet" / "articles" / "prices.md").write_text(
        "Title: Trade prices\nDate: 2026-11-01\nCategory: Partners\nSlug: trade-prices\n"
        "Summary: For partners.\n\nTwelve.\n"
    )
    built = pelican(tmp_path, "-s", "extranetconf.py", "--fatal", "errors")
    assert built.returncode == 0, built.stdout + built.stderr
    output = tmp_path / "output-extranet"
    page = (output / "trade-prices" / "index.html").read_text()
    assert '<meta name="robots" content="noindex' in page
    assert "https://extranet.vencejo.example/" in page
    assert not (output / "outbox.json").exists()
    assert not list(output.glob("sitemap-*.xml"))
    assert not (tmp_path / "output").exists()

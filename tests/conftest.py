"""Fixtures of every test. tests/servers/README.md tells how to use them."""

from __future__ import annotations

import compileall
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.servers.required import left_out, missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.servers.bluesky import Bluesky
    from tests.servers.postgresql import Cluster
    from tests.servers.practice import Practice
    from tests.servers.unreliable import Unreliable

# A shared machine is slow now and then; and what CI tried for one commit it tries again.
settings.register_profile(
    "tertulia",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("tertulia")

# Whoever asks for a fixture of the left gets the mark on the right, so that none is forgotten.
MARKS = {
    "postgresql": "postgresql",
    "practice": "practice",
    "practice_tls": "practice",
    "practice_network": "practice",
    "unreliable": "practice",
    "bluesky": "bluesky",
    "bluesky_alone": "bluesky",
    "bluesky_limited": "bluesky",
    "bluesky_unreliable": "bluesky",
    "browser": "browser",
    "page": "browser",
}

CLONE = Path(__file__).parents[1]
# Python takes a file of the same size and second for unchanged, and sites of tests are rewritten
# several times a second: nobody caches them.
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"


def pytest_configure(config: pytest.Config) -> None:
    """Compile our own modules, once for the thousands of processes that import them."""
    if not hasattr(config, "workerinput"):
        for folder in ("plugins", "syndication"):
            compileall.compile_dir(CLONE / folder, quiet=2)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by the servers that it asks for, and those that build sites as slow."""
    for item in items:
        if "site" in item.path.parent.parts:
            item.add_marker(pytest.mark.slow)
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARKS:
                item.add_marker(MARKS[fixture])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what this machine lacks, instead of a line for each test."""
    for line in left_out(
        report.longrepr[2]
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ):
        terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the person who runs the tests reaches them."""
    for name in ("SITEURL", "TERTULIA_SETTINGS", "TERTULIA_DATABASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def postgresql_cluster() -> Iterator[Cluster]:
    """One PostgreSQL server for the whole run (one a worker)."""
    if find_spec("psycopg") is None:
        missing("postgresql", "pip install 'tertulia[test]'")
    from syndication.demo.servers import ServerMissing
    from tests.servers.postgresql import Cluster

    try:
        cluster = Cluster()
    except ServerMissing as error:
        missing(error.what, error.how)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def postgresql(postgresql_cluster: Cluster) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test's own."""
    with postgresql_cluster.database() as url:
        yield url


@pytest.fixture(scope="session")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A practice network without TLS, shared by the run: make fresh accounts on it."""
    with _practice(tmp_path_factory.mktemp("practice")) as server:
        yield server


@pytest.fixture
def practice_network(tmp_path: Path) -> Iterator[Practice]:
    """A practice network of this test's own (1 to 2 s): for tests that stop, start or break it."""
    with _practice(tmp_path / "practice") as server:
        yield server


@pytest.fixture(scope="session")
def practice_tls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A practice network behind TLS, where OAuth works; `verify` is its authority's file."""
    with _practice(tmp_path_factory.mktemp("practice-tls"), tls=True) as server:
        yield server


@contextmanager
def _practice(directory: Path, *, tls: bool = False) -> Iterator[Practice]:
    if find_spec("mastodon_mock") is None:
        missing("practice", "pip install 'tertulia[test]'")
    from tests.servers.practice import running

    with running(directory, tls=tls) as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the whole run (one a worker)."""
    if find_spec("playwright") is None:
        missing("browser", "pip install 'tertulia[test]'")
    from tests.servers.browser import chromium

    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1440 × 900, without cookies; asking another machine fails the test."""
    from tests.servers.browser import page

    with page(browser) as fresh:
        yield fresh


@pytest.fixture
def unreliable(practice: Practice) -> Iterator[Unreliable]:
    """The practice network behind a proxy that counts requests and loses answers when told."""
    from tests.servers.unreliable import Unreliable

    with Unreliable(practice.url).running() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def bluesky() -> Iterator[Bluesky]:
    """A real Bluesky network for the whole run (one a worker, 8 s): make fresh accounts on it."""
    with _bluesky() as network:
        yield network


@pytest.fixture(scope="session")
def bluesky_alone() -> Iterator[Bluesky]:
    """A PDS without an AppView (2 s), which knows no threads, notifications or profiles."""
    with _bluesky(appview=False) as network:
        yield network


@pytest.fixture
def bluesky_limited() -> Iterator[Bluesky]:
    """A PDS of this test's own that counts requests, without an AppView (2 s)."""
    with _bluesky(appview=False, rate_limits=True) as network:
        yield network


@pytest.fixture
def bluesky_unreliable(bluesky: Bluesky) -> Iterator[Unreliable]:
    """The PDS behind a proxy that counts requests and loses answers when told."""
    from tests.servers.unreliable import Unreliable

    with Unreliable(bluesky.pds).running() as proxy:
        yield proxy


@contextmanager
def _bluesky(*, appview: bool = True, rate_limits: bool = False) -> Iterator[Bluesky]:
    from tests.servers.bluesky import network

    with network(appview=appview, rate_limits=rate_limits) as running:
        yield running


@pytest.fixture(scope="session")
def whole_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration site built for its public address, with conversations; its output/."""
    from tests.servers.whole_site import build

    return build(tmp_path_factory.mktemp("whole-site"))

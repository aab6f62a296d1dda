"""A fresh town, or a fresh corner of the open web, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.pages import Pages, website
from tests.steps.corner import Corner
from tests.steps.town import Town
from tests.steps.two_networks import TwoNetworks


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    made = Town(tmp_path)
    yield made
    made.site.store.close()


@pytest.fixture
def two_accounts(tmp_path: Path) -> Iterator[Town]:
    """A town whose brand has two accounts."""
    made = Town(tmp_path, accounts_=("brand", "other"))
    yield made
    made.site.store.close()


@pytest.fixture
def two_networks(tmp_path: Path) -> Iterator[TwoNetworks]:
    """A town whose brand speaks on two networks."""
    made = TwoNetworks(tmp_path)
    yield made
    made.site.store.close()


@pytest.fixture
def home() -> Iterator[Pages]:
    """The brand's own pages."""
    with website() as made:
        yield made


@pytest.fixture
def ana() -> Iterator[Pages]:
    """Ana's own site."""
    with website() as made:
        yield made


@pytest.fixture
def corner(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    """The brand's site on the open web, with two posts."""
    made = Corner(tmp_path, home)
    made.build(made.post("hello"), made.post("other"))
    yield made
    made.site.store.close()

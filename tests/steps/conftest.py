"""A fresh town for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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

"""A fresh town for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.steps.town import Town


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

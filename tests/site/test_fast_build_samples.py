"""The site that Pelican tests itself with, built with fast_build and without."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from syndication.demo.servers import installed
from tests.servers.install import CLONE, current
from tests.servers.required import missing
from tests.site.test_fast_build_same import FAST, build, one_order, tree

__all__ = ["one_order"]
SETTINGS = ("-s", "pelican.conf.py", "content")


@pytest.fixture(params=["", "FAST_BUILD_SKIP = True\n"], ids=["plain", "skipping"])
def samples(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of Pelican's samples/."""
    if not current("samples"):
        missing("samples", "make servers")
    site = shutil.copytree(installed(CLONE) / "samples", tmp_path / "samples")
    with (site / "pelican.conf.py").open("a", encoding="utf-8") as settings:
        settings.write(request.param)
    return site


def made(site: Path, *plugins: str) -> dict[str, bytes]:
    output = "fast" if plugins else "bare"
    said = build(site, output, *plugins, arguments=SETTINGS)
    assert not [line for line in said if "CRITICAL" in line or "Could not process" in line]
    return tree(site / output)


def differing(fast: dict[str, bytes], bare: dict[str, bytes]) -> list[str]:
    return sorted(name for name in {*fast, *bare} if fast.get(name) != bare.get(name))


@pytest.mark.slow
def test_pelicans_own_samples_are_the_same_clean_again_and_after_a_change(samples: Path):
    bare = made(samples)
    assert "this-is-a-super-article.html" in bare
    assert differing(made(samples, FAST), bare) == []
    assert differing(made(samples, FAST), bare) == []
    with (samples / "content" / "super_article.rst").open("a", encoding="utf-8") as article:
        article.write("\nAnd *one* more sentence.\n")
    changed = made(samples)
    assert "this-is-a-super-article.html" in differing(changed, bare)
    assert differing(made(samples, FAST), changed) == []

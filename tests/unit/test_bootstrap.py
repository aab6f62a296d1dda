"""Wiring: what is mended in a file is found without starting anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndication.bootstrap import open_site
from syndication.networks.contract import Unavailable
from syndication.settings import SettingsError, load

SETTINGS = """
[site]
url = "https://brand.example"
name = "Brand"
[accounts.main]
network = "{network}"
server = "https://memory.example"
token_file = "token"
"""


def settings(folder: Path, network: str = "memory") -> Path:
    path = folder / "tertulia.toml"
    path.write_text(SETTINGS.format(network=network))
    return path


def test_a_token_that_comes_later_is_used_at_the_next_try(tmp_path: Path) -> None:
    site = open_site(load(settings(tmp_path)))
    with pytest.raises(Unavailable, match="token"):
        site.connect("main")
    token = tmp_path / "token"
    token.write_text("main")
    token.chmod(0o600)
    assert site.connect("main").profile().handle.startswith("main@")
    site.store.close()


def test_another_token_makes_another_connection(tmp_path: Path) -> None:
    site = open_site(load(settings(tmp_path)))
    token = tmp_path / "token"
    token.touch(mode=0o600)
    token.write_text("one")
    first = site.connect("main")
    assert site.connect("main") is first
    token.write_text("two")
    assert site.connect("main").profile().handle.startswith("two@")
    site.store.close()


def test_a_network_that_is_not_there_is_named_with_its_key(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"\[accounts\.main\] network: .*'nowhere'"):
        open_site(load(settings(tmp_path, "nowhere")))

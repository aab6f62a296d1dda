"""Wiring: what is mended in a file is found without starting anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndication.bootstrap import builder_of, open_site
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


@pytest.mark.parametrize(
    ("build", "stays"),
    [
        ('build = "pelican -s publishconf.py"', True),
        ('build = "/usr/bin/python3 -m pelican -s publishconf.py"', True),
        ('build = "./build.sh"', False),
        ('build = ""', False),
        ('build = "unbalanced \'quote"', False),
        ('build = "pelican -s publishconf.py"\nwarm = false', False),
    ],
)
def test_a_pelican_stays_where_pelican_builds_and_gets_its_options(
    tmp_path: Path, build: str, stays: bool
) -> None:
    file = settings(tmp_path)
    file.write_text(file.read_text().replace('name = "Brand"', f'name = "Brand"\n{build}'))
    warm = builder_of(load(file), staying=True).warm
    assert (warm is not None) == stays
    assert warm is None or warm.command[-2:] == ["-s", "publishconf.py"]
    assert builder_of(load(file)).warm is None


def test_a_service_judges_comments_only_where_its_key_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = settings(tmp_path)
    plain = open_site(load(path))
    assert plain.service is None
    plain.store.close()
    monkeypatch.setenv("VENCEJO_AKISMET", "0123456789ab")
    path.write_text(path.read_text() + '[akismet]\nkey_env = "VENCEJO_AKISMET"\n')
    asking = open_site(load(path))
    assert asking.service is not None
    assert asking.service.name == "Akismet"
    assert "0123456789ab" not in repr(asking.service)
    asking.store.close()


@pytest.mark.parametrize(
    ("mode", "words", "complaint"),
    [(0o600, "", "key is empty"), (0o644, "0123456789ab", "others can read this token")],
)
def test_a_key_that_is_missing_or_open_to_others_is_named(
    tmp_path: Path, mode: int, words: str, complaint: str
) -> None:
    path = settings(tmp_path)
    path.write_text(path.read_text() + '[akismet]\nkey_file = "akismet"\n')
    (tmp_path / "akismet").write_text(words)
    (tmp_path / "akismet").chmod(mode)
    with pytest.raises(SettingsError, match=complaint):
        open_site(load(path))


def test_visitors_are_spoken_to_as_the_settings_say_and_staff_as_before(tmp_path: Path) -> None:
    path = settings(tmp_path)
    path.write_text(path.read_text() + '[comments]\ncatalogues = { es = "es@usted" }\n')
    site = open_site(load(path))
    assert site.to_visitors.get("es").gettext("Your words") == "Sus palabras"
    assert site.catalogues.get("es").gettext("Your words") == "Tus palabras"
    site.store.close()


@pytest.mark.parametrize("name", ["es@nope", "fr", "en@thou"])
def test_a_catalogue_that_is_not_there_is_named_with_its_key(tmp_path: Path, name: str) -> None:
    path = settings(tmp_path)
    path.write_text(path.read_text() + f'[comments]\ncatalogues = {{ es = "{name}" }}\n')
    with pytest.raises(SettingsError) as refused:
        open_site(load(path))
    said = str(refused.value)
    assert said.startswith(f"{path}: [comments] catalogues: es is '{name}'")
    assert f"translations/{name}.po" in said
    assert "there are en, es, es@usted" in said


@pytest.mark.parametrize("name", ["es", "en", "es-MX@usted", "pt-BR"])
def test_a_catalogue_may_be_ours_the_sites_or_the_sources_own(tmp_path: Path, name: str) -> None:
    own = tmp_path / "translations" / "pt_BR.po"
    own.parent.mkdir()
    own.write_text('msgid "Your words"\nmsgstr "As tuas palavras"\n')
    path = settings(tmp_path)
    path.write_text(path.read_text() + f'[comments]\ncatalogues = {{ es = "{name}" }}\n')
    open_site(load(path)).store.close()

"""Tokens: their owner's alone, and in no message."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from syndication import secrets
from syndication.settings import Settings, SettingsError, load

TOKEN = "s3cret-T0ken_"


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """A person whose new files others may read."""
    before = os.umask(0o002)
    yield
    os.umask(before)


def settings(folder: Path, line: str = "") -> Settings:
    (folder / "tertulia.toml").write_text(
        '[site]\nurl = "https://vencejo.example"\nname = "Vencejo"\n'
        f'[accounts.plaza]\nnetwork = "mastodon"\nserver = "https://plaza.example"\n{line}\n'
    )
    return load(folder / "tertulia.toml")


def complaint(given: Settings) -> str:
    with pytest.raises(SettingsError) as caught:
        secrets.read(given, "plaza")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in repr(caught.value.__cause__)
    return str(caught.value)


def write(path: Path, content: bytes | str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- the daemon's own files ------------------------------------------------------------------


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    given = settings(tmp_path)
    kept = {"access_token": TOKEN, "handle": "ñandú", "app_password": "abcd efgh"}
    path = secrets.keep(given, "plaza", kept)
    assert path == secrets.token_path(given, "plaza") == tmp_path / "var/tokens/plaza.json"
    assert secrets.read(given, "plaza") == kept


def test_file_and_folders_are_their_owners_alone(tmp_path: Path) -> None:
    path = secrets.keep(settings(tmp_path), "plaza", {"access_token": TOKEN})
    assert mode(path) == 0o600
    assert mode(path.parent) == 0o700
    assert mode(tmp_path / "var") == 0o700


def test_a_folder_that_others_could_read_is_closed(tmp_path: Path) -> None:
    given = settings(tmp_path)
    (tmp_path / "var" / "tokens").mkdir(parents=True)
    assert mode(tmp_path / "var" / "tokens") == 0o775
    path = secrets.keep(given, "plaza", {"access_token": TOKEN})
    assert mode(path.parent) == 0o700


def test_a_new_token_replaces_the_old_one_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    given = settings(tmp_path)
    old = secrets.keep(given, "plaza", {"access_token": "old"})
    old.chmod(0o644)
    path = secrets.keep(given, "plaza", {"access_token": TOKEN})
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}
    assert mode(path) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["plaza.json"]


def test_a_token_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = settings(tmp_path)
    path = secrets.keep(given, "plaza", {"access_token": TOKEN})

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        secrets.keep(given, "plaza", {"access_token": "new"})
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}
    assert [file.name for file in path.parent.iterdir()] == ["plaza.json"]


def test_a_file_that_others_can_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    given = settings(tmp_path)
    path = secrets.keep(given, "plaza", {"access_token": TOKEN})
    for exposed in (0o640, 0o604, 0o660, 0o620):
        path.chmod(exposed)
        assert secrets.exposed(path)
        assert f"chmod 600 {path}" in complaint(given)
    path.chmod(0o600)
    assert not secrets.exposed(path)
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}


def test_an_account_without_a_token_says_how_to_connect_it(tmp_path: Path) -> None:
    said = complaint(settings(tmp_path))
    assert "[accounts.plaza] has no token at " in said
    assert "tertulia connect mastodon https://plaza.example --name plaza" in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b'{"access_token": "s3cret',
        b"{}",
        b'{"access_token": "s3cret\\n"}',
        b"s3cret\r\nX-Other: 1",
        b"s3cret \xff\xfe",
        b"s3cret\x00",
    ],
)
def test_a_damaged_file_says_how_to_mend_it_and_quotes_nothing(
    tmp_path: Path, content: bytes
) -> None:
    given = settings(tmp_path)
    write(secrets.token_path(given, "plaza"), content)
    said = complaint(given)
    assert f"{secrets.token_path(given, 'plaza')}: is damaged" in said
    assert "tertulia connect mastodon https://plaza.example --name plaza" in said


def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path) -> None:
    given = settings(tmp_path)
    secrets.token_path(given, "plaza").mkdir(parents=True)
    assert "is a folder" in complaint(given)


# --- the web person's ------------------------------------------------------------------------


def test_a_token_file_of_ones_own_is_found_from_the_settings(tmp_path: Path) -> None:
    write(tmp_path / "keys" / "plaza", f"{TOKEN}\n")
    given = settings(tmp_path, 'token_file = "keys/plaza"')
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}


def test_a_token_file_may_lie_anywhere_and_hold_several_secrets(tmp_path: Path) -> None:
    path = write(tmp_path / "elsewhere" / "plaza.json", f'{{"access_token": "{TOKEN}", "x": "y"}}')
    given = settings(tmp_path, f'token_file = "{path}"')
    assert secrets.read(given, "plaza") == {"access_token": TOKEN, "x": "y"}


def test_a_token_file_is_asked_for_before_the_daemons_own(tmp_path: Path) -> None:
    secrets.keep(settings(tmp_path), "plaza", {"access_token": "the daemon's"})
    write(tmp_path / "plaza", TOKEN)
    given = settings(tmp_path, 'token_file = "plaza"')
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}


def test_a_token_file_that_is_not_there_says_where_the_token_goes(tmp_path: Path) -> None:
    said = complaint(settings(tmp_path, 'token_file = "keys/plaza"'))
    assert f"no token at {tmp_path / 'keys/plaza'}. Put the token into that file" in said
    assert "take token_file out" in said


def test_a_token_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "plaza", TOKEN, mode=0o644)
    assert f"chmod 600 {path}" in complaint(settings(tmp_path, 'token_file = "plaza"'))


# --- the environment -------------------------------------------------------------------------


def test_a_token_from_the_environment_is_asked_for_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAZA_TOKEN", f" {TOKEN}\n")
    secrets.keep(settings(tmp_path), "plaza", {"access_token": "the daemon's"})
    given = settings(tmp_path, 'token_env = "PLAZA_TOKEN"')
    assert secrets.read(given, "plaza") == {"access_token": TOKEN}


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_variable_that_is_not_set_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.delenv("PLAZA_TOKEN", raising=False)
    if value is not None:
        monkeypatch.setenv("PLAZA_TOKEN", value)
    said = complaint(settings(tmp_path, 'token_env = "PLAZA_TOKEN"'))
    assert "[accounts.plaza] token_env names PLAZA_TOKEN, which is not set" in said


def test_a_variable_with_line_breaks_is_refused_without_quoting_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAZA_TOKEN", "s3cret\nHost: evil.example")
    said = complaint(settings(tmp_path, 'token_env = "PLAZA_TOKEN"'))
    assert "line breaks" in said

"""`make servers`, and what is said of servers that a machine lacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.servers import install
from tests.servers.install import CLONE
from tests.servers.required import left_out


def test_what_a_machine_lacks_is_said_in_one_line():
    said = list(
        left_out(
            [
                *["Skipped: needs bluesky: make servers"] * 3,
                *["Skipped: needs validators: make servers"] * 2,
                "Skipped: needs postgresql: apt-get install postgresql",
                "Skipped: root may write anywhere",
            ]
        )
    )
    assert said == [
        "skipped 1: root may write anywhere",
        "LEFT OUT: 6 tests, which need bluesky (3), postgresql (1), validators (2)."
        " To get it: apt-get install postgresql; make servers",
    ]
    assert list(left_out([])) == []


@pytest.mark.slow
@pytest.mark.parametrize("demanded", ["", "browser,bluesky"])
def test_a_missing_server_is_skipped_or_fails_where_it_is_demanded(tmp_path: Path, demanded: str):
    test = "tests/test_servers_bluesky.py::test_facets_count_bytes"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", test],
        cwd=CLONE,
        capture_output=True,
        text=True,
        env=os.environ | {"TERTULIA_SERVERS": str(tmp_path), "TERTULIA_REQUIRE": demanded},
    )
    lacking = "bluesky" in demanded
    assert done.returncode == (1 if lacking else 0), done.stdout
    assert "make servers" in done.stdout
    assert ("LEFT OUT: 1 tests, which need bluesky (1)" in done.stdout) is not lacking


def test_make_servers_names_what_debian_must_bring_and_installs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("TERTULIA_SERVERS", str(tmp_path / "servers"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(install.DEBIAN, "postgresql", lambda: False)
    assert install.main() == 1
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    for package in ("postgresql", "redis-server", "g++", "default-jre-headless", "chromium"):
        assert package in said
    assert not (tmp_path / "servers").exists()


def test_make_servers_leaves_alone_what_is_there_and_renews_what_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("TERTULIA_SERVERS", str(tmp_path / "servers"))
    made: list[str] = []

    def making(part: str):
        def make(target: Path) -> None:
            (target / part).mkdir(exist_ok=True)
            made.append(part)

        return make

    for package in install.DEBIAN:
        monkeypatch.setitem(install.DEBIAN, package, lambda: True)
    for part in install.PARTS:
        monkeypatch.setitem(install.PARTS, part, making(part))
    assert install.main() == install.main() == 0
    assert made == ["node", "bluesky", "validators", "samples"]
    (tmp_path / "servers" / "bluesky" / install.STAMP).write_text("of another recipe")
    assert not install.current("bluesky")
    assert install.main() == 0
    assert made[4:] == ["bluesky"]
    assert "there already" in capsys.readouterr().out


@pytest.mark.parametrize("part", ["bluesky", "validators"])
def test_a_lock_file_is_held_by_digests_and_names_no_registry(part: str):
    lock = json.loads((install.RECIPES / part / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert len(packages) > 200
    for name, facts in packages.items():
        assert facts["integrity"].startswith("sha512-"), name
        assert "resolved" not in facts, name

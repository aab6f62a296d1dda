"""Real builds: for which address an outbox is written, and whom the daemon is to tell of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from syndication.exchange import (
    IndexNow,
)
from tests.servers.pelican import pelican
from tests.site.published_site import SiteFolder


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/blog",
        "//vencejo.example",
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.9.9.9",
        "http://[::1]:8000",
        "http://vencejo.localhost",
        "http://LOCALHOST.",
    ],
)
def test_a_build_that_is_not_for_the_public_address_writes_no_outbox(
    site: SiteFolder, address: str
) -> None:
    site.article("a")
    site.build("--extra-settings", f"SITEURL={json.dumps(address)}")
    assert (site.folder / "output/about-a.html").exists()
    assert not site.file.exists()


def test_a_loopback_build_removes_the_outbox_of_another_address_from_its_folder(
    site: SiteFolder,
) -> None:
    site.article("a")
    site.build("--output", "elsewhere")
    site.build()
    site.build("--extra-settings", 'SITEURL="http://127.0.0.1:8000"')
    assert not site.file.exists()
    assert (site.folder / "elsewhere/outbox.json").exists()
    site.write("output/outbox.json", "not ours")
    site.build("--extra-settings", 'SITEURL="http://127.0.0.1:8000"')
    assert site.file.read_text() == "not ours"


def test_the_demonstration_may_write_one_for_loopback(site: SiteFolder) -> None:
    site.article("a")
    local = 'SITEURL="http://127.0.0.1:8000"'
    site.build("--extra-settings", local, "OUTBOX_ALLOW_LOOPBACK=true")
    assert site.outbox.site == "http://127.0.0.1:8000"
    site.build("--extra-settings", local)
    assert site.outbox.site == "http://127.0.0.1:8000"


def test_a_site_below_a_path_has_posts_with_that_path(site: SiteFolder) -> None:
    site.article("a", "Slug: año")
    site.build("--extra-settings", 'SITEURL="https://vencejo.example/blog"')
    assert site.posts["/blog/año.html"].url == "https://vencejo.example/blog/a%C3%B1o.html"


def test_an_output_folder_that_cannot_be_replaced_leaves_the_old_outbox_whole(
    site: SiteFolder,
) -> None:
    site.article("a")
    site.write("output/outbox.json/in-the-way", "a folder where the file should be")
    done = pelican(site.folder, "--fatal", "errors")
    assert done.returncode != 0
    assert "outbox.json: could not be written" in done.stdout + done.stderr
    assert (site.file / "in-the-way").exists()


def test_the_outbox_says_whom_the_daemon_tells(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path, 'INDEXNOW_KEY = "0123abcd"\nWEBSUB_HUBS = ["https://hub.example/"]\n'
    )
    site.article("a")
    site.build("--fatal", "errors")
    assert site.outbox.hubs == ("https://hub.example/",)
    assert site.outbox.index_now == IndexNow(
        key="0123abcd",
        key_url="https://vencejo.example/0123abcd.txt",
        endpoints=("https://api.indexnow.org/indexnow",),
    )


def test_the_world_is_not_told_of_a_site_on_this_machine(tmp_path: Path) -> None:
    site = SiteFolder(
        tmp_path,
        'SITEURL, OUTBOX_ALLOW_LOOPBACK = "http://127.0.0.1:8000", True\n'
        'INDEXNOW_KEY = "0123abcd"\n'
        'WEBSUB_HUBS = ["https://hub.example/", "http://127.0.0.1:8001/"]\n',
    )
    site.article("a")
    site.build("--fatal", "errors")
    assert site.outbox.hubs == ("http://127.0.0.1:8001/",)
    assert site.outbox.index_now is not None
    assert site.outbox.index_now.endpoints == ()


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ('INDEXNOW_KEY = "short"', "INDEXNOW_KEY must be 8 to 128 letters"),
        ('SITEURL = "nandu.example"', "write 'https://nandu.example'"),
        ("INDEXNOW_KEY = 12345678", "INDEXNOW_KEY must be 8 to 128 letters"),
        (
            'INDEXNOW_KEY, INDEXNOW_ENDPOINTS = "0123abcd", ["bing"]',
            "INDEXNOW_ENDPOINTS: 'bing' is no web address",
        ),
    ],
)
def test_a_wrong_setting_ends_the_build(tmp_path: Path, setting: str, complaint: str) -> None:
    site = SiteFolder(tmp_path, f"{setting}\n")
    site.article("a")
    assert complaint in site.fail()

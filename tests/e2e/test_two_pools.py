"""The public endpoints and the desk have threads of their own: a flood of one leaves the other."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from syndication.exchange import Outbox, outbox_bytes
from syndication.service import Service
from syndication.settings import load
from tests.servers.ports import free_port
from tests.servers.waiting import HANGS

pytestmark = pytest.mark.slow

SITE = "https://brand.example"
SETTINGS = """
[site]
url = "{site}"
name = "Brand"
build = ""
[desk]
listen = "127.0.0.1:{desk}"
[public]
listen = "127.0.0.1:{public}"
url = "http://127.0.0.1:{public}"
[accounts.web]
network = "webmention"
"""
MANY = 40
"""More than there are threads, so that callers queue up."""


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    (tmp_path / "output").mkdir()
    (tmp_path / "output" / "outbox.json").write_bytes(outbox_bytes(Outbox(site=SITE, posts=())))
    toml = tmp_path / "tertulia.toml"
    toml.write_text(SETTINGS.format(site=SITE, desk=free_port(), public=free_port()))
    stop = threading.Event()
    made = Service(load(toml), stop)
    made.start()
    yield made
    stop.set()
    made.end()


def tell(service: Service, number: int) -> int:
    fields = {"source": f"https://ana.example/{number}", "target": f"{SITE}/hello/"}
    return requests.post(
        service.site.endpoints["webmention"], data=fields, timeout=HANGS
    ).status_code


def test_the_desk_answers_while_no_public_thread_is_free(service: Service):
    with ThreadPoolExecutor(MANY) as callers:
        with service.site.store.write():  # none of them can be kept meanwhile
            waiting = [callers.submit(tell, service, number) for number in range(MANY)]
            for _ in range(5):
                assert requests.get(f"{service.origin}/sign-in", timeout=HANGS).status_code == 200
            assert not any(one.done() for one in waiting)
        assert {one.result() for one in waiting} == {202}

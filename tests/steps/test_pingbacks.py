"""Pingbacks, where the settings ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.pages import Pages
from tests.steps.corner import Corner, reply

# --- pingback -------------------------------------------------------------------------------------

PING = (
    '<?xml version="1.0"?><methodCall><methodName>{method}</methodName><params>'
    "<param><value><string>{source}</string></value></param>"
    "<param><value>{target}</value></param></params></methodCall>"
)


def ping(corner: Corner, body: str | bytes) -> tuple[int, str]:
    answer = corner.client.post("/pingback", data=body, content_type="text/xml")
    return answer.status_code, answer.text


def test_without_the_option_no_pingback_is_heard(corner: Corner):
    assert ping(corner, PING)[0] == 404
    assert "pingback" not in corner.site.endpoints


@pytest.fixture
def pinged(tmp_path: Path, home: Pages) -> Iterator[Corner]:
    made = Corner(tmp_path, home, options="pingback = true")
    made.build(made.post("hello"))
    yield made
    made.site.store.close()


def test_a_pingback_is_a_webmention(pinged: Corner, ana: Pages):
    target = f"{pinged.home.url}/hello/"
    source = ana.show("/re", reply(target))
    ask = PING.format(method="pingback.ping", source=source, target=target)
    code, text = ping(pinged, ask)
    assert (code, "fault" in text) == (200, False)
    pinged.verify()
    assert pinged.message().kind == "reply"


def test_a_pingback_for_another_site_has_the_fault_of_the_specification(pinged: Corner, ana: Pages):
    ask = PING.format(method="pingback.ping", source=f"{ana.url}/re", target="https://b.example/")
    assert "<int>33</int>" in ping(pinged, ask)[1]


def test_a_pingback_whose_entities_would_fill_the_memory_is_refused(pinged: Corner):
    doubled = "".join(f'<!ENTITY l{n} "&l{n - 1};&l{n - 1};">' for n in range(1, 40))
    call = "<methodCall><methodName>&l39;</methodName></methodCall>"
    bomb = f'<!DOCTYPE a [<!ENTITY l0 "ha">{doubled}]>{call}'
    assert ping(pinged, bomb)[0] == 400
    assert ping(pinged, "<a>" * 15_000)[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        PING.format(method="system.listMethods", source="", target=""),
        PING.format(
            method="pingback.ping", source="https://a.example/", target="https://b.example/"
        ),
        PING.format(method="pingback.ping", source="", target=""),
        "<methodCall/>",
        "no xml",
        b"\xff\xfe\0",
        '<!DOCTYPE a [<!ENTITY b "c">]><methodCall><methodName>&b;</methodName></methodCall>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><methodCall/>',
    ],
)
def test_what_is_no_pingback_is_a_fault(pinged: Corner, body: str | bytes):
    code, text = ping(pinged, body)
    assert code in (200, 400)
    assert "<fault>" in text
    assert pinged.waiting() == 0

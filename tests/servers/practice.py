"""The practice network as tests use it: fresh accounts for each test, and faults on demand."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import trustme

from syndication.demo.practice import Certificate, PracticeNetwork, Profile
from syndication.demo.visitor import Visitor
from tests.servers.waiting import HANGS


class Practice:
    """One running server. `url` and `verify` are what a client needs."""

    def __init__(self, network: PracticeNetwork) -> None:
        self.network = network
        self.url = network.url
        self.verify = network.verify

    def visitor(self, name: str = "visitor", **profile: Any) -> Visitor:
        """A fresh account; its name starts with `name` and is unique. `profile`: as for Profile."""
        unique = f"{name}_{uuid.uuid4().hex[:8]}"
        named = {"display_name": name.title(), **profile}
        return self.network.account(Profile(name=unique, **named))

    def authorisation_code(self, url: str, name: str) -> str:
        """What the server shows to `name`, who opened the OAuth address `url` and agrees."""
        place = urlsplit(url)
        asked = {key: values[0] for key, values in parse_qs(place.query).items()}
        answer = requests.post(
            f"{self.url}{place.path}",
            data=asked | {"username": name},
            verify=self.verify,
            timeout=HANGS,
        )
        answer.raise_for_status()
        return answer.text.partition("Authorization code: ")[2].partition("<")[0]

    @contextlib.contextmanager
    def fault(
        self,
        path: str,
        *,
        methods: list[str] | None = None,
        count: int | None = None,
        **effect: Any,
    ) -> Iterator[None]:
        """Let requests fail while the block runs, `count` times or always.

        `path` may hold `*`. `effect`: type = status | ratelimit | latency | malformed | timeout,
        status, headers, body, delay_ms. Faults are the whole server's: choose a path that only this
        test asks for, or let the server be this test's own (`practice_network`).
        """
        rule = {"match": {"path": path, "methods": methods}, "effect": effect, "count": count}
        faults = f"{self.url}/api/v1/_mock/faults"
        made = requests.post(faults, json=rule, verify=self.verify, timeout=HANGS)
        made.raise_for_status()
        try:
            yield
        finally:
            # A rule that has fired `count` times is gone already.
            requests.delete(f"{faults}/{made.json()['id']}", verify=self.verify, timeout=HANGS)


@contextlib.contextmanager
def running(directory: Path, *, tls: bool = False) -> Iterator[Practice]:
    """A practice network in `directory` while the block runs."""
    directory.mkdir(parents=True, exist_ok=True)
    files = certificate(directory) if tls else None
    with PracticeNetwork(directory / "server", tls=files) as network:
        yield Practice(network)


def certificate(directory: Path) -> Certificate:
    """A certificate for 127.0.0.1 and localhost, signed by an authority made for it."""
    authority = trustme.CA()
    made = authority.issue_cert("127.0.0.1", "localhost")
    files = Certificate(
        chain=directory / "chain.pem", key=directory / "key.pem", authority=directory / "ca.pem"
    )
    made.private_key_pem.write_to_path(str(files.key))
    made.cert_chain_pems[0].write_to_path(str(files.chain))
    authority.cert_pem.write_to_path(str(files.authority))
    return files

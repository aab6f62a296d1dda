"""What addresses say about where they lead."""

from __future__ import annotations

import pytest

from syndication.rules.addresses import domain_of


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("evil.example", "evil.example"),
        ("a.b.evil.example", "evil.example"),
        ("a.b.evil.example.", "evil.example"),
        ("x.evil.co.uk", "evil.co.uk"),
        ("evil.co.uk", "evil.co.uk"),
        ("a.vencejo.es", "vencejo.es"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_the_domain_that_somebody_registered(host: str, domain: str):
    assert domain_of(host) == domain

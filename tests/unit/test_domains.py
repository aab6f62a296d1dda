"""Who registered the host that somebody writes from."""

from __future__ import annotations

import pytest

from syndication.steps.domains import domain_of


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("evil.example", "evil.example"),
        ("a.b.evil.example", "evil.example"),
        ("a.b.evil.example.", "evil.example"),
        ("x.evil.co.uk", "evil.co.uk"),
        ("evil.co.uk", "evil.co.uk"),
        ("x1.abc.es", "abc.es"),  # short, and yet no name below which others register
        ("x1.evil.info.pl", "evil.info.pl"),
        ("x1.evil.github.io", "evil.github.io"),
        ("a.b.vencejo.es", "vencejo.es"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("", ""),
    ],
)
def test_the_domain_that_somebody_registered(host: str, domain: str) -> None:
    assert domain_of(host) == domain

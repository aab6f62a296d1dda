"""Connecting an account: the OAuth dance in a terminal, against a practice server with TLS."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from syndication.model import Account
from syndication.networks import registry
from syndication.networks.contract import Authorisation, Rejected, Unavailable
from syndication.networks.mastodon.connect import SCOPES, address
from tests.servers.practice import Practice


@pytest.fixture
def begun(practice_tls: Practice, monkeypatch: pytest.MonkeyPatch) -> Authorisation:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(practice_tls.verify))
    authorise = registry.get("mastodon").authorise
    assert authorise
    return authorise(practice_tls.url)


def test_the_address_asks_for_the_least_and_shows_the_code(begun: Authorisation):
    asked = parse_qs(urlsplit(begun.url).query)
    assert asked["scope"] == [" ".join(SCOPES)]
    assert asked["redirect_uri"] == ["urn:ietf:wg:oauth:2.0:oob"]
    assert not {"read", "write", "follow", "push"} & set(SCOPES)


def test_the_servers_rules_are_shown(begun: Authorisation):
    assert "Be kind." in begun.notices


def test_the_code_becomes_a_token_that_works(practice_tls: Practice, begun: Authorisation):
    us = practice_tls.visitor("vencejo")
    name = us.who()["username"]
    secrets = begun.finish(f" {practice_tls.authorisation_code(begun.url, name)}\n")
    assert set(secrets) == {"access_token", "client_id", "client_secret"}
    account = Account(name="v", network="mastodon", server=practice_tls.url)
    connection = registry.get("mastodon").connect(account, secrets)
    assert connection.profile().handle.startswith(f"{name}@")
    connection.close()


def test_a_wrong_code_is_refused_without_telling_secrets(begun: Authorisation):
    with pytest.raises(Rejected):
        begun.finish("wrong")


def test_a_server_that_is_not_there_is_named():
    authorise = registry.get("mastodon").authorise
    assert authorise
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        authorise("https://127.0.0.1:1")


def test_a_bare_name_is_an_address():
    assert address(" social.example/ ") == "https://social.example"

"""docs/openapi.yaml: it describes every public endpoint and no other, and none of them breaks.

Requests are made from the description, sound and unsound ones, by schemathesis. Private links are
real ones half of the time, so that what lies behind them is reached too.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from syndication import starter
from syndication.bootstrap import open_site
from syndication.model import Post
from syndication.settings import load
from syndication.store import posts
from syndication.web.public import create_public_app

pytestmark = pytest.mark.slow

FILE = Path(__file__).parents[2] / "docs" / "openapi.yaml"
DESCRIPTION: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
METHODS = ("get", "post")
OPERATIONS = [
    (path, method)
    for path, item in DESCRIPTION["paths"].items()
    for method in item
    if method in METHODS
]
FORM = "application/x-www-form-urlencoded"
FORMS = [
    (path, method)
    for path, method in OPERATIONS
    if FORM in DESCRIPTION["paths"][path][method].get("requestBody", {}).get("content", {})
]
MEDIA_TYPES = [FORM, "text/xml", "multipart/form-data; boundary=x", "application/json", "", "a/b;c"]
URL = "https://vencejo.example"
TALK = "https://talk.vencejo.example"
ACCOUNTS = """
[accounts.web]
network = "webmention"
options = { pingback = true }

[accounts.comments]
network = "site"
"""


@dataclass(frozen=True)
class Public:
    """The public app of a site with one article, and a private link that leads somewhere."""

    app: Flask
    token: str  # of a comment's private page


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    folder = tmp_path_factory.mktemp("public") / "site"
    starter.create(folder, name="Vencejo", url=URL, language="es")
    file = folder / "tertulia.toml"
    words = re.sub(r'(\[public\][^[]*?\nurl = )""', rf'\1"{TALK}"', file.read_text("utf-8"))
    file.write_text(words + ACCOUNTS, encoding="utf-8")
    seconds = itertools.count(step=10)
    start = datetime(2026, 11, 22, 9, tzinfo=UTC)
    site = open_site(load(file), clock=lambda: start + timedelta(seconds=next(seconds)))
    with site.store.write() as tx:
        posts.insert(tx, an_article(), now=start)
    app = create_public_app(site, url=TALK)
    yield Public(app=app, token=a_token(app))
    site.store.close()


def an_article() -> Post:
    return Post(
        url=f"{URL}/hello/",
        kind="article",
        title="Hello",
        summary="",
        language="en",
        published=datetime(2026, 11, 1, tzinfo=UTC),
    )


def a_token(app: Flask) -> str:
    """Leave a comment as a visitor does, and keep its private link."""
    client = app.test_client()
    fields = {"page": f"{URL}/hello/", "name": "Ana", "text": "Lovely", "language": "en"}
    preview = client.post("/comment", data=fields).get_data(as_text=True)
    hidden = dict(re.findall(r'name="(token|agree)" value="([^"]+)"', preview))
    sent = client.post("/comment", data=fields | {k: unescape(v) for k, v in hidden.items()})
    found = re.fullmatch(rf"{TALK}/comment/([^/?]+)\?new=1", sent.headers["Location"])
    assert found
    return found[1]


# --- the description -------------------------------------------------------------------------


def routes(app: Flask) -> set[tuple[str, str]]:
    """(path as OpenAPI writes it, method) of all that the app answers."""
    found = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]+:)?(\w+?)(?:_id)?>", r"{\1}", rule.rule)
        found |= {(path, method.lower()) for method in rule.methods or ()}
    return {(path, method) for path, method in found if method in METHODS}


def test_every_endpoint_is_described_and_no_other(public: Public):
    served = routes(public.app)
    # What a network listens for comes in by one door; its accounts say which names there are.
    assert ("/{endpoint}", "post") in served
    by_the_door = {("/webmention", "post"), ("/pingback", "post")}
    assert set(OPERATIONS) == served - {("/{endpoint}", "post")} | by_the_door


def test_each_operation_has_a_name_of_its_own():
    names = [DESCRIPTION["paths"][path][method]["operationId"] for path, method in OPERATIONS]
    assert len(names) == len(set(names)) > 15


# --- requests made from it -------------------------------------------------------------------


def made(public: Public, path: str, method: str, mode: GenerationMode) -> st.SearchStrategy[Any]:
    """Requests of one operation, half of the private links among them real."""
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    schema.app = public.app

    def with_token(case: Any, real: bool) -> Any:
        if real and "token" in case.path_parameters and path.startswith("/comment/{"):
            case.path_parameters["token"] = public.token
        return case

    cases = schema[path][method].as_strategy(generation_mode=mode)
    return st.builds(with_token, cases, st.booleans())


FEW = settings(max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_what_is_described_is_answered_as_described(public: Public, path: str, method: str):
    @given(case=made(public, path, method, GenerationMode.POSITIVE))
    @FEW
    def answered(case: Any) -> None:
        checks = [not_a_server_error, status_code_conformance, content_type_conformance]
        case.call_and_validate(checks=checks)

    answered()


@pytest.mark.parametrize(("path", "method"), FORMS)
def test_forms_that_break_the_description_break_nothing(public: Public, path: str, method: str):
    @given(case=made(public, path, method, GenerationMode.NEGATIVE))
    @FEW
    def answered(case: Any) -> None:
        case.call_and_validate(checks=[not_a_server_error])

    answered()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_bytes_arrive_break_nothing(public: Public, path: str, method: str):
    client = public.app.test_client()
    path = path.replace("{token}", public.token).replace("{message}", "1")

    @given(
        body=st.binary(max_size=300) | st.text(max_size=100).map(str.encode),
        media_type=st.sampled_from(MEDIA_TYPES),
        query=st.text(st.characters(codec="utf-8"), max_size=30),
        verb=st.sampled_from(["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"]),
    )
    @FEW
    def answered(body: bytes, media_type: str, query: str, verb: str) -> None:
        where = path.replace("{action}", "edit")
        response = client.open(
            where,
            method=verb,
            data=body,
            content_type=media_type,
            query_string=f"q={query}&message={query}",
        )
        assert response.status_code < 500
        assert "Set-Cookie" not in response.headers

    answered()

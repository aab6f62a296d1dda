"""The comment form of a built page: there while the daemon hears it and comments are open."""

from __future__ import annotations

from pathlib import Path

import pytest

from syndication.exchange import Site, Syndicated, replace_file, site_bytes
from tests.site.discussed_site import SiteFolder, message

COMMENT, REPORT = "https://talk.vencejo.example/comment", "https://talk.vencejo.example/report"
ENDPOINTS = {"comment": COMMENT, "report": REPORT}


@pytest.fixture
def site(tmp_path: Path) -> SiteFolder:
    return SiteFolder(tmp_path)


def heard(site: SiteFolder, **endpoints: str) -> None:
    facts = site_bytes(Site(endpoints=endpoints))
    replace_file(site.folder / "discussion" / "site.json", facts)


def test_a_page_where_nobody_spoke_yet_has_the_form(site: SiteFolder):
    heard(site, **ENDPOINTS)
    site.build()
    form = site.section().find("form")
    assert form is not None
    assert (form["method"], form["action"]) == ("post", COMMENT)
    sent = {field["name"]: field.get("value") for field in form.find_all(["input", "textarea"])}
    assert sent["page"] == "https://vencejo.example/frenos/"
    assert sent["language"] == "es"
    assert {"name", "text", "website"} < sent.keys()
    assert "mail" not in sent
    assert "correo" not in form.text
    assert form.find(attrs={"name": "subject"}).find_parent(hidden=True)  # type: ignore[union-attr]
    assert "Guardamos tu nombre" in form.text
    assert not site.section().find("script")


def test_an_address_is_asked_for_where_letters_are_sent_alone(site: SiteFolder):
    heard(site, **ENDPOINTS, letters=f"{COMMENT}/mail")
    site.build()
    assert site.section().find(attrs={"name": "mail"})
    assert "Tu dirección de correo solo se usa" in site.section().text


def test_each_message_can_be_answered_and_reported_but_ours_not_reported(site: SiteFolder):
    heard(site, **ENDPOINTS)
    site.discuss(message(1), message(2, reply_to=1, ours=True))
    site.build()
    links = [str(a["href"]) for a in site.section().select(".message__actions a")]
    named = "https%3A//social.example/1"
    assert f"{COMMENT}?page=https%3A//vencejo.example/frenos/&reply_to={named}&language=es" in links
    assert f"{REPORT}?message={named}&language=es" in links
    assert [link for link in links if link.startswith(REPORT)] == [
        f"{REPORT}?message={named}&language=es"
    ]


def test_a_closed_conversation_says_so_and_has_no_form(site: SiteFolder):
    heard(site, **ENDPOINTS)
    site.article(front_matter="Comments: closed")
    site.build()
    assert "Esta conversación está cerrada" in site.section().text
    assert site.section().find("form") is None


def test_beside_the_form_stand_ones_own_server_and_ones_own_site(site: SiteFolder):
    heard(site, **ENDPOINTS, webmention="https://talk.vencejo.example/webmention")
    copy = Syndicated(
        network="mastodon", account="v@plaza.example", url="https://plaza.example/@v/1"
    )
    site.discuss(copies=(copy,))
    site.build()
    section = site.section()
    there = section.find("a", string="Responder desde tu propio servidor")
    assert there is not None
    assert str(there["href"]).startswith(f"{COMMENT}/elsewhere?copy=https%3A//plaza.example/")  # type: ignore[index]
    own = section.find("form", action="https://talk.vencejo.example/webmention")
    assert own is not None
    assert own.find(attrs={"name": "target"})["value"] == "https://vencejo.example/frenos/"  # type: ignore[index, union-attr]


def test_without_a_daemon_that_hears_it_there_is_no_form(site: SiteFolder):
    site.discuss(message(1))
    site.build()
    assert site.section().find("form") is None
    assert site.section().select(".message__actions") == []

"""Real builds: what pages say in the words of schema.org is true, whole and harmless."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from syndication.exchange import Speaker, Syndicated
from syndication.model import Picture
from tests.servers.validators import structured_data
from tests.site.metadata_site import SITE, WHEN, MetadataSite, said

HOSTILE = "</script><script>alert(1)</script><!-- <![CDATA[ \u2028 \u202e"


@pytest.fixture
def site(tmp_path: Path) -> MetadataSite:
    return MetadataSite(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> MetadataSite:
    """One build with everything that is described."""
    site = MetadataSite(tmp_path_factory.mktemp("whole"))
    site.picture("images/poster.png", (640, 360))
    site.content(
        "steel",
        "Pair: steel\nAuthors: Rafa Soler; Vencejo\nCategory: Workshop\nTags: frames, cost\n"
        "Modified: 2026-11-21 10:00",
    )
    site.content("acero", "Lang: es\nPair: steel\nCategory: Taller")
    site.content("note", "Kind: note\nTitle: A swift came back", words="A *swift* came back.")
    site.content(
        "film",
        "Video: https://tube.example/w/4kX\nVideo-Poster: images/poster.png\n"
        "Video-Poster-Alt: Two hands\nVideo-Length: 1:03:25\nVideo-Title: Brakes & cables",
        words="Before.\n\n[video]\n\nAfter.",
    )
    site.content(
        "questions",
        "Schema: faq",
        "Intro.\n\n## How much is a cable?\n\nTen euros.\n\n- with fitting\n\n"
        "### Not a question\n\nStill the answer.\n\n## ¿Y dos?\n\nVeinte.\n\n"
        "## Closing words\n\nBye?",
        kind="pages",
    )
    site.content("contact", "Schema: contact", kind="pages")
    site.accounts(
        Syndicated(network="mastodon", account="vencejo", url="https://social.example/@vencejo")
    )
    talk(site)
    site.build()
    return site


def talk(site: MetadataSite) -> None:
    """A question, our answer to it, and an answer to that; reactions; a copy elsewhere."""
    site.discuss(
        "/steel/",
        said("question", language="es", updated=WHEN + timedelta(hours=1)),
        said("answer", "question", ours=True, author=Speaker(name="Vencejo")),
        said("thanks", "answer", author=Speaker(name="Bruno", url="javascript:alert(1)")),
        said("behind", html="<p>the end of the film</p>", warning="spoiler"),
        reactions={"like": 7, "repost": 2, "wave": 1},
        copies=(Syndicated(network="mastodon", account="v", url="https://social.example/1"),),
    )


def test_everything_keeps_to_the_vocabulary_and_to_what_search_engines_document(
    whole: MetadataSite,
) -> None:
    pages = sorted(whole.output.rglob("*.html"))
    shown = [page for page in pages if "noindex" not in page.read_text(encoding="utf-8")]
    found, things = structured_data(shown)
    assert [str(finding) for finding in found if finding.severity == "error"] == []
    assert things > 3 * len(shown)


def test_the_front_page_says_who_publishes_and_every_other_page_names_them(
    whole: MetadataSite,
) -> None:
    for name in ("index.html", "es/index.html"):
        publisher = whole.node(name, "Organization")
        assert publisher["legalName"] == "Vencejo, S. Coop."
        assert publisher["address"]["addressLocality"] == "València"
        assert publisher["contactPoint"][0]["email"] == "hola@vencejo.example"
        assert publisher["sameAs"] == [
            "https://directory.example/vencejo",
            "https://social.example/@vencejo",
        ]
        assert whole.node(name, "WebSite")["inLanguage"] == ["en", "es"]
    short = whole.node("steel/index.html", "Organization")
    assert set(short) == {"@type", "@id", "name", "url", "logo"}
    assert short["@id"] == whole.node("steel/index.html", "BlogPosting")["publisher"]["@id"]


def test_every_picture_that_is_named_is_there_in_the_size_that_is_said(
    whole: MetadataSite,
) -> None:
    checked = 0
    for page in whole.output.rglob("*.html"):
        for image in images(whole.graph(page.relative_to(whole.output).as_posix())):
            with Image.open(whole.output / image["url"].removeprefix(f"{SITE}/")) as picture:
                assert picture.size == (image["width"], image["height"])
            checked += 1
    assert checked > 10


def images(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return [image for one in data for image in images(one)]
    if not isinstance(data, dict):
        return []
    own = [data] if data.get("@type") == "ImageObject" else []
    return own + [image for value in data.values() for image in images(value)]


def test_an_article_says_who_when_where_and_in_which_language(whole: MetadataSite) -> None:
    article = whole.node("steel/index.html", "BlogPosting")
    assert article["headline"] == "About steel"
    assert article["datePublished"] == "2026-11-20T09:30:00+01:00"
    assert article["dateModified"] == "2026-11-21T10:00:00+01:00"
    assert article["inLanguage"] == "en"
    assert article["author"] == [
        {"@type": "Person", "name": "Rafa Soler", "url": "https://rafa.example/"},
        {"@id": f"{SITE}/#organization"},
    ]
    assert article["keywords"] == ["frames", "cost"]
    assert article["articleSection"] == "Workshop"
    assert article["workTranslation"] == [{"@id": f"{SITE}/es/acero/#posting"}]
    assert whole.node("es/acero/index.html", "BlogPosting")["@id"] == f"{SITE}/es/acero/#posting"


def test_the_way_to_a_page_leads_over_its_category(whole: MetadataSite) -> None:
    way = whole.node("es/acero/index.html", "BreadcrumbList")["itemListElement"]
    assert [(step["position"], step["name"], step["item"]) for step in way] == [
        (1, "Vencejo", f"{SITE}/es/"),
        (2, "Taller", f"{SITE}/es/category/taller.html"),
        (3, "About acero", f"{SITE}/es/acero/"),
    ]
    assert [node["@type"] for node in whole.graph("index.html")] == ["Organization", "WebSite"]


def test_a_note_is_a_posting_without_headline(whole: MetadataSite) -> None:
    note = whole.node("note/index.html", "SocialMediaPosting")
    assert "headline" not in note
    assert note["articleBody"] == "A swift came back."


def test_questions_are_those_that_the_page_shows(whole: MetadataSite) -> None:
    page = whole.node("questions/index.html", "FAQPage")
    pairs = [(one["name"], one["acceptedAnswer"]["text"]) for one in page["mainEntity"]]
    assert pairs == [
        ("How much is a cable?", "Ten euros. with fitting Not a question Still the answer."),
        ("¿Y dos?", "Veinte."),
    ]
    assert whole.node("contact/index.html", "ContactPage")["name"] == "About contact"


def test_a_definition_list_is_questions_too(site: MetadataSite) -> None:
    site.content("cost", "Schema: faq", "Cable\n:   Ten euros\n:   or twelve\n\nHub\n:   Forty")
    site.build()
    page = site.node("cost/index.html", "FAQPage")
    pairs = [(one["name"], one["acceptedAnswer"]["text"]) for one in page["mainEntity"]]
    assert pairs == [("Cable", "Ten euros or twelve"), ("Hub", "Forty")]
    assert site.node("cost/index.html", "BlogPosting")["headline"] == "About cost"


# --- videos -----------------------------------------------------------------------------------


def test_a_video_elsewhere_is_a_poster_and_a_link(whole: MetadataSite) -> None:
    page = whole.page("film/index.html")
    figure = page.find("figure", class_="video")
    assert figure is not None
    link, poster = figure.find("a"), figure.find("img")
    assert link is not None
    assert poster is not None
    assert link["href"] == "https://tube.example/w/4kX"
    assert link.get_text() == "Watch “Brakes & cables” on tube.example (1:03:25)"
    assert poster["src"] == f"{SITE}/images/poster.png"
    assert (poster["alt"], poster["width"], poster["height"]) == ("Two hands", "640", "360")
    assert page.find(["iframe", "video", "embed", "object"]) is None
    words = page.get_text()
    assert words.index("Before.") < words.index("Watch") < words.index("After.")
    assert "[video]" not in words
    video = whole.node("film/index.html", "BlogPosting")["video"]
    assert video["url"] == "https://tube.example/w/4kX"
    assert video["thumbnailUrl"] == f"{SITE}/images/poster.png"
    assert video["duration"] == "PT1H3M25S"
    assert video["uploadDate"] == "2026-11-20T09:30:00+01:00"
    assert video["name"] == "Brakes & cables"


def test_a_film_of_the_sites_own_needs_no_player_of_others(site: MetadataSite) -> None:
    site.picture("images/poster.png", (640, 360))
    site.write("content/films/brakes.mp4", "not really a film")
    site.content(
        "film",
        "Lang: es\nVideo: {static}/films/brakes.mp4\nVideo-Poster: images/poster.png\n"
        "Video-Poster-Alt: Dos manos\nVideo-Date: 2026-10-01\nVideo-Length: 3:25",
    )
    site.build()
    player = site.page("es/film/index.html").find("video")
    assert player is not None
    assert (player["preload"], player["poster"]) == ("none", f"{SITE}/images/poster.png")
    video = site.node("es/film/index.html", "BlogPosting")["video"]
    assert video["contentUrl"] == f"{SITE}/films/brakes.mp4"
    assert (site.output / "films/brakes.mp4").read_text() == "not really a film"
    assert video["uploadDate"] == "2026-10-01T00:00:00+02:00"
    assert video["duration"] == "PT3M25S"


# --- the conversation -------------------------------------------------------------------------


def test_approved_words_are_nested_comments_with_author_and_date(whole: MetadataSite) -> None:
    article = whole.node("steel/index.html", "BlogPosting")
    assert article["commentCount"] == 4
    question, behind = article["comment"]
    assert question["author"] == {
        "@type": "Person",
        "name": "Lucía Ferrer",
        "url": "https://social.example/@lucia",
    }
    assert question["text"] == "words of question"
    assert question["datePublished"] == "2026-11-21T09:15:00+01:00"
    assert question["dateModified"] == "2026-11-21T10:15:00+01:00"
    assert question["inLanguage"] == "es"
    anchor = question["url"].removeprefix(f"{SITE}/steel/#")
    assert whole.page("steel/index.html").find(id=anchor) is not None
    (answer,) = question["comment"]
    assert answer["author"]["@id"] == f"{SITE}/#organization"
    (thanks,) = answer["comment"]
    assert thanks["author"] == {"@type": "Person", "name": "Bruno"}
    assert behind["text"] == "spoiler"


def test_reactions_are_numbers_that_search_engines_know(whole: MetadataSite) -> None:
    article = whole.node("steel/index.html", "BlogPosting")
    counted = {
        one["interactionType"]["@type"]: one["userInteractionCount"]
        for one in article["interactionStatistic"]
    }
    assert counted == {"LikeAction": 7, "ShareAction": 2}
    assert "comment" not in whole.node("es/acero/index.html", "BlogPosting")


def test_the_data_change_with_the_conversation_and_forget_what_was_erased(
    site: MetadataSite,
) -> None:
    site.content("steel")
    talk(site)
    site.build()
    before = site.html("steel/index.html")
    site.discuss("/steel/", said("new"))
    site.build()
    (comment,) = site.node("steel/index.html", "BlogPosting")["comment"]
    assert comment["text"] == "words of new"
    site.discuss("/steel/")
    site.build()
    assert "words of question" in before
    assert "comment" not in site.node("steel/index.html", "BlogPosting")
    assert "words of" not in site.html("steel/index.html")


def test_no_words_of_people_can_break_out_of_the_data(site: MetadataSite) -> None:
    site.content("steel")
    words = "&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;!-- \u2028 قال \U0001f6b2"
    site.discuss(
        "/steel/",
        said("hostile", html=f"<p>{words}</p>", author=Speaker(name=HOSTILE)),
    )
    site.build()
    page = site.page("steel/index.html")
    (script,) = page.find_all("script")
    assert script["type"] == "application/ld+json"
    (comment,) = site.node("steel/index.html", "BlogPosting")["comment"]
    assert "</script><script>alert(1)</script><!--" in comment["text"]
    assert "قال 🚲" in comment["text"]
    assert "</script>" in comment["author"]["name"]


def test_the_data_end_where_a_long_discussion_leaves_the_page(site: MetadataSite) -> None:
    site.content("steel")
    base = said(0)
    site.discuss(
        "/steel/",
        *(replace(base, id=f"https://s.example/{n}", url="", html=f"{n}") for n in range(502)),
    )
    site.build()
    article = site.node("steel/index.html", "BlogPosting")
    assert (len(article["comment"]), article["commentCount"]) == (500, 502)
    assert site.meta("steel/discussion-2/index.html")["robots"][0] == "noindex"
    assert site.graph("steel/discussion-2/index.html") == []
    assert site.links("steel/discussion-2/index.html", "canonical") == []


def test_pictures_in_the_conversation_are_our_copies(site: MetadataSite) -> None:
    site.content("steel")
    name = f"pictures/{'ab' * 16}.webp"
    file = site.folder / "discussion" / name
    file.parent.mkdir(parents=True)
    Image.new("RGB", (8, 8), "teal").save(file, "WEBP")
    site.set("RELATIVE_URLS = True")
    site.discuss(
        "/steel/",
        said(
            "picture",
            pictures=(Picture(url=name, alt="A bell", media_type="image/webp", size=1),),
        ),
    )
    site.build()
    (comment,) = site.node("steel/index.html", "BlogPosting")["comment"]
    (image,) = comment["image"]
    assert image == {
        "@type": "ImageObject",
        "url": f"{SITE}/discussion/{name}",
        "caption": "A bell",
    }
    assert (site.output / "discussion" / name).is_file()

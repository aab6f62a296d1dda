"""Every page of the built site, before the judges that others use: markup, style, data, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.servers.production import serving
from tests.servers.validators import Finding, links, markup_and_style, structured_data
from tests.servers.whole_site import ADDRESS, TALKED_ABOUT

# What the Nu Html Checker says and we do not follow: a pattern, and why it is not ours to mend.
NOT_OURS: dict[str, str] = {}


@pytest.fixture(scope="module")
def pages(whole_site: Path) -> list[Path]:
    """Every HTML file but the drafts, which nobody is shown."""
    found = [file for file in sorted(whole_site.rglob("*.html")) if "drafts" not in file.parts]
    assert len(found) > 60
    return found


def test_no_page_and_no_stylesheet_has_an_error_or_a_warning(
    whole_site: Path, pages: list[Path]
) -> None:
    styles = sorted(whole_site.rglob("*.css"))
    assert styles
    found = [
        finding
        for finding in markup_and_style([*pages, *styles])
        if not any(re.search(pattern, finding.message) for pattern in NOT_OURS)
    ]
    assert not found, listed(found, whole_site)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<!doctype html><html lang=en><title>x</title><p><p></b>", "Stray end tag"),
        ("<!doctype html><html lang=en><title>x</title><style>p{colour:red}</style>", "colour"),
    ],
)
def test_the_judge_of_markup_and_style_sees_mistakes(tmp_path: Path, page: str, words: str) -> None:
    (tmp_path / "wrong.html").write_text(page, encoding="utf-8")
    found = markup_and_style([tmp_path / "wrong.html"])
    assert any(words in finding.message for finding in found), listed(found, tmp_path)


def test_structured_data_keeps_to_the_vocabulary_and_to_what_search_engines_document(
    whole_site: Path, pages: list[Path]
) -> None:
    shown = [page for page in pages if "noindex" not in page.read_text(encoding="utf-8")]
    found, things = structured_data(shown)
    wrong = [finding for finding in found if finding.severity == "error"]
    assert not wrong, listed(wrong, whole_site)
    assert things >= len(shown)


def test_the_judge_of_structured_data_sees_mistakes(tmp_path: Path) -> None:
    (tmp_path / "wrong.html").write_text(
        '<!doctype html><html lang="en"><script type="application/ld+json">'
        '{"@context": "https://schema.org", "@type": "BlogPosting", "headline": "x",'
        ' "comment": [{"@type": "Coment"}, {"@type": "Comment", "txt": "y"}]}</script>',
        encoding="utf-8",
    )
    (tmp_path / "none.html").write_text("<!doctype html><title>x</title>", encoding="utf-8")
    found, things = structured_data([tmp_path / "wrong.html", tmp_path / "none.html"])
    assert things == 1
    assert [finding.message for finding in found if finding.severity == "error"] == [
        'Type "Coment" is not a valid schema.org type',
        'Property "txt" for type "Comment" is not supported by the schema.org specification',
        "no structured data",
    ]


def test_no_internal_link_is_broken(whole_site: Path) -> None:
    with serving(whole_site, ADDRESS) as here:
        broken, followed = links(here)
    assert not broken, "\n".join(map(str, broken))
    assert followed > 200


def test_the_judge_of_links_sees_a_page_and_a_fragment_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        f'<!doctype html><title>x</title><h1 id="top">x</h1><a href="{ADDRESS}/gone/">g</a>'
        '<a href="#nowhere">n</a><a href="#top">t</a><a href="https://else.example/">e</a>',
        encoding="utf-8",
    )
    with serving(tmp_path, ADDRESS) as here:
        broken, _ = links(here)
    assert sorted(finding.message.rpartition("/")[2] for finding in broken) == ["", "#nowhere"]


def test_the_site_that_is_judged_has_conversations(whole_site: Path) -> None:
    for page in TALKED_ABOUT:
        text = (whole_site / page.strip("/") / "index.html").read_text(encoding="utf-8")
        assert text.count("h-cite") >= 10, page
        assert "<b>F</b>" not in text


def listed(found: list[Finding], whole_site: Path) -> str:
    """The findings, each kind once, with how often and where first."""
    kinds: dict[str, list[Finding]] = {}
    for finding in found:
        kinds.setdefault(f"{finding.severity}: {finding.message}", []).append(finding)
    lines = []
    for kind, same in kinds.items():
        first = same[0].file.removeprefix(str(whole_site))
        lines.append(f"{len(same)} × {kind} (first: {first}:{same[0].place})")
    return "\n".join(lines)

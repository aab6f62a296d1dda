"""The site of `site_build` for Hugo: the same texts, discussions and pictures, an equal theme.

The templates beside this file make what the theme tertulia and its plugins make of an article and
of a list: the same elements and classes, so that the same style sheet fits. docs/benchmarks.md
says what is equal and what is not. Pictures, style sheet and the cards that stand for articles
without a picture are those that Pelican has made already.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

HERE = Path(__file__).parent
READY = ("fonts", "icons", "previews", "theme", "favicon.ico", "site.webmanifest")
CARD = re.compile(r'og:image" content="https://vencejo\.example(/previews/[^"]+)')
SUBTITLES = {
    "en": "City bicycles, made and mended in Valencia",
    "es": "Bicicletas de ciudad, hechas y reparadas en València",
}


def write_hugo_site(site: Path) -> Path:
    """Its folder, below that of a site which Pelican has built into output/."""
    folder = site / "hugo"
    for made in ("content", "static", "public"):  # but not the pictures, in resources/
        shutil.rmtree(folder / made, ignore_errors=True)
    for name in ("articles", "pages"):
        (folder / "content" / name).mkdir(parents=True)
        for source in sorted((site / "content" / name).glob("*.md")):
            text = _page(site, source, name)
            (folder / "content" / name / source.name).write_text(text, encoding="utf-8")
    for lang in SUBTITLES:
        for name, says in _UNLISTED.items():
            index = folder / "content" / name / f"_index.{lang}.md"
            index.parent.mkdir(exist_ok=True)
            index.write_text(json.dumps(says), encoding="utf-8")
    for name in READY:
        _copy(site / "output" / name, folder / "static" / name)
    _copy(site / "content" / "images" / "vencejo.svg", folder / "static" / "images" / "vencejo.svg")
    (folder / "config.json").write_text(json.dumps(_settings(site)), encoding="utf-8")
    return folder


_MANNERS = {
    "en": {"locale": "en_GB", "day": "2 January 2006"},
    "es": {"locale": "es_ES", "day": ":date_long"},
}
_UNLISTED = {  # what Hugo would make besides: lists of folders, feeds of years
    "articles": {"_build": {"render": "never"}},
    "pages": {"_build": {"render": "never"}},
    "archive": {"cascade": {"outputs": ["html"]}},
}


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy(source, target)


def _page(site: Path, source: Path, kind: str) -> str:
    head, _, body = source.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    says: dict[str, object] = {
        "title": fields["Title"],
        "slug": fields["Slug"],
        "summary": fields["Summary"],
        "translationKey": fields["Pair"],
    }
    if kind == "articles":
        says |= _of_article(site, source, fields)
    else:
        says |= {"weight": int(fields["Order"]), "menu_place": fields.get("Menu", "")}
    return f"{json.dumps(says)}\n\n{body}"


def _of_article(site: Path, source: Path, fields: dict[str, str]) -> dict[str, object]:
    lang = "es/" if source.name.endswith(".es.md") else ""
    says: dict[str, object] = {
        "date": fields["Date"].replace(" ", "T") + ":00",
        "author": fields["Author"],
        "topics": [fields["Category"]],
        "tags": sorted(set(fields["Tags"].split(", "))),
        "archive": [fields["Date"][:4]],
    }
    if "Image" in fields:
        says |= {"image": fields["Image"], "imagealt": fields["Image-Alt"]}
    else:
        page = site / "output" / lang / fields["Slug"] / "index.html"
        if card := CARD.search(page.read_text(encoding="utf-8")):
            says["preview"] = card[1]
    if (site / "discussion" / "pages" / lang / fields["Slug"]).is_dir():
        says |= {"discussion": fields["Slug"], "outputs": ["html", "rss", "atom", "feed"]}
    return says


def _settings(site: Path) -> dict[str, object]:
    sheet = next((site / "output" / "theme" / "css").glob("tertulia.*.css"))
    lists = ["html", "rss", "atom", "feed"]
    feed = {"isPlainText": True, "rel": "alternate"}
    return {
        "baseURL": "https://vencejo.example/",
        "title": "Vencejo",
        "timeZone": "Europe/Madrid",
        "buildFuture": True,
        "enableRobotsTXT": True,
        "defaultContentLanguage": "en",
        "languages": {
            lang: {
                "weight": at,
                "languageName": {"en": "English", "es": "Español"}[lang],
                "params": {"subtitle": said, **_MANNERS[lang]},
            }
            for at, (lang, said) in enumerate(SUBTITLES.items(), 1)
        },
        "params": {"stylesheet": f"theme/css/{sheet.name}"},
        "taxonomies": {"tag": "tags", "topic": "topics", "year": "archive"},
        "permalinks": {"articles": "/:slug/", "pages": "/:slug/"},
        "outputFormats": {
            "rss": {"mediaType": "application/rss+xml", "baseName": "rss", **feed},
            "atom": {"mediaType": "application/atom+xml", "baseName": "atom", **feed},
            "feed": {"mediaType": "application/json", "baseName": "feed", **feed},
            "outbox": {
                "mediaType": "application/json",
                "baseName": "outbox",
                "notAlternative": True,
            },
        },
        "mediaTypes": {"application/atom+xml": {"suffixes": ["xml"]}},
        "outputs": {"home": [*lists, "outbox"], "taxonomy": ["html"], "term": lists},
        "module": {
            "mounts": [
                {"source": "content", "target": "content"},
                {"source": "static", "target": "static"},
                {"source": str(HERE / "layouts"), "target": "layouts"},
                {"source": str(HERE / "i18n"), "target": "i18n"},
                {"source": str(site / "content" / "images"), "target": "assets/images"},
                {"source": str(site / "discussion"), "target": "data"},
            ]
        },
    }

"""Real builds: what is listed, what leads on, what is gone, and what is wrong with any of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from syndication.exchange import Discussion, discussion_files, replace_file
from tests.servers.apache import apache
from tests.servers.nginx import nginx
from tests.servers.waiting import HANGS
from tests.site.metadata_site import SITE, MetadataSite, said

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}loc"
OUTBOX = 'PLUGINS = [*PLUGINS, "pelican.plugins.syndication_outbox"]\n'


@dataclass
class Listed:
    """One page of the sitemap."""

    changed: str
    links: dict[str, str]
    images: list[str]


def listed(site: MetadataSite) -> dict[str, Listed]:
    """What the sitemap lists, by path below SITEURL."""
    found: dict[str, Listed] = {}
    for file in sorted(site.output.glob("sitemap-*.xml")):
        for url in ElementTree.fromstring(file.read_bytes()).iter(f"{SITEMAP}url"):
            path = str(url.findtext(f"{SITEMAP}loc")).removeprefix(SITE)
            assert path not in found
            found[path] = Listed(
                url.findtext(f"{SITEMAP}lastmod") or "",
                {str(a.get("hreflang")): str(a.get("href")) for a in url.iter(LINK)},
                [str(image.text) for image in url.iter(IMAGE)],
            )
    return found


@pytest.fixture
def site(tmp_path: Path) -> MetadataSite:
    made = MetadataSite(tmp_path)
    made.content("steel")
    return made


def test_each_page_that_may_be_listed_is_listed_once_and_nothing_else(site: MetadataSite) -> None:
    site.content("steel", "Pair: steel")
    site.content("acero", "Lang: es\nPair: steel\nTags: cuadros")
    site.content("more", "Tags: frames\nAliases: /former/")
    site.content("last", "Tags: frames")
    site.content("draft", "Status: draft")
    site.content("later", "Date: 2099-01-01")
    site.content("hidden", "Status: hidden", kind="pages")
    site.content("unlisted", "Robots: noindex", kind="pages")
    site.content("about", kind="pages")
    site.build("--fatal", "warnings")
    pages = {
        f"/{file.relative_to(site.output).as_posix().removesuffix('index.html')}"
        for file in site.output.rglob("*.html")
        if "noindex" not in " ".join(site.meta(str(file.relative_to(site.output)))["robots"])
    }
    assert set(listed(site)) == pages
    assert {"/", "/es/", "/steel/", "/es/acero/", "/about/", "/tag/frames.html"} <= pages
    assert not {"/former/", "/404.html", "/draft/", "/unlisted/", "/hidden/"} & pages


def test_translations_and_pictures_are_those_of_the_page(site: MetadataSite) -> None:
    site.picture("images/a b.png")
    site.picture("images/inside.png")
    words = "![In](/images/inside.png) ![out](https://else.example/x.png) ![data](data:image/)\n\n"
    matter = "Pair: frame\nImage: images/a b.png\nImage-Alt: A frame"
    site.content("frame", matter, words=words * 2)
    site.content("cuadro", "Lang: es\nPair: frame")
    site.build()
    pages = listed(site)
    assert pages["/frame/"].images == [f"{SITE}/images/a%20b.png", f"{SITE}/images/inside.png"]
    for path, name in {"/frame/": "frame/index.html", "/": "index.html"}.items():
        assert pages[path].links == site.hreflang(name)
        assert set(pages[path].links) == {"en", "es", "x-default"}
    assert pages["/steel/"].links == {}


def test_a_page_changed_when_its_author_says_so_or_somebody_spoke(site: MetadataSite) -> None:
    site.content("mended", "Modified: 2026-11-21 10:00")
    site.write("content/pages/undated.md", "Title: Undated\nSlug: undated\n\nWords.\n")
    when = datetime(2026, 11, 21, 20, 15, tzinfo=UTC)
    site.discuss("/steel/", said("early"), said("late", published=when))
    site.build()
    pages = listed(site)
    assert pages["/steel/"].changed == "2026-11-21T20:15:00+00:00"
    assert pages["/mended/"].changed == "2026-11-21T10:00:00+01:00"
    assert pages["/undated/"].changed == ""
    assert pages["/"].changed == "2026-11-21T10:00:00+01:00"  # its newest member
    edited = said("early", updated=when + timedelta(hours=1))
    site.discuss("/steel/", edited)
    site.build()
    assert listed(site)["/steel/"].changed == "2026-11-21T21:15:00+00:00"


def test_a_page_changed_when_words_were_approved_or_withdrawn(site: MetadataSite) -> None:
    """Who read them there has to come again to forget them."""
    approved = datetime(2026, 11, 22, 9, tzinfo=UTC)
    site.discuss("/steel/", said("old"), said("new"), changed=approved)
    site.build()
    assert listed(site)["/steel/"].changed == "2026-11-22T09:00:00+00:00"
    withdrawn = Discussion(page="/steel/", changed=approved + timedelta(minutes=5))
    for name, data in discussion_files(withdrawn).items():
        replace_file(site.folder / "discussion" / name, data)
    site.build()
    assert listed(site)["/steel/"].changed == "2026-11-22T09:05:00+00:00"


def test_a_date_that_somebodys_server_made_up_is_not_believed(site: MetadataSite) -> None:
    site.discuss("/steel/", said("joke", published=datetime(2999, 1, 1, tzinfo=UTC)), said("true"))
    site.build()
    assert listed(site)["/steel/"].changed == "2026-11-21T08:15:00+00:00"


def test_two_builds_are_the_same_bytes(site: MetadataSite) -> None:
    site.set('HOST_RULES = ["nginx", "apache", "netlify"]\nINDEXNOW_KEY = "0123abcd"')
    site.content("moved", "Aliases: /former/, /older.html")
    site.write("content/gone.txt", "/sold/\n")
    site.discuss("/steel/", said("one"))

    def snapshot() -> dict[str, bytes]:
        site.build()
        files = (file for file in site.output.rglob("*") if file.is_file())
        return {str(file.relative_to(site.output)): file.read_bytes() for file in files}

    first = snapshot()
    assert first == snapshot()
    named = {"sitemap.xml", "robots.txt", "0123abcd.txt", ".htaccess", "410.html"}
    assert named <= set(first)


def test_articles_of_one_date_stand_in_one_order_in_every_build(
    site: MetadataSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abcdef":
        site.content(name, "Date: 2026-11-20")
    lists = set()
    for seed in "1234":
        monkeypatch.setenv("PYTHONHASHSEED", seed)
        site.build()
        lists.add(site.html("archives.html") + site.html("index.html"))
    assert len(lists) == 1


def test_an_output_folder_behind_a_link_is_like_any_other(site: MetadataSite) -> None:
    (site.folder / "elsewhere").mkdir()
    (site.folder / "output").symlink_to("elsewhere")
    site.set('OUTPUT_PATH, HOST_RULES = "output/../output/", "nginx"')
    site.build("--fatal", "errors")
    assert "/steel/" in listed(site)


def test_shards_of_before_do_not_stay_in_a_folder_that_is_kept(site: MetadataSite) -> None:
    site.set("DELETE_OUTPUT_DIRECTORY = False")
    site.build()
    site.write("output/sitemap-pages-01.xml", "<old/>")
    site.build()
    names = {file.name for file in site.output.glob("sitemap*")}
    assert names == {"sitemap.xml", "sitemap-pages.xml"}


def test_robots_txt_names_the_sitemap_and_a_site_may_bring_its_own(site: MetadataSite) -> None:
    site.build()
    assert site.html("robots.txt").endswith(f"Sitemap: {SITE}/sitemap.xml\n")
    site.set('STATIC_PATHS = ["images", "extra/robots.txt"]')
    site.set('EXTRA_PATH_METADATA = {"extra/robots.txt": {"path": "robots.txt"}}')
    site.write("content/extra/robots.txt", "User-agent: *\nDisallow: /private/\n")
    site.build("--fatal", "warnings")
    assert site.html("robots.txt") == "User-agent: *\nDisallow: /private/\n"


def test_a_site_that_nobody_should_list_has_no_sitemap_and_stays_readable(
    site: MetadataSite,
) -> None:
    site.set("SITE_NOINDEX = True")
    site.build()
    assert list(site.output.glob("sitemap*")) == []
    assert site.html("robots.txt") == "User-agent: *\nDisallow:\n"


def test_a_former_address_leads_on_in_the_pages_language(site: MetadataSite) -> None:
    aliases = "Aliases: /viejo/, /a%C3%B1o.html, /x.php"
    site.content("acero", f"Title: Acero & «más»\nLang: es\n{aliases}")
    site.build("--fatal", "warnings")
    for name in ("viejo/index.html", "año.html"):
        page = BeautifulSoup(site.html(name), "html.parser")
        refresh = page.find("meta", {"http-equiv": "refresh"})
        assert str(refresh["content"]) == f"0; url={SITE}/es/acero/"  # type: ignore[index]
        assert site.links(name, "canonical") == [f"{SITE}/es/acero/"]
        assert site.meta(name)["robots"] == ["noindex"]
        assert page.html["lang"] == "es"  # type: ignore[index]
        assert page.main.a["href"] == f"{SITE}/es/acero/"  # type: ignore[union-attr, index]
        assert page.main.get_text(" ", strip=True) == (  # type: ignore[union-attr]
            "Esta página se ha mudado Ahora está aquí: Acero & «más»"
        )
    assert not (site.output / "x.php").exists()
    assert not (site.output / "x.php/index.html").exists()


def test_a_right_to_left_page_leads_on_from_right_to_left(site: MetadataSite) -> None:
    site.set('LANGUAGE_SETTINGS = {"ar": {}}')
    site.content("bike", 'Title: دراجة <b>"1"</b>\nLang: ar\nAliases: /old/')
    site.build()
    page = BeautifulSoup(site.html("old/index.html"), "html.parser")
    assert page.html["dir"] == "rtl"  # type: ignore[index]
    assert page.main.a.get_text() == 'دراجة "1"'  # type: ignore[union-attr]


def test_a_page_of_a_draft_claims_no_former_address(site: MetadataSite) -> None:
    site.content("draft", "Status: draft\nAliases: /former/")
    site.build("--fatal", "warnings")
    assert not (site.output / "former").exists()


@pytest.mark.parametrize(
    ("alias", "complaint"),
    [
        ("/steel/", "/steel/ is the address of content/articles/steel.md"),
        ("/steel", "/steel is the address of content/articles/steel.md"),
        ("/shared/", "/shared/ is the address an alias of content/articles/a.md"),
        ("/images/logo.svg", "/images/logo.svg is the address of images/logo.svg"),
        ("/about/", "/about/ is the address of content/pages/about.md"),
        ("/about/, old/", "must be former URL paths, each with a leading slash"),
        ("/x/, /a b/", "'/a b/' is none"),
        ("/old%00/", "'/old\\x00/' is none"),
        (f"/{'x' * 300}/", "is none"),
        ("/x/, /x/", "has the same path twice"),
        ("/tag/frames.html", "/tag/frames.html is the address of a list that this build wrote"),
        ("/robots.txt", "/robots.txt is the address of a file that this build writes"),
        ("/sitemap.xml/", "/sitemap.xml/ is the address of a file that this build writes"),
    ],
)
def test_a_former_address_that_is_taken_is_an_error_with_file_and_line(
    site: MetadataSite, alias: str, complaint: str
) -> None:
    site.content("about", kind="pages")
    site.content("a", "Aliases: /shared/\nTags: frames")
    site.content("b", f"Aliases: {alias}")
    log = site.fail()
    (line,) = [line for line in log.splitlines() if line.startswith("content/articles/b.md:")]
    assert re.match(r"content/articles/b\.md:5: Aliases: ", line)
    assert complaint in line
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("alias", "owner"),
    [
        ("/feeds/all.atom.xml", "a feed that this build wrote"),
        ("/nginx-moved.map", "a file that this build writes"),
    ],
)
def test_a_former_address_that_is_a_feeds_or_a_hosts_file_is_an_error(
    tmp_path: Path, alias: str, owner: str
) -> None:
    site = MetadataSite(tmp_path, 'FEED_ALL_ATOM = "feeds/all.atom.xml"\nHOST_RULES = "nginx"\n')
    site.content("a", f"Aliases: {alias}")
    said = " ".join(site.fail().split())
    assert f"a.md:5: Aliases: {alias} is the address of {owner}" in said


@pytest.mark.parametrize(
    ("text", "line", "complaint"),
    [
        (
            "# sold\n/steel/\n",
            2,
            "/steel/ is the address of content/articles/steel.md, so",
        ),
        ("/sold/\n\n/sold/ # again\n", 3, "/sold/ is in line 1 already"),
        ("sold/\n", 1, "must be one former URL path with a leading slash"),
        ("/a/, /b/\n", 1, "must be one former URL path with a leading slash"),
        ("/former/\n", 1, "/former/ is the address an alias of content/articles/moved.md"),
    ],
)
def test_a_wrong_line_of_gone_txt_is_an_error_with_its_number(
    site: MetadataSite, text: str, line: int, complaint: str
) -> None:
    site.content("moved", "Aliases: /former/")
    site.write("content/gone.txt", text)
    log = site.fail()
    assert f"content/gone.txt:{line}: {complaint}" in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    ("setting", "complaint"),
    [
        ('AI_CRAWLERS = "no"', "AI_CRAWLERS = 'no': write 'allow' or 'disallow'"),
        ('INDEXNOW_KEY = "a b"', "INDEXNOW_KEY must be 8 to 128 letters, digits or hyphens"),
        ('HOST_RULES = ["iis"]', "HOST_RULES: 'iis' is not known; known are nginx, apache"),
    ],
)
def test_a_wrong_setting_is_an_error(site: MetadataSite, setting: str, complaint: str) -> None:
    site.set(setting)
    assert complaint in site.fail()
    site.build()  # without fatal errors the rest is built
    assert (site.output / "steel/index.html").exists()


def test_the_key_for_search_engines_is_a_file_of_the_site(site: MetadataSite) -> None:
    site.set(OUTBOX + 'INDEXNOW_KEY = "0123-abCD"')
    site.build()
    assert (site.output / "0123-abCD.txt").read_bytes() == b"0123-abCD"
    told = json.loads(site.html("outbox.json"))["tertulia:indexNow"]
    assert told["keyLocation"] == f"{SITE}/0123-abCD.txt"


@pytest.fixture
def moved(site: MetadataSite) -> MetadataSite:
    """A site with all that hosts have to know."""
    site.set('HOST_RULES = ["nginx", "apache", "netlify"]')
    site.content("new", 'Aliases: /old/, /año.html, /q"uote$1/, /a.b+c/, /plain')
    site.write("content/gone.txt", "/sold/\n/vendido-ñ/  # with a comment\n")
    site.build("--fatal", "warnings")
    return site


def asked(server: str, path: str) -> tuple[int, str, str]:
    """Status, Location and body of one request."""
    connection = HTTPConnection(urlsplit(server).netloc, timeout=HANGS)
    connection.request("GET", quote(path))
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer.status, answer.getheader("Location") or "", body


def by_nginx(site: MetadataSite, folder: Path) -> object:
    output = site.output
    http = (
        "map_hash_bucket_size 512;\n"
        f'map $uri $moved {{ default ""; include {output}/nginx-moved.map; }}\n'
        f'map $uri $gone {{ default ""; include {output}/nginx-gone.map; }}\n'
    )
    server = (
        f"root {output};\nindex index.html;\nif ($moved) {{ return 301 $moved; }}\n"
        "if ($gone) { return 410; }\nerror_page 410 @gone;\n"
        "location @gone { rewrite ^ /410.html break; }\nerror_page 404 /404.html;\n"
    )
    return nginx(folder, http=http, server=server)


def by_apache(site: MetadataSite, folder: Path) -> object:
    return apache(folder, site.output)


@pytest.mark.parametrize("serve", [by_nginx, by_apache], ids=["nginx", "apache"])
def test_a_host_leads_on_says_gone_and_says_not_found(
    moved: MetadataSite, tmp_path: Path, serve: Callable[[MetadataSite, Path], object]
) -> None:
    with serve(moved, tmp_path / "server") as address:  # type: ignore[attr-defined]
        for path in ("/old/", "/año.html", '/q"uote$1/', "/a.b+c/", "/plain"):
            assert asked(address, path)[:2] == (301, f"{SITE}/new/"), path
        for path in ("/sold/", "/vendido-ñ/"):
            status, _, body = asked(address, path)
            assert (status, "This page is gone" in body) == (410, True), path
        for path in ("/aXb+c/", "/old/deeper/", "/sold/deeper/"):
            status, _, body = asked(address, path)
            assert (status, "Nothing is here." in body) == (404, True), path
        assert asked(address, "/new/")[0] == 200


def test_the_page_for_what_is_gone_is_not_listed(moved: MetadataSite) -> None:
    assert moved.meta("410.html")["robots"] == ["noindex"]
    assert "/410.html" not in listed(moved)


def test_a_removed_address_has_no_page_that_would_answer_with_success(moved: MetadataSite) -> None:
    assert not (moved.output / "sold").exists()


def test_a_host_file_of_the_sites_own_is_left_as_it_is(site: MetadataSite) -> None:
    site.set('HOST_RULES = ["netlify"]\nSTATIC_PATHS = ["images", "_redirects"]')
    site.content("new", "Aliases: /old/")
    site.write("content/_redirects", "/a /b 302\n")
    log = site.build()
    assert "_redirects is the site's own file" in log
    assert site.html("_redirects") == "/a /b 302\n"


def test_a_site_in_a_folder_of_its_host_keeps_to_it(tmp_path: Path) -> None:
    site = MetadataSite(tmp_path)
    site.set(f'SITEURL = "{SITE}/blog"\nHOST_RULES = ["apache"]')
    site.content("new", "Aliases: /blog/old/, /elsewhere/")
    site.build("--fatal", "warnings")
    assert (site.output / "old/index.html").exists()
    assert not (site.output / "elsewhere").exists()
    rules = site.html(".htaccess")
    assert f'RedirectMatch 301 "^/elsewhere/$" "{SITE}/blog/new/"' in rules
    assert "ErrorDocument 410 /blog/410.html" in rules
    assert site.html("robots.txt").endswith(f"{SITE}/blog/sitemap.xml\n")


def test_without_a_public_address_nothing_of_this_is_written(site: MetadataSite) -> None:
    site.set('SITEURL = ""')
    site.content("new", "Aliases: /old/")
    site.build("--fatal", "errors")
    assert list(site.output.glob("sitemap*")) == []
    assert not (site.output / "robots.txt").exists()
    assert not (site.output / "old").exists()

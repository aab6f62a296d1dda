"""The demonstration site as its visitors get it: built for its public address, with conversations.

What is said under the articles is written through `syndication.exchange`, as the daemon writes it,
and holds what people send: long threads, markup, right-to-left words, pictures, answers of ours.
"""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

from syndication.exchange import (
    Discussion,
    Site,
    Speaker,
    Syndicated,
    Utterance,
    discussion_files,
    replace_file,
    site_bytes,
)
from syndication.model import Picture
from tests.servers.install import CLONE
from tests.servers.pelican import pelican

ADDRESS = "https://vencejo.example"
TALKED_ABOUT = ("/what-a-repair-costs/", "/es/que-cuesta-una-reparacion/", "/carrying-children/")
BEGAN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
OURS = Speaker(
    name="Vencejo", url="https://social.example/@vencejo", handle="@vencejo@social.example"
)
COPIES = (
    Syndicated(network="mastodon", account=OURS.handle, url="https://social.example/@vencejo/1"),
    Syndicated(
        network="bluesky",
        account="vencejo.example",
        url="https://bsky.app/profile/vencejo.example/post/3lbq",
    ),
)
SAID = (  # name, words, what it answers (by place), network
    ("Ana Torres", "<p>Does the child seat fit <em>two</em> children?</p>", None, "mastodon"),
    ("Vencejo", "<p>One on the seat, two in the front box. Come and try both.</p>", 0, "mastodon"),
    ("Dilan Öztürk", "<p>Ours carries two, three and five &amp; the dog.</p>", 1, "mastodon"),
    ("Bruno <b>F</b>", "<p>¿Cuánto cuesta cambiar los dos cables?</p>", None, "bluesky"),
    ("ليلى", "<p>دراجة جميلة جدا، شكرا لكم!</p>", None, "mastodon"),
    ("Chiara 🚲", "<p>The quietest bicycle I have ever had.<br>Grazie! 🌧️</p>", None, "bluesky"),
    ("Eva", "<blockquote><p>no surprises</p></blockquote><p>That is rare.</p>", None, "mastodon"),
    ("Farid", '<p>Read <a href="https://taller.example/guide">this guide</a>.</p>', 6, "bluesky"),
    ("Greta", "<p>I paid 38 € and got my old parts back in a bag.</p>", None, "mastodon"),
    ("Hugo", "<ul><li>brakes</li><li>chain</li></ul><p>Both in a day.</p>", 8, "mastodon"),
)


def build(folder: Path) -> Path:
    """Build the clone's site into `folder`/output, which is returned; without a warning."""
    discussion, output = folder / "discussion", folder / "output"
    write_discussions(discussion)
    built = pelican(
        CLONE,
        *("--fatal", "warnings", "--output", str(output)),
        *("--extra-settings", f'DISCUSSION_PATH="{discussion}"'),
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return output


def write_discussions(folder: Path) -> None:
    """Ten messages under each of three articles, and what the daemon says of itself."""
    latest = []
    for page in TALKED_ABOUT:
        messages = tuple(utterance(folder, page, number) for number in range(len(SAID)))
        discussion = Discussion(
            page=page, messages=messages, reactions={"like": 12, "repost": 3}, copies=COPIES
        )
        for name, content in discussion_files(discussion).items():
            replace_file(folder / name, content)
        latest += [(page, message) for message in messages[-2:]]
    site = Site(
        accounts=(
            Syndicated(network="mastodon", account=OURS.handle, url=OURS.url),
            Syndicated(
                network="bluesky",
                account="vencejo.example",
                url="https://bsky.app/profile/vencejo.example",
            ),
        ),
        retention_days=90,
        contact="hola@vencejo.example",
        latest=tuple(latest),
    )
    replace_file(folder / "site.json", site_bytes(site))


def utterance(folder: Path, page: str, number: int) -> Utterance:
    """The message at place `number` of `SAID`, under `page`; its pictures are put into `folder`."""
    name, html, answers, network = SAID[number]
    ours = name == "Vencejo"
    key = f"https://people.example{page}{number}"
    published = BEGAN + timedelta(minutes=17 * number)
    return Utterance(
        id=key,
        url=key,
        author=OURS
        if ours
        else Speaker(
            name=name,
            url=f"https://people.example/{number}",
            handle=f"@p{number}@people.example",
            picture=picture(folder, 96, number) if number % 2 else None,
        ),
        html=html,
        published=published,
        updated=published + timedelta(minutes=5) if number == 8 else None,
        network=network,
        reply_to=None if answers is None else f"https://people.example{page}{answers}",
        ours=ours,
        language={3: "es", 4: "ar"}.get(number, "en"),
        direction="rtl" if number == 4 else "ltr",
        pictures=(
            Picture(
                url=picture(folder, 640, number),
                alt="A bag with two worn brake pads",
                media_type="image/webp",
                width=640,
                height=640,
            ),
        )
        if number == 8
        else (),
    )


def picture(folder: Path, size: int, number: int) -> str:
    """A square picture in a colour of its own, named by its content as the daemon does."""
    drawn = io.BytesIO()
    Image.new("RGB", (size, size), (40 * number % 255, 110, 150)).save(drawn, "WEBP")
    name = f"pictures/{hashlib.sha256(drawn.getvalue()).hexdigest()[:32]}.webp"
    replace_file(folder / name, drawn.getvalue())
    return name

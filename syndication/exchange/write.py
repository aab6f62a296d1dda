"""Values → documents. The same value is always the same bytes: sorted keys, no clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from syndication.exchange.files import continued_path, document_path
from syndication.exchange.nouns import (
    CONTEXT,
    MESSAGES_PER_PAGE,
    VERSION,
    Discussion,
    DocumentError,
    Outbox,
    Site,
    Syndicated,
    Utterance,
)
from syndication.model import Picture, Post

_line = json.JSONEncoder(ensure_ascii=False, sort_keys=True, allow_nan=False).encode
SURROGATES = re.compile("[\ud800-\udfff]")
ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # not a backslash that someone wrote


def outbox_bytes(outbox: Outbox) -> bytes:
    """outbox.json as bytes. 10,000 posts are about 9 MB and take 0.25 s."""
    return outbox_of_lines(outbox, [post_line(post) for post in outbox.posts])


def post_line(post: Post) -> str:
    """A post as the outbox has it: JSON in one line."""
    return _line(_post_json(post))


def outbox_of_lines(outbox: Outbox, lines: Sequence[str]) -> bytes:
    """The same where somebody has the `lines` of the posts, whatever posts `outbox` has.

    Raises `DocumentError` for a post with characters that no document may carry: its author has to
    mend it.
    """
    text = _of_lines(
        _lean({"tertulia:hubs": list(outbox.hubs), "tertulia:indexNow": _index_now(outbox)})
        | {
            "@context": CONTEXT,
            "id": f"{outbox.site}/outbox.json",
            "type": "OrderedCollection",
            "tertulia:version": VERSION,
            "tertulia:site": outbox.site,
            "tertulia:feeds": dict(outbox.feeds),
            "totalItems": len(lines),
        },
        {"orderedItems": lines},
    )
    if not _carriable(text):
        url = json.loads(next(line for line in lines if not _carriable(line)))["url"]
        raise DocumentError("outbox.json", url, "has a NUL or half a character in its texts")
    return text.encode()


def discussion_files(discussion: Discussion) -> dict[str, bytes]:
    """The files of one page below discussion/: the first, and one more every 500 messages."""
    total = len(discussion.messages)
    count = max(1, -(-total // MESSAGES_PER_PAGE))
    files = {}
    for number in range(1, count + 1):
        start = (number - 1) * MESSAGES_PER_PAGE
        part = discussion.messages[start : start + MESSAGES_PER_PAGE]
        value: dict[str, object] = {
            "@context": CONTEXT,
            "id": continued_path(discussion.page, number),
            "type": "Collection" if number == 1 else "CollectionPage",
            "tertulia:version": VERSION,
            "tertulia:page": discussion.page,
            "totalItems": total,
            "items": [_utterance_json(message) for message in part],
        }
        if number == 1:
            value["tertulia:reactions"] = {k: n for k, n in discussion.reactions.items() if n}
            value["tertulia:copies"] = [_syndicated_json(copy) for copy in discussion.copies]
            if discussion.changed:
                value["updated"] = discussion.changed.isoformat()
        else:
            value["partOf"] = document_path(discussion.page)
        if number < count:
            value["next"] = continued_path(discussion.page, number + 1)
        files[continued_path(discussion.page, number)] = _bytes(value)
    return files


def site_bytes(site: Site) -> bytes:
    """site.json as bytes."""
    return _bytes(
        {
            "@context": CONTEXT,
            "type": "Organization",
            "tertulia:version": VERSION,
            "tertulia:accounts": [_syndicated_json(account) for account in site.accounts],
            "tertulia:limits": {name: dict(limits) for name, limits in site.limits.items()},
            "endpoints": dict(site.endpoints),
            "tertulia:retentionDays": site.retention_days,
            "tertulia:contact": site.contact,
            "tertulia:spamService": site.spam_service,
            "tertulia:latest": [
                {"tertulia:page": page, **_utterance_json(message)} for page, message in site.latest
            ],
        }
    )


def _bytes(value: Mapping[str, object]) -> bytes:
    """Words of others are mended where no document may carry them: U+FFFD instead."""
    text = _text(value)
    return (text if _carriable(text) else _text(_mended(value))).encode()


def _text(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False)
    return text + "\n"


def _of_lines(value: Mapping[str, object], lists: Mapping[str, Sequence[str]]) -> str:
    """The same value in fewer lines: one for each key of `value`, and for each item of `lists`,
    which are JSON already. Indenting would be the work of Python's slow encoder."""
    fields = {key: _line(item) for key, item in value.items()}
    for key, items in lists.items():
        fields[key] = "[\n  " + ",\n  ".join(items) + "\n ]" if items else "[]"
    inside = ",\n ".join(f"{_line(key)}: {fields[key]}" for key in sorted(fields))
    return f"{{\n {inside}\n}}\n"


def _carriable(text: str) -> bool:
    """No NUL (JSON escapes it) and no half of a surrogate pair (UTF-8 has none)."""
    has_nul = r"\u0000" in text and ESCAPED_NUL.search(text)
    return not (has_nul or SURROGATES.search(text))


def _mended(value: object) -> object:
    if isinstance(value, str):
        return SURROGATES.sub("\ufffd", value.replace("\0", "\ufffd"))
    if isinstance(value, Mapping):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_mended(item) for item in value]
    return value


def _lean(value: dict[str, object]) -> dict[str, object]:
    """Without what says nothing, so that documents stay small and readable."""
    return {key: item for key, item in value.items() if item or isinstance(item, int)}


def _words(key: str, language: str, text: str) -> dict[str, object]:
    return {f"{key}Map": {language: text}} if language else {key: text}


def _picture_json(picture: Picture) -> dict[str, object]:
    return _lean(
        {
            "type": "Image",
            "url": picture.url,
            "name": picture.alt,
            "mediaType": picture.media_type,
            "tertulia:size": picture.size,
            "width": picture.width,
            "height": picture.height,
        }
    )


def _emoji_json(code: str, url: str) -> dict[str, object]:
    """A custom emoji as the fediverse writes it: ``:code:`` in the words is this picture."""
    return {"type": "Emoji", "name": f":{code}:", "icon": {"type": "Image", "url": url}}


def _index_now(outbox: Outbox) -> dict[str, object] | None:
    found = outbox.index_now
    if found is None:
        return None
    return {"key": found.key, "keyLocation": found.key_url, "endpoints": list(found.endpoints)}


def _post_json(post: Post) -> dict[str, object]:
    value = _lean(
        {
            "id": post.url,
            "url": post.url,
            "type": "Article" if post.kind == "article" else "Page",
            "published": post.published.isoformat(),
            "updated": post.updated.isoformat() if post.updated else None,
            "tag": [{"type": "Hashtag", "name": tag} for tag in post.tags],
            "attachment": [_picture_json(p) for p in post.pictures],
            "tertulia:aliases": list(post.aliases),
            "tertulia:translations": dict(post.translations),
            "tertulia:texts": dict(post.texts),
            "tertulia:labels": list(post.labels),
            "tertulia:pageDigest": post.page_digest,
        }
    )
    return value | {
        **_words("name", post.language, post.title),
        **_words("summary", post.language, post.summary),
        "tertulia:original": post.original,
        "tertulia:comments": post.comments,
        "tertulia:networks": None if post.networks is None else list(post.networks),
        "tertulia:digest": post.digest,
    }


def _utterance_json(message: Utterance) -> dict[str, object]:
    author = message.author
    return _lean(
        {
            "id": message.id,
            "url": message.url,
            "type": "Note",
            "attributedTo": _lean(
                {
                    "type": "Person",
                    "name": author.name,
                    "url": author.url,
                    "preferredUsername": author.handle,
                    "icon": {"type": "Image", "url": author.picture} if author.picture else None,
                }
            ),
            **_words("content", message.language, message.html),
            "published": message.published.isoformat(),
            "updated": message.updated.isoformat() if message.updated else None,
            "summary": message.warning,
            "attachment": [_picture_json(p) for p in message.pictures],
            "tag": [_emoji_json(code, url) for code, url in sorted(message.emojis.items())],
            "inReplyTo": message.reply_to,
            "tertulia:network": message.network,
            "tertulia:kind": message.kind,
            "tertulia:direction": message.direction,
            "tertulia:ours": message.ours or None,
            "tertulia:also": [_syndicated_json(other) for other in message.also],
        }
    )


def _syndicated_json(copy: Syndicated) -> dict[str, object]:
    return _lean(
        {
            "type": "Link",
            "href": copy.url,
            "name": copy.account,
            "tertulia:network": copy.network,
            "tertulia:reply": copy.reply_url,
        }
    )

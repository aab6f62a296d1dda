"""Which account carries which post."""

from __future__ import annotations

from syndication.model import Account, Post
from syndication.rules.languages import same_language


def speaks(account: Account, language: str) -> bool:
    """Does the account speak `language` (BCP 47; regions do not matter)?"""
    return any(same_language(language, spoken) for spoken in account.languages)


def wants(post: Post, account: Account) -> bool:
    """Should `account` syndicate `post`?

    Articles go everywhere unless their front matter says otherwise, pages only where it names a
    network. An account without languages gets the original of each post and no translation.
    """
    if post.networks is None:
        if post.kind != "article":
            return False
    elif account.network not in post.networks and account.name not in post.networks:
        return False
    return speaks(account, post.language) if account.languages else post.original

"""The comment form and what belongs to it: preview, private page, reports, letters. No cookie.

`form` takes comments, `around` leads to other places to answer, `mine` is the page of whoever wrote
one, `reporting` hears readers, `letters` is where mail leads to, `own_site` tells what
became of an answer on one's own site. Nothing here needs JavaScript.
"""

from flask import Flask

from syndication.web.comments import around, form, letters, mine, own_site, reporting


def install(app: Flask) -> None:
    """Put the pages for visitors into the public app."""
    for room in (around, form, mine, reporting, letters):
        app.register_blueprint(room.part)


__all__ = ["install", "own_site"]

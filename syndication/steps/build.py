"""Build: after documents changed, bring the site in line with them, and only here.

1. Where a Pelican is kept warm (`[site] warm`) and every changed page is known: it writes the
   pages that show them, at once. What can wait (sitemap, outbox) follows when things are quiet.
2. Else, and whenever the warm one cannot: the site's own build command, debounced.

Both take the lock on output/ themselves, as a `pelican` run by hand does; the daemon holds none
meanwhile. What was written waits for `deploy`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from syndication.steps import command
from syndication.steps.deploy import WHOLE, deploy_due
from syndication.steps.site import Site
from syndication.steps.warm import WarmSite
from syndication.store import Transaction, events, marks

log = logging.getLogger("tertulia")

RETRY_AFTER = timedelta(minutes=1)
MANY = 500
"""More pages than this are a matter for a build."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Builder:
    """How this site is built."""

    command: str  # empty: somebody else builds
    directory: Path
    delay: timedelta = timedelta(seconds=5)  # several decisions in a row make one build
    limit: timedelta = timedelta(hours=1)
    warm: WarmSite | None = None  # writes single pages
    deploy: str = ""  # command that carries what was written to where it is served


def due_in(site: Site, builder: Builder) -> timedelta | None:
    """How long until the next build; zero when it is due, None when nothing waits for one."""
    mark = _mark(site, marks.BUILD_DUE)
    if not mark or not builder.command:
        return None
    return _left(site, builder, mark)


def build(
    site: Site,
    builder: Builder,
    *,
    now: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> bool:
    """Write the pages that changed, or run the command when a build is due (or waits for one,
    with `now`); True when that went well.

    Documents that change during the build make another one due. A failed build stays due and its
    complaint is in `tertulia status`. `stopping` is asked while it runs; then it is ended.
    """
    if builder.warm is not None and builder.command and not now:
        builder.warm.look_after()
        if builder.warm.loading:
            return False
        if _publish(site, builder, builder.warm, stopping):
            return True
        _settle(site, builder, builder.warm, stopping)
    wait = due_in(site, builder)
    if wait is None or (wait and not now):
        return False
    mark = _mark(site, marks.BUILD_DUE)
    if mark is None:
        return False  # somebody else built it just now
    problem = command.run(
        builder.command,
        cannot_start="[site] build: %s",
        directory=builder.directory,
        limit=builder.limit,
        stopping=stopping,
    )
    if problem is not None and stopping():
        return False
    with site.store.write() as tx:
        before = marks.get(tx, marks.BUILD_FAILED)
        if problem is not None:
            marks.put(tx, marks.BUILD_FAILED, problem)
            renewed = marks.get(tx, marks.BUILD_DUE) or mark
            again = (site.clock() + RETRY_AFTER).isoformat()
            marks.put(tx, marks.BUILD_DUE, {**renewed, "since": again})
        else:
            marks.drop(tx, marks.BUILD_FAILED)
            marks.drop(tx, marks.SETTLE_DUE)
            _done(site, tx, builder, mark, files=[WHOLE])
    if problem is not None:
        level = logging.DEBUG if problem == before else logging.ERROR
        log.log(level, "the site was not built, it is tried again: %s", problem)
    elif builder.warm is not None:
        builder.warm.start()
    return problem is None


def _publish(site: Site, builder: Builder, warm: WarmSite, stopping: Callable[[], bool]) -> bool:
    """Let the warm Pelican write what changed; False where the site must be built instead."""
    mark = _mark(site, marks.BUILD_DUE)
    if not mark or mark.get("whole") or mark.get("writing") or not mark.get("pages"):
        return False
    files = warm.publish(mark["pages"], stopping)
    if files is None:
        return False
    with site.store.write() as tx:
        marks.drop(tx, marks.BUILD_FAILED)
        waiting = marks.get(tx, marks.SETTLE_DUE) or {
            "since": site.clock().isoformat(),
            "pages": [],
        }
        waiting["pages"] = list(dict.fromkeys([*waiting["pages"], *mark["pages"]]))
        marks.put(tx, marks.SETTLE_DUE, {**waiting, "session": warm.session})
        _done(site, tx, builder, mark, files=files)
    return True


def _settle(site: Site, builder: Builder, warm: WarmSite, stopping: Callable[[], bool]) -> None:
    """Let the warm Pelican write what could wait; a build does it where there is none."""
    mark = _mark(site, marks.SETTLE_DUE)
    if not mark or _left(site, builder, mark):
        return
    asked = [[]] if mark["session"] == warm.session else [mark["pages"], []]
    written: list[str] = []
    for pages in asked:
        files = warm.publish(pages, stopping)
        if files is None:
            if not stopping():
                with site.store.write() as tx:
                    marks.drop(tx, marks.SETTLE_DUE)
                    note_due(tx, mark["pages"], site=site, whole=True, writing=False)
            return
        written += files
    with site.store.write() as tx:
        marks.drop(tx, marks.SETTLE_DUE)
        deploy_due(tx, builder.deploy, files=written, pages=())
    site.wake("deploy", None)


def note_due(
    tx: Transaction,
    pages: Iterable[str],
    *,
    site: Site,
    whole: bool = False,
    writing: bool = True,
) -> None:
    """The site is to be brought in line with the documents of these pages, URL paths.

    Called before they are written, which is `writing` until `note_written`; the first mark keeps
    its time, each has its own token. `whole`: no single pages will do.
    """
    old = marks.get(tx, marks.BUILD_DUE) or {}
    known = list(dict.fromkeys([*old.get("pages", ()), *pages]))
    mark = {
        "since": old.get("since") or site.clock().isoformat(),
        "token": marks.token(),
        "pages": known,
        "whole": whole or old.get("whole", False) or len(known) > MANY,
        "writing": writing,
    }
    marks.put(tx, marks.BUILD_DUE, mark)


def note_written(site: Site) -> None:
    """All documents are written: whoever writes pages may begin."""
    with site.store.write() as tx:
        mark = marks.get(tx, marks.BUILD_DUE)
        if not mark or not mark.get("writing"):
            return
        marks.put(tx, marks.BUILD_DUE, {**mark, "writing": False})
    site.wake("build", None)


def _done(
    site: Site, tx: Transaction, builder: Builder, mark: dict[str, Any], *, files: list[str]
) -> None:
    """What `mark` asked for is on disk; what came meanwhile is due."""
    renewed = marks.get(tx, marks.BUILD_DUE)
    if renewed and renewed["token"] != mark["token"]:
        marks.put(tx, marks.BUILD_DUE, {**renewed, "since": site.clock().isoformat()})
    elif renewed:
        marks.drop(tx, marks.BUILD_DUE)
    pages = mark.get("pages") or ()
    now = site.clock()
    events.record(tx, "on-disk", (f"page:{page}" for page in pages if page), now=now)
    deploy_due(tx, builder.deploy, files=files, pages=pages)
    site.wake("deploy", None)


def _mark(site: Site, name: str) -> dict[str, Any] | None:
    with site.store.read() as tx:
        mark: dict[str, Any] | None = marks.get(tx, name)
        return mark


def _left(site: Site, builder: Builder, mark: dict[str, Any]) -> timedelta:
    """How long it waits; nothing where the clock ran ahead when it was planned."""
    wait = datetime.fromisoformat(mark["since"]) + builder.delay - site.clock()
    return wait if timedelta(0) < wait <= builder.delay + RETRY_AFTER else timedelta(0)

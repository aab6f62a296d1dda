"""The timetable: which step runs how often, in which lane.

Lanes run side by side and the steps of one lane one after another, so that a slow server holds up
nobody but its own account. A wake-up only makes a step run sooner: whatever it would do is found
by the next timer too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from syndication.steps.announce import announce
from syndication.steps.build import Builder, build
from syndication.steps.clock import look_at_clock
from syndication.steps.collect import collect
from syndication.steps.consult import consult
from syndication.steps.deploy import deploy
from syndication.steps.export import export
from syndication.steps.forget import tidy
from syndication.steps.hide import hide
from syndication.steps.learn import learn
from syndication.steps.letters import post_letters
from syndication.steps.listen import listen
from syndication.steps.publish import publish
from syndication.steps.recognise import recognise
from syndication.steps.report_letters import post_report_letters
from syndication.steps.reverify import reverify
from syndication.steps.send import send
from syndication.steps.site import Site
from syndication.steps.verify import verify

LINGER = 5.0
"""Seconds for which more of what others bring is awaited, before desk and pages follow it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One line of the timetable."""

    step: str  # what `wake` calls it
    lane: str
    every: timedelta
    run: Callable[[], object]
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often, as far as the settings say."""

    collect: timedelta = timedelta(minutes=1)
    listen: timedelta = timedelta(minutes=5)


def timetable(
    site: Site,
    builder: Builder,
    pace: Pace,
    *,
    desk: Callable[[], object],
    stopping: Callable[[], bool],
) -> tuple[Job, ...]:
    """All jobs of one site. `desk` renews the pages of the desk."""
    minute, second = timedelta(minutes=1), timedelta(seconds=1)
    jobs = [
        Job(step="publish", lane="out", every=minute / 2, run=lambda: publish(site)),
        Job(step="announce", lane="announce", every=minute / 2, run=lambda: announce(site)),
        Job(step="clock", lane="pages", every=minute, run=lambda: look_at_clock(site)),
        Job(step="export", lane="pages", every=minute, run=lambda: export(site)),
        Job(step="recognise", lane="people", every=5 * minute, run=lambda: recognise(site)),
        Job(step="tidy", lane="pages", every=60 * minute, run=lambda: tidy(site)),
        Job(step="learn", lane="people", every=minute, run=lambda: learn(site)),
        Job(step="letters", lane="letters", every=minute, run=lambda: post_letters(site)),
        Job(step="letters", lane="letters", every=minute, run=lambda: post_report_letters(site)),
        Job(step="desk", lane="pages", every=5 * minute, run=desk),
        Job(
            step="build",
            lane="build",
            every=second,
            run=lambda: build(site, builder, stopping=stopping),
        ),
    ]
    if site.service is not None:
        jobs.append(Job(step="consult", lane="consult", every=minute, run=lambda: consult(site)))
    if builder.deploy:
        jobs.append(
            Job(
                step="deploy",
                lane="deploy",
                every=second,
                run=lambda: deploy(site, builder.deploy, builder.directory, stopping=stopping),
            )
        )
    for name in site.accounts:
        jobs += _sending(site, name, minute / 2)
        jobs += _reading(site, name, pace)
        if site.network_of(name).endpoints(site.accounts[name]):
            jobs.append(_verifying(site, name, minute / 2, stopping))
    return tuple(jobs)


def _sending(site: Site, account: str, every: timedelta) -> list[Job]:
    steps: list[tuple[str, Callable[[Site, str], object]]] = [("send", send), ("hide", hide)]
    return [
        Job(
            step=step,
            lane=f"out:{account}",
            every=every,
            run=lambda act=act: act(site, account),  # type: ignore[misc]
            account=account,
        )
        for step, act in steps
    ]


def _verifying(site: Site, account: str, every: timedelta, stopping: Callable[[], bool]) -> Job:
    """What came to the account's endpoints; strangers' pages are slow, so it has its own lane."""
    return Job(
        step="verify",
        lane=f"verify:{account}",
        every=every,
        run=lambda: verify(site, account, stopping=stopping, linger=LINGER),
        account=account,
    )


def _reading(site: Site, account: str, pace: Pace) -> list[Job]:
    steps: list[tuple[str, timedelta, Callable[[Site, str], object]]] = [
        ("collect", pace.collect, collect),
        ("reverify", pace.collect, reverify),
        ("listen", pace.listen, listen),
    ]
    return [
        Job(
            step=step,
            lane=f"in:{account}",
            every=every,
            run=lambda act=act: act(site, account),  # type: ignore[misc]
            account=account,
        )
        for step, every, act in steps
    ]

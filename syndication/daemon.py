"""The daemon: one process that keeps the timetable with `schedule`, until it is told to end.

Each lane of the timetable is a thread with a scheduler of its own; each account whose server has
a stream gets one more thread that listens and only ever wakes `collect`. Every job is guarded: an
exception is logged, and neither ends the lane nor takes the job off the timetable.

Ending: SIGTERM and Ctrl-C set one event; lanes end after the step at hand, and after `GRACE` the
process ends anyway. That is safe because any instruction may be the last one: intents are stored
before they are sent and claims carry a lease.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import schedule

from syndication.networks.contract import NetworkError, Unauthorised
from syndication.steps.attempt import backoff, pause
from syndication.steps.site import Site
from syndication.steps.timetable import Job

log = logging.getLogger("tertulia")

GRACE = 1.5
"""Seconds that lanes have to finish what they are at."""


class Alarm:
    """Wake-ups on their way to lanes. `wake` may be called from anywhere, at any time."""

    def __init__(self) -> None:
        self._jobs: list[Job] = []
        self._waiting: set[int] = set()
        self._ring = threading.Condition()

    def keep(self, jobs: Iterable[Job]) -> None:
        """The jobs that can be woken."""
        self._jobs = list(jobs)

    def wake(self, step: str, account: str | None = None) -> None:
        """This step has work, for one account or all."""
        with self._ring:
            self._waiting |= {
                id(job)
                for job in self._jobs
                if job.step == step and (account is None or job.account in (None, account))
            }
            self._ring.notify_all()

    def take(self, jobs: Sequence[Job], timeout: float) -> list[Job]:
        """Those of `jobs` that were woken; waits up to `timeout` seconds for one."""
        with self._ring:
            if not any(id(job) in self._waiting for job in jobs):
                self._ring.wait(timeout)
            woken = [job for job in jobs if id(job) in self._waiting]
            self._waiting -= {id(job) for job in woken}
            return woken


class Daemon:
    """The running timetable of one site."""

    def __init__(
        self,
        site: Site,
        jobs: Iterable[Job],
        alarm: Alarm,
        *,
        stop: threading.Event,
        streams: bool = True,
    ) -> None:
        self.site = site
        self.alarm = alarm
        self.stop = stop
        self._streams = streams
        self._lanes: dict[str, list[Job]] = defaultdict(list)
        for job in (kept := tuple(jobs)):
            self._lanes[job.lane].append(job)
        alarm.keep(kept)
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Start every lane and every stream; returns at once."""
        for name, jobs in self._lanes.items():
            self._begin(f"lane {name}", lambda jobs=jobs: self._run_lane(jobs))  # type: ignore[misc]
        for account in self.site.accounts if self._streams else ():
            self._begin(f"stream {account}", lambda name=account: self._listen(name))  # type: ignore[misc]

    def end(self) -> bool:
        """Ask every thread to end and wait at most `GRACE`; True when all of them did."""
        self.stop.set()
        self.alarm.wake("stop")
        deadline = time.monotonic() + GRACE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _begin(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run_lane(self, jobs: Sequence[Job]) -> None:
        """Everything once at the start, then by timers, and sooner when woken."""
        timers = schedule.Scheduler()
        for job in jobs:
            timers.every(job.every.total_seconds()).seconds.do(  # type: ignore[arg-type]
                self._guarded, job
            )
        for job in jobs:
            if self.stop.is_set():
                return
            self._guarded(job)
        while not self.stop.is_set():
            idle = timers.idle_seconds
            for job in self.alarm.take(jobs, max(0.0, min(idle if idle is not None else 1, 1))):
                self._guarded(job)
            if not self.stop.is_set():
                timers.run_pending()

    def _guarded(self, job: Job) -> None:
        try:
            job.run()
        except OSError as error:
            log.error(
                "%s: %s. What waits is kept; make room or give the rights back", job.step, error
            )
        except Exception as error:  # noqa: BLE001 - a job must not end its lane
            known = type(error).__module__.startswith("syndication.")
            log.error("%s: %s", job.step, error, exc_info=None if known else error)

    def _listen(self, account: str) -> None:
        """Keep one account's stream open while its server has one; breaks are tried again."""
        breaks = 0
        while not self.stop.is_set():
            try:
                streamer = self.site.connect(account).streamer
                if streamer is None:
                    return
                streamer.stream(self.stop, _anything, lambda _: self.alarm.wake("collect", account))
                breaks = 0
            except NetworkError as error:
                breaks += 1
                log.info("stream of %s broke: %s", account, error)
                if isinstance(error, Unauthorised):
                    pause(self.site, account, error)
            self.stop.wait(min(backoff(breaks), timedelta(minutes=10)).total_seconds())


def _anything(_text: str, _tags: Sequence[str], _language: str) -> bool:
    """Streams of an account's own notifications: all of them are wanted."""
    return True

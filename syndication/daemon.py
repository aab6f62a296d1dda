"""The daemon: one process that keeps the timetable with `schedule`, until it is told to end.

Each lane of the timetable is a thread with a scheduler of its own; each account whose server has
a stream gets one more thread that listens: it wakes `collect`, and takes in what a watch wants of
what strangers say. Every job is guarded: an exception is logged, and neither ends the lane nor
takes the job off the timetable.

Ending: SIGTERM and Ctrl-C set one event; lanes end after the step at hand, and after `GRACE` the
process ends anyway. That is safe because any instruction may be the last one: intents are stored
before they are sent and claims carry a lease.
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import schedule

from syndication.model import Message
from syndication.networks.contract import NetworkError, RateLimited, Unauthorised
from syndication.steps.attempt import backoff, may_ask, reading_failed
from syndication.steps.listen import Ear
from syndication.steps.site import Site
from syndication.steps.timetable import Job
from syndication.store import marks

log = logging.getLogger("tertulia")

GRACE = 1.5
"""Seconds that lanes have to finish what they are at."""
LONGEST_BREAK = timedelta(minutes=10)
"""Between two tries to open a stream."""

_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


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
        self._complaints: dict[int, str] = {}  # of jobs that failed last time

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
        timers = self._wound(jobs)
        for job in jobs:
            self._guarded(job)
        shortest = min(job.every.total_seconds() for job in jobs)
        while not self.stop.is_set():
            idle = timers.idle_seconds or 0
            if idle > shortest + 1:  # the clock was set back, as it is when summer time ends
                timers, idle = self._wound(jobs), 0
            for job in self.alarm.take(jobs, min(max(idle, 0), 1)):
                self._guarded(job)
            timers.run_pending()

    def _wound(self, jobs: Sequence[Job]) -> schedule.Scheduler:
        timers = schedule.Scheduler()
        for job in jobs:
            timers.every(job.every.total_seconds()).seconds.do(  # type: ignore[arg-type]
                self._guarded, job
            )
        return timers

    def _guarded(self, job: Job) -> None:
        """Run one job, unless it is time to end; whatever it raises is logged."""
        if self.stop.is_set():
            return
        try:
            job.run()
        except OSError as error:
            advice = ". What waits is kept; make room or give the rights back"
            self._complain(job, f"{error}{advice if error.errno in _ROOM else ''}")
        except Exception as error:  # noqa: BLE001 - it is logged, and the lane lives on
            known = type(error).__module__.startswith("syndication.")
            self._complain(job, str(error), None if known else error)
        else:
            if self._complaints.pop(id(job), None) is not None:
                log.info("%s: goes on", job.step)

    def _complain(self, job: Job, what: str, error: Exception | None = None) -> None:
        """Log it once while it stays the same: a job may fail each second for hours."""
        again = self._complaints.get(id(job)) == what
        self._complaints[id(job)] = what
        level = logging.DEBUG if again else logging.ERROR
        log.log(level, "%s: %s", job.step, what, exc_info=error)

    def _listen(self, account: str) -> None:
        """Keep one account's stream open while its server has one; breaks are tried again."""
        breaks = 0
        ear = Ear(self.site, account)

        def hint(message: Message | None) -> None:
            nonlocal breaks
            breaks = 0
            if message is None:
                self.alarm.wake("collect", account)
            else:
                ear.hear(message)

        while not self.stop.is_set():
            patience = backoff(1)
            try:
                if not self._stream(account, ear, hint):
                    return
            except Exception as error:
                breaks += 1
                patience = min(backoff(breaks), LONGEST_BREAK)
                weather = isinstance(error, NetworkError)
                log.log(
                    logging.INFO if weather else logging.ERROR,
                    "stream of %s broke: %s",
                    account,
                    error,
                    exc_info=None if weather else error,
                )
            self.stop.wait(patience.total_seconds())

    def _stream(self, account: str, ear: Ear, hint: Callable[[Message | None], None]) -> bool:
        """Listen until the stream ends; False where the server has none.

        Raises what breaks it, but for what concerns the whole account.
        """
        if may_ask(self.site, account, now=self.site.clock()) is None:
            return True
        try:
            streamer = self.site.connect(account).streamer
            if streamer is not None:
                cursor, keep = self._bookmark(account)
                streamer.stream(self.stop, ear.wants, hint, cursor=cursor, keep=keep)
        except (Unauthorised, RateLimited) as error:
            reading_failed(self.site, account, error)
            return True
        return streamer is not None

    def _bookmark(self, account: str) -> tuple[str | None, Callable[[str], None]]:
        """Where a stream that can catch up goes on, and how it says how far it came."""
        name = f"{marks.STREAM}:{account}"

        def keep(cursor: str) -> None:
            with self.site.store.write() as tx:
                marks.put(tx, name, cursor)

        with self.site.store.read() as tx:
            return marks.get(tx, name), keep

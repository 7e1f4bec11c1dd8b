"""The parent of worker processes: keeps their leases, replaces them, brings back their jobs.

What a child cannot do for itself is done here: renew a lease while its interpreter is stuck, give
back its jobs the moment it has crashed, end it when its event loop is dead.
"""

import logging
import selectors
import signal
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from backbeat.errors import InvalidOption
from backbeat.values import Adaptive
from backbeat.worker.account import Account
from backbeat.worker.alarms import Alarms
from backbeat.worker.child_options import MISCONFIGURED, STOPPED, WORN, ChildOptions
from backbeat.worker.control import (
    Counted,
    Dropped,
    FromChild,
    Gave,
    Holds,
    Keeps,
    LockGone,
    Looks,
    Lost,
    Ready,
    Renewed,
    Stop,
    Worn,
)
from backbeat.worker.held import Mode
from backbeat.worker.keeping import Cancels, Kept
from backbeat.worker.lease import Registration
from backbeat.worker.loading import load_app
from backbeat.worker.metrics_port import MetricsPort
from backbeat.worker.offspring import Offspring
from backbeat.worker.options import WorkerOptions, check_reserved, fixed_part, queue_weights
from backbeat.worker.renewal import KeeperThread
from backbeat.worker.self_metrics import SelfMetrics
from backbeat.worker.sources import Sources

logger = logging.getLogger("backbeat.worker.supervisor")

_LOOK_SECONDS: Final = 0.5
_MEMORY_SECONDS: Final = 2.0
# A child that was told to stop has its grace, and this on top to close what it opened.
_END_SECONDS: Final = 0.8
# What is told to the server at the very end may not hold up the end.
_FAREWELL_SECONDS: Final = 0.4
_RELOAD_GRACE_SECONDS: Final = 2.0
_DUMP_SECONDS: Final = 0.5
_FIRST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 30.0
# A child that lived that long did not die of what its predecessor died of.
_STEADY_SECONDS: Final = 10.0
_MIB: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Relay:
    """Tells a child what became of one of its leases."""

    child: Offspring
    registration: Registration

    def renewed(self, sent_at: float, active: int, cancels: Cancels) -> None:
        held = self.registration
        self.child.say(Renewed(held.queue, held.wn, sent_at, active, dict(cancels)))

    def lost(self) -> None:
        self.child.say(Lost(self.registration.queue, self.registration.wn))


class Supervisor:
    """Runs workers of one application in processes of their own, until a signal ends it.

    SIGTERM or SIGINT: no new jobs, the running ones have the grace, the rest goes back to the head
    of its queue. The same again: everything ends at once, and goes back, too.
    """

    def __init__(
        self,
        app_path: str,
        *,
        queues: Mapping[str, int] | Sequence[str] | None = None,
        pool: str | None = None,
        concurrency: int | Adaptive = 100,
        processes: int = 1,
        grace: float | None = None,
        lease: float | None = None,
        reload: bool = False,
        max_memory_mb: int | None = None,
        log_json: bool = False,
        metrics_host: str | None = None,
        metrics_port: int | None = None,
        max_zombies: int = 4,
        block_warning: float = 1.0,
        kill_after: float = 60.0,
        cancel_grace: float = 5.0,
    ) -> None:
        """Start nothing yet; the application is imported.

        Args:
            app_path: Where the application is, as "module:attribute".
            queues: Names, or names with weights. Defaults to all queues.
            pool: Take the queues of this pool instead. Defaults to none.
            concurrency: Jobs at once in each process, or how the number follows what it can bear.
                Defaults to 100.
            processes: How many. Defaults to 1.
            grace: Seconds that running jobs have at the end. Defaults to the settings'.
            lease: Seconds of a lease. Defaults to the settings'.
            reload: Whether changed source files below the working directory restart the processes.
            max_memory_mb: MiB in RAM above which a process is replaced when its jobs have ended.
                Defaults to no bound.
            log_json: Whether the processes log JSON, whatever the settings say. Defaults to False.
            metrics_host: Address at which metrics and probes are answered. Defaults to the
                settings'.
            metrics_port: Port for them, one for all processes; 0 for any that is free. Defaults to
                the settings', and to none.
            max_zombies: Handlers that may ignore their end before their process is replaced.
                Defaults to 4.
            block_warning: Seconds after which a blocked event loop is logged. Defaults to 1.
            kill_after: Seconds after which a process with a dead event loop is killed. Defaults to
                60.
            cancel_grace: Seconds that a handler has to end after it was told to. Defaults to 5.

        Raises:
            ConfigurationError: The application cannot be found or does not declare these queues.
            InvalidOption: A number does not make sense.
        """
        if processes < 1:
            raise InvalidOption(f"processes must be at least 1, not {processes}")
        self._app = load_app(app_path)
        settings = self._app.settings
        self._path = app_path
        self._log_json = log_json
        weights = queue_weights(self._app, queues, pool)
        check_reserved(self._app, weights, fixed_part(concurrency))
        # Without a choice, a reloaded application may have other queues.
        self._queues = None if queues is None else weights
        self._pool = pool
        self._processes = processes
        self._options = WorkerOptions(
            concurrency=fixed_part(concurrency),
            adaptive=concurrency if isinstance(concurrency, Adaptive) else None,
            grace=settings.grace if grace is None else grace,
            lease=settings.lease if lease is None else lease,
            max_zombies=max_zombies,
            block_warning=block_warning,
            kill_after=kill_after,
            cancel_grace=cancel_grace,
        )
        self._max_bytes = None if max_memory_mb is None else max_memory_mb * _MIB
        self._sources = Sources(Path.cwd()) if reload else None
        self._metrics_host = settings.metrics_host if metrics_host is None else metrics_host
        self._metrics_port = settings.metrics_port if metrics_port is None else metrics_port
        self._account = Account()
        self._children: list[Offspring] = []
        self._leases: dict[Registration, Offspring] = {}
        self._births: list[float] = [0.0] * processes
        self._pause = _FIRST_PAUSE_SECONDS
        self._status: int | None = None
        self._looked_at = self._weighed_at = time.monotonic()

    def run(self) -> int:
        """Run until a signal ends it. Belongs to the main thread.

        Returns:
            The exit status for the process: 0 after a stop, 2 when no worker could be configured,
            128 and the number of the signal when it had to come twice.

        Raises:
            ConfigurationError: The port for metrics cannot be had.
        """
        port = self._open_metrics_port()
        self._keeper = KeeperThread(
            self._app.connections.separate,
            self._app.settings.namespace,
            lease=self._options.lease,
            deliver=lambda call: call(),
            fresh=lambda: True,
        )
        self._alarms = Alarms((signal.SIGTERM, signal.SIGINT, signal.SIGCHLD))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._alarms, selectors.EVENT_READ)
        self._keeper.start()
        if port is not None:
            port.start()
        try:
            return self._supervise()
        finally:
            if port is not None:
                port.close()
            self._end()

    def _open_metrics_port(self) -> MetricsPort | None:
        if self._metrics_port is None:
            return None
        own = SelfMetrics(
            self._account,
            children=lambda: self._children[:],
            leases=lambda: list(self._leases),
            looked_at=lambda: self._looked_at,
            wanted=self._processes,
        )
        return MetricsPort(self._metrics_host, self._metrics_port, own.routes())

    def _supervise(self) -> int:
        logger.info("supervising %d worker process(es) of %s", self._processes, self._path)
        while self._status is None or self._children:
            self._give_birth()
            for key, _ in self._selector.select(self._patience()):
                if isinstance(key.data, Offspring):
                    self._hear(key.data)
                else:
                    self._obey(self._alarms.read())
            self._bury()
            self._look_after()
        return self._status

    def _end(self) -> None:
        self._keeper.finish(_FAREWELL_SECONDS)
        self._keeper.close()
        self._selector.close()
        self._alarms.close()
        self._app.sync.close()

    def _patience(self) -> float:
        """Seconds until something is due even if nothing is heard."""
        now = time.monotonic()
        moments = [min(child.stopping_at, child.doomed_at) for child in self._children]
        if self._status is None:
            moments += self._births
        return max(0.0, min([_LOOK_SECONDS, *(moment - now for moment in moments)]))

    def _give_birth(self) -> None:
        now = time.monotonic()
        if self._status is not None:
            return
        for moment in [moment for moment in self._births if moment <= now]:
            self._births.remove(moment)
            child = Offspring.start(self._describe, self._free_place())
            self._children.append(child)
            self._selector.register(child.channel, selectors.EVENT_READ, child)
            logger.info("worker process %d started", child.pid)

    def _free_place(self) -> int:
        """The lowest that is free: a successor may come before its predecessor goes."""
        taken = {child.place for child in self._children}
        return next(place for place in count() if place not in taken)

    def _describe(self, channel: int, pulse: int) -> ChildOptions:
        return ChildOptions(
            self._path, self._queues, channel, pulse, self._options, self._log_json, self._pool
        )

    def _hear(self, child: Offspring) -> None:
        news = child.hear()
        if not news and child.channel in self._selector.get_map():
            # Its end is near: SIGCHLD tells when.
            self._selector.unregister(child.channel)
        for message in news:
            self._note(child, message)

    def _note(self, child: Offspring, message: FromChild) -> None:
        match message:
            case Ready():
                child.ready = True
            case Holds():
                held = Registration(message.queue, message.wn, message.sid, message.lease_ms)
                self._leases[held] = child
                self._keeper.hold(held, _Relay(child, held), partial(self._is_fresh, child))
            case Gave():
                self._release(child, message)
            case Looks():
                for held in self._held_by(child, message.queue, message.wn):
                    self._keeper.look(held)
            case Keeps() | Dropped():
                self._keep(child, message)
            case Counted():
                child.cpu = message.cpu
                self._account.add(message.queue, message.rows)
            case Worn():
                logger.warning("worker process %d is to be replaced: %s", child.pid, message.reason)
                self._expect_end(child, self._options.grace)
                self._succeed(0.0)

    def _keep(self, child: Offspring, message: Keeps | Dropped) -> None:
        kept = Kept(message.name, message.token, message.waiter, message.ttl_ms)
        for held in self._held_by(child, message.queue, message.wn):
            if isinstance(message, Keeps):
                gone = LockGone(queue=held.queue, wn=held.wn, token=kept.token)
                self._keeper.keep(held, kept, partial(child.say, gone))
            else:
                self._keeper.drop(held, kept)

    def _is_fresh(self, child: Offspring) -> bool:
        return child.pulse.age < self._options.kill_after

    def _release(self, child: Offspring, gave: Gave) -> None:
        for held in self._held_by(child, gave.queue, gave.wn):
            self._keeper.release(held)
            del self._leases[held]

    def _held_by(self, child: Offspring, queue: str, wn: int) -> list[Registration]:
        return [
            held
            for held, owner in self._leases.items()
            if owner is child and (held.queue, held.wn) == (queue, wn)
        ]

    def _obey(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if number == signal.SIGCHLD:
                continue
            if self._status is None:
                logger.info("%s: stopping", signal.Signals(number).name)
                self._status = STOPPED
                self._stop(self._options.grace)
            else:
                logger.warning("%s again: ending at once", signal.Signals(number).name)
                self._status = 128 + number
                self._kill()

    def _stop(self, grace: float) -> None:
        for child in self._children:
            self._dismiss(child, grace)

    def _dismiss(self, child: Offspring, grace: float) -> None:
        if not child.stopping:
            child.say(Stop(grace))
            self._expect_end(child, grace)

    def _expect_end(self, child: Offspring, grace: float) -> None:
        child.stopping_at = time.monotonic() + grace + _END_SECONDS

    def _kill(self) -> None:
        for child in self._children:
            child.kill()

    def _bury(self) -> None:
        """See which children have ended, and bring back what they held."""
        for child in self._children[:]:
            status = child.ended()
            if status is None:
                continue
            for message in child.hear_all():
                self._note(child, message)
            self._children.remove(child)
            if child.channel in self._selector.get_map():
                self._selector.unregister(child.channel)
            self._bring_back(child, status)
            self._replace(child, status)
            child.close()

    def _bring_back(self, child: Offspring, status: int) -> None:
        mode = mode_of_end(status, stopping=child.stopping, killed=child.killed)
        for held in [held for held, owner in self._leases.items() if owner is child]:
            del self._leases[held]
            self._keeper.end(held, mode)

    def _replace(self, child: Offspring, status: int) -> None:
        if self._status is not None or child.stopping:
            return
        if status == MISCONFIGURED and not child.ready:
            logger.critical("the workers cannot be configured: see above")
            self._status = MISCONFIGURED
            self._stop(self._options.grace)
            return
        if self._sources is not None and not child.ready:
            logger.error("worker process %d failed to start: waiting for a change", child.pid)
            return
        # One that came to take jobs died of a job: its neighbours must not wait for that, and
        # `max_stalled` ends it.
        steady = child.ready or child.age >= _STEADY_SECONDS
        self._pause = _FIRST_PAUSE_SECONDS if steady else self._pause
        logger.error(
            "worker process %d ended with status %d: the next one starts in %.1f s",
            child.pid, status, self._pause,
        )  # fmt: skip
        self._succeed(time.monotonic() + self._pause)
        self._pause = min(self._pause * 2, _LONGEST_PAUSE_SECONDS)

    def _succeed(self, moment: float) -> None:
        """Let a process have a successor, at this monotonic time."""
        self._births.append(moment)
        self._account.replaced += 1

    def _look_after(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.doomed_at <= now:
                child.kill()
            elif child.stopping_at <= now:
                logger.error("worker process %d did not end in time: it is killed", child.pid)
                child.kill()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._look_closely(now)

    def _look_closely(self, now: float) -> None:
        # After a pause of this whole machine every pulse looks old: let the children beat first.
        awake = now - self._looked_at < 4 * _LOOK_SECONDS
        self._looked_at = now
        for child in self._children:
            if awake and child.ready and child.pulse.age > self._options.kill_after:
                self._doom(child, now)
        if self._status is None:
            self._weigh(now)
            self._reload()

    def _doom(self, child: Offspring, now: float) -> None:
        if child.doomed_at <= now + _DUMP_SECONDS:
            return
        logger.critical(
            "the event loop of worker process %d is dead for %.0f s: its stacks follow, then it is"
            " killed",
            child.pid, child.pulse.age,
        )  # fmt: skip
        child.dump()
        child.doomed_at = now + _DUMP_SECONDS

    def _weigh(self, now: float) -> None:
        if self._max_bytes is None or now - self._weighed_at < _MEMORY_SECONDS:
            return
        self._weighed_at = now
        for child in self._children:
            if not child.stopping and (rss := child.rss) > self._max_bytes:
                logger.warning(
                    "worker process %d has %d MiB in RAM: it is replaced", child.pid, rss // _MIB
                )
                self._dismiss(child, self._options.grace)
                self._succeed(0.0)

    def _reload(self) -> None:
        if self._sources is None or not (changed := self._sources.changed()):
            return
        logger.info("%s changed: the workers start again", ", ".join(map(str, changed[:3])))
        self._stop(min(self._options.grace, _RELOAD_GRACE_SECONDS))
        self._births = [0.0] * self._processes


def mode_of_end(status: int, *, stopping: bool, killed: bool) -> Mode:
    """Whether what a child still held counts as crashed.

    Args:
        status: How it ended.
        stopping: Whether it was to end.
        killed: Whether we ended it by force.
    """
    # It may have ended in good order and not have reached the server in its last moments.
    in_order = stopping and (killed or status in (STOPPED, WORN))
    return "give_back" if in_order else "crashed"

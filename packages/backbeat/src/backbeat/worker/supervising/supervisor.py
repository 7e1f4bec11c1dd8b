"""The parent of worker processes: keeps their leases, replaces them, brings back their jobs.

What a child cannot do for itself is done here: renew a lease while its interpreter is stuck, give
back its jobs the moment it has crashed, end it when its event loop is dead.
"""

import logging
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from backbeat.errors import InvalidOption
from backbeat.values import Adaptive
from backbeat.worker.leases.renewal import KeeperThread
from backbeat.worker.loading import load_app
from backbeat.worker.options import WorkerOptions, check_reserved, fixed_part, queue_weights
from backbeat.worker.supervising.account import Account
from backbeat.worker.supervising.alarms import Alarms
from backbeat.worker.supervising.child_leases import ChildLeases
from backbeat.worker.supervising.child_options import MISCONFIGURED, STOPPED, ChildOptions
from backbeat.worker.supervising.child_watch import LOOK_SECONDS, ChildWatch
from backbeat.worker.supervising.children import Children
from backbeat.worker.supervising.control import Counted, FromChild, Ready, Worn
from backbeat.worker.supervising.metrics_port import MetricsPort
from backbeat.worker.supervising.offspring import Offspring
from backbeat.worker.supervising.self_metrics import SelfMetrics
from backbeat.worker.supervising.sources import Sources
from backbeat.worker.supervising.succession import Succession

logger = logging.getLogger("backbeat.worker.supervisor")

# What is told to the server at the very end may not hold up the end.
_FAREWELL_SECONDS: Final = 0.4
_RELOAD_GRACE_SECONDS: Final = 2.0


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
        self._sources = Sources(Path.cwd()) if reload else None
        self._metrics_host = settings.metrics_host if metrics_host is None else metrics_host
        self._metrics_port = settings.metrics_port if metrics_port is None else metrics_port
        self._account = Account()
        self._succession = Succession(processes, self._account)
        self._watch = ChildWatch(kill_after=kill_after, max_memory_mb=max_memory_mb)
        self._status: int | None = None

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
        self._leases = ChildLeases(self._keeper, self._watch.is_fresh)
        self._alarms = Alarms((signal.SIGTERM, signal.SIGINT, signal.SIGCHLD))
        self._children = Children(self._describe, self._alarms)
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
            children=lambda: self._children.living[:],
            leases=lambda: self._leases.all(),
            looked_at=lambda: self._watch.looked_at,
            wanted=self._processes,
        )
        return MetricsPort(self._metrics_host, self._metrics_port, own.routes())

    def _describe(self, channel: int, pulse: int) -> ChildOptions:
        return ChildOptions(
            self._path, self._queues, channel, pulse, self._options, self._log_json, self._pool
        )

    def _supervise(self) -> int:
        logger.info("supervising %d worker process(es) of %s", self._processes, self._path)
        while self._status is None or self._children.living:
            if self._status is None:
                for _ in range(self._succession.take_due()):
                    self._children.start()
            for speaker in self._children.wait(self._patience()):
                self._hear(speaker)
            self._bury()
            self._look_after()
        return self._status

    def _end(self) -> None:
        self._keeper.finish(_FAREWELL_SECONDS)
        self._keeper.close()
        self._children.close()
        self._alarms.close()
        self._app.sync.close()

    def _patience(self) -> float:
        """Seconds until something is due even if nothing is heard."""
        now = time.monotonic()
        moments = [min(child.stopping_at, child.doomed_at) for child in self._children.living]
        if self._status is None:
            moments += self._succession.moments
        return max(0.0, min([LOOK_SECONDS, *(moment - now for moment in moments)]))

    def _hear(self, speaker: Offspring | Alarms) -> None:
        if isinstance(speaker, Offspring):
            for message in self._children.hear(speaker):
                self._note(speaker, message)
        else:
            self._obey(speaker.read())

    def _note(self, child: Offspring, message: FromChild) -> None:
        match message:
            case Ready():
                child.ready = True
            case Counted():
                child.cpu = message.cpu
                self._account.add(message.queue, message.rows)
            case Worn():
                logger.warning("worker process %d is to be replaced: %s", child.pid, message.reason)
                child.expect_end(self._options.grace)
                self._succession.succeed()
            case _:
                self._leases.hear(child, message)

    def _obey(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if number == signal.SIGCHLD:
                continue
            if self._status is None:
                logger.info("%s: stopping", signal.Signals(number).name)
                self._stop(STOPPED)
            else:
                logger.warning("%s again: ending at once", signal.Signals(number).name)
                self._status = 128 + number
                self._children.kill()

    def _stop(self, status: int) -> None:
        self._status = status
        self._children.dismiss(self._options.grace)

    def _bury(self) -> None:
        """See which children have ended, and bring back what they held."""
        for child, status, last_words in self._children.bury():
            for message in last_words:
                self._note(child, message)
            self._leases.bring_back(child, status)
            self._replace(child, status)

    def _replace(self, child: Offspring, status: int) -> None:
        if self._status is not None or child.stopping:
            return
        if status == MISCONFIGURED and not child.ready:
            logger.critical("the workers cannot be configured: see above")
            self._stop(MISCONFIGURED)
        elif self._sources is not None and not child.ready:
            logger.error("worker process %d failed to start: waiting for a change", child.pid)
        else:
            pause = self._succession.succeed_fallen(child)
            logger.error(
                "worker process %d ended with status %d: the next one starts in %.1f s",
                child.pid, status, pause,
            )  # fmt: skip

    def _look_after(self) -> None:
        closely = self._watch.look_after(self._children.living)
        if closely and self._status is None:
            self._replace_big()
            self._reload()

    def _replace_big(self) -> None:
        for child in self._watch.too_big(self._children.living):
            child.dismiss(self._options.grace)
            self._succession.succeed()

    def _reload(self) -> None:
        if self._sources is None or not (changed := self._sources.changed()):
            return
        logger.info("%s changed: the workers start again", ", ".join(map(str, changed[:3])))
        self._children.dismiss(min(self._options.grace, _RELOAD_GRACE_SECONDS))
        self._succession.begin_anew()

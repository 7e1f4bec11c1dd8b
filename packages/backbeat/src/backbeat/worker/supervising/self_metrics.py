"""What a supervisor says of itself and its processes: to Prometheus, and to probes."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

import msgspec

from backbeat.errors import ConfigurationError
from backbeat.worker.leases.lease import Registration
from backbeat.worker.supervising.account import Account
from backbeat.worker.supervising.metrics_port import TEXT, Answer, Routes
from backbeat.worker.supervising.offspring import Offspring

if TYPE_CHECKING:
    from backbeat.telemetry.worker_exposition import WorkerFigures

# A supervisor looks around twice a second.
_DEAD_AFTER_S: Final = 30.0


class SelfMetrics:
    """Answers of one supervisor; asked from other threads, so it reads copies."""

    def __init__(
        self,
        account: Account,
        *,
        children: Callable[[], Sequence[Offspring]],
        leases: Callable[[], Iterable[Registration]],
        looked_at: Callable[[], float],
        wanted: int,
    ) -> None:
        """Answer nothing yet.

        Args:
            account: What its processes have counted.
            children: The processes that live.
            leases: What they hold.
            looked_at: Monotonic time at which it has looked after them last.
            wanted: How many processes there shall be.

        Raises:
            ConfigurationError: prometheus-client is not installed.
        """
        try:
            from backbeat.telemetry.worker_exposition import expose_worker
        except ImportError as error:
            raise ConfigurationError(
                f"metrics need {error.name}: pip install backbeat[telemetry]"
            ) from error
        self._expose = expose_worker
        self._account, self._wanted = account, wanted
        self._children, self._leases, self._looked_at = children, leases, looked_at

    def routes(self) -> Routes:
        """What is answered at which address."""
        return {"/metrics": self._metrics, "/health/live": self._live, "/health/ready": self._ready}

    def _metrics(self) -> Answer:
        return Answer(self._expose(self._figures()), TEXT)

    def _figures(self) -> "WorkerFigures":
        from backbeat.telemetry.worker_exposition import ProcessFigures, WorkerFigures

        return WorkerFigures(
            processes=[
                ProcessFigures(each.place, each.ready, each.rss, each.cpu, each.pulse.age)
                for each in self._children()
            ],
            replaced=self._account.replaced,
            leases=Counter(each.queue.partition("/")[0] for each in self._leases()),
            handlers=self._account.figures(),
        )

    def _live(self) -> Answer:
        """Whether the processes are looked after; a server that is away is no reason to end."""
        silence = time.monotonic() - self._looked_at()
        return _verdict(silence < _DEAD_AFTER_S, "nobody looks after the processes")

    def _ready(self) -> Answer:
        ready = sum(each.ready and not each.stopping for each in self._children())
        return _verdict(ready >= self._wanted, f"{ready} of {self._wanted} processes take jobs")


def _verdict(good: bool, otherwise: str) -> Answer:
    if good:
        return Answer('{"success":true,"data":{"status":"ok"}}')
    problem = {"success": False, "error": {"code": "UNAVAILABLE", "message": otherwise}}
    return Answer(msgspec.json.encode(problem).decode(), status=503)

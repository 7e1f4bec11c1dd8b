"""A keeper's rounds on a queue of their own, by a clock that a test moves."""

import math
from collections import Counter
from collections.abc import Sequence

from typing_extensions import override

from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.transport.base import NotSent
from backbeat.worker.leases.keeper_calls import KeeperCalls
from backbeat.worker.leases.keeping import Cancels
from backbeat.worker.leases.lease import Registration
from backbeat.worker.leases.rounds import Rounds
from packages.backbeat.tests.support.queue_bench import BenchWorker, QueueBench
from packages.backbeat.tests.support.servers import fake_store

_MOST_TURNS = 10_000


class Network(KeeperCalls):
    """The way to the server.

    Attributes:
        made: How often each script was tried.
        down: The scripts whose calls fail now, and how.
        takes_ms: How long the calls of a script take, where that is more than nothing.
    """

    def __init__(self, bench: QueueBench) -> None:
        self.made: Counter[str] = Counter()
        self.down: dict[str, Exception] = {}
        self.takes_ms: dict[str, int] = {}
        self._bench = bench

    def cut(self, *scripts: str) -> None:
        """Let the calls of these scripts fail from now on."""
        self.down = dict.fromkeys(scripts, NotSent("cut"))

    @override
    def on_queue(self, queue: str, name: str, args: Sequence[Arg]) -> Reply:
        self.made[name] += 1
        self._bench.wait(self.takes_ms.get(name, 0))
        if name in self.down:
            raise self.down[name]
        return self._bench.run(name, *args)


class Witness:
    """A holder that notes what it is told.

    Attributes:
        renewals: When the calls were made that renewed its lease, in seconds.
        losses: How often it was told that it has no lease any more.
    """

    def __init__(self) -> None:
        self.renewals: list[float] = []
        self.losses = 0

    def renewed(self, sent_at: float, active: int, cancels: Cancels) -> None:
        """See `Holder`."""
        self.renewals.append(sent_at)

    def lost(self) -> None:
        """See `Holder`."""
        self.losses += 1

    @property
    def longest_gap(self) -> float:
        """The most seconds between two renewals."""
        pairs = zip(self.renewals, self.renewals[1:], strict=False)
        return max(after - before for before, after in pairs)


class KeeperStage:
    """Rounds, their clock, and the queue they are made on."""

    def __init__(self) -> None:
        self.bench = QueueBench(fake_store().client)
        self.network = Network(self.bench)
        # What our own clock lags behind the server's since that was set.
        self._lag_ms = 0
        self.rounds = self.keeper()

    def keeper(self) -> Rounds:
        """A keeper, of another process maybe."""
        return Rounds(self.network, deliver=lambda call: call(), now=self.now, draw=lambda: 0.5)

    def now(self) -> float:
        """The time by our own clock, in seconds."""
        return (self.bench.now_ms - self._lag_ms) / 1000

    def set_clock(self, by: float) -> None:
        """Put the server's clock forward, or back, by so many seconds."""
        self.bench.wait(round(by * 1000))
        self._lag_ms += round(by * 1000)

    def worker(self, lease: float) -> BenchWorker:
        """A worker with a lease of so many seconds, which nobody renews."""
        return self.bench.worker(lease_ms=round(lease * 1000))

    def hold(self, worker: BenchWorker) -> Witness:
        """Have a lease kept from now on."""
        witness = Witness()
        self.rounds.hold(registration(worker), witness, lambda: True)
        return witness

    def live(self, seconds: float) -> None:
        """Let time pass, with a turn whenever something is due."""
        until = self.now() + seconds
        for _ in range(_MOST_TURNS):
            due = self.rounds.next_due()
            if due > until:
                self._move_to(until)
                return
            self._move_to(due)
            self.rounds.turn()
        raise AssertionError("the rounds turn without end")

    def _move_to(self, moment: float) -> None:
        self.bench.now_ms = max(self.bench.now_ms, math.ceil(moment * 1000) + self._lag_ms)


def registration(worker: BenchWorker) -> Registration:
    """What the server knows a worker by."""
    return Registration("q", worker.number, worker.sid, worker.lease_ms)

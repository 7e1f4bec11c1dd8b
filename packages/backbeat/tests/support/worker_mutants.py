"""Workers that are wrong on purpose: each one has to be noticed by the fault tests.

A patch is applied in the worker's process, before it starts.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from backbeat.engine.calls.worker import Report, report_args
from backbeat.engine.transport.base import Reply
from backbeat.lua import Arg
from backbeat.worker.attempt.stops import Stops
from backbeat.worker.leases.lease import Lease, Registration
from backbeat.worker.leases.rounds import Rounds

_once = Lease._once
_register = Lease.register


async def _renumbered(self: Lease, name: str, args: Sequence[Arg]) -> Reply:
    if name == "tick":
        self._number += 1
        args = [*args[:2], self._number, *args[3:]]
    return await _once(self, name, args)


async def _unnumbered_report(self: Lease, reports: Sequence[Report]) -> None:
    await self.call("report", report_args(reports))


async def _register_once(self: Lease) -> Registration:
    if self.abandoned:
        raise RuntimeError("a worker that lost its lease has no way back")
    return await _register(self)


def _patch(owner: type, name: str, wrong: Callable[..., object]) -> Callable[[], None]:
    return lambda: setattr(owner, name, wrong)


# What is wrong -> how to make it so.
WORKER_MUTANTS: Final[Mapping[str, Callable[[], None]]] = {
    "a tick that is sent again has a new number": _patch(Lease, "_once", _renumbered),
    "runs go on when the lease is over": _patch(Stops, "lose", lambda self, why: None),
    "a lost lease is the end of the worker": _patch(Lease, "register", _register_once),
    "reports have no number": _patch(Lease, "report", _unnumbered_report),
    "nobody takes back what the dead held": _patch(
        Rounds, "_reclaim", lambda self, held: setattr(held, "reclaim_at", float("inf"))
    ),
}

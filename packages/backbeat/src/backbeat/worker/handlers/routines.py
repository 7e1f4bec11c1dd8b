"""How the jobs of a queue's handlers are run, whichever kinds they are."""

from collections.abc import Mapping, Sequence
from typing import Any

from backbeat.app.handler import Handler
from backbeat.app.home import Middleware
from backbeat.app.queue import Queue
from backbeat.worker.handlers.batching import BatchRoutine
from backbeat.worker.handlers.gate import Gate, Gates
from backbeat.worker.handlers.gated import GatedRoutine
from backbeat.worker.handlers.routine import Pools, Refusal, Routine

AnyRoutine = Routine | BatchRoutine | GatedRoutine | Refusal


def routines_of(queue: Queue, pools: Pools, gates: Gates) -> Mapping[str, AnyRoutine]:
    """How the jobs of each handler of a queue are run, by its name.

    Args:
        queue: The queue.
        pools: Where handlers run that are not coroutines.
        gates: The breakers of handlers.
    """
    middlewares = queue.app.middlewares
    return {
        name: _routine(handler, middlewares, pools, gates.of(handler))
        for name, handler in queue.handlers.items()
    }


def _routine(
    handler: Handler[..., Any], middlewares: Sequence[Middleware], pools: Pools, gate: Gate | None
) -> AnyRoutine:
    kind = Routine if handler.policy.batch is None else BatchRoutine
    routine = kind(handler, middlewares, pools)
    return routine if gate is None else GatedRoutine(routine, gate)

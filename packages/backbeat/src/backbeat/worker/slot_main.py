"""The program of a process slot: `python -m backbeat.worker.slot_main FD`."""

import asyncio
import contextvars
import importlib
import os
import queue
import runpy
import signal
import socket
import sys
import threading
from collections.abc import Coroutine, Mapping
from contextlib import AsyncExitStack
from functools import partial, reduce
from typing import Any, Final

from backbeat.app.handler import Handler
from backbeat.app.job import Job, set_current
from backbeat.errors import InvalidPayload, Permanent, Throttled
from backbeat.values import Cancel, Snooze, seconds
from backbeat.worker.attempt.history import Failure
from backbeat.worker.handlers.calling import Calling
from backbeat.worker.logs import configure_logging
from backbeat.worker.pools.frames import (
    LENGTH,
    Declined,
    Ended,
    Flag,
    FromSlot,
    FromWorker,
    LogLine,
    Order,
    Progress,
    Raised,
    Returned,
    Setup,
    Snoozed,
    Throttling,
    read_from_worker,
    to_frame,
)

_MAIN: Final = "__backbeat_main__"


class Slot:
    """Runs one job at a time; everything it says goes through the pipe."""

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe = pipe
        self._turn = threading.Lock()
        self._orders: queue.SimpleQueue[Order | None] = queue.SimpleQueue()
        self._flagged = False
        self._busy = False
        self._main_file = ""
        self._callings: dict[tuple[str, str], tuple[Handler[..., Any], Calling]] = {}
        self._runner = asyncio.Runner()

    def serve(self) -> None:
        """Run jobs until the pipe is closed."""
        threading.Thread(target=self._read, name="backbeat-orders", daemon=True).start()
        while (order := self._orders.get()) is not None:
            ended = self._answer(order)
            self._busy = False
            self._send(ended)

    def progress(self, job: Job, progress_json: bytes) -> None:
        """See `backbeat.app.job.Reporter`."""
        self._send(Progress(progress_json))

    def log(self, job: Job, line: str) -> None:
        """See `backbeat.app.job.Reporter`."""
        self._send(LogLine(line))

    def cancelled(self, job: Job) -> bool:
        """See `backbeat.app.job.Reporter`."""
        return self._flagged

    def _answer(self, order: Order) -> Ended:
        handler: Handler[..., Any] | None = None
        try:
            handler, calling = self._find(order)
            return _ended(handler, self._call(handler, calling, order))
        except Throttled as throttled:
            return Throttling(throttled.limit, throttled.retry_after)
        except BaseException as error:  # noqa: BLE001 - whatever a handler raises is its outcome
            return _raised(error, handler)

    def _call(self, handler: Handler[..., Any], calling: Calling, order: Order) -> Any:
        job = Job(
            order.id, order.name, order.queue, order.attempt, order.attempts, order.fence,
            order.created_ms, self, None, order.trace, lock_fence=order.lock_fence,
            home=handler.queue.app,
        )  # fmt: skip
        set_current(job)
        arguments = handler.decode_arguments(order.payload)
        if asyncio.iscoroutinefunction(handler.fn):
            return self._run(calling.in_loop(job, arguments))
        if calling.injection is None:
            return calling.blocking(job, arguments, {})
        return self._run(_in_own_loop(calling, job, arguments))

    def _run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        # Without a context of its own the runner would show every job the first one.
        return self._runner.run(coroutine, context=contextvars.copy_context())

    def _find(self, order: Order) -> tuple[Handler[..., Any], Calling]:
        key = order.module, order.function
        found = self._callings.get(key)
        if found is None:
            handler = _handler(self._module(order.module), order)
            found = self._callings[key] = handler, Calling(handler)
        return found

    def _module(self, name: str) -> Mapping[str, Any]:
        if name != "__main__":
            return vars(importlib.import_module(name))
        if _MAIN not in sys.modules:
            module = type(sys)(_MAIN)
            vars(module).update(runpy.run_path(self._main_file, run_name=_MAIN))
            sys.modules[_MAIN] = module
        return vars(sys.modules[_MAIN])

    def _read(self) -> None:
        stream = self._pipe.makefile("rb")
        while head := stream.read(LENGTH.size):
            self._take(read_from_worker(stream.read(*LENGTH.unpack(head))))
        if self._busy:
            # The worker is gone and its job is another's: what is done here is done twice.
            os._exit(1)
        self._orders.put(None)

    def _take(self, message: FromWorker) -> None:
        match message:
            case Setup():
                sys.path[:] = message.path
                self._main_file = message.main
                if message.logs is not None:
                    configure_logging(message.logs.level, json=message.logs.json)
            case Flag():
                self._flagged = True
            case Order():
                self._flagged = False
                self._busy = True
                self._orders.put(message)

    def _send(self, message: FromSlot) -> None:
        with self._turn:
            self._pipe.sendall(to_frame(message))


def main() -> None:
    """Serve the pipe whose number is the first argument."""
    # A Ctrl-C goes to the whole group: what becomes of the job is for the worker to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=int(sys.argv[1])) as pipe:
        try:
            Slot(pipe).serve()
        except OSError:
            # The worker has gone, and with it everyone who could want an answer.
            sys.exit(1)


def _handler(module: Mapping[str, Any], order: Order) -> Handler[..., Any]:
    """The handler of an order: where its function stands, or else anywhere in the module."""
    first, *rest = order.function.split(".")
    named = reduce(partial(_attribute), rest, module.get(first))
    for candidate in (named, *module.values()):
        if (
            isinstance(candidate, Handler)
            and candidate.name == order.name
            and candidate.queue.name == order.queue
        ):
            return candidate
    raise Permanent(
        f"no handler {order.name!r} of queue {order.queue!r} in module {order.module!r}: a handler"
        " with mode='process' must stand at module level"
    )


def _attribute(holder: Any, name: str) -> Any:
    return getattr(holder, name, None)


async def _in_own_loop(calling: Calling, job: Job, arguments: dict[str, Any]) -> Any:
    """A blocking handler whose dependencies need a loop; nobody else uses this one."""
    assert calling.injection is not None
    async with AsyncExitStack() as stack:
        values = await calling.injection.prepare(stack)
        return calling.blocking(job, arguments, values)


def _ended(handler: Handler[..., Any], value: Any) -> Ended:
    match value:
        case Snooze():
            return Snoozed(seconds(value.delay))
        case Cancel():
            return Declined(value.reason)
        case Throttled():
            return Throttling(value.limit, value.retry_after)
        case _:
            return Returned(handler.encode_result(value))


def _raised(error: BaseException, handler: Handler[..., Any] | None) -> Raised:
    failure = Failure.of(error)
    permanent = isinstance(error, Permanent | InvalidPayload)
    retryable = handler is None or handler.retry.retries(error, 0)
    breaker = None if handler is None else handler.policy.breaker
    return Raised(
        failure.error, failure.message, failure.trace, retryable and not permanent,
        counts=not isinstance(error, InvalidPayload) and (breaker is None or breaker.counts(error)),
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""Calls one handler with its arguments, its job and what it depends on; where, others decide."""

from contextlib import AsyncExitStack, ExitStack
from typing import Any

from backbeat.app.handler import Handler
from backbeat.app.job import Job
from backbeat.worker.handlers.injection import Injection, Values

Arguments = dict[str, Any]


class Calling:
    """One handler, ready to be called.

    Attributes:
        injection: The plan for what the handler depends on; None when it depends on nothing.
    """

    def __init__(self, handler: Handler[..., Any]) -> None:
        """Plan the calls of a handler."""
        blocking = handler.mode == "thread"
        wanted = handler.dependencies
        self.injection = Injection(wanted, in_thread=blocking) if wanted else None
        self._fn = handler.fn
        self._wants_job = handler.wants_job

    async def in_loop(self, job: Job, arguments: Arguments) -> Any:
        """Call a coroutine function."""
        if self.injection is None:
            return await self._call(job, arguments)
        async with AsyncExitStack() as stack:
            values = await self.injection.prepare(stack)
            return await self._call(job, arguments | self.injection.arguments(values))

    def blocking(self, job: Job, arguments: Arguments, values: Values) -> Any:
        """Call a function, in the thread that is there for it.

        Args:
            job: What the handler sees.
            arguments: The arguments of the job.
            values: What `injection.prepare` made; grows.
        """
        if self.injection is None:
            return self._call(job, arguments)
        with ExitStack() as stack:
            self.injection.complete(values, stack)
            return self._call(job, arguments | self.injection.arguments(values))

    def _call(self, job: Job, arguments: Arguments) -> Any:
        if self._wants_job:
            return self._fn(job, **arguments)
        return self._fn(**arguments)

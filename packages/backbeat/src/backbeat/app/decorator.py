"""`@queue.job(...)`: makes a handler of a function; the type checker keeps its signature."""

import inspect
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any, Concatenate, ParamSpec, TypeVar, overload

from backbeat.app.batch import BatchDecorator
from backbeat.app.handler import Handler
from backbeat.app.intake import Intake
from backbeat.app.job import Job
from backbeat.app.policy import BatchTerms, Policy
from backbeat.app.signature import read_signature
from backbeat.errors import Throttled
from backbeat.values import Cancel, Snooze, WaitForChildren

P = ParamSpec("P")
R = TypeVar("R")
# What is no result, but says what becomes of the job.
Put = Snooze | Cancel | WaitForChildren | Throttled


class JobDecorator:
    """Makes a handler of the function below it; made by `queue.job`.

    The job, when wanted, is the first parameter: `enqueue` then has the signature without it. What
    the worker fills has a default, so `enqueue` may leave it out. Outcomes are no part of results.
    """

    def __init__(
        self,
        queue: Intake,
        name: str | None,
        policy: Callable[[bool, str], Policy],
        enter: Callable[[Handler[..., Any]], None],
    ) -> None:
        """Remember what was declared.

        Args:
            queue: Where the jobs go.
            name: Name of the handler; None for that of the function.
            policy: Tells how jobs run, given whether the function is a coroutine function, and a
                name of it for messages.
            enter: Adds the handler to the queue.
        """
        self._queue = queue
        self._name = name
        self._policy = policy
        self._enter = enter

    def gathering(self, batch: BatchTerms) -> BatchDecorator:
        """The same, for a function that gets many jobs in one call."""

        def policy(coroutine: bool, label: str) -> Policy:
            return replace(self._policy(coroutine, label), batch=batch)

        return BatchDecorator(self._queue, self._name, policy, self._enter)

    @overload
    def __call__(
        self,
        fn: Callable[Concatenate[Job, P], Coroutine[Any, Any, R | Put]],
    ) -> Handler[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, Coroutine[Any, Any, R | Put]]) -> Handler[P, R]: ...
    @overload
    def __call__(self, fn: Callable[Concatenate[Job, P], R | Put]) -> Handler[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, R | Put]) -> Handler[P, R]: ...
    def __call__(self, fn: Callable[..., Any]) -> Any:
        """Make the handler and add it to the queue.

        Raises:
            ConfigurationError: A parameter cannot travel, or the queue has a handler of this name.
        """
        signature = read_signature(fn)
        policy = self._policy(inspect.iscoroutinefunction(fn), signature.label)
        name = self._name or fn.__name__
        handler: Handler[..., Any] = Handler(self._queue, name, fn, signature, policy)
        self._enter(handler)
        return handler

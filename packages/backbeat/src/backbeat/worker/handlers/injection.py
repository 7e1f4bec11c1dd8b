"""Makes the values that `Depends(...)` asks for: once per job, cleaned up after it.

A plan is made once per handler. Blocking handlers get what can be made without the event loop in
their own thread, so that a database session lives and dies in the thread that uses it.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any

from backbeat.app.depends import Dependency, Kind

Values = dict[Callable[..., Any], Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One function to call, after the ones it needs.

    Attributes:
        fn: Makes the value.
        kind: How the value comes out of it.
        needs: Its parameters and the functions that make their values.
    """

    fn: Callable[..., Any]
    kind: Kind
    needs: tuple[tuple[str, Callable[..., Any]], ...]

    @property
    def blocking(self) -> bool:
        """Whether it can run without an event loop."""
        return self.kind in {"value", "generator"}


class Injection:
    """The plan of one handler: which functions to call, in which order, and where."""

    def __init__(self, wanted: Mapping[str, Dependency], *, in_thread: bool) -> None:
        """Plan the values of a handler's parameters.

        Args:
            wanted: The handler's parameters that the worker fills.
            in_thread: Whether the handler itself runs without an event loop.
        """
        steps = _ordered(wanted.values())
        local = _movable(steps) if in_thread else set()
        self._wanted = tuple((name, each.fn) for name, each in wanted.items())
        self._in_loop = tuple(step for step in steps if step.fn not in local)
        self._in_thread = tuple(step for step in steps if step.fn in local)

    async def prepare(self, stack: AsyncExitStack) -> Values:
        """Make, in the event loop, what belongs there; cleaned up when the stack closes."""
        values: Values = {}
        for step in self._in_loop:
            values[step.fn] = await _make(step, values, stack)
        return values

    def complete(self, values: Values, stack: ExitStack) -> None:
        """Make the rest, in the thread of the handler; cleaned up when the stack closes."""
        for step in self._in_thread:
            values[step.fn] = _make_blocking(step, values, stack)

    def arguments(self, values: Values) -> dict[str, Any]:
        """The values by the names of the handler's parameters."""
        return {name: values[fn] for name, fn in self._wanted}


def _ordered(dependencies: Iterable[Dependency]) -> list[Step]:
    steps: dict[Callable[..., Any], Step] = {}
    for dependency in dependencies:
        _add(steps, dependency)
    return list(steps.values())


def _add(steps: dict[Callable[..., Any], Step], dependency: Dependency) -> None:
    if dependency.fn in steps:
        return
    for inner in dependency.dependencies.values():
        _add(steps, inner)
    needs = tuple((name, inner.fn) for name, inner in dependency.dependencies.items())
    steps[dependency.fn] = Step(dependency.fn, dependency.kind, needs)


def _movable(steps: list[Step]) -> set[Callable[..., Any]]:
    """Functions that can run in a thread: blocking, and needed by no one that cannot."""
    movable: set[Callable[..., Any]] = {step.fn for step in steps if step.blocking}
    for step in reversed(steps):
        if step.fn not in movable:
            movable.difference_update(fn for _, fn in step.needs)
    return movable


async def _make(step: Step, values: Values, stack: AsyncExitStack) -> Any:
    arguments = {name: values[fn] for name, fn in step.needs}
    match step.kind:
        case "async generator":
            return await stack.enter_async_context(asynccontextmanager(step.fn)(**arguments))
        case "generator":
            return stack.enter_context(contextmanager(step.fn)(**arguments))
        case _:
            value = step.fn(**arguments)
            return await value if inspect.isawaitable(value) else value


def _make_blocking(step: Step, values: Values, stack: ExitStack) -> Any:
    arguments = {name: values[fn] for name, fn in step.needs}
    if step.kind == "generator":
        return stack.enter_context(contextmanager(step.fn)(**arguments))
    return step.fn(**arguments)

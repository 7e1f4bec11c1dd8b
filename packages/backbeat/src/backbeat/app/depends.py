"""`Depends(fn)` as a default value: the worker calls `fn` and passes what it gives.

Only the declaration lives here; values are made by the worker, once per job.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal, TypeVar, overload

from typing_extensions import override

from backbeat.errors import ConfigurationError

T = TypeVar("T")
Kind = Literal["value", "awaitable", "generator", "async generator"]


class Dependency:
    """A parameter's default that stands for a value which the worker makes.

    Attributes:
        fn: Makes the value. Equal functions give one value per job.
    """

    def __init__(self, fn: Callable[..., Any]) -> None:
        """Declare that `fn` makes the value."""
        if not callable(fn):
            raise ConfigurationError(f"Depends({fn!r}): a function is needed, not its value")
        self.fn = fn

    @property
    def name(self) -> str:
        """Name of the function, for messages."""
        return str(getattr(self.fn, "__qualname__", repr(self.fn)))

    @cached_property
    def kind(self) -> Kind:
        """How the value comes out of `fn`; a generator is cleaned up after the job."""
        if inspect.isasyncgenfunction(self.fn):
            return "async generator"
        if inspect.isgeneratorfunction(self.fn):
            return "generator"
        return "awaitable" if inspect.iscoroutinefunction(self.fn) else "value"

    @cached_property
    def dependencies(self) -> Mapping[str, "Dependency"]:
        """What `fn` itself depends on, by the name of its parameter.

        Raises:
            ConfigurationError: A parameter of `fn` has no value that the worker could pass.
        """
        needed = {}
        for name, parameter in self._parameters().items():
            if isinstance(parameter.default, Dependency):
                needed[name] = parameter.default
            elif parameter.default is parameter.empty and not _optional(parameter):
                raise ConfigurationError(
                    f"{self.name}, used in Depends(...): parameter {name!r} needs a default,"
                    " because nobody passes it"
                )
        return needed

    @override
    def __repr__(self) -> str:
        return f"Depends({self.name})"

    def _parameters(self) -> Mapping[str, inspect.Parameter]:
        try:
            return inspect.signature(self.fn).parameters
        except (TypeError, ValueError):
            return {}  # some builtins tell nothing: they are called without arguments


@overload
def Depends(fn: Callable[..., AsyncIterator[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., Iterator[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., Awaitable[T]]) -> T: ...
@overload
def Depends(fn: Callable[..., T]) -> T: ...
def Depends(fn: Callable[..., Any]) -> Any:  # noqa: N802 - reads as a marker
    """Let the worker make the value of this parameter.

    `fn` may be a function, a coroutine function, or a generator of either kind, whose code after
    `yield` runs when the job has ended. Its own parameters must have defaults, which may again be
    `Depends(...)`. It is called once per job, however many parameters ask for it.

    Args:
        fn: Makes the value.

    Returns:
        A marker; for the type checker, what `fn` makes.

    Raises:
        ConfigurationError: `fn` cannot be called, or has a parameter that nobody can pass.
    """
    dependency = Dependency(fn)
    _ = dependency.dependencies  # checked where it is written, not when the first job runs
    return dependency


def _optional(parameter: inspect.Parameter) -> bool:
    return parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}

"""Reads a handler's signature: what its job carries, what the worker passes, what comes back."""

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Union

from backbeat.app.datetimes import aware
from backbeat.app.depends import Dependency
from backbeat.app.job import Job
from backbeat.errors import ConfigurationError, Throttled
from backbeat.values import Cancel, Snooze, WaitForChildren

_STARS: Final[dict[Any, str]] = {
    inspect.Parameter.VAR_POSITIONAL: "*",
    inspect.Parameter.VAR_KEYWORD: "**",
}
_OUTCOMES: Final = (Snooze, Cancel, WaitForChildren, Throttled)
REQUIRED: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Carried:
    """A parameter whose value travels with the job."""

    name: str
    kind: Any
    default: Any


@dataclass(frozen=True, slots=True)
class Signature:
    """A handler's signature, taken apart.

    Attributes:
        module: Module of the function.
        name: Name of the function, with the class or function around it.
        wants_job: Whether the first parameter is the Job.
        carried: Parameters whose values travel with the job, in order.
        positional: Names that positional arguments of `enqueue` mean, in order.
        dependencies: Parameters that the worker fills, by name.
        returns: Type of the result, without the outcomes Snooze, Cancel and WaitForChildren.
    """

    module: str
    name: str
    wants_job: bool = False
    carried: tuple[Carried, ...] = ()
    positional: tuple[str, ...] = ()
    dependencies: Mapping[str, Dependency] = field(default_factory=dict)
    returns: Any = Any

    @property
    def required(self) -> frozenset[str]:
        """Names of the parameters that every job has: they have no default."""
        return frozenset(each.name for each in self.carried if each.default is REQUIRED)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arguments that travel with the job."""
        return tuple(each.name for each in self.carried)

    @property
    def label(self) -> str:
        """Module and name, for messages."""
        return f"{self.module}.{self.name}"


def read_signature(fn: Callable[..., Any]) -> Signature:
    """Take a handler's signature apart.

    Raises:
        ConfigurationError: A parameter cannot travel or cannot be filled; the message names
            function and parameter.
    """
    label = _label(fn)
    parameters = list(inspect.signature(fn).parameters.values())
    hints = {each.name: _hint(fn, label, each) for each in parameters}
    wants_job = bool(parameters) and _is_job(parameters[0], hints)
    rest = parameters[1:] if wants_job else parameters
    return Signature(
        module=fn.__module__,
        name=fn.__qualname__,
        wants_job=wants_job,
        carried=tuple(_carried(label, each, hints) for each in rest if not _filled(each, hints)),
        positional=_positional(rest, hints),
        dependencies={each.name: _dependency(each) for each in rest if _filled(each, hints)},
        returns=_result(fn, label),
    )


def parameters_of(
    fn: Callable[..., Any],
) -> tuple[str, list[inspect.Parameter], Mapping[str, Dependency]]:
    """Name of a function, the parameters that its caller fills, and those that the worker fills.

    Raises:
        ConfigurationError: It is no function, or yields.
    """
    label = _label(fn)
    parameters = list(inspect.signature(fn).parameters.values())
    hints = {each.name: _hint(fn, label, each) for each in parameters}
    given = [each for each in parameters if not _filled(each, hints)]
    filled = {each.name: _dependency(each) for each in parameters if _filled(each, hints)}
    return label, given, filled


def _label(fn: Callable[..., Any]) -> str:
    if not inspect.isroutine(fn):
        raise ConfigurationError(f"{fn!r} is no function: decorate a function")
    label = f"{fn.__module__}.{fn.__qualname__}"
    if inspect.isgeneratorfunction(fn) or inspect.isasyncgenfunction(fn):
        raise ConfigurationError(f"{label} yields: a handler returns its result")
    return label


def _is_job(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> bool:
    return hints[parameter.name] is Job and parameter.default is REQUIRED


def _filled(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> bool:
    """Whether the worker fills this parameter: it has a marker, or is a Job with a default."""
    if isinstance(parameter.default, Dependency):
        return True
    return hints[parameter.name] is Job and parameter.default is not REQUIRED


def _dependency(parameter: inspect.Parameter) -> Dependency:
    default = parameter.default
    return default if isinstance(default, Dependency) else Dependency(Job.current)


def _carried(label: str, parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Carried:
    name = parameter.name
    if star := _STARS.get(parameter.kind):
        raise ConfigurationError(
            f"{label}: {star}{name} cannot travel with a job: name the parameters one by one,"
            " or take one parameter that is a list or a dict"
        )
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise ConfigurationError(
            f"{label}: parameter {name!r} is positional-only, but arguments travel by name:"
            " remove the / from the signature"
        )
    if hints[name] is Job:
        raise ConfigurationError(
            f"{label}: the job must be the first parameter: move {name!r} to the front"
        )
    return Carried(name, hints[name], parameter.default)


def _positional(parameters: list[inspect.Parameter], hints: Mapping[str, Any]) -> tuple[str, ...]:
    """Names up to the first one that the worker fills: nothing can be counted past it."""
    names = []
    for parameter in parameters:
        if parameter.kind is parameter.KEYWORD_ONLY or _filled(parameter, hints):
            break
        names.append(parameter.name)
    return tuple(names)


def _hint(fn: Callable[..., Any], label: str, parameter: inspect.Parameter) -> Any:
    if isinstance(parameter.default, Dependency):
        return Any  # never looked at: the type may exist for type checkers only
    if parameter.annotation is REQUIRED:
        return Any
    what = f"{label}: the type of parameter {parameter.name!r}"
    return aware(resolve(fn, parameter.annotation, what))


def _result(fn: Callable[..., Any], label: str) -> Any:
    annotation = inspect.signature(fn).return_annotation
    if annotation is inspect.Signature.empty:
        return Any
    return aware(_without_outcomes(resolve(fn, annotation, f"{label}: the type of the result")))


def resolve(fn: Callable[..., Any], annotation: Any, what: str) -> Any:
    """The type that an annotation of a function means.

    Raises:
        ConfigurationError: It means none where the function was decorated; begins with `what`.
    """
    holder = types.SimpleNamespace(__annotations__={"it": annotation})
    names = inspect.unwrap(fn).__globals__
    try:
        return typing.get_type_hints(holder, globalns=names, include_extras=True)["it"]
    except (NameError, AttributeError, TypeError, SyntaxError) as error:
        raise ConfigurationError(
            f"{what} cannot be resolved ({error}): it must be importable when the function is"
            " decorated, at module level and not under TYPE_CHECKING"
        ) from error


def _without_outcomes(kind: Any) -> Any:
    if kind in _OUTCOMES:
        return None
    if typing.get_origin(kind) not in {Union, types.UnionType}:
        return kind
    kept = tuple(each for each in typing.get_args(kind) if each not in _OUTCOMES)
    return Union[kept] if kept else None  # noqa: UP007 - built from a tuple

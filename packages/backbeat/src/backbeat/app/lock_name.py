"""`lock=` of a handler or a job: which lock its jobs need, told from their arguments."""

import inspect
from collections.abc import Callable, Collection, Mapping
from typing import Any, Protocol

import msgspec

from backbeat.app.fields import names_in
from backbeat.engine.permits.keys import check_permit
from backbeat.errors import ConfigurationError, InvalidPayload

LockRule = str | Callable[..., str]


class Reads(Protocol):
    """Reads the arguments of a handler; see `Arguments`."""

    def decode(self, payload: bytes | msgspec.Raw) -> Mapping[str, Any]:
        """Arguments by name; those left out have the handler's defaults."""


class LockName:
    """The lock that a job needs, by its arguments."""

    def __init__(self, rule: LockRule, reads: Reads | None = None) -> None:
        """Remember the rule.

        Args:
            rule: A template such as "wallet:{wallet}:pnl", or a function of some of the arguments.
            reads: How the arguments are read. Defaults to as the JSON they are.
        """
        self._rule = rule
        self._reads = reads
        self._wanted = () if isinstance(rule, str) else _parameters(rule)

    def of(self, payload: bytes | msgspec.Raw) -> str:
        """The name of the lock for a job with these arguments.

        Raises:
            InvalidPayload: The arguments do not have what the rule asks for.
            InvalidOption: What comes out is empty or too long.
        """
        arguments = self._decode(payload)
        try:
            if isinstance(self._rule, str):
                name = self._rule.format(**arguments)
            else:
                name = self._rule(**{each: arguments[each] for each in self._wanted})
        except (LookupError, AttributeError, TypeError) as error:
            raise InvalidPayload(f"lock={self._rule!r}: {type(error).__name__}: {error}") from error
        return check_permit(name)

    def check(self, label: str, names: Collection[str]) -> None:
        """Refuse a rule that asks for more than a handler has.

        Raises:
            ConfigurationError: It names what is no argument of the handler.
        """
        asked = _fields(self._rule, label) if isinstance(self._rule, str) else self._wanted
        for name in asked:
            if name not in names:
                known = ", ".join(names) or "none"
                raise ConfigurationError(
                    f"{label}: lock={self._rule!r} asks for {name!r}; the arguments are: {known}"
                )

    def _decode(self, payload: bytes | msgspec.Raw) -> Mapping[str, Any]:
        if self._reads is not None:
            return self._reads.decode(payload)
        arguments = msgspec.json.decode(payload)
        if not isinstance(arguments, dict):
            raise InvalidPayload(f"lock={self._rule!r} needs arguments with names")
        return arguments


def _fields(template: str, label: str) -> tuple[str, ...]:
    try:
        return names_in(template)
    except ValueError as error:
        raise ConfigurationError(f"{label}: lock={template!r} is no template: {error}") from error


def _parameters(rule: Callable[..., str]) -> tuple[str, ...]:
    return tuple(inspect.signature(rule).parameters)

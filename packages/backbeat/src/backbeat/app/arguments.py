"""The arguments of one handler: bound to names, written as JSON, read and checked the same way.

A producer checks by reading what it wrote with the worker's own decoder, so what it accepts is
what the worker accepts.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NoReturn

import msgspec
from msgspec.structs import asdict

from backbeat.app import codec
from backbeat.app.kinds import check_kind
from backbeat.app.signature import REQUIRED, Carried, Signature
from backbeat.errors import InvalidPayload

# Values that a struct may hold as a default by reference; all others come from a factory.
_ATOMS: Final = (str, bytes, int, float, bool, type(None))
# ... and those that it makes anew each time.
_CONTAINERS: Final = (list, dict, set)


class Arguments:
    """Writes and reads the arguments of one handler.

    Attributes:
        struct: The arguments as a msgspec Struct; its JSON Schema is the published contract.
        signature: Where they come from.
    """

    def __init__(self, signature: Signature, title: str = "arguments") -> None:
        """Build the struct of a signature.

        Args:
            signature: Where the arguments come from.
            title: Name of the struct in the published contract.

        Raises:
            ConfigurationError: The type of a parameter cannot be read from JSON.
        """
        self.signature = signature
        for carried in signature.carried:
            check_kind(carried.kind, f"{signature.label}: parameter {carried.name!r}")
        self.struct = _struct(signature, title)
        self._read = codec.decoder(self.struct).decode
        self._positional = signature.positional

    def encode(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
        """Bind arguments to names, write them as JSON, and check what was written.

        Raises:
            InvalidPayload: An argument is missing, unknown, given twice, or does not fit its type.
        """
        named = self._bind(args, kwargs) if args else kwargs
        try:
            payload = codec.encode(named)
            self._read(payload)
        except codec.ENCODE_ERRORS as error:
            self._refuse(named, error)
        if b"null" in payload:
            self._refuse_lost_numbers(named)
        return payload

    def encode_data(self, data: Any) -> bytes:
        """Arguments that are given as one object of names and values; see `encode`."""
        if isinstance(data, dict) and all(isinstance(name, str) for name in data):
            return self.encode((), data)
        kind = type(data).__name__
        raise InvalidPayload(f"{self.signature.label}: a dict of arguments is needed, not {kind}")

    def decode(self, payload: bytes | msgspec.Raw) -> dict[str, Any]:
        """Read arguments; those left out have the handler's defaults.

        Raises:
            InvalidPayload: They do not fit the handler's signature.
        """
        try:
            return asdict(self._read(payload))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self._problem(error) from error

    def complete(self, payload: bytes) -> bytes:
        """The same arguments with the handler's defaults for those that were left out.

        Raises:
            InvalidPayload: They do not fit the handler's signature.
        """
        try:
            return codec.encode(self._read(payload))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise self._problem(error) from error

    def _bind(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        names = self._positional
        if len(args) > len(names):
            raise InvalidPayload(
                f"{self.signature.label} takes {len(names)} positional argument(s) from enqueue,"
                f" not {len(args)}; what the worker fills cannot be passed"
            )
        named = dict(zip(names, args, strict=False))
        if not kwargs:
            return named
        both = named | kwargs
        if len(both) < len(args) + len(kwargs):
            twice = min(named.keys() & kwargs)
            raise InvalidPayload(f"{self.signature.label}: {twice} is given twice", field=twice)
        return both

    def _refuse(self, named: Mapping[str, Any], error: Exception) -> NoReturn:
        if isinstance(error, msgspec.ValidationError):
            raise self._problem(error) from error
        for name, value in named.items():
            try:
                codec.encode(value)
            except codec.ENCODE_ERRORS as cause:
                text = f"{self.signature.label}: {name}: {cause}"
                raise InvalidPayload(text, field=name) from error
        raise InvalidPayload(f"{self.signature.label}: {error}") from error

    def _problem(self, error: Exception) -> InvalidPayload:
        what, path = codec.explain(error)
        injected = path in self.signature.dependencies
        reason = "the worker fills it, it cannot be passed" if injected else what
        where = f": {path}" if path else ""
        return InvalidPayload(f"{self.signature.label}{where}: {reason}", field=path)

    def _refuse_lost_numbers(self, named: Mapping[str, Any]) -> None:
        for name, value in named.items():
            if codec.loses_numbers(value):
                text = f"{self.signature.label}: {name}: JSON has no NaN and no infinity"
                raise InvalidPayload(text, field=name)


def _struct(signature: Signature, title: str) -> type[msgspec.Struct]:
    fields = [_field(carried) for carried in signature.carried]
    return msgspec.defstruct(
        title,
        fields,
        kw_only=True,
        forbid_unknown_fields=True,  # an argument that is ignored would be lost without a word
        gc=False,
        module=signature.module,
    )


def _field(carried: Carried) -> tuple[str, Any] | tuple[str, Any, Any]:
    if carried.default is REQUIRED:
        return carried.name, carried.kind
    empty = isinstance(carried.default, _CONTAINERS) and not carried.default
    if isinstance(carried.default, _ATOMS) or empty:
        return carried.name, carried.kind, carried.default
    give: Callable[[], Any] = partial(_same, carried.default)
    return carried.name, carried.kind, msgspec.field(default_factory=give)


def _same(value: Any) -> Any:
    return value

"""JSON in and out, with pydantic models beside everything msgspec knows, and errors with a path.

Pydantic is recognised by what its models carry, so that it is imported only by who uses it.
"""

import re
from math import isfinite
from typing import Any, Final

import msgspec

_WHERE: Final = re.compile(r" - at (?:`key` in )?`\$([^`]*)`$")
_NAMED: Final = re.compile(r"Object (missing required|contains unknown) field `([^`]*)`")

# What encoding raises for a value that JSON cannot hold: wrong types, lone surrogates, cycles.
ENCODE_ERRORS: Final = (TypeError, ValueError, OverflowError, RecursionError, msgspec.MsgspecError)


def decoder(kind: Any) -> "msgspec.json.Decoder[Any]":
    """A decoder of JSON into `kind` that also builds pydantic models."""
    return msgspec.json.Decoder(kind, dec_hook=_from_json)


def is_model(kind: Any) -> bool:
    """Whether `kind` is a pydantic model class."""
    return isinstance(kind, type) and hasattr(kind, "__pydantic_validator__")


def explain(error: Exception) -> tuple[str, str]:
    """What a decoding error says, and the path it is about ("swaps[3].price", or empty)."""
    text = str(error)
    where = _WHERE.search(text)
    path = where[1] if where else ""
    what = text[: where.start()] if where else text
    if isinstance(error.__cause__, _ModelError):
        path += error.__cause__.path
        what = error.__cause__.what
    if named := _NAMED.search(what):
        path += "." + named[2]
        what = "it is required" if named[1] == "missing required" else "there is no such name"
    return what, path.lstrip(".")


def loses_numbers(value: Any) -> bool:
    """Whether a NaN or an infinity is inside: JSON has none, they would arrive as null."""
    return _has_lost(msgspec.to_builtins(value, enc_hook=_opaque))


class _ModelError(ValueError):
    """The first problem a pydantic model found, without the model's long report."""

    def __init__(self, what: str, path: str) -> None:
        self.what = what
        self.path = path
        super().__init__(what)


def _has_lost(value: Any) -> bool:
    if isinstance(value, float):
        return not isfinite(value)
    if isinstance(value, dict):
        return any(map(_has_lost, value.values()))
    return isinstance(value, list) and any(map(_has_lost, value))


def _opaque(_: Any) -> None:
    """Models answer for their own numbers."""


def _to_json(value: Any) -> Any:
    serializer = getattr(type(value), "__pydantic_serializer__", None)
    if serializer is None:
        kind = f"{type(value).__module__}.{type(value).__qualname__}"
        raise TypeError(f"objects of type {kind} cannot be written as JSON")
    # By alias, because that is what the model reads again.
    return msgspec.Raw(serializer.to_json(value, by_alias=True, round_trip=True))


def _from_json(kind: Any, value: Any) -> Any:
    try:
        # From JSON, because models accept "2025-01-01" for a date only from there when strict.
        return kind.__pydantic_validator__.validate_json(encode(value))
    except ValueError as error:
        raise _model_error(error) from None


def _model_error(error: ValueError) -> ValueError:
    found = getattr(error, "errors", None)
    if found is None:
        return error
    first = found(include_url=False, include_input=False)[0]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    return _ModelError(first["msg"], path)


encode: Final = msgspec.json.Encoder(enc_hook=_to_json).encode

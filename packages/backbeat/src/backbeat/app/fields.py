"""Reads single arguments out of a payload: for keys and decisions that hang on them."""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from string import Formatter
from typing import Any, Final

import msgspec

from backbeat.engine.ids import is_job_id
from backbeat.errors import InvalidOption

_decode: Final = msgspec.json.Decoder().decode
_write: Final = msgspec.json.Encoder(order="deterministic").encode


def arguments_of(payload: bytes) -> Mapping[str, Any]:
    """The arguments by name, as plain JSON values; none where the payload is no object."""
    decoded = _decode(payload)
    return decoded if isinstance(decoded, dict) else {}


def digest(payload: bytes, by: Iterable[str] | None = None) -> str:
    """The same 24 hexadecimal characters for the same arguments, in whatever order.

    Args:
        payload: The arguments as JSON.
        by: The arguments that count. Defaults to None: all of them.
    """
    what = _decode(payload)
    if by is not None:
        arguments = arguments_of(payload)
        what = [arguments.get(name) for name in by]
    return _hash(_write(what))


def fill(template: str, payload: bytes) -> str:
    """A template with its `{argument}` fields filled in; its digest where that could be no id.

    Args:
        template: Text with names of arguments in braces.
        payload: The arguments as JSON.

    Raises:
        InvalidOption: It names an argument that is not there.
    """
    try:
        filled = template.format_map(arguments_of(payload))
    except (LookupError, AttributeError, ValueError) as error:
        raise InvalidOption(f"{template!r} cannot be filled in: no argument {error}") from error
    return filled if is_job_id(filled) else _hash(filled.encode())


def names_in(template: str) -> tuple[str, ...]:
    """The names of the arguments in a template: "user.id" and "user[id]" are of "user".

    Raises:
        ValueError: It is no template.
    """
    fields = (field for _, field, _, _ in Formatter().parse(template) if field is not None)
    return tuple(field.partition(".")[0].partition("[")[0] for field in fields)


def _hash(content: bytes) -> str:
    return blake2b(content, digest_size=12).hexdigest()

"""A bare `datetime` in a signature means one with a time zone: others are refused."""

import types
import typing
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final

import msgspec

AWARE: Final = Annotated[datetime, msgspec.Meta(tz=True)]


def aware(kind: Any) -> Any:
    """The same type, with every `datetime` in it made one with a time zone.

    Looks into unions and containers, not into classes: their fields are as their author wrote
    them. `Annotated[datetime, msgspec.Meta(tz=False)]` stays what it is.
    """
    if kind is datetime:
        return AWARE
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if not arguments or origin in {Annotated, typing.Literal}:
        return kind
    changed = tuple(aware(each) for each in arguments)
    if changed == arguments:
        return kind
    if origin in {typing.Union, types.UnionType}:
        return reduce(or_, changed)
    return origin[changed]

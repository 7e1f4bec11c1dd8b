"""Reads bodies: bounded in size, time, depth and number of values, before anything parses them."""

import asyncio
from dataclasses import dataclass
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from backbeat.gateway.errors import BadRequest

_OPENING: Final = frozenset(b"[{")
_CLOSING: Final = frozenset(b"]}")


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """What is taken of a body.

    Attributes:
        size: Bytes. Defaults to 1 MiB.
        depth: How deep values may lie in each other. Defaults to 64.
        values: How many values there may be in all. Defaults to 100,000.
        seconds: How long it may take to come. Defaults to 10.
    """

    size: int = 1_048_576
    depth: int = 64
    values: int = 100_000
    seconds: float = 10.0


async def with_body(request: Request, limits: BodyLimits) -> Request:
    """The same request with its body in hand, checked.

    Raises:
        HTTPException: 413, it is too large; 415, it is no JSON or is compressed.
        BadRequest: It cannot be read, or is too deep, or did not come in time.
    """
    body = await _read(request, limits)
    if body:
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise HTTPException(415)
        check_json(body, limits)

    async def replay() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, replay)


def check_json(body: bytes, limits: BodyLimits) -> None:
    """Do nothing where a text is JSON within the limits; one pass before a parser sees it.

    Raises:
        BadRequest: It is not; the message says why.
    """
    depth = values = 0
    in_text = escaped = False
    for byte in body:
        if in_text:
            if escaped:
                escaped = False
            elif byte == 0x5C:
                escaped = True
            elif byte == 0x22:
                in_text = False
        elif byte == 0x22:
            in_text = True
        elif byte in _OPENING:
            depth += 1
            values += 1
            if depth > limits.depth:
                raise BadRequest(f"values lie deeper in each other than {limits.depth} levels")
        elif byte in _CLOSING:
            depth -= 1
        elif byte == 0x2C:
            values += 1
    if values > limits.values:
        raise BadRequest(f"the body has more than {limits.values:,} values")
    try:
        msgspec.json.decode(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadRequest("the body is no JSON as it is understood everywhere") from None


async def _read(request: Request, limits: BodyLimits) -> bytes:
    headers = request.headers
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415)
    length = headers.get("content-length", "0")
    if not length.isdigit() or int(length[:20]) > limits.size:
        raise HTTPException(413)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.seconds):
            async for part in request.stream():
                size += len(part)
                if size > limits.size:
                    raise HTTPException(413)
                parts.append(part)
    except TimeoutError:
        raise BadRequest(f"the body did not come within {limits.seconds:g} s") from None
    except ClientDisconnect:
        raise BadRequest("the connection was closed before the body had come") from None
    return b"".join(parts)

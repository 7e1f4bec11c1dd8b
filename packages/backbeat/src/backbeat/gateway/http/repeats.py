"""Idempotency-Key: the first request of a key is carried out, the others get its answer."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from backbeat.app import Repeats
from backbeat.gateway.errors import BadRequest, RepeatedOtherwise, StillRunning

HEADER: Final = "Idempotency-Key"
_LONGEST: Final = 200
# Larger answers are not kept: the request is carried out again.
_MOST_KEPT: Final = 262_144


async def once(
    repeats: Repeats,
    who: str,
    request: Request,
    handle: Callable[[], Awaitable[Response]],
) -> Response:
    """Carry out a request, or give the answer that it got before.

    Only answers that went well are kept: what was refused may be sent again.

    Raises:
        BadRequest: The key is none.
        RepeatedOtherwise: It was used for something else.
        StillRunning: Another request with it is being carried out.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return await handle()
    if not 1 <= len(key) <= _LONGEST or not key.isprintable():
        raise BadRequest(f"{HEADER} has 1 to {_LONGEST} printable characters")
    said = b"\n".join([
        request.method.encode(), request.scope["path"].encode(), request.scope["query_string"],
        await request.body(),
    ])  # fmt: skip
    begun = await repeats.begin(who, key, said)
    if not begun.same:
        raise RepeatedOtherwise
    if not begun.ours:
        if begun.answer is None:
            raise StillRunning
        status, _, body = begun.answer.partition(b" ")
        replayed = {"Idempotent-Replayed": "true"}
        return Response(body, int(status), replayed, media_type="application/json")
    try:
        response = await handle()
    except BaseException:
        await repeats.forget(begun)
        raise
    body = bytes(response.body)
    if response.status_code < 300 and len(body) <= _MOST_KEPT:
        await repeats.answer(begun, b"%d %s" % (response.status_code, body))
    else:
        await repeats.forget(begun)
    return response

"""A route of the house: behind the front, on terms that it names."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from arena.base.errors import Invalid, Unauthenticated, Unavailable
from arena.base.http.front import SAFE, Front, address_of
from arena.base.http.permission import Repeated, terms_of
from arena.base.identity import Identity
from backbeat.gateway.http import IDEMPOTENCY_KEY, check_origin, once, tagged, with_body

Handle = Callable[[Request], Coroutine[Any, Any, Response]]


class HouseRoute(APIRoute):
    """Nothing of a request is parsed before it is known who sends it, and that they may.

    Use it as `APIRouter(route_class=HouseRoute)`; each route says `**needs(...)`.
    """

    @override
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        if SAFE.issuperset(self.methods or ()) and self.openapi_extra is not None:
            # Reads may be repeated anyway: nobody looks at a key.
            self.openapi_extra = {
                name: value for name, value in self.openapi_extra.items() if name != "parameters"
            }

    @override
    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()
        terms = terms_of(self.openapi_extra, self.path)

        async def behind_front(request: Request) -> Response:
            front = front_of(request)
            reads = request.method in SAFE
            identity = request.state.identity = await front.admit(request, writes=not reads)
            terms.check(identity)
            try:
                async with asyncio.timeout(front.options.seconds):
                    if reads:
                        return tagged(request, await handle(request))
                    check_origin(request, front.origins)
                    whole = await with_body(request, front.options.bodies)
                    return await _written(front, terms.repeated, whole, identity, handle)
            except TimeoutError:
                raise Unavailable(
                    f"this took longer than {front.options.seconds:g} s: ask again with the same"
                    f" {IDEMPOTENCY_KEY}",
                    retry_after=1,
                ) from None

        return behind_front


async def _written(
    front: Front, repeated: Repeated, request: Request, identity: Identity | None, handle: Handle
) -> Response:
    if repeated is Repeated.NEVER:
        return await handle(request)
    if repeated is Repeated.MUST and IDEMPOTENCY_KEY not in request.headers:
        raise Invalid(f"this needs the header {IDEMPOTENCY_KEY}: a name of your own, for retries")
    who = f"visitor {address_of(request)}" if identity is None else f"user {identity.user_id}"
    return await once(front.repeats, who, request, lambda: handle(request))


def front_of(request: Request) -> Front:
    """The front that a request came through."""
    front: Front = request.app.state.front
    return front


def _visitor(request: Request) -> Identity | None:
    identity: Identity | None = request.state.identity
    return identity


def _who(request: Request) -> Identity:
    identity = _visitor(request)
    if identity is None:
        raise Unauthenticated("sign in first")
    return identity


# Parameters of a route: whoever is signed in, and whoever comes.
Who = Annotated[Identity, Depends(_who)]
Visitor = Annotated[Identity | None, Depends(_visitor)]

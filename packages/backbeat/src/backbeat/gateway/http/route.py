"""A route of the gateway: behind the front, with one permission that it names."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Final

from fastapi import Depends
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

from backbeat.gateway.access import Action
from backbeat.gateway.http.bodies import with_body
from backbeat.gateway.http.envelope import ProblemEnvelope
from backbeat.gateway.http.front import SAFE, Front
from backbeat.gateway.http.origins import check_origin
from backbeat.gateway.http.repeats import once
from backbeat.gateway.http.snapshots import tagged
from backbeat.gateway.service import Caller, Service

Handle = Callable[[Request], Coroutine[Any, Any, Response]]

PERMISSION: Final = "x-permission"
COSTLY: Final = "x-costly"


class GatewayRoute(APIRoute):
    """Nothing of a request is parsed before it is known who sends it, and how much they do."""

    @override
    def get_route_handler(self) -> Handle:
        handle = super().get_route_handler()

        async def behind_front(request: Request) -> Response:
            front: Front = request.app.state.front
            caller = request.state.caller = await self.admit(front, request)
            if request.method in SAFE:
                return tagged(request, await handle(request))
            check_origin(request, front.origins)
            whole = await with_body(request, front.options.bodies)
            return await once(front.repeats, caller.principal.name, whole, lambda: handle(whole))

        return behind_front

    async def admit(self, front: Front, request: Request) -> Caller:
        """Recognise whoever asks, and count what they ask.

        Raises:
            GatewayError: Nobody who is known asks, or they ask too much.
        """
        return await front.admit(request, costly=bool((self.openapi_extra or {}).get(COSTLY)))


def needs(action: Action, *, costly: bool = False) -> dict[str, Any]:
    """Options of a route: the permission that it needs, and whether it is counted as costly."""
    return {
        "openapi_extra": {PERMISSION: action.value, **({COSTLY: True} if costly else {})},
        "responses": PROBLEMS,
        "response_model_by_alias": True,
    }


def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


def _service(request: Request) -> Service:
    front: Front = request.app.state.front
    return front.service


Who = Annotated[Caller, Depends(_caller)]
Desk = Annotated[Service, Depends(_service)]

_WHAT: Final = {
    400: "The request does not fit.",
    401: "Nobody who is known asks.",
    403: "More is asked than was granted, or a page of another origin asks.",
    404: "It is not there.",
    405: "The address does not take this method.",
    409: "Its state does not allow it, or the Idempotency-Key was used before.",
    413: "The body is too large.",
    415: "The body is no JSON, or is compressed.",
    422: "It has to be confirmed.",
    429: "Too many requests; Retry-After says when to ask again.",
    500: "Something went wrong here.",
    503: "The job server cannot be reached.",
}
# By reference: a model for each status of each route would be built anew, a thousand times over.
_FORM: Final = {"schema": {"$ref": f"#/components/schemas/{ProblemEnvelope.__name__}"}}
PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": what, "content": {"application/json": _FORM}}
    for status, what in _WHAT.items()
}

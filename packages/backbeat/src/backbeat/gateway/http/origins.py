"""Writes that a browser sends on its own accord come from a page of this origin, or not at all."""

from starlette.requests import Request

from backbeat.gateway.errors import ForeignOrigin
from backbeat.gateway.origins import Origins

_OURS = frozenset({"same-origin", "none"})


def check_origin(request: Request, origins: Origins) -> None:
    """Do nothing where a write may be carried out as far as its origin is concerned.

    A token is never sent by a browser on its own accord, so who shows one needs no origin. Whoever
    is recognised otherwise, by a cookie or as this machine, does.

    Args:
        request: The request.
        origins: Those from which writes are taken.

    Raises:
        ForeignOrigin: A page of another origin sends it, or a browser does not say which.
    """
    headers = request.headers
    if headers.get("authorization", "").lower().startswith("bearer "):
        return
    site = headers.get("sec-fetch-site")
    if "origin" in headers:
        if origins.allows(request):
            return
        raise ForeignOrigin
    if site is not None and site not in _OURS:
        raise ForeignOrigin
    if site is None and request.cookies:
        raise ForeignOrigin

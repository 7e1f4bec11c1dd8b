"""Writes that a browser sends on its own accord come from a page of this origin, or not at all."""

from collections.abc import Collection

from starlette.requests import Request

from backbeat.gateway.errors import ForeignOrigin

_OURS = frozenset({"same-origin", "none"})


def check_origin(request: Request, allowed: Collection[str]) -> None:
    """Do nothing where a write may be carried out as far as its origin is concerned.

    A token is never sent by a browser on its own accord, so who shows one needs no origin. Whoever
    is recognised otherwise, by a cookie or as this machine, does.

    Args:
        request: The request.
        allowed: Origins besides our own from which writes are taken.

    Raises:
        ForeignOrigin: A page of another origin sends it, or a browser does not say which.
    """
    headers = request.headers
    if headers.get("authorization", "").lower().startswith("bearer "):
        return
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is not None:
        if origin in allowed or origin == f"{request.url.scheme}://{request.url.netloc}":
            return
        raise ForeignOrigin
    if site is not None and site not in _OURS:
        raise ForeignOrigin
    if site is None and request.cookies:
        raise ForeignOrigin

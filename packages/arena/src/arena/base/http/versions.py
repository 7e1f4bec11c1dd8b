"""ETags made of a version: whoever has the newest is answered without anything being read."""

from starlette.requests import Request
from starlette.responses import Response


def etag(version: int) -> str:
    """The tag of a version: `"v7"`."""
    return f'"v{version}"'


def has_version(request: Request, version: int) -> bool:
    """Whether whoever asks has this version already."""
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    return etag(version) in known or f"W/{etag(version)}" in known


def mark_version(response: Response, version: int, *, max_age: int = 0) -> None:
    """Say which version an answer is of; where it is known already, the route answers 304.

    Args:
        response: The answer.
        version: Only ever rises.
        max_age: Seconds for which a browser need not ask again. Defaults to 0.
    """
    response.headers["ETag"] = etag(version)
    response.headers["Cache-Control"] = f"private, max-age={max_age}"

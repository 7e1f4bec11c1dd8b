"""ETag and 304: an answer that has not changed is not sent again."""

import hashlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_KEPT: Final = ("cache-control", "vary")


def tagged(request: Request, response: Response) -> Response:
    """The answer with its tag, or 304 where whoever asks has it already.

    A tag that a route has set, such as one of a version, is kept, and so are its `Cache-Control`
    and `Vary`; else it is made of the body.
    """
    if response.status_code != 200 or not hasattr(response, "body"):
        return response
    headers = response.headers
    tag = headers.get("etag") or f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or f"W/{tag}" in known or "*" in known:
        kept = {name: headers[name] for name in _KEPT if name in headers}
        return Response(status_code=304, headers={**kept, "ETag": tag})
    headers["ETag"] = tag
    return response

"""ETag and 304: an answer that has not changed is not sent again."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, response: Response) -> Response:
    """The answer with its tag, or 304 where whoever asks has it already."""
    if response.status_code != 200 or not hasattr(response, "body"):
        return response
    tag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or f"W/{tag}" in known or "*" in known:
        return Response(status_code=304, headers={"ETag": tag})
    response.headers["ETag"] = tag
    return response

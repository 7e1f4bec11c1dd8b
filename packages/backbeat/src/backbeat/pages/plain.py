"""Pages without a script: forms that work before anybody is known, under the strictest policy."""

from collections.abc import Mapping
from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from backbeat.gateway.errors import BadRequest
from backbeat.pages.headers import PLAIN, REFERRER
from backbeat.pages.site import Site

_LARGEST: Final = 8_192
_MOST_FIELDS: Final = 20

Form = Mapping[str, str]


async def read_form(request: Request) -> Form:
    """The fields of a form that a browser has sent, the first of each name.

    Raises:
        BadRequest: It has more than 8 KiB or 20 fields.
    """
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LARGEST:
            raise BadRequest("the form is larger than is taken")
    try:
        given = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise BadRequest("the form has more fields than are taken") from None
    return {name: values[0] for name, values in given.items()}


def plain_page(
    site: Site, request: Request, title: str, body: str, *, problem: str = "", status: int = 200
) -> Response:
    """A page in the look of a site.

    Args:
        site: Whose.
        request: What is answered.
        title: Of the page, as text.
        body: Markup of ours, in which everything of others is escaped already.
        problem: What was wrong with what they sent, as text. Defaults to nothing.
        status: Of the answer. Defaults to 200.
    """
    root = escape(str(request.scope.get("root_path", "")), quote=True)
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    page = _PAGE.format(
        root=root, title=escape(title), product=escape(site.title), said=said, body=body,
        icon=escape(site.icon, quote=True),
    )  # fmt: skip
    headers = {
        "Content-Security-Policy": PLAIN,
        "Referrer-Policy": REFERRER,
        "Cache-Control": "no-store",
    }
    return HTMLResponse(page, status_code=status, headers=headers)


_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {product}</title>
<link rel="stylesheet" href="{root}/shared/pages.css">
<link rel="icon" href="{root}/assets/{icon}">
</head>
<body class="plain">
<main class="panel">
<h1><img src="{root}/assets/{icon}" alt="" width="32" height="32"> {product}</h1>
{said}
{body}
</main>
</body>
</html>
"""

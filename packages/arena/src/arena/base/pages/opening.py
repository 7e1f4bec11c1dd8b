"""The door to the pages of the house."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request

from arena.base.http.front import Front
from arena.base.pages import home
from arena.base.pages.show import Show
from arena.base.pages.site import SIGN_IN, SITE
from arena.base.pages.visit import Visit
from backbeat.pages import Answer, Door

__all__ = ["home", "open_door"]


def open_door(front: Front, shows: Sequence[Show], plain: Mapping[str, Answer]) -> Door:
    """Pages of applications, for whoever comes.

    Args:
        front: Recognises and counts people.
        shows: What applications have to see.
        plain: The way in and out, by path.
    """

    def visit(request: Request) -> Visit:
        return Visit(request, front, shows)

    return Door(SITE, visit, front.origins, plain=plain, sign_in=SIGN_IN)

"""What the pages of somebody's own have in common: who may see them, and the way between them."""

from typing import Final

from arena.base.errors import Unauthenticated
from arena.base.pages.site import SIGN_IN
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, link, tabs

TOGETHER: Final = 24
"""Things of one page."""

PLACES: Final = {"watched": "Watched", "invoices": "Invoices", "selling": "Selling"}


def own_places(visit: Visit, here: str = "") -> None:
    """The way to one's own things.

    Args:
        visit: Whose.
        here: Of `PLACES`, where they are. Defaults to none of them.
    """
    places = [
        (words, visit.href("auctions", "mine", name), name == here)
        for name, words in PLACES.items()
    ]
    tabs([("All auctions", visit.href("auctions"), False), *places] if here else places)


def own_id(visit: Visit) -> str:
    """Whose things are shown.

    Raises:
        Unauthenticated: Nobody is signed in; the page has a link to do so.
    """
    if visit.user_id is None:
        link("Sign in", visit.href(SIGN_IN[1:], next=visit.here), "sign")
        raise Unauthenticated("this page is for whoever is signed in: sign in, then come back")
    return visit.user_id


def number_of(page: str) -> int:
    """The number of a page as an address has it, from 1; what is none is the first."""
    return max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 6 else 1


def leaf(visit: Visit, name: str, page: int, *, more: bool, **query: str) -> None:
    """Links to the pages before and after, where there are some."""
    with box("items"):
        for words, number, there in (("Newer", page - 1, page > 1), ("Older", page + 1, more)):
            if there:
                place = visit.href("auctions", "mine", name, page=str(number), **query)
                link(words, place, "sign")

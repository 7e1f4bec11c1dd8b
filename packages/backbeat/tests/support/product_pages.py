"""Pages of a product beside the dashboard, in the same process: everybody may see them."""

from pathlib import Path
from typing import Final

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from backbeat.gateway.http import Origins
from backbeat.pages import Door, Site, dress, plain_page, theme_button, visit_here
from backbeat.pages.look import box, button, text

SITE: Final = Site(
    "product", title="Product", assets=Path(__file__).parents[2] / "src/backbeat/dashboard/assets"
)


class Passer:
    """Anybody."""

    def __init__(self, request: Request) -> None:
        """Take a request."""
        self.root = str(request.scope.get("root_path", ""))
        self.name = request.cookies.get("user", "nobody")

    async def enter(self) -> bool:
        """All but one."""
        return self.name != "banned"

    async def stay(self, *, use: bool = False) -> bool:
        """As long as they like."""
        return self.name != "banned"


@SITE.page("/", "Home")
async def home(visit: Passer) -> None:
    """Says who is there, and counts clicks."""
    dress()
    theme_button()
    with box("page"):
        text(f"Welcome {visit.name}", tag="h1")
        clicks = text("0")
        button("More", lambda: clicks.set_text(str(int(clicks.text) + 1)))


@SITE.page("/queues/{queue}", "A queue of the product")
async def queue(visit: Passer, queue: str) -> None:
    """At an address that the dashboard has, too."""
    assert visit_here() is visit
    text(f"{queue} of the product", tag="h1")


async def way_in(request: Request) -> Response:
    """A page without a script."""
    return plain_page(SITE, request, "<In>", "<p>the way in</p>", problem="<b>so</b>", status=418)


def mount_product(web: FastAPI) -> None:
    """Serve it at `/product`."""
    web.mount("/product", Door(SITE, Passer, Origins(()), plain={"/sign-in": way_in}))

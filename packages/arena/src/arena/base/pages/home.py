"""The first page: what there is to see."""

from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, heading, link, text


@screen("/", "Home")
async def home(visit: Visit) -> None:
    """Where one can go."""
    with heading("Arena"):
        pass
    with box("split"):
        for show in visit.shows:
            with link("", f"{visit.root}{show.path}", "panel", "card"):
                text(show.name, tag="h2")
                text(show.about, "quiet")

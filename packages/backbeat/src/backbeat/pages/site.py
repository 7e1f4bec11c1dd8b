"""The pages of one product, apart from those of every other in the process."""

import functools
import inspect
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from nicegui import ui

from backbeat.errors import ConfigurationError
from backbeat.pages.visit import Visit

P = ParamSpec("P")
V = TypeVar("V", bound=Visit)
Build = Callable[Concatenate[V, P], Awaitable[None]]

# Where the door leaves who is there, for the page.
KEY: Final = "backbeat.visit"
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")
# It is told what is wrong before NiceGUI gives up.
_PATIENCE_S: Final = 15.0
_names: Final[set[str]] = set()


class Site:
    """A set of pages that share a look.

    NiceGUI has one table of addresses for the whole process. In it the pages of a site lie below
    its name, which no browser sees: a `Door` puts it before every address that it passes on.

    Attributes:
        name: Tells sites of one process apart.
        title: What tabs of the browser say, after the title of the page.
        assets: Folder of files that anybody may have, at `assets/` below a door.
        icon: An SVG among them.
    """

    def __init__(self, name: str, *, title: str, assets: Path, icon: str = "icon.svg") -> None:
        """Have no page yet.

        Args:
            name: A word in lower case that no other site of the process has.
            title: Of the product.
            assets: Folder with its own style sheets, scripts and pictures.
            icon: Name of an SVG file there. Defaults to "icon.svg".

        Raises:
            ConfigurationError: The name is none, or another site has it.
        """
        if not _NAME.fullmatch(name) or name in _names:
            raise ConfigurationError(
                f"a site cannot be called {name!r}: give a word in lower case that no other has"
            )
        _names.add(name)
        self.name, self.title, self.assets, self.icon = name, title, assets, icon

    def page(self, path: str, title: str) -> Callable[[Build[V, P]], Build[V, P]]:
        """Declare a page: a function of the visit, and of what its path names in braces.

        Args:
            path: Its address below the door, such as "/queues/{queue}".
            title: What the browser's tab says.
        """

        def declare(build: Build[V, P]) -> Build[V, P]:
            async def show(*args: Any, **kwargs: Any) -> None:
                await build(visit_here(), *args, **kwargs)

            functools.update_wrapper(show, build)
            show.__signature__ = _without_visit(build)  # type: ignore[attr-defined]
            ui.page(
                f"/{self.name}{path}",
                title=f"{title} · {self.title}",
                favicon=(self.assets / self.icon).read_text(encoding="utf-8"),
                response_timeout=_PATIENCE_S,
            )(show)
            return build

        return declare


def visit_here() -> Any:
    """Who is at the page that is being built or clicked: what its door made."""
    return ui.context.client.request.scope[KEY]


def _without_visit(build: Callable[..., Any]) -> inspect.Signature:
    signature = inspect.signature(build)
    return signature.replace(parameters=list(signature.parameters.values())[1:])

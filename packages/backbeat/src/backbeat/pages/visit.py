"""Somebody at a page, as far as the way to the page is concerned."""

from typing import Protocol


class Visit(Protocol):
    """A page, or the connection of one, of somebody.

    What a product knows of them beyond that is its own: a page is given the very object that the
    product's `Door` made.

    Attributes:
        root: Address of the site, without a slash at the end.
    """

    root: str

    async def enter(self) -> bool:
        """Whether they may open a page; asked once for each, so it may count.

        Raises:
            BackbeatError: They ask too much.
        """
        ...

    async def stay(self, *, use: bool = False) -> bool:
        """Whether they may still be there: asked for files, and for each message of a page.

        Args:
            use: Whether somebody asks or clicks, rather than a page by itself. Defaults to False.
        """
        ...

"""Calls of one moment."""

import asyncio
from collections.abc import Awaitable, Iterable
from typing import TypeVar

T = TypeVar("T")


async def together(calls: Iterable[Awaitable[T]]) -> list[T]:
    """Start them all, in their order, and give what each returns."""
    return list(await asyncio.gather(*calls))

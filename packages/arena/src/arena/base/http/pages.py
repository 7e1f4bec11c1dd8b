"""Lists in parts: by number where people leaf through them, by cursor where they grow meanwhile."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Annotated, Any, Final, Generic, Literal, Self, TypeVar

from fastapi import Query
from typing_extensions import override

from arena.base.errors import Invalid
from backbeat.gateway.http import Shown

T = TypeVar("T")

_DEEPEST: Final = 10_000
_MOST_CURSOR: Final = 500
_LARGEST: Final = 2**63


class Pages(Shown):
    """Where a numbered page is."""

    page: int
    limit: int
    total: int
    total_pages: int
    has_next: bool
    has_prev: bool


class NumberedEnvelope(Shown, Generic[T]):
    """An answer of numbered pages."""

    success: Literal[True] = True
    data: list[T]
    pagination: Pages


@dataclass(frozen=True, slots=True)
class NumberedPage:
    """A page that is asked for.

    Attributes:
        page: Its number, from 1.
        limit: How many a page holds.
    """

    page: int
    limit: int

    @property
    def offset(self) -> int:
        """How many come before it."""
        return (self.page - 1) * self.limit

    def of(self, total: int) -> Pages:
        """Where this page is among so many."""
        last = -(-total // self.limit)
        return Pages(
            page=self.page,
            limit=self.limit,
            total=total,
            total_pages=last,
            has_next=self.page < last,
            has_prev=self.page > 1,
        )


class Numbered:
    """Reads `?page=&limit=`: `Annotated[NumberedPage, Depends(Numbered(limit=50))]`."""

    def __init__(self, *, limit: int = 10, most: int = 100) -> None:
        """Take them.

        Args:
            limit: How many a page holds where nothing is said. Defaults to 10.
            most: How many it may hold. Defaults to 100; more is refused.
        """
        self._limit, self._most = limit, most

    def __call__(
        self,
        page: Annotated[int, Query(ge=1, le=_DEEPEST)] = 1,
        limit: Annotated[int | None, Query(ge=1)] = None,
    ) -> NumberedPage:
        """The page that is asked for."""
        if limit is not None and limit > self._most:
            raise Invalid(f"limit {limit}: a page holds at most {self._most}")
        return NumberedPage(page, limit or self._limit)


class Cursor:
    """A place in a list, as text that callers send back as it was: the keys of its last entry."""

    __slots__ = ("keys",)

    def __init__(self, *keys: str | int) -> None:
        """Stand behind the entry with these keys."""
        self.keys = keys

    @classmethod
    def read(cls, text: str, *kinds: type[str] | type[int]) -> Self:
        """What a caller sent back.

        Args:
            text: The cursor.
            *kinds: Types of its keys.

        Raises:
            Invalid: It is none of ours.
        """
        try:
            if len(text) > _MOST_CURSOR:
                raise ValueError
            keys: Any = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", True))
            fits = isinstance(keys, list) and [type(key) for key in keys] == list(kinds)
            if not fits or any(isinstance(key, int) and abs(key) >= _LARGEST for key in keys):
                raise ValueError
        except (ValueError, binascii.Error, RecursionError):
            raise Invalid("the cursor is none: send what the page before gave, as it was") from None
        return cls(*keys)

    @override
    def __str__(self) -> str:
        """The text that is sent out."""
        text = json.dumps(self.keys, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(text).decode().rstrip("=")

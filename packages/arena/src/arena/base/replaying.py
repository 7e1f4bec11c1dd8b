"""What is recorded elsewhere, held again by our own rules."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Protocol


class Replayed(Protocol):
    """One thing that was held again: a frozen dataclass, shown field by field where it differs."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def reproduced(self) -> bool:
        """Whether it came out as it is recorded."""
        ...


# Reads a file and holds everything in it again, one after the other.
Replay = Callable[[Path], Iterator[Replayed]]

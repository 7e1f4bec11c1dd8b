"""What a check finds in the modules of the platform."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import backbeat

SOURCE: Final = Path(backbeat.__file__).parent


def findings(check: Callable[[str], Iterable[str]]) -> set[tuple[str, str]]:
    """Every module in which a check of its text finds something, with each thing that it found."""
    return {
        (path.relative_to(SOURCE).as_posix(), each)
        for path in SOURCE.rglob("*.py")
        for each in check(path.read_text("utf-8"))
    }

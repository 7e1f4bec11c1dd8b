"""What is said of targets that are not reached, and of a run: sections of `remarks.md`."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).parent / "remarks.md"
_SECTION: Final = re.compile(r"^## (.+)\n((?:(?!## ).*\n?)*)", re.MULTILINE)


def of(target: str) -> str:
    """What is said of a target.

    Raises:
        KeyError: Nothing is: the message says where to write it.
    """
    try:
        return read(FILE)[target]
    except KeyError:
        raise KeyError(
            f"{target!r} is not reached: say in benchmarks/remarks.md why, and what was tried"
        ) from None


def of_run(source: str) -> str | None:
    """What is said of a file of results, if anything is."""
    return read(FILE).get(source)


@cache
def read(path: Path) -> Mapping[str, str]:
    """All remarks by their heading, each as one paragraph."""
    sections = _SECTION.findall(path.read_text(encoding="utf-8"))
    return {target: " ".join(text.split()) for target, text in sections}

"""Parts of addresses: any name can be one, also one that browsers take for a way up."""

import re
from typing import Final
from urllib.parse import quote

# Browsers take "." and ".." out of an address, also where they are quoted. No id begins with "~~".
_DOTS: Final = re.compile(r"~*\.{1,2}")


def part(name: str) -> str:
    """A name as part of an address."""
    return quote(f"~{name}" if _DOTS.fullmatch(name) else name, safe="")


def name_in(part: str) -> str:
    """The name that a part of an address stands for, once it is unquoted."""
    return part[1:] if part.startswith("~") and _DOTS.fullmatch(part) else part

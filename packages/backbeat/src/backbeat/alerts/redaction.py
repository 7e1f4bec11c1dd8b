"""Takes secrets out of what is told: by the names of fields, and by what secrets look like."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

MASK: Final = "***"

_NAMES: Final = (
    r"pass(?:word|wd|phrase)?|pwd|secret|token|api[_-]?key|authorization|credential|cookie"
)
_NAMED: Final = re.compile(_NAMES, re.IGNORECASE)
# Each is bounded, so that no text makes them slow.
_PATTERNS: Final = (
    (re.compile(r"(://[^\s/:@]{0,100}:)[^\s/@]{1,200}@"), rf"\1{MASK}@"),
    (re.compile(r"\b(Bearer|Basic)\s{1,3}[\w.~+/=-]{8,2000}", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"\beyJ[\w-]{5,2000}\.[\w-]{5,2000}\.[\w-]{0,2000}"), MASK),
    (re.compile(r"\b(?:sk|pk|rk|ghp|gho|xox[abp]|AKIA)[-_]?[A-Za-z0-9_-]{12,200}\b"), MASK),
    (
        re.compile(
            rf"((?:{_NAMES})[\"']?\s{{0,3}}[=:]\s{{0,3}}[\"']?)[^\s\"',;&}}]{{1,500}}",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
)
_LONGEST: Final = 8_192
_MOST_ITEMS: Final = 100
_DEPTH: Final = 8


def redact(value: Any, depth: int = _DEPTH) -> Any:
    """The same without secrets, text cut at 8 KiB, lists and objects at 100 items."""
    if isinstance(value, str):
        return redact_text(value)
    if depth and isinstance(value, Mapping):
        some = list(value.items())[:_MOST_ITEMS]
        return {
            name: MASK if _NAMED.search(str(name)) else redact(each, depth - 1)
            for name, each in some
        }
    if depth and isinstance(value, Sequence) and not isinstance(value, bytes):
        return [redact(each, depth - 1) for each in value[:_MOST_ITEMS]]
    return MASK if isinstance(value, Mapping | Sequence) else value


def redact_text(text: str) -> str:
    """Text without what looks like a secret, cut at 8 KiB."""
    text = text[:_LONGEST]
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text

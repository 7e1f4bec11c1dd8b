"""Text that can do nothing but be read: what jobs say comes from whoever enqueues.

A terminal obeys some characters: they would colour, move, hide or retitle it, or turn the order of
a line round.
"""

from typing import Final

# Control characters but for tab and line end, ends of lines that are none to people, and what turns
# the direction of writing round.
_OBEYED: Final = (
    *(code for code in range(0x20) if chr(code) not in "\t\n"), *range(0x7F, 0xA0), 0x061C,
    0x200E, 0x200F, 0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A),
)  # fmt: skip
_ESCAPES: Final = {code: f"\\u{code:04x}" for code in _OBEYED}


def printable(text: str) -> str:
    """A text without what a terminal obeys: that is written as JSON writes it.

    In JSON such characters stand in strings alone, so that it stays the same JSON.
    """
    return text if text.isprintable() else text.translate(_ESCAPES)

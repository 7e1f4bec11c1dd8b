"""What failures of one kind have in common: pure, computed when a job fails for good."""

import re
from hashlib import blake2b
from typing import Final

# Enough to tell errors apart, and no more to read for each of them.
_MOST_TEXT: Final = 300

_FRAME: Final = re.compile(r'File "(?:[^"\n]*[/\\])?([^"/\\\n]+)", line \d+, in (\S+)')
# In this order: what stands in quotes, then words that look like an id, an address or a number.
_VALUES: Final = re.compile(
    r"""'[^'\n]*'|"[^"\n]*"|`[^`\n]*`|[^\s,;:()\[\]{}=<>]*[\d@][^\s,;:()\[\]{}=<>]*|\b[0-9a-fA-F]{8,}\b"""
)


def fingerprint(handler: str, error: str, message: str, trace: str) -> str:
    """Sixteen hexadecimal digits: the same for failures of the same kind, in every process.

    Args:
        handler: Name of the handler.
        error: Type of the error.
        message: Its words; numbers, ids and quoted values in it do not count.
        trace: The traceback; the innermost function counts, its line does not.
    """
    frames = _FRAME.findall(trace)
    where = ":".join(frames[-1]) if frames else ""
    kind = "\n".join((handler, error, where, normalised(message)))
    return blake2b(kind.encode(errors="replace"), digest_size=8).hexdigest()


def normalised(message: str) -> str:
    """The words of an error without the values in it."""
    return " ".join(_VALUES.sub("?", message[:_MOST_TEXT]).split())

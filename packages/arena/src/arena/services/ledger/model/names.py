"""Names and keys: short, and of characters that can be read and stored."""

from typing import Final

from arena.services.ledger.errors import InvalidJournal

LONGEST: Final = 200


def check_name(what: str, text: str, *, empty: bool = False) -> None:
    """Refuse what cannot be a name.

    Args:
        what: What it names, for the message.
        text: The name.
        empty: Whether there may be none. Defaults to False.

    Raises:
        InvalidJournal: It is empty, longer than 200 characters, or holds unprintable ones.
    """
    if len(text) > LONGEST or not text.isprintable() or (not text and not empty):
        raise InvalidJournal(
            f"{what} {text[:40]!r} is none: write up to {LONGEST} printable characters"
        )

"""Texts with names in braces. Nothing is run and nothing is looked up but these names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from arena.services.notifications.errors import BadTemplate

Fields = Mapping[str, str | int]

MOST_TITLE: Final = 200
MOST_BODY: Final = 4_000
MOST_VALUE: Final = 500
_NAME: Final = re.compile(r"\{([a-z][a-z0-9_]{0,39})\}")
_BRACE: Final = re.compile(r"[{}]")
# Line feeds and tabs are text; in a title they would begin another header of an e-mail.
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u2028\u2029]")
_BLANKS: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Template:
    """What a notification says.

    Attributes:
        title: One line, with `{names}`.
        body: Plain text, with `{names}`.
    """

    title: str
    body: str

    def __post_init__(self) -> None:
        """Refuse what could never be filled.

        Raises:
            BadTemplate: There is a brace that belongs to no name, or it is too long.
        """
        for text, most in ((self.title, MOST_TITLE), (self.body, MOST_BODY)):
            if not text or len(text) > most:
                raise BadTemplate(f"{text[:40]!r} has 1 to {most:,} characters, not {len(text):,}")
            if _BRACE.search(_NAME.sub("", text)):
                raise BadTemplate(
                    f"{text[:60]!r}: braces hold a name of small letters, digits and _, such as"
                    " {points}; there is no other syntax"
                )

    @property
    def names(self) -> frozenset[str]:
        """The names in it."""
        return frozenset(_NAME.findall(self.title) + _NAME.findall(self.body))

    def fill(self, fields: Fields) -> tuple[str, str]:
        """Title and body with values in place of names. Values are never read for names again.

        Args:
            fields: A text or whole number for each name, of at most 500 characters.

        Raises:
            BadTemplate: A name has no value, or one that does not fit.
        """
        missing = self.names - fields.keys()
        if missing:
            raise BadTemplate(f"no value for {', '.join(sorted(missing))}")
        values = {name: _text(name, fields[name]) for name in self.names}
        title = _NAME.sub(lambda found: values[found[1]], self.title)
        body = _NAME.sub(lambda found: values[found[1]], self.body)
        return _BLANKS.sub(" ", title).strip()[:MOST_TITLE], body[:MOST_BODY]


def _text(name: str, value: str | int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadTemplate(f"the value of {name} is a text or whole number, not {value!r:.60}")
    text = str(value)
    if len(text) > MOST_VALUE:
        raise BadTemplate(f"the value of {name} has {len(text):,} characters; {MOST_VALUE} at most")
    return _CONTROL.sub("", text)

"""Kinds of notifications, and the intent to send one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from arena.base.errors import Invalid
from arena.services.notifications.errors import UnknownKind
from arena.services.notifications.model.templates import Fields, Template

# The inbox is not sent anywhere: it is stored with the notification, and shown live.
IN_APP: Final = "in_app"
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LONGEST: Final = timedelta(days=30)
_MOST_KEY: Final = 200
_MOST_USER: Final = 128


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of notification.

    Attributes:
        name: Small letters, digits, _ and -: "outbid".
        text: What it says, on every channel that has no words of its own.
        channels: Where it goes unless its user has said otherwise.
        texts: Other words for some channels, a short one for SMS.
        urgent: Whether it comes in quiet hours too, and does not count in the limit of its user.
        expires: After this time it is not sent any more: "you were outbid" is old news tomorrow.
    """

    name: str
    text: Template
    channels: tuple[str, ...] = (IN_APP,)
    texts: Mapping[str, Template] = field(default_factory=dict)
    urgent: bool = False
    expires: timedelta = timedelta(days=1)

    def __post_init__(self) -> None:
        """Refuse what makes no sense.

        Raises:
            Invalid: A name is none, or the time is not between a second and 30 days.
        """
        check_name(self.name, "a kind")
        for channel in (*self.channels, *self.texts):
            check_name(channel, "a channel")
        if not timedelta(seconds=1) <= self.expires <= _LONGEST:
            raise Invalid(f"kind {self.name!r} expires after 1 s to 30 days, not {self.expires}")

    def fill(self, channel: str, fields: Fields) -> tuple[str, str]:
        """Title and body for a channel.

        Raises:
            BadTemplate: The fields do not fit.
        """
        return self.texts.get(channel, self.text).fill(fields)


@dataclass(frozen=True, slots=True)
class Intent:
    """That somebody shall know something, once.

    Attributes:
        user: Who, 1 to 128 printable characters.
        kind: Name of a kind.
        key: What it is about: for one user and kind, the same key is told once, whatever the rest.
        fields: Values for the names of the templates.
    """

    user: str
    kind: str
    key: str
    fields: Fields = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what names nobody or nothing.

        Raises:
            Invalid: User or key are empty, too long, or cannot be printed.
        """
        check_user(self.user)
        if not self.key.isprintable() or not 1 <= len(self.key) <= _MOST_KEY:
            raise Invalid(f"{self.key[:60]!r} is no key: 1 to {_MOST_KEY} printable characters")


class Kinds:
    """All kinds that are declared, by name."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        """Take them.

        Raises:
            Invalid: Two have one name.
        """
        self._kinds: dict[str, Kind] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: Kind) -> None:
        """Take another one.

        Raises:
            Invalid: There is one of this name.
        """
        if kind.name in self._kinds:
            raise Invalid(f"two kinds of notifications are called {kind.name!r}")
        self._kinds[kind.name] = kind

    def __getitem__(self, name: str) -> Kind:
        """A kind.

        Raises:
            UnknownKind: There is none.
        """
        try:
            return self._kinds[name]
        except KeyError:
            known = ", ".join(sorted(self._kinds)) or "none"
            raise UnknownKind(f"there is no kind {name[:60]!r}; there are {known}") from None

    def __contains__(self, name: object) -> bool:
        return name in self._kinds


def check_name(name: str, what: str) -> str:
    """A name, as it is.

    Raises:
        Invalid: It is none.
    """
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{name[:60]!r} is no name of {what}: a small letter, then up to 39 small letters,"
            " digits, _ and -"
        )
    return name


def check_user(user: str) -> str:
    """The id of a user, as it is.

    Raises:
        Invalid: It is none.
    """
    if not user.isprintable() or not 1 <= len(user) <= _MOST_USER:
        raise Invalid(f"{user[:60]!r} is no user: 1 to {_MOST_USER} printable characters")
    return user

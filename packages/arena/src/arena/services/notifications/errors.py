"""What can go wrong with notifications."""

from arena.base.errors import ArenaError, Invalid, NotFound


class NotificationError(ArenaError):
    """Something about notifications."""


class BadTemplate(NotificationError, Invalid):
    """A template, or what it was to be filled with, does not fit."""

    code = "BAD_TEMPLATE"


class UnknownKind(NotificationError, NotFound):
    """Nobody declared such a kind of notification."""

    code = "UNKNOWN_KIND"


class UnknownChannel(NotificationError, NotFound):
    """There is no such channel here."""

    code = "UNKNOWN_CHANNEL"


class NoSuchDelivery(NotificationError, NotFound):
    """There is no such delivery, or it goes by a channel that is not known here."""

    code = "DELIVERY_NOT_FOUND"

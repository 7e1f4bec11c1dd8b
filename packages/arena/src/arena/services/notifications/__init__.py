"""Notifications: one intent, many channels, told once, and a log of what became of it."""

from arena.services.notifications.actions.inboxes import InboxPage
from arena.services.notifications.actions.notifying import Told
from arena.services.notifications.channels.apprise import Apprise
from arena.services.notifications.channels.channel import Channel, Later, Message, Refused, Unsure
from arena.services.notifications.channels.live import LiveInbox
from arena.services.notifications.channels.provider import Provider
from arena.services.notifications.errors import (
    BadTemplate,
    NoSuchDelivery,
    NotificationError,
    UnknownChannel,
    UnknownKind,
)
from arena.services.notifications.model.deliveries import Attempt, Delivery
from arena.services.notifications.model.kinds import IN_APP, Intent, Kind
from arena.services.notifications.model.quiet_hours import QuietHours
from arena.services.notifications.model.templates import Template
from arena.services.notifications.service import Notifications, Options
from arena.services.notifications.store.inbox import Entry

__all__ = [
    "IN_APP",
    "Apprise",
    "Attempt",
    "BadTemplate",
    "Channel",
    "Delivery",
    "Entry",
    "InboxPage",
    "Intent",
    "Kind",
    "Later",
    "LiveInbox",
    "Message",
    "NoSuchDelivery",
    "NotificationError",
    "Notifications",
    "Options",
    "Provider",
    "QuietHours",
    "Refused",
    "Template",
    "Told",
    "UnknownChannel",
    "UnknownKind",
    "Unsure",
]

"""The tables of notifications."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from arena.base.db import Base

notifications: Final = Table(
    "notifications",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fields", JSONB, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    # Somebody is told something once.
    UniqueConstraint("user_id", "kind", "key"),
)

# The row of the channel in_app is the entry of the inbox.
deliveries: Final = Table(
    "notification_deliveries",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("notification_id", ForeignKey("notifications.id"), nullable=False),
    Column("user_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", BigInteger, nullable=False, server_default="0"),
    # When a job should be there for it: who is late for a minute has lost it.
    Column("due_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("reference", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("read_ms", BigInteger),
    UniqueConstraint("notification_id", "channel"),
    CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'failed', 'unsure', 'muted', 'unreachable',"
        " 'expired')",
        name="state",
    ),
)
Index(
    "ix_notification_deliveries_due",
    deliveries.c.due_ms,
    postgresql_where=deliveries.c.state.in_(("queued", "sending")),
)
_in_inbox: Final = (deliveries.c.channel == "in_app") & (deliveries.c.state != "muted")
Index(
    "ix_notification_deliveries_inbox",
    deliveries.c.user_id,
    deliveries.c.id,
    postgresql_where=_in_inbox,
)
Index(
    "ix_notification_deliveries_unread",
    deliveries.c.user_id,
    deliveries.c.id,
    postgresql_where=_in_inbox & deliveries.c.read_ms.is_(None),
)

attempts: Final = Table(
    "notification_attempts",
    Base.metadata,
    Column("delivery_id", ForeignKey("notification_deliveries.id"), primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("outcome", Text),
    Column("detail", Text, nullable=False, server_default=""),
    CheckConstraint("outcome IN ('brought', 'later', 'refused', 'unsure')", name="outcome"),
)

contacts: Final = Table(
    "notification_contacts",
    Base.metadata,
    Column("user_id", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("address", Text, nullable=False),
)

preferences: Final = Table(
    "notification_preferences",
    Base.metadata,
    Column("user_id", Text, primary_key=True),
    # "*" is every kind, or every channel.
    Column("kind", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("wanted", Boolean, nullable=False),
)

quiet_hours: Final = Table(
    "notification_quiet_hours",
    Base.metadata,
    Column("user_id", Text, primary_key=True),
    Column("zone", Text, nullable=False),
    # Minutes after midnight on the wall.
    Column("start_minute", SmallInteger, nullable=False),
    Column("end_minute", SmallInteger, nullable=False),
)

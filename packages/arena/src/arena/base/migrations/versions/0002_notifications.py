"""Notifications: intents, deliveries with their attempts, and what users want."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

_INBOX: Final = "channel = 'in_app' AND state <> 'muted'"


def upgrade() -> None:
    """Make the tables."""
    _notifications()
    _deliveries()
    _attempts()
    _users()


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in ("quiet_hours", "preferences", "contacts", "attempts", "deliveries"):
        op.drop_table(f"notification_{table}")
    op.drop_table("notifications")


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("fields", postgresql.JSONB, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("user_id", "kind", "key"),
    )


def _deliveries() -> None:
    op.create_table(
        "notification_deliveries",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column(
            "notification_id", sa.BigInteger, sa.ForeignKey("notifications.id"), nullable=False
        ),
        sa.Column("user_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("reference", sa.Text, nullable=False, server_default=""),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("updated_ms", sa.BigInteger, nullable=False),
        sa.Column("read_ms", sa.BigInteger),
        sa.UniqueConstraint("notification_id", "channel"),
        sa.CheckConstraint(
            "state IN ('queued', 'sending', 'sent', 'failed', 'unsure', 'muted', 'unreachable',"
            " 'expired')",
            name="state",
        ),
    )
    for name, columns, where in (
        ("due", ["due_ms"], "state IN ('queued', 'sending')"),
        ("inbox", ["user_id", "id"], _INBOX),
        ("unread", ["user_id", "id"], f"{_INBOX} AND read_ms IS NULL"),
    ):
        op.create_index(
            f"ix_notification_deliveries_{name}",
            "notification_deliveries",
            columns,
            postgresql_where=sa.text(where),
        )


def _attempts() -> None:
    op.create_table(
        "notification_attempts",
        sa.Column(
            "delivery_id",
            sa.BigInteger,
            sa.ForeignKey("notification_deliveries.id"),
            primary_key=True,
        ),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("outcome", sa.Text),
        sa.Column("detail", sa.Text, nullable=False, server_default=""),
        sa.CheckConstraint("outcome IN ('brought', 'later', 'refused', 'unsure')", name="outcome"),
    )


def _users() -> None:
    op.create_table(
        "notification_contacts",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
    )
    op.create_table(
        "notification_preferences",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("wanted", sa.Boolean, nullable=False),
    )
    op.create_table(
        "notification_quiet_hours",
        sa.Column("user_id", sa.Text, primary_key=True),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("start_minute", sa.SmallInteger, nullable=False),
        sa.Column("end_minute", sa.SmallInteger, nullable=False),
    )

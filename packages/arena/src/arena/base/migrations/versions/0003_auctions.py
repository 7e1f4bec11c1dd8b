"""Auctions, their bids and events, and what their winners owe."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

_APPEND_ONLY: Final = ("auction_bids", "auction_events")
_REFUSE: Final = """
CREATE FUNCTION auctions_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: what happened in an auction has happened', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Make the tables, and refuse every change of what happened."""
    _auctions()
    _bids()
    _events()
    _people()
    _invoices()
    op.execute(_REFUSE)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION auctions_refuse_change()"
        )


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in ("invoices", "images", "watches", "deposits", "blocks"):
        op.drop_table(f"auction_{table}")
    for table in ("bid_attempts", "events", "bids"):
        op.drop_table(f"auction_{table}")
    op.drop_table("auctions")
    op.execute("DROP FUNCTION auctions_refuse_change()")


def _auctions() -> None:
    op.create_table(
        "auctions",
        sa.Column("id", sa.String, primary_key=True),
        *_texts("title", "text", "category", "currency"),
        *_numbers("deposit", "premium_bps"),
        *_texts("seller"),
        *_numbers("start_at_ms", "first_end_at_ms", "starting_price"),
        *_numbers("reserve_price", "buy_now_price", nullable=True),
        *_texts("increment_rule"),
        sa.Column("proxy", sa.Boolean, nullable=False),
        *_numbers("pace_ms"),
        *_texts("mode"),
        *_numbers("window_ms", "extend_ms"),
        *_numbers("max_extensions", "hard_end_ms", nullable=True),
        *_texts("status"),
        *_texts("outcome", nullable=True),
        *_numbers("price"),
        *_texts("leader", nullable=True),
        *_numbers("leader_max", "bid_count", "seq", "end_at_ms", "extensions"),
        *_texts("winner", nullable=True),
        sa.CheckConstraint("starting_price > 0", name="starting_price"),
        sa.CheckConstraint("reserve_price >= starting_price", name="reserve_price"),
        sa.CheckConstraint("start_at_ms < first_end_at_ms", name="times"),
        sa.CheckConstraint("leader <> seller", name="seller"),
        sa.CheckConstraint(
            "status IN ('draft', 'scheduled', 'active', 'ended', 'cancelled')", name="status"
        ),
        sa.CheckConstraint("(outcome = 'SOLD') = (winner IS NOT NULL)", name="winner"),
    )
    op.create_index("ix_auctions_status_end_at_ms", "auctions", ["status", "end_at_ms"])


def _bids() -> None:
    op.create_table(
        "auction_bids",
        _auction(),
        sa.Column("id", sa.String, primary_key=True),
        *_numbers("seq"),
        *_texts("bidder", "kind"),
        *_numbers("offer", "price"),
        *_texts("leader"),
        *_numbers("price_before"),
        *_texts("leader_before", nullable=True),
        *_numbers("at_ms"),
        *_texts("origin"),
        sa.UniqueConstraint("auction_id", "seq"),
        sa.CheckConstraint("offer > 0", name="offer"),
    )
    op.create_index("ix_auction_bids_bidder", "auction_bids", ["bidder", "at_ms"])
    op.create_table(
        "auction_bid_attempts",
        sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True),
        sa.Column("auction_id", sa.String, nullable=False, index=True),
        *_texts("bid_id", "bidder"),
        *_numbers("offer"),
        *_texts("code"),
        *_numbers("at_ms"),
        *_texts("origin"),
    )


def _events() -> None:
    op.create_table(
        "auction_events",
        _auction(),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("kind"),
        *_numbers("at_ms"),
        sa.Column("facts", postgresql.JSONB, nullable=False),
    )


def _people() -> None:
    op.create_table("auction_blocks", _auction(), sa.Column("bidder", sa.String, primary_key=True))
    op.create_table(
        "auction_deposits", _auction(), sa.Column("bidder", sa.String, primary_key=True)
    )
    op.create_table(
        "auction_watches",
        sa.Column("user_id", sa.String, primary_key=True),
        _auction(),
        *_numbers("since_ms"),
    )
    op.create_index("ix_auction_watches_auction_id", "auction_watches", ["auction_id"])
    op.create_table(
        "auction_images",
        _auction(),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        *_texts("url"),
    )


def _invoices() -> None:
    op.create_table(
        "auction_invoices",
        _auction(),
        sa.Column("winner", sa.String, nullable=False, index=True),
        *_texts("currency"),
        *_numbers("hammer_price", "premium", "deposit"),
        *_texts("status"),
        *_numbers("created_ms"),
        sa.CheckConstraint("status IN ('open', 'paid', 'void')", name="status"),
    )


def _auction() -> sa.Column[str]:
    return sa.Column("auction_id", sa.String, sa.ForeignKey("auctions.id"), primary_key=True)


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String, nullable=nullable) for name in names]


def _numbers(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger, nullable=nullable) for name in names]

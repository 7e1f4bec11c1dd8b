"""Second chances for what was not sold."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "auction_offers",
        sa.Column("auction_id", sa.String, sa.ForeignKey("auctions.id"), primary_key=True),
        sa.Column("bidder", sa.String, nullable=False),
        sa.Column("price", sa.BigInteger, nullable=False),
        sa.Column("currency", sa.String, nullable=False),
        sa.Column("premium", sa.BigInteger, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_ms", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.String),
        sa.CheckConstraint("answer IN ('accepted', 'declined')", name="answer"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("auction_offers")

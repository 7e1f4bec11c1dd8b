"""The ledger: accounts, journals, postings, holds, and the seals over them."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

# Tables that are only ever added to.
_APPEND_ONLY: Final = ("ledger_journals", "ledger_postings", "ledger_seals")
_REFUSE: Final = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: correct it with a journal that reverses', TG_TABLE_NAME;
END $$
"""


def upgrade() -> None:
    """Make the tables, and refuse every change of what was written."""
    _accounts()
    _journals()
    _postings()
    _holds()
    _seals()
    op.execute(_REFUSE)
    for table in _APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse_change()"
        )


def downgrade() -> None:
    """Drop the tables and all that is in them."""
    for table in ("seals", "unsealed", "holds", "postings", "journals", "accounts"):
        op.drop_table(f"ledger_{table}")
    op.execute("DROP FUNCTION ledger_refuse_change()")


def _accounts() -> None:
    op.create_table(
        "ledger_accounts",
        _id(),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("scale", sa.SmallInteger, nullable=False),
        sa.Column("side", sa.SmallInteger, nullable=False),
        sa.Column("overdraft", sa.Boolean, nullable=False),
        sa.Column("balance", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("held", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("postings", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("owner", "kind", "currency"),
        sa.CheckConstraint("side IN (1, -1)", name="side"),
        sa.CheckConstraint("held >= 0", name="held"),
        sa.CheckConstraint("overdraft OR side * balance - held >= 0", name="covered"),
    )


def _journals() -> None:
    op.create_table(
        "ledger_journals",
        _id(),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("reverses", sa.BigInteger, sa.ForeignKey("ledger_journals.id"), unique=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
    )


def _postings() -> None:
    op.create_table(
        "ledger_postings",
        sa.Column(
            "account_id", sa.BigInteger, sa.ForeignKey("ledger_accounts.id"), primary_key=True
        ),
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column(
            "journal_id",
            sa.BigInteger,
            sa.ForeignKey("ledger_journals.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("running", sa.BigInteger, nullable=False),
        sa.CheckConstraint("amount <> 0", name="amount"),
    )


def _holds() -> None:
    op.create_table(
        "ledger_holds",
        _id(),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column(
            "account_id",
            sa.BigInteger,
            sa.ForeignKey("ledger_accounts.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("amount", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Text, nullable=False, server_default="held"),
        sa.Column("expires_ms", sa.BigInteger),
        sa.Column("created_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("journal_id", sa.BigInteger, sa.ForeignKey("ledger_journals.id"), unique=True),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
        sa.CheckConstraint("(state = 'held') = (ended_ms IS NULL)", name="ended"),
        sa.CheckConstraint("(state = 'captured') = (journal_id IS NOT NULL)", name="captured"),
    )
    op.create_index(
        "ix_ledger_holds_due",
        "ledger_holds",
        ["expires_ms"],
        postgresql_where=sa.text("state = 'held' AND expires_ms IS NOT NULL"),
    )


def _seals() -> None:
    op.create_table("ledger_unsealed", sa.Column("journal_id", sa.BigInteger, nullable=False))
    op.create_table(
        "ledger_seals",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("journals", postgresql.ARRAY(sa.BigInteger), nullable=False),
        sa.Column("previous", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("sealed_ms", sa.BigInteger, nullable=False),
    )


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger, sa.Identity(always=True), primary_key=True)

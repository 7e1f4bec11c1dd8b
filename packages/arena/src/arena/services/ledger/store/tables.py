"""The tables of the ledger. Amounts are whole minor units; credits are positive, debits negative.

Journals, postings and seals are only ever added to: the database refuses anything else.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY

from arena.base.db import Base

accounts: Final = Table(
    "ledger_accounts",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("owner", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("scale", SmallInteger, nullable=False),
    # 1 where credits make it grow, -1 where debits do.
    Column("side", SmallInteger, nullable=False),
    Column("overdraft", Boolean, nullable=False),
    # The sum of its postings, kept beside them in the same transaction.
    Column("balance", BigInteger, nullable=False, server_default="0"),
    # The sum of its open holds, likewise.
    Column("held", BigInteger, nullable=False, server_default="0"),
    Column("postings", BigInteger, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("owner", "kind", "currency"),
    CheckConstraint("side IN (1, -1)", name="side"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("overdraft OR side * balance - held >= 0", name="covered"),
)

journals: Final = Table(
    "ledger_journals",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("type", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("reverses", ForeignKey("ledger_journals.id"), unique=True),
    # Digest of what was asked for: the same key with another one is a conflict.
    Column("content", LargeBinary, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
)

postings: Final = Table(
    "ledger_postings",
    Base.metadata,
    Column("account_id", ForeignKey("ledger_accounts.id"), primary_key=True),
    # Counts the postings of the account from 1: the order in which they were done.
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("journal_id", ForeignKey("ledger_journals.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    # Balance of the account after it.
    Column("running", BigInteger, nullable=False),
    CheckConstraint("amount <> 0", name="amount"),
)

holds: Final = Table(
    "ledger_holds",
    Base.metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("account_id", ForeignKey("ledger_accounts.id"), nullable=False, index=True),
    Column("amount", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("state", Text, nullable=False, server_default="held"),
    Column("expires_ms", BigInteger),
    Column("created_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    # What captured it.
    Column("journal_id", ForeignKey("ledger_journals.id"), unique=True),
    CheckConstraint("amount > 0", name="amount"),
    CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
    CheckConstraint("(state = 'held') = (ended_ms IS NULL)", name="ended"),
    CheckConstraint("(state = 'captured') = (journal_id IS NOT NULL)", name="captured"),
)
Index(
    "ix_ledger_holds_due",
    holds.c.expires_ms,
    postgresql_where=(holds.c.state == "held") & holds.c.expires_ms.is_not(None),
)

# Journals that no seal covers yet. A heap without an index: few rows, written once, deleted once.
unsealed: Final = Table(
    "ledger_unsealed",
    Base.metadata,
    Column("journal_id", BigInteger, nullable=False),
)

seals: Final = Table(
    "ledger_seals",
    Base.metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    # The journals it covers, in the order in which they went into its hash.
    Column("journals", ARRAY(BigInteger), nullable=False),
    Column("previous", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("sealed_ms", BigInteger, nullable=False),
)

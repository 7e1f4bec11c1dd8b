"""The tables of users and sessions."""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from arena.base.db import Base

users: Final = Table(
    "users",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    # In lower case: an address is one, however it is written.
    Column("email", Text, nullable=False, unique=True),
    Column("username", Text, nullable=False),
    # The name in lower case, so that no two differ by that alone.
    Column("name_key", Text, nullable=False, unique=True),
    Column("password_hash", Text),
    Column("google_sub", Text, unique=True),
    Column("roles", ARRAY(Text), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("blocked_ms", BigInteger),
    CheckConstraint("password_hash IS NOT NULL OR google_sub IS NOT NULL", name="way_in"),
)

sessions: Final = Table(
    "sessions",
    Base.metadata,
    Column("id", Uuid, primary_key=True),
    Column("user_id", ForeignKey("users.id"), nullable=False, index=True),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
)

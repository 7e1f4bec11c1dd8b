"""The tables of auctions. Bids and events are only ever added to.

Amounts are minor units, moments milliseconds since 1970.
"""

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from arena.base.db import Base


class AuctionTable(Base):
    """An auction: its words, its terms, and how it stood after event `seq`."""

    __tablename__ = "auctions"
    __table_args__ = (
        CheckConstraint("starting_price > 0", name="starting_price"),
        CheckConstraint("reserve_price >= starting_price", name="reserve_price"),
        CheckConstraint("start_at_ms < first_end_at_ms", name="times"),
        CheckConstraint("leader <> seller", name="seller"),
        CheckConstraint(
            "status IN ('draft', 'scheduled', 'active', 'ended', 'cancelled')", name="status"
        ),
        CheckConstraint("(outcome = 'SOLD') = (winner IS NOT NULL)", name="winner"),
        Index("ix_auctions_status_end_at_ms", "status", "end_at_ms"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]
    category: Mapped[str]
    currency: Mapped[str]
    deposit: Mapped[int]
    premium_bps: Mapped[int]

    seller: Mapped[str]
    start_at_ms: Mapped[int]
    first_end_at_ms: Mapped[int]
    starting_price: Mapped[int]
    reserve_price: Mapped[int | None]
    buy_now_price: Mapped[int | None]
    increment_rule: Mapped[str]
    proxy: Mapped[bool]
    pace_ms: Mapped[int]
    mode: Mapped[str]
    window_ms: Mapped[int]
    extend_ms: Mapped[int]
    max_extensions: Mapped[int | None]
    hard_end_ms: Mapped[int | None]

    status: Mapped[str]
    outcome: Mapped[str | None]
    price: Mapped[int]
    leader: Mapped[str | None]
    leader_max: Mapped[int]
    bid_count: Mapped[int]
    seq: Mapped[int]
    end_at_ms: Mapped[int]
    extensions: Mapped[int]
    winner: Mapped[str | None]


class BidTable(Base):
    """An accepted bid, as it was accepted. Clients choose ids, so one is good for its auction."""

    __tablename__ = "auction_bids"
    __table_args__ = (
        UniqueConstraint("auction_id", "seq"),
        CheckConstraint("offer > 0", name="offer"),
        Index("ix_auction_bids_bidder", "bidder", "at_ms"),
    )

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int]
    bidder: Mapped[str]
    kind: Mapped[str]
    offer: Mapped[int]
    price: Mapped[int]
    leader: Mapped[str]
    price_before: Mapped[int]
    leader_before: Mapped[str | None]
    at_ms: Mapped[int]
    origin: Mapped[str]


class EventTable(Base):
    """What happened to an auction, in order: the audit trail."""

    __tablename__ = "auction_events"
    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at_ms: Mapped[int]
    facts: Mapped[dict[str, str]] = mapped_column(JSONB)


class AttemptTable(Base):
    """A bid that was refused."""

    __tablename__ = "auction_bid_attempts"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    auction_id: Mapped[str] = mapped_column(index=True)
    bid_id: Mapped[str]
    bidder: Mapped[str]
    offer: Mapped[int]
    code: Mapped[str]
    at_ms: Mapped[int]
    origin: Mapped[str]


class BlockTable(Base):
    """Who may not bid on an auction."""

    __tablename__ = "auction_blocks"

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    bidder: Mapped[str] = mapped_column(primary_key=True)


class DepositTable(Base):
    """Whose deposit is held for an auction, or was."""

    __tablename__ = "auction_deposits"

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    bidder: Mapped[str] = mapped_column(primary_key=True)


class WatchTable(Base):
    """Who wants to hear of an auction."""

    __tablename__ = "auction_watches"
    __table_args__ = (Index("ix_auction_watches_auction_id", "auction_id"),)

    user_id: Mapped[str] = mapped_column(primary_key=True)
    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    since_ms: Mapped[int]


class ImageTable(Base):
    """A picture of what is sold."""

    __tablename__ = "auction_images"

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    url: Mapped[str]


class OfferTable(Base):
    """A second chance for whoever led where the reserve was not met: one an auction."""

    __tablename__ = "auction_offers"
    __table_args__ = (CheckConstraint("answer IN ('accepted', 'declined')", name="answer"),)

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    bidder: Mapped[str]
    price: Mapped[int]
    currency: Mapped[str]
    premium: Mapped[int]
    made_ms: Mapped[int]
    expires_ms: Mapped[int]
    answer: Mapped[str | None]


class InvoiceTable(Base):
    """What the winner owes: one an auction."""

    __tablename__ = "auction_invoices"
    __table_args__ = (CheckConstraint("status IN ('open', 'paid', 'void')", name="status"),)

    auction_id: Mapped[str] = mapped_column(ForeignKey("auctions.id"), primary_key=True)
    winner: Mapped[str] = mapped_column(index=True)
    currency: Mapped[str]
    hammer_price: Mapped[int]
    premium: Mapped[int]
    deposit: Mapped[int]
    status: Mapped[str]
    created_ms: Mapped[int]

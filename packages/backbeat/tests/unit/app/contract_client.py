"""Typed producers of The shop 2.1.0, made from its contract. Do not edit."""

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Annotated, Any, Literal

import msgspec

from backbeat import Backbeat
from backbeat.app import Stub


class AnalyzePnlArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    wallet: str
    force: bool = False


class Card(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field='type', tag='Card'):
    number: str


class Customer(msgspec.Struct, kw_only=True, omit_defaults=True):
    email: str
    ageYears: Annotated[int, msgspec.Meta(ge=0)]
    referrer: Customer | None = None


class EveryTypeArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    raw: bytes
    when: datetime.datetime
    span: datetime.timedelta
    ident: uuid.UUID
    side: Side
    pair: tuple[int, str]
    some: set[int]
    real: float = 1.5
    free: Any = None
    swap: Swap | msgspec.UnsetType = msgspec.UNSET


class OrderArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    customer: Customer
    items: dict[str, Annotated[int, msgspec.Meta(ge=1)]]
    payment: Card | Transfer
    deliver: datetime.date
    notes: list[str] | msgspec.UnsetType = msgspec.UNSET
    wrap: Literal['box', 'paper'] | None = None


class PnlReport(msgspec.Struct, kw_only=True, omit_defaults=True):
    wallet: str
    total: decimal.Decimal
    swaps: list[Swap]
    best: Swap | None = None


class RefreshArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    pass


class Swap(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One trade."""
    price: decimal.Decimal
    side: Side = 'buy'
    parts: list[Swap] = msgspec.field(default_factory=list)


class Transfer(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field='type', tag='Transfer'):
    account: str
    purpose: str = ''


Side = Literal['buy', 'sell']


class AnalysisOperations:
    """Jobs of the queue analysis-operations."""

    def __init__(self, app: Backbeat) -> None:
        queue = app.queue('analysis-operations')
        self.analyze_pnl: Stub[AnalyzePnlArguments, PnlReport] = queue.stub(
            'analyze-pnl', AnalyzePnlArguments, PnlReport, priority=7
        )
        """Add up what a wallet has won and lost."""
        self.refresh: Stub[RefreshArguments, None] = queue.stub(
            'refresh', RefreshArguments, None
        )


class Shop:
    """Jobs of the queue shop."""

    def __init__(self, app: Backbeat) -> None:
        queue = app.queue('shop')
        self.every_type: Stub[EveryTypeArguments, dict[str, int | None]] = queue.stub(
            'every.type', EveryTypeArguments, dict[str, int | None]
        )
        self.order: Stub[OrderArguments, int] = queue.stub(
            'order', OrderArguments, int
        )

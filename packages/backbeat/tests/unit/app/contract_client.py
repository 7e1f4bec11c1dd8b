"""Typed producers of The shop 2.1.0. Do not edit."""
# ruff: noqa

from __future__ import annotations

import datetime
import decimal
import uuid
from typing import Annotated, Any, Literal

import msgspec

from backbeat import Backbeat
from backbeat.app import Stub


class Card(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type", tag="Card"):
    number: str


class Customer(msgspec.Struct, kw_only=True, omit_defaults=True):
    email: str
    ageYears: Annotated[int, msgspec.Meta(ge=0)]
    referrer: Customer | None = None


class PnlReport(msgspec.Struct, kw_only=True, omit_defaults=True):
    wallet: str
    total: decimal.Decimal
    swaps: list[Swap]
    best: Swap | None = None


class Swap(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One trade."""

    price: decimal.Decimal
    side: Side = "buy"
    parts: list[Swap] = msgspec.field(default_factory=list)


class Transfer(msgspec.Struct, kw_only=True, omit_defaults=True, tag_field="type", tag="Transfer"):
    account: str
    purpose: str = ""


class AnalysisOperationsAnalyzePnlArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    wallet: str
    force: bool = False


class AnalysisOperationsRefreshArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    pass


class ShopEveryTypeArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
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


class ShopOrderArguments(msgspec.Struct, kw_only=True, omit_defaults=True):
    customer: Customer
    items: dict[str, Annotated[int, msgspec.Meta(ge=1)]]
    payment: Card | Transfer
    deliver: datetime.date
    notes: list[str] = msgspec.field(default_factory=list)
    wrap: Literal["box", "paper"] | None = None


Side = Literal["buy", "sell"]


class AnalysisOperationsJobs:
    """Jobs of the queue analysis-operations."""

    def __init__(self, app: Backbeat) -> None:
        queue = app.queue("analysis-operations")
        self.analyze_pnl: Stub[AnalysisOperationsAnalyzePnlArguments, PnlReport] = queue.stub(
            "analyze-pnl", AnalysisOperationsAnalyzePnlArguments, PnlReport, priority=7
        )
        """Add up what a wallet has won and lost."""
        self.refresh: Stub[AnalysisOperationsRefreshArguments, None] = queue.stub(
            "refresh", AnalysisOperationsRefreshArguments, None
        )


class ShopJobs:
    """Jobs of the queue shop."""

    def __init__(self, app: Backbeat) -> None:
        queue = app.queue("shop")
        self.every_type: Stub[ShopEveryTypeArguments, dict[str, int | None]] = queue.stub(
            "every.type", ShopEveryTypeArguments, dict[str, int | None]
        )
        self.order: Stub[ShopOrderArguments, int] = queue.stub("order", ShopOrderArguments, int)

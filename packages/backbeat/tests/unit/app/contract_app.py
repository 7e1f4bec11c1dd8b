"""An application with every kind of type in its signatures, whose contract is published."""

import enum
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
import pydantic

from backbeat import Backbeat, Depends, Job, Priority, Snooze

app = Backbeat("unix:///declared-only")
analysis = app.queue("analysis-operations")
shop = app.queue("shop")


class Side(enum.Enum):
    BUY = "buy"
    SELL = "sell"


class Swap(msgspec.Struct):
    """One trade."""

    price: Decimal
    side: Side = Side.BUY
    parts: list["Swap"] = []


class Card(msgspec.Struct, tag=True):
    number: str


class Transfer(msgspec.Struct, tag=True):
    account: str
    purpose: str = ""


@dataclass
class PnlReport:
    wallet: str
    total: Decimal
    swaps: list[Swap]
    best: Swap | None = None


class Customer(pydantic.BaseModel):
    email: str
    age: int = pydantic.Field(ge=0, alias="ageYears")
    referrer: "Customer | None" = None


def connection() -> object:
    return object()


@analysis.job("analyze-pnl", priority=Priority.HIGH)
async def analyze_pnl(
    job: Job, wallet: str, *, force: bool = False, db: object = Depends(connection)
) -> PnlReport | Snooze:
    """Add up what a wallet has won and lost.

    Looks at every swap.
    """
    return PnlReport(wallet, Decimal(force), [])


@analysis.job()
async def refresh() -> None: ...


@shop.job()
def order(
    customer: Customer,
    items: dict[str, Annotated[int, msgspec.Meta(ge=1)]],
    payment: Card | Transfer,
    deliver: date,
    notes: list[str] = [],  # noqa: B006 - shared as Python shares it
    wrap: Literal["paper", "box"] | None = None,
) -> int:
    return 1


@shop.job("every.type")
def every_type(
    raw: bytes,
    when: datetime,
    span: timedelta,
    ident: UUID,
    side: Side,
    pair: tuple[int, str],
    some: set[int],
    real: float = 1.5,
    free: Any = None,
    swap: Swap = Swap(Decimal(1)),  # noqa: B008 - a default that no schema can show
) -> dict[str, int | None]:
    return {}

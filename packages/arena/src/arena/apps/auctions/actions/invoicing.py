"""What was sold to whom for how much: to look at, and to take along as a table."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Self

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.errors import InvoiceNotFound
from arena.apps.auctions.store.invoices import Row, find_invoice, invoices_before, page_invoices
from backbeat.gateway.http import Shown

Side = Literal["bought", "sold"]

TOGETHER: Final = 500
# Spreadsheets run what begins with one of these; the title of an auction is its seller's.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|")


class Invoice(Shown):
    """What the buyer of an auction owes."""

    auction_id: str
    title: str
    currency: str
    hammer_price: str
    premium: str
    deposit: str
    due: str
    status: str
    time: int

    @classmethod
    def of(cls, row: Row) -> Self:
        """As buyer and seller see it."""
        invoice, title, _ = row
        due = max(0, invoice.hammer_price + invoice.premium - invoice.deposit)
        return cls(
            auction_id=invoice.auction_id,
            title=title,
            currency=invoice.currency,
            hammer_price=amount(invoice.hammer_price, invoice.currency),
            premium=amount(invoice.premium, invoice.currency),
            deposit=amount(invoice.deposit, invoice.currency),
            due=amount(due, invoice.currency),
            status=invoice.status,
            time=invoice.created_ms,
        )


@dataclass(frozen=True, slots=True)
class _Whose:
    winner: str | None
    seller: str | None

    @classmethod
    def of(cls, user: str, side: Side) -> Self:
        return cls(user, None) if side == "bought" else cls(None, user)


async def show_invoice(desk: Desk, auction_id: str, viewer: str | None) -> Invoice:
    """The invoice of an auction.

    Args:
        desk: The stores.
        auction_id: The auction.
        viewer: Who looks, buyer or seller; None: somebody who may see every one.

    Raises:
        InvoiceNotFound: There is none, or it is nothing of theirs.
    """
    async with desk.database.reading() as session:
        row = await find_invoice(session, auction_id)
    if row is None or viewer not in (None, row[0].winner, row[2]):
        raise InvoiceNotFound(auction_id)
    return Invoice.of(row)


async def list_invoices(
    desk: Desk, user: str, side: Side, *, limit: int, offset: int
) -> tuple[list[Invoice], int]:
    """A page of what somebody has bought, or sold, the newest first; how many there are."""
    whose = _Whose.of(user, side)
    async with desk.database.reading() as session:
        rows, total = await page_invoices(
            session, winner=whose.winner, seller=whose.seller, limit=limit, offset=offset
        )
    return [Invoice.of(row) for row in rows], total


async def as_table(desk: Desk, user: str, side: Side) -> AsyncIterator[str]:
    """All of the same as CSV by RFC 4180, a part at a time: header first, then the newest."""
    whose = _Whose.of(user, side)
    yield _line(list(Invoice.model_fields))
    before: tuple[int, str] | None = None
    while True:
        async with desk.database.reading() as session:
            rows = await invoices_before(
                session, before, winner=whose.winner, seller=whose.seller, limit=TOGETHER
            )
        for row in rows:
            yield _line(_cells(Invoice.of(row)))
        if len(rows) < TOGETHER:
            return
        before = rows[-1][0].created_ms, rows[-1][0].auction_id


def _cells(invoice: Invoice) -> list[str]:
    moment = datetime.fromtimestamp(invoice.time / 1_000, UTC).isoformat()
    cells = {**invoice.model_dump(), "time": moment}
    return [_harmless(str(each)) for each in cells.values()]


def _harmless(cell: str) -> str:
    """What a spreadsheet shows as it is: an apostrophe says that it is text."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()

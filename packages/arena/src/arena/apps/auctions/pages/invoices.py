"""What somebody owes, and what is owed to them; the whole of it to take along as a table."""

from typing import Final

from arena.apps.auctions.actions.invoicing import Invoice, Side, list_invoices
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.own import TOGETHER, leaf, number_of, own_id, own_places
from arena.apps.auctions.pages.words import moment
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading, link, nothing, panel, tabs, text
from backbeat.pages.table import Column, Row, table

SIDES: Final[dict[str, Side]] = {"Bought": "bought", "Sold": "sold"}
COLUMNS: Final = (
    Column("title", "What", "link"),
    Column("hammer", "Price", "number"),
    Column("premium", "Premium", "number"),
    Column("deposit", "Deposit", "number"),
    Column("due", "Due", "number"),
    Column("status", "Status"),
    Column("at", "When, UTC"),
)


@screen("/auctions/mine/invoices", "Invoices")
async def invoices_page(visit: Visit, side: str = "bought", page: str = "1") -> None:
    """As a buyer, or as a seller; the newest first."""
    hall, number = visit.of(Hall), number_of(page)
    which: Side = "sold" if side == "sold" else "bought"
    with heading("Invoices"):
        text("", "grow")
        tabs([
            (words, visit.href("auctions", "mine", "invoices", side=each), each == which)
            for words, each in SIDES.items()
        ])  # fmt: skip
    user_id = own_id(visit)
    own_places(visit, "invoices")
    async with answering():
        shown, total = await list_invoices(
            hall.desk, user_id, which, limit=TOGETHER, offset=(number - 1) * TOGETHER
        )
    if not shown:
        nothing("receipt_long", "There is none", "What is sold at an auction is listed here.")
        return
    with panel():
        table(COLUMNS, [_row(visit, invoice) for invoice in shown], key="auction")
    leaf(visit, "invoices", number, more=number * TOGETHER < total, side=which)
    link("All of them as CSV", visit.rest("/me/invoices.csv", side=which))


def _row(visit: Visit, invoice: Invoice) -> Row:
    def money(amount: str) -> str:
        return f"{amount} {invoice.currency}"

    return {
        "auction": invoice.auction_id,
        "title": invoice.title,
        "title_href": visit.href("auctions", invoice.auction_id),
        "hammer": money(invoice.hammer_price),
        "premium": money(invoice.premium),
        "deposit": money(invoice.deposit),
        "due": money(invoice.due),
        "status": invoice.status,
        "at": moment(invoice.time),
    }

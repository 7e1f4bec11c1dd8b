"""What somebody sells: drafts, what is to come, what runs, what is over."""

from typing import Final

from arena.apps.auctions.actions.mine import selling
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.card import Entry
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.own import TOGETHER, leaf, number_of, own_id, own_places
from arena.apps.auctions.pages.words import moment, money, outcome
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import heading, link, nothing, panel, text
from backbeat.pages.table import Column, Row, table

COLUMNS: Final = (
    Column("title", "What", "link"),
    Column("status", "Status"),
    Column("price", "Price", "number"),
    Column("bids", "Bids", "number"),
    Column("ends", "End, UTC"),
)


@screen("/auctions/mine/selling", "Selling")
async def selling_page(visit: Visit, page: str = "1") -> None:
    """Those that end last first."""
    hall, number = visit.of(Hall), number_of(page)
    with heading("Selling"):
        text("", "grow")
        if visit.identity is not None:
            link("Sell something", visit.href("auctions", "mine", "selling", "new"), "sign")
    user_id = own_id(visit)
    own_places(visit, "selling")
    async with answering():
        first = (number - 1) * TOGETHER
        entries, total = await selling(hall.desk, user_id, limit=TOGETHER, offset=first)
    if not entries:
        nothing("sell", "You sell nothing", "Press Sell something: nobody sees a draft but you.")
        return
    rows = [_row(visit, entry) for entry in entries]
    with panel():
        table(COLUMNS, rows, key="auction")
    leaf(visit, "selling", number, more=number * TOGETHER < total)


def _row(visit: Visit, entry: Entry) -> Row:
    lot, seen = entry
    auction = seen.auction
    over = auction.status in (Status.ENDED, Status.CANCELLED)
    return {
        "auction": lot.id,
        "title": lot.description.title,
        "title_href": visit.href("auctions", "mine", "selling", lot.id),
        "status": outcome(seen, None)[0] if over else auction.status.value,
        "price": money(auction.price or auction.terms.starting_price, seen.currency),
        "bids": auction.bid_count,
        "ends": moment(auction.end_at_ms),
    }

"""An auction in a list: what is sold, its price, the time that is left."""

from collections.abc import Callable

from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.words import money, outcome
from arena.apps.auctions.store.live import Seen
from arena.base.pages.countdown import Countdown
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, link, text

Entry = tuple[Lot, Seen]


def card(visit: Visit, entry: Entry) -> Callable[[Entry], None]:
    """Draw it, and give what fills it again."""
    lot, _ = entry
    with link("", visit.href("auctions", lot.id), "panel", "card"):
        text(lot.description.title, tag="h2")
        text(lot.description.category, "quiet", "small")
        price = text("", "price", "number")
        with box("items"):
            bids = text("", "quiet")
            yours = text("You lead", "state", "good")
        countdown = Countdown("countdown", "number")
        over = text("", "quiet")

    def fill(entry: Entry) -> None:
        _, seen = entry
        auction, viewer = seen.auction, visit.user_id
        price.set_text(money(auction.price or auction.terms.starting_price, seen.currency))
        bids.set_text(f"{auction.bid_count} bid{'' if auction.bid_count == 1 else 's'}")
        running = auction.status is Status.ACTIVE
        yours.set_visibility(running and viewer is not None and auction.leader == viewer)
        counts = running or auction.status is Status.SCHEDULED
        countdown.set_visibility(counts)
        over.set_visibility(not counts)
        if counts:
            moment_ms = auction.end_at_ms if running else auction.terms.start_at_ms
            countdown.set(moment_ms, seen.at_ms)
        else:
            over.set_text(outcome(seen, viewer)[1])

    return fill

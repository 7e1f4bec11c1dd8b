"""The list of auctions: those that run, those to come, those that are over; live."""

from collections.abc import Callable
from typing import Final

from nicegui import ui

from arena.apps.auctions.errors import Away
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.away import AwayNotice
from arena.apps.auctions.pages.hall import Hall
from arena.apps.auctions.pages.words import money, outcome
from arena.apps.auctions.store.live import Seen
from arena.base.pages.countdown import Countdown
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, heading, link, nothing, tabs, text
from backbeat.pages.parts import Parts

TABS: Final = {
    Status.ACTIVE: "Running", Status.SCHEDULED: "To come", Status.ENDED: "Over",
}  # fmt: skip
_AGAIN_S: Final = 2.0

Entry = tuple[Lot, Seen]


@screen("/auctions", "Auctions")
async def auctions_page(visit: Visit, status: str = Status.ACTIVE.value) -> None:
    """All auctions of a status, the first to end first."""
    hall = visit.of(Hall)
    shown = Status(status) if status in {each.value for each in TABS} else Status.ACTIVE
    with heading("Auctions"):
        text("", "grow")
        tabs([
            (words, visit.href("auctions", status=each.value), each is shown)
            for each, words in TABS.items()
        ])  # fmt: skip
    away = AwayNotice("This list cannot be brought up to date just now; it goes on by itself.")
    cards: Parts[Entry] = Parts(
        lambda entry: entry[0].id,
        lambda entry: _card(visit, entry),
        lambda: nothing("gavel", "There is none", "Look again later: this list is live."),
        "split",
    )

    async def refresh() -> None:
        await visit.recognise()
        try:
            lots = await hall.lots(shown)
        except Away:
            # The list stays as it was.
            away.show(away=True)
            return
        away.show(away=False)
        cards.show(lots)

    await refresh()
    ui.timer(_AGAIN_S, refresh, immediate=False)


def _card(visit: Visit, entry: Entry) -> Callable[[Entry], None]:
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

"""One auction, live."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from nicegui import ui

from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import Outcome
from arena.apps.auctions.pages.away import AwayNotice
from arena.apps.auctions.pages.bid_box import BidBox
from arena.apps.auctions.pages.hall import Hall, Sight
from arena.apps.auctions.pages.history import History
from arena.apps.auctions.pages.second_chance import answer_panel
from arena.apps.auctions.pages.standing import Standing
from arena.apps.auctions.pages.watching import WatchButton
from arena.apps.auctions.pages.words import moment, money, premium, soft_close
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat import BackbeatError
from backbeat.pages.look import box, facts, heading, panel, text

_LONGEST_TITLE: Final = 80


@screen("/auctions/{auction_id}", "Auction")
async def auction_page(visit: Visit, auction_id: str) -> None:
    """What is sold, how it stands, and where to bid."""
    hall = visit.of(Hall)
    sight = await hall.look(auction_id)
    lot = await hall.find(auction_id)
    ui.context.client.title = f"{lot.description.title[:_LONGEST_TITLE]} · Arena"
    with heading(lot.description.title, ("Auctions", visit.href("auctions"))):
        text("", "grow")
        with box("items", "quiet"):
            watch = WatchButton(visit, hall, auction_id)
            ui.icon("visibility")
            viewers = text("", "viewers")
    await watch.read()
    with box("auction"):
        with panel(None, "stand"):
            away = AwayNotice(
                "Bids cannot be placed just now. Those that were accepted count, and this page goes"
                " on by itself."
            )
            standing = Standing()
            bids = BidBox(visit, hall, lot)
        with box("stack", "about"):
            if sight.seen.auction.outcome is Outcome.RESERVE_NOT_MET:
                await answer_panel(visit, hall, lot)
            _about(lot)
            with panel("Bids"):
                history = History()

    def show(sight: Sight | None) -> None:
        away.show(away=sight is None)
        bids.enable(sight is not None)
        if sight is None:
            return
        viewer = visit.user_id
        viewers.set_text(f"{sight.viewers} looking")
        standing.show(sight, viewer)
        bids.show(sight, viewer)
        history.show(sight, viewer)

    show(sight)
    _keep_live(visit, hall, auction_id, show)


def _about(lot: Lot) -> None:
    words, terms = lot.description, lot.auction.terms
    with panel("About it"):
        if words.text:
            text(words.text, "words")
        deposit = money(words.deposit, words.currency) if words.deposit else "none"
        facts({
            "Category": words.category,
            "Kind": "your maximum is secret, the house bids for you" if terms.proxy else "by hand",
            "Planned end": f"{moment(terms.end_at_ms)} UTC. {soft_close(terms)}.",
            "Deposit": deposit,
            "Premium": premium(words.premium_bps),
        })  # fmt: skip


def _keep_live(
    visit: Visit, hall: Hall, auction_id: str, show: Callable[[Sight | None], None]
) -> None:
    client = ui.context.client

    async def again(sight: Sight | None) -> None:
        if client.has_socket_connection:
            await visit.recognise()
            with client:
                show(sight)

    async def come() -> None:
        hall.watch(auction_id, client.id, again)
        # Who could not be counted is said again soon, with all others.
        with suppress(BackbeatError):
            await hall.viewers.add(auction_id, client.id)

    async def go() -> None:
        # A page that connects again does so before its old connection is given up.
        if client.has_socket_connection:
            return
        hall.leave(auction_id, client.id)
        with suppress(BackbeatError):
            await hall.viewers.remove(auction_id, client.id)

    client.on_connect(come)
    client.on_disconnect(go)

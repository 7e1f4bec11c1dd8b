"""Where somebody bids: the next minimum is filled in, and what is wrong is said beside it."""

import time
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from nicegui import ui
from nicegui.events import GenericEventArguments

from arena.apps.auctions.actions.bidding import offer
from arena.apps.auctions.actions.showing import Told, amount
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.deeds import ONE_CLICK
from arena.apps.auctions.pages.filled_in import FilledIn
from arena.apps.auctions.pages.hall import Hall, Sight
from arena.apps.auctions.pages.words import money, refusal
from arena.base.errors import ArenaError
from arena.base.pages.screen import words_of
from arena.base.pages.site import SIGN_IN
from arena.base.pages.visit import Visit
from backbeat import BackbeatError
from backbeat.pages.look import box, link, text

# What is bid is what stands in the field when somebody presses, whatever is on its way from here
# or to here; the second half of a double click is no press of its own.
_WHAT_STANDS_THERE: Final = """(e) => {
    if (!e.detail || e.detail < 2) emit(e.target.closest(".bid-line").querySelector("input").value)
}"""


@dataclass(frozen=True, slots=True)
class _Sent:
    """The last bid of this page. The same amount again is the same bid, with the same id."""

    most: str
    bid_id: str


class BidBox:
    """A field and a button, while people may bid.

    The id of a bid is made with the first press. As long as the amount stays, every further press
    sends the same bid, which the auction tells the same answer and counts once.
    """

    def __init__(self, visit: Visit, hall: Hall, lot: Lot) -> None:
        """Offer nothing yet."""
        self._visit, self._hall, self._lot = visit, hall, lot
        self._sent: _Sent | None = None
        self._minimum = FilledIn()
        self._buy_now = ""
        with box("bid") as self._box:
            where = visit.href(SIGN_IN[1:], next=visit.here)
            self._sign_in = link("Sign in to bid", where, "sign")
            self._least = text("", "quiet")
            with box("bid-line") as self._line:
                name = "Your maximum" if lot.auction.terms.proxy else "Your bid"
                self._field = ui.input(name).props(
                    "outlined dense inputmode=decimal maxlength=20 autocomplete=off"
                    f" suffix={lot.description.currency}"
                )
                self._field.on("keydown.enter", self._bid, js_handler=_WHAT_STANDS_THERE)
                self._button = ui.button("Bid")
                self._button.on("click", self._bid, js_handler=_WHAT_STANDS_THERE)
                self._button.props("no-caps unelevated color=primary")
            self._problem = text("", "problem")
            self._problem.props["role"] = "alert"
            self._answer = text("", "answer")
            self._answer.props["role"] = "status"
            self._buy = ui.button("").props("no-caps outline color=primary")
            self._buy.on("click", self._buy_it, js_handler=ONE_CLICK)

    def show(self, sight: Sight, viewer: str | None) -> None:
        """Fit to what it is now; an amount that somebody is writing stays."""
        seen, auction = sight.seen, sight.seen.auction
        self._box.set_visibility(auction.status is Status.ACTIVE)
        self._line.set_visibility(viewer is not None)
        self._sign_in.set_visibility(viewer is None)
        least = money(auction.min_next, seen.currency)
        self._least.set_text(f"The next bid is {least} at least.")
        if viewer is not None and auction.leader == viewer:
            self._button.set_text("Raise")
            self._least.set_text("To raise your maximum, bid more than it.")
        else:
            self._button.set_text("Bid")
            self._fill(amount(auction.min_next, seen.currency))
        open_price = auction.terms.buy_now_price if auction.buy_now_open else None
        self._buy.set_visibility(open_price is not None and viewer is not None)
        if open_price is not None:
            self._buy_now = amount(open_price, seen.currency)
            self._buy.set_text(f"Buy now for {money(open_price, seen.currency)}")

    def enable(self, enabled: bool) -> None:
        """Let people press, or not: while no bid can be placed."""
        self._button.set_enabled(enabled)
        self._buy.set_enabled(enabled)

    def _fill(self, least: str) -> None:
        """Write the next minimum, unless somebody has written something of their own."""
        untouched = self._field.value in ("", self._minimum.amount) or (
            self._sent is not None and self._field.value == self._sent.most
        )
        if untouched and self._minimum.amount != least:
            self._minimum = self._minimum.changed(least, time.monotonic())
            self._sent = None
            self._field.set_value(least)

    async def _bid(self, pressed: GenericEventArguments) -> None:
        most = str(pressed.args).strip()
        if self._minimum.surprises(most, time.monotonic()):
            self._say(problem=f"The least is {most} since a moment ago: press again to bid that.")
            return
        await self._offer(most)

    async def _buy_it(self) -> None:
        if self._sent is None or self._sent.most != self._buy_now:
            price = f"{self._buy_now} {self._lot.description.currency}"
            with ui.dialog() as sure, box("dialog"):
                text(f"Buy it for {price}?", tag="h2")
                text("The auction ends with that.")
                with box("items", "end"):
                    ui.button("Back", on_click=sure.close).props("flat no-caps")
                    ui.button("Buy", on_click=lambda: sure.submit(True)).props("no-caps unelevated")
            if not await sure:
                return
        await self._offer(self._buy_now)

    async def _offer(self, most: str) -> None:
        if self._sent is None or self._sent.most != most:
            self._sent = _Sent(most, str(uuid4()))
        sent = self._sent
        try:
            who = await self._visit.write()
            origin = {"name": who.name, **self._visit.origin}
            told = await offer(
                self._hall.desk, self._lot.id, sent.bid_id, str(who.user_id), most, origin
            )
        except (ArenaError, BackbeatError) as error:
            # The id stays: where it is not known what became of it, the same bid is sent again.
            self._say(problem=words_of(error))
            return
        self._told(told, sent)

    def _told(self, told: Told, sent: _Sent) -> None:
        if not told.accepted:
            # Judged anew when it is sent again: it may be high enough then.
            self._sent = None
            self._say(problem=refusal(told, self._lot))
            return
        currency = self._lot.description.currency
        if told.you_lead:
            self._say(answer=f"Your bid of {sent.most} {currency} counts: you lead.")
        else:
            price = f"{told.price} {currency}"
            self._say(answer=f"Your bid counts, and somebody bid more before: {price} now.")
        self._hall.hurry(self._lot.id)

    def _say(self, *, problem: str = "", answer: str = "") -> None:
        self._problem.set_text(problem)
        self._answer.set_text(answer)

"""How an auction stands, to whoever looks: price, who leads, reserve, time, outcome."""

from nicegui import ui

from arena.apps.auctions.model.masking import mask
from arena.apps.auctions.model.states import Status
from arena.apps.auctions.pages.hall import Sight
from arena.apps.auctions.pages.words import moment, money, outcome
from arena.base.pages.countdown import Countdown
from backbeat.pages.look import box, text


class Standing:
    """The upper part of the panel at the right; it says at once when somebody else leads."""

    def __init__(self) -> None:
        """Show nothing yet."""
        with box("over") as self._over:
            self._came_out = text("", tag="h2")
            self._meaning = text("")
        with box("outbid") as self._outbid:
            self._outbid.props["role"] = "alert"
            ui.icon("trending_up")
            self._outbid_words = text("")
        self._price_name = text("", "quiet")
        with box("items"):
            self._price = text("", "price", "number")
            self._reserve = text("", "state")
        with box("items"):
            self._bids = text("", "quiet")
            self._leader = text("", "leader")
        with box("left"):
            self._until = text("", "quiet")
            self._countdown = Countdown("countdown", "number")
        self._led = self._was_outbid = False

    def show(self, sight: Sight, viewer: str | None) -> None:
        """Fit to what it is now."""
        seen, auction = sight.seen, sight.seen.auction
        running = auction.status is Status.ACTIVE
        self._show_time(sight)
        self._show_outbid(sight, viewer, running=running)
        has_bid = auction.bid_count > 0
        self._price_name.set_text("Current bid" if running else "Last bid")
        if not has_bid:
            self._price_name.set_text("Starting price")
        price = auction.price if has_bid else auction.terms.starting_price
        self._price.set_text(money(price, seen.currency))
        self._bids.set_text(f"{auction.bid_count} bid{'' if auction.bid_count == 1 else 's'}")
        self._reserve.set_visibility(auction.terms.reserve_price is not None)
        self._reserve.set_text("Reserve met" if auction.reserve_met else "Reserve not met")
        self._reserve.classes(
            add="good" if auction.reserve_met else "warn",
            remove="warn" if auction.reserve_met else "good",
        )
        self._show_leader(sight, viewer, running=running)
        over = auction.status in (Status.ENDED, Status.CANCELLED)
        self._over.set_visibility(over)
        if over:
            came_out, meaning = outcome(seen, viewer)
            self._came_out.set_text(came_out)
            self._meaning.set_text(meaning)

    def _show_leader(self, sight: Sight, viewer: str | None, *, running: bool) -> None:
        seen, auction = sight.seen, sight.seen.auction
        self._leader.set_visibility(running and auction.leader is not None)
        if auction.leader is None:
            return
        if auction.leader == viewer:
            self._leader.set_text(f"You lead, up to {money(auction.leader_max, seen.currency)}")
        else:
            self._leader.set_text(f"{mask(seen.id, auction.leader)} leads")

    def _show_outbid(self, sight: Sight, viewer: str | None, *, running: bool) -> None:
        auction = sight.seen.auction
        leads = viewer is not None and auction.leader == viewer
        if leads or not running or viewer is None:
            self._was_outbid = False
        elif self._led:
            self._was_outbid = True
        self._outbid.set_visibility(self._was_outbid)
        price = money(auction.price, sight.seen.currency)
        self._outbid_words.set_text(f"You were outbid: the price is {price} now.")
        self._led = leads

    def _show_time(self, sight: Sight) -> None:
        seen, auction = sight.seen, sight.seen.auction
        if auction.status is Status.SCHEDULED:
            self._until.set_text("Starts in")
            self._countdown.set(auction.terms.start_at_ms, seen.at_ms, "starting…")
        elif auction.status is Status.ACTIVE:
            self._until.set_text(f"Ends in{_put_off(auction.extensions)}")
            self._countdown.set(auction.end_at_ms, seen.at_ms)
        elif auction.status is Status.ENDED:
            ended = moment(auction.end_at_ms)
            self._until.set_text(f"Over since {ended} UTC{_put_off(auction.extensions)}")
        else:
            self._until.set_text("It is over")
        self._countdown.set_visibility(auction.status in (Status.SCHEDULED, Status.ACTIVE))


def _put_off(times: int) -> str:
    return f" (put off {times} time{'' if times == 1 else 's'})" if times else ""

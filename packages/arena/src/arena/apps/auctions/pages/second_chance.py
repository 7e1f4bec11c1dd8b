"""A second chance for what was not sold: to its seller, and to whom it is offered."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

from nicegui import ui

from arena.apps.auctions.actions.offering import ShownOffer, answer, offer, show_offer
from arena.apps.auctions.actions.owning import own
from arena.apps.auctions.errors import OfferNotFound
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.pages.deeds import ONE_CLICK, carry_out, trouble
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.words import moment
from arena.base.identity import Identity
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, panel, text

HOURS: Final = {24: "for a day", 48: "for two days", 168: "for a week"}
_STATES: Final = {
    "open": "is waiting for an answer", "accepted": "was accepted", "declined": "was declined",
    "expired": "has expired",
}  # fmt: skip
_ANSWERS: Final[Mapping[str, Literal["accepted", "declined"]]] = {
    "Take it": "accepted", "No, thanks": "declined",
}  # fmt: skip


async def offer_panel(visit: Visit, hall: Hall, lot: Lot) -> None:
    """For the seller of what ended below its reserve: offer it, or what became of the offer."""
    made = await _offer_of(visit, hall, lot)
    with panel("A second chance"):
        if made is not None:
            text(f"Your offer for {_price(made)} {_STATES[made.state]}.")
            return
        text("The reserve was not met: you can offer it to whoever led, at the last price.")
        hours = ui.select(HOURS, label="How long", value=48).props("outlined dense")
        problem = trouble()

        async def deed(who: Identity) -> ShownOffer:
            await own(hall.desk, lot.id, who)
            return await offer(hall.desk, lot.id, int(hours.value))

        async def offered() -> None:
            if await carry_out(visit, problem, deed) is not None:
                ui.navigate.reload()

        button = ui.button("Offer it").props("no-caps unelevated color=primary").classes("alone")
        button.on("click", offered, js_handler=ONE_CLICK)


async def answer_panel(visit: Visit, hall: Hall, lot: Lot) -> None:
    """For whom it is offered to: take it, or say no. Nothing for everybody else."""
    made = await _offer_of(visit, hall, lot)
    if made is None or visit.user_id == lot.auction.terms.seller:
        return
    with panel("A second chance", "chance"):
        if made.state != "open":
            text(f"The offer for {_price(made)} {_STATES[made.state]}.")
            return
        until = f"{moment(made.expires_time)} UTC"
        text(f"Its seller offers it to you for {_price(made)}, until {until}.")
        problem = trouble()
        with box("items"):
            for words, said in _ANSWERS.items():
                button = ui.button(words).props("no-caps outline color=primary")
                button.on("click", _answers(visit, hall, lot, problem, said), js_handler=ONE_CLICK)


def _answers(
    visit: Visit, hall: Hall, lot: Lot, problem: ui.label, said: Literal["accepted", "declined"]
) -> Callable[[], Awaitable[None]]:
    async def deed(who: Identity) -> ShownOffer:
        return await answer(hall.desk, lot.id, str(who.user_id), said)

    async def answered() -> None:
        if await carry_out(visit, problem, deed) is not None:
            ui.navigate.reload()

    return answered


async def _offer_of(visit: Visit, hall: Hall, lot: Lot) -> ShownOffer | None:
    if visit.user_id is None:
        return None
    try:
        async with answering():
            return await show_offer(hall.desk, lot.id, visit.user_id)
    except OfferNotFound:
        return None


def _price(made: ShownOffer) -> str:
    premium = "" if made.premium.strip("0.") == "" else f" and a premium of {made.premium}"
    return f"{made.price} {made.currency}{premium}"

"""A second chance for what was not sold: the seller offers it to whoever led."""

from dataclasses import replace
from typing import Final, Literal, Self

from sqlalchemy.ext.asyncio import AsyncSession

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.actions.showing import amount
from arena.apps.auctions.errors import OfferNotFound, OfferOver, WrongStatus
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.offers import Offer, State
from arena.apps.auctions.model.states import Outcome
from arena.apps.auctions.store.invoices import insert_invoice
from arena.apps.auctions.store.offers import answer_offer, find_offer, insert_offer
from arena.base.money import basis_points
from arena.services.notifications import Told
from backbeat.gateway.http import Shown

HOUR_MS: Final = 3_600_000


class ShownOffer(Shown):
    """A second chance, as seller and bidder see it. Times in ms since 1970."""

    auction_id: str
    price: str
    premium: str
    currency: str
    state: State
    expires_time: int

    @classmethod
    def of(cls, offer: Offer, now_ms: int) -> Self:
        """How it stands."""
        return cls(
            auction_id=offer.auction_id,
            price=amount(offer.price, offer.currency),
            premium=amount(offer.premium, offer.currency),
            currency=offer.currency,
            state=offer.state(now_ms),
            expires_time=offer.expires_ms,
        )


async def offer(desk: Desk, auction_id: str, hours: int) -> ShownOffer:
    """Offer an auction whose reserve was not met to whoever led; done twice it is done once.

    They are told in the same transaction.

    Args:
        desk: The stores.
        auction_id: The auction.
        hours: How long it is good for.

    Raises:
        AuctionNotFound: There is no such auction.
        WrongStatus: It has not ended with a bid below the reserve.
    """
    lot = await find(desk, auction_id)
    made = _offer_of(lot, desk.clock(), hours)
    async with desk.database.transaction() as session:
        await insert_offer(session, made)
        kept = await find_offer(session, auction_id)
        assert kept is not None
        key = f"offered-{auction_id}"
        # Told again where it was made before: once for its key.
        told = await desk.notices.record(session, "offered", lot, kept.bidder, key)
    await desk.notices.send(told)
    return ShownOffer.of(kept, desk.clock())


async def show_offer(desk: Desk, auction_id: str, viewer: str) -> ShownOffer:
    """The second chance of an auction, for its seller and whom it is made to.

    Raises:
        AuctionNotFound: There is no such auction.
        OfferNotFound: There is no offer, or it is nothing of theirs.
    """
    lot = await find(desk, auction_id)
    async with desk.database.reading() as session:
        kept = await find_offer(session, auction_id)
    if kept is None or viewer not in (kept.bidder, lot.auction.terms.seller):
        raise OfferNotFound(auction_id)
    return ShownOffer.of(kept, desk.clock())


async def answer(
    desk: Desk, auction_id: str, bidder: str, said: Literal["accepted", "declined"]
) -> ShownOffer:
    """Say what one thinks of an offer; saying it twice says it once.

    Who accepts owes the price: the invoice and what the seller is told are written in the same
    transaction.

    Raises:
        AuctionNotFound: There is no such auction.
        OfferNotFound: Nobody offered it to them.
        OfferOver: It was answered otherwise, or has expired.
    """
    lot, now_ms = await find(desk, auction_id), desk.clock()
    async with desk.database.transaction() as session:
        kept = await find_offer(session, auction_id, lock=True)
        if kept is None or kept.bidder != bidder:
            raise OfferNotFound(auction_id)
        state = kept.state(now_ms)
        if state not in ("open", said):
            raise OfferOver(auction_id, state)
        if state == "open":
            await answer_offer(session, auction_id, said)
        told = None if said == "declined" else await _sell(desk, session, lot, kept, now_ms)
    if told is not None:
        await desk.notices.send(told)
    return ShownOffer.of(replace(kept, answer=said), now_ms)


async def _sell(desk: Desk, session: AsyncSession, lot: Lot, offer: Offer, now_ms: int) -> Told:
    """The invoice, and the notice to the seller: each once."""
    await insert_invoice(
        session,
        auction_id=lot.id,
        winner=offer.bidder,
        currency=offer.currency,
        hammer_price=offer.price,
        premium=offer.premium,
        # It was given back when the auction ended.
        deposit=0,
        status="open",
        created_ms=now_ms,
    )
    key, seller = f"offer-accepted-{lot.id}", lot.auction.terms.seller
    return await desk.notices.record(session, "offer-accepted", lot, seller, key)


def _offer_of(lot: Lot, now_ms: int, hours: int) -> Offer:
    auction, words = lot.auction, lot.description
    if auction.outcome is not Outcome.RESERVE_NOT_MET or auction.leader is None:
        state = auction.status if auction.outcome is None else auction.outcome
        raise WrongStatus(lot.id, state, "offered: only what ended with a bid below its reserve is")
    return Offer(
        auction_id=lot.id,
        bidder=auction.leader,
        price=auction.price,
        currency=words.currency,
        premium=basis_points(auction.price, words.premium_bps),
        made_ms=now_ms,
        expires_ms=now_ms + hours * HOUR_MS,
    )

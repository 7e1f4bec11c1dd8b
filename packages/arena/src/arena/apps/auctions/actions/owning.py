"""What sellers may do with their own auctions, and admins with all."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.looking import find
from arena.apps.auctions.actions.publishing import cancel
from arena.apps.auctions.errors import AuctionNotFound
from arena.apps.auctions.model.states import Status
from arena.base.errors import Forbidden
from arena.base.identity import Identity, Role


async def own(desk: Desk, auction_id: str, who: Identity) -> Status:
    """The status of an auction that is theirs, as it is now.

    Raises:
        AuctionNotFound: There is none, or it is somebody else's.
        Forbidden: They may not sell any more.
    """
    if not who.has(Role.SELLER):
        raise Forbidden("you may not sell: ask the house")
    lot = await find(desk, auction_id)
    if lot.auction.terms.seller != str(who.user_id) and not who.has(Role.ADMIN):
        raise AuctionNotFound(auction_id)
    live = await desk.live.read(auction_id)
    return lot.auction.status if live is None else live.auction.status


async def call_off(desk: Desk, auction_id: str, who: Identity, reason: str) -> None:
    """Call an auction of theirs off; once people may bid on it, the house alone does.

    Raises:
        AuctionNotFound: There is none, or it is somebody else's.
        Forbidden: It is active.
        WrongStatus: It has ended.
    """
    status = await own(desk, auction_id, who)
    if status is Status.ACTIVE and not who.has(Role.ADMIN):
        raise Forbidden("people bid on it already: ask the house to call it off")
    await cancel(desk, auction_id, reason)

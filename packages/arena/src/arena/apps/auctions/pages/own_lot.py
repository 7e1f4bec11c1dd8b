"""An auction of one's own: a draft is written and published; what can be done with it then."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from nicegui import ui

from arena.apps.auctions.actions.looking import find, stands_now
from arena.apps.auctions.actions.owning import call_off, own
from arena.apps.auctions.actions.publishing import change, draft, publish
from arena.apps.auctions.errors import AuctionNotFound
from arena.apps.auctions.model.lots import Lot
from arena.apps.auctions.model.states import LIVE, Outcome, Status
from arena.apps.auctions.pages.deeds import ONE_CLICK, carry_out, trouble
from arena.apps.auctions.pages.hall import Hall, answering
from arena.apps.auctions.pages.lot_form import LotForm
from arena.apps.auctions.pages.own import own_id, own_places
from arena.apps.auctions.pages.second_chance import offer_panel
from arena.apps.auctions.pages.words import moment, money, outcome
from arena.apps.auctions.routes.asked import AskedItem
from arena.apps.auctions.routes.changes import AskedChange
from arena.apps.auctions.store.images import images_of
from arena.apps.auctions.store.live import Seen
from arena.base.errors import Forbidden
from arena.base.identity import Identity, Role
from arena.base.pages.screen import screen
from arena.base.pages.visit import Visit
from backbeat.pages.look import box, facts, heading, link, panel, text


@screen("/auctions/mine/selling/new", "Sell something")
async def new_page(visit: Visit) -> None:
    """A draft that is not there yet."""
    hall, auction_id = visit.of(Hall), str(uuid4())
    with heading("Sell something"):
        pass
    own_id(visit)
    own_places(visit, "selling")
    with panel():
        form = LotForm(None, [])
        problem = trouble()

    async def keep(who: Identity) -> Lot:
        if not who.has(Role.SELLER):
            raise Forbidden("you may not sell: ask the house")
        item = AskedItem.model_validate(form.said())
        house = hall.desk.house
        words, terms = item.description(house), item.terms(str(who.user_id), house)
        return await draft(hall.desk, auction_id, words, terms, item.images)

    async def kept() -> None:
        if await carry_out(visit, problem, keep) is not None:
            # NiceGUI puts the root of the pages before every path by itself.
            draft_at = visit.href("auctions", "mine", "selling", auction_id)
            ui.navigate.to(draft_at.removeprefix(visit.root))

    _press("Keep as a draft", kept)


@screen("/auctions/mine/selling/{auction_id}", "Selling")
async def own_lot_page(visit: Visit, auction_id: str) -> None:
    """What it is depends on how far it has come."""
    hall, user_id = visit.of(Hall), own_id(visit)
    async with answering():
        lot = await find(hall.desk, auction_id)
        if lot.auction.terms.seller != user_id:
            raise AuctionNotFound(auction_id)
        async with hall.desk.database.reading() as session:
            images = (await images_of(session, [auction_id]))[auction_id]
        seen = await stands_now(hall.desk, lot)
    with heading(lot.description.title):
        text("", "grow")
        text(seen.auction.status.value, "state")
    own_places(visit, "selling")
    if seen.auction.status is Status.DRAFT:
        _draft(visit, hall, lot, list(images))
    else:
        _published(visit, lot, seen)
    if seen.auction.outcome is Outcome.RESERVE_NOT_MET:
        await offer_panel(visit, hall, lot)
    if seen.auction.status in {Status.DRAFT, *LIVE}:
        _call_off(visit, hall, lot)


def _draft(visit: Visit, hall: Hall, lot: Lot, images: list[str]) -> None:
    with panel():
        form = LotForm(lot, images)
        problem = trouble()

    async def keep(who: Identity) -> bool:
        await own(hall.desk, lot.id, who)
        asked = AskedChange.model_validate(form.said())
        words, terms = asked.of(await find(hall.desk, lot.id), hall.desk.house)
        await change(hall.desk, lot.id, words, terms, asked.images)
        return True

    async def let_be_seen(who: Identity) -> bool:
        await keep(who)
        await publish(hall.desk, lot.id)
        return True

    async def kept() -> None:
        if await carry_out(visit, problem, keep):
            ui.navigate.reload()

    async def published() -> None:
        if await carry_out(visit, problem, let_be_seen):
            ui.navigate.reload()

    with box("items"):
        _press("Keep as a draft", kept)
        _press("Publish", published)


def _published(visit: Visit, lot: Lot, seen: Seen) -> None:
    auction = seen.auction
    with panel():
        rows = {
            "Price": money(auction.price or auction.terms.starting_price, seen.currency),
            "Bids": str(auction.bid_count),
            "Start": f"{moment(auction.terms.start_at_ms)} UTC",
            "End": f"{moment(auction.end_at_ms)} UTC",
        }
        if auction.outcome is not None:
            rows["It is over"] = ": ".join(outcome(seen, None))
        facts(rows)
        link("Its page", visit.href("auctions", lot.id))


def _call_off(visit: Visit, hall: Hall, lot: Lot) -> None:
    with panel("Call it off"):
        text("Once people may bid on it, the house alone does.", "quiet")
        reason = ui.input("Why, for those who watch it").props("outlined dense maxlength=500")
        problem = trouble()

    async def deed(who: Identity) -> bool:
        await call_off(hall.desk, lot.id, who, str(reason.value or "").strip() or "no reason given")
        return True

    async def called_off() -> None:
        if await carry_out(visit, problem, deed):
            ui.navigate.reload()

    _press("Call it off", called_off, "no-caps outline color=negative")


def _press(
    words: str,
    on_click: Callable[[], Awaitable[None]],
    props: str = "no-caps unelevated color=primary",
) -> None:
    made = ui.button(words).props(props).classes("alone")
    made.on("click", on_click, js_handler=ONE_CLICK)

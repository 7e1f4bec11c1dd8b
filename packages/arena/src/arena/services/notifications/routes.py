"""REST of the inbox and of what its owner wants; everybody sees only their own."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from arena.base.http.pages import Cursor
from arena.base.http.permission import SIGNED_IN, Repeated, needs
from arena.base.http.route import HouseRoute, Who
from arena.services.notifications.actions.inboxes import MOST_ENTRIES, Inboxes
from arena.services.notifications.actions.users import Users
from arena.services.notifications.model.preferences import ANY
from arena.services.notifications.model.quiet_hours import QuietHours
from backbeat.gateway.http import Asked, AsWhole, Envelope, PageEnvelope, Pagination, Shown

_LARGEST = 2**63 - 1
Number = Annotated[int, Field(ge=1, le=_LARGEST)]


class Entry(Shown):
    """One entry of the inbox."""

    id: int
    notification: int
    kind: str
    title: str
    body: str
    created_ms: int
    read_ms: int | None


class Unread(Shown):
    """How many are not read; 1,000 stands for as many or more."""

    unread: int


class UpTo(Asked):
    """The newest entry that was shown."""

    up_to: Annotated[Number, AsWhole]


class Preference(Asked):
    """Whether a kind may come by a channel; "*" is every one, null is as if nothing was said."""

    kind: str = ANY
    channel: str = ANY
    wanted: bool | None


class Quiet(Asked):
    """When to leave its user alone: minutes after midnight, in a time zone."""

    zone: str = Field(examples=["Europe/Oslo"])
    start: Annotated[int, AsWhole] = Field(examples=[1_320])
    end: Annotated[int, AsWhole] = Field(examples=[420])


class Address(Asked):
    """Where a chat reaches its user: a URL of apprise, which holds a key and is shown to nobody."""

    address: str = Field(min_length=1, max_length=500, examples=["slack://token-a/token-b/token-c"])


class Reached(Shown):
    """By which channels its user is reached, besides the inbox."""

    channels: list[str]


class Wish(Shown):
    """What its user has said about a kind and a channel."""

    kind: str
    channel: str
    wanted: bool


class Hours(Shown):
    """When its user is left alone."""

    zone: str
    start: int
    end: int


class Wishes(Shown):
    """All that its user has said."""

    preferences: list[Wish]
    quiet_hours: Hours | None


def notification_routes(inboxes: Inboxes, users: Users) -> APIRouter:
    """The routes, below `/notifications`."""
    router = APIRouter(prefix="/notifications", tags=["notifications"], route_class=HouseRoute)
    _add_inbox(router, inboxes)
    _add_wishes(router, users)
    _add_addresses(router, users)
    return router


def _add_inbox(router: APIRouter, inboxes: Inboxes) -> None:
    @router.get("", **needs(SIGNED_IN))
    async def inbox(
        who: Who,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 20,
        unread: bool = False,
    ) -> PageEnvelope[Entry]:
        """The newest first."""
        before = None if cursor is None else _number(Cursor.read(cursor, int))
        page = await inboxes.page(str(who.user_id), cursor=before, count=limit, unread=unread)
        after = None if page.cursor is None else str(Cursor(page.cursor))
        return PageEnvelope(
            data=[Entry.model_validate(entry) for entry in page.entries],
            pagination=Pagination(next_cursor=after, limit=limit),
        )

    @router.get("/unread", **needs(SIGNED_IN))
    async def unread(who: Who) -> Envelope[Unread]:
        """How many are not read."""
        return Envelope(data=Unread(unread=await inboxes.unread(str(who.user_id))))

    @router.post("/read", **needs(SIGNED_IN))
    async def read_all(who: Who, body: UpTo) -> Envelope[Unread]:
        """Mark all up to the newest that was shown; answers how many are left."""
        await inboxes.mark_all_read(str(who.user_id), up_to=body.up_to)
        return Envelope(data=Unread(unread=await inboxes.unread(str(who.user_id))))

    @router.post("/{entry}/read", **needs(SIGNED_IN))
    async def read_one(who: Who, entry: Number) -> Envelope[Unread]:
        """Mark one; answers how many are left."""
        await inboxes.mark_read(str(who.user_id), [entry])
        return Envelope(data=Unread(unread=await inboxes.unread(str(who.user_id))))


def _add_wishes(router: APIRouter, users: Users) -> None:
    async def wishes(user: str) -> Envelope[Wishes]:
        said = await users.preferences(user)
        quiet = await users.quiet_hours(user)
        return Envelope(
            data=Wishes(
                preferences=[
                    Wish(kind=kind, channel=channel, wanted=wanted)
                    for (kind, channel), wanted in sorted(said.items())
                ],
                quiet_hours=None if quiet is None else Hours.model_validate(quiet),
            )
        )

    @router.get("/preferences", **needs(SIGNED_IN))
    async def preferences(who: Who) -> Envelope[Wishes]:
        """All that was said."""
        return await wishes(str(who.user_id))

    @router.put("/preferences", **needs(SIGNED_IN))
    async def prefer(who: Who, body: Preference) -> Envelope[Wishes]:
        """Say whether a kind may come by a channel."""
        await users.prefer(
            str(who.user_id), kind=body.kind, channel=body.channel, wanted=body.wanted
        )
        return await wishes(str(who.user_id))

    @router.put("/quiet-hours", **needs(SIGNED_IN))
    async def be_quiet(who: Who, body: Quiet) -> Envelope[Wishes]:
        """Say when to be left alone."""
        await users.set_quiet_hours(str(who.user_id), QuietHours(body.zone, body.start, body.end))
        return await wishes(str(who.user_id))

    @router.delete("/quiet-hours", **needs(SIGNED_IN))
    async def be_loud(who: Who) -> Envelope[Wishes]:
        """Be told at any time."""
        await users.set_quiet_hours(str(who.user_id), None)
        return await wishes(str(who.user_id))


def _add_addresses(router: APIRouter, users: Users) -> None:
    async def reached(user: str) -> Envelope[Reached]:
        return Envelope(data=Reached(channels=sorted(await users.addresses(user))))

    @router.get("/addresses", **needs(SIGNED_IN))
    async def addresses(who: Who) -> Envelope[Reached]:
        """By which channels one is reached."""
        return await reached(str(who.user_id))

    @router.put("/addresses/{channel}", **needs(SIGNED_IN, repeated=Repeated.NEVER))
    async def reach(who: Who, channel: str, body: Address) -> Envelope[Reached]:
        """Be reached by a chat."""
        await users.set_own_address(str(who.user_id), channel, body.address)
        return await reached(str(who.user_id))

    @router.delete("/addresses/{channel}", **needs(SIGNED_IN))
    async def leave(who: Who, channel: str) -> Envelope[Reached]:
        """Be reached by a chat no more."""
        await users.set_own_address(str(who.user_id), channel, None)
        return await reached(str(who.user_id))


def _number(cursor: Cursor) -> int:
    (number,) = cursor.keys
    assert isinstance(number, int)
    return number

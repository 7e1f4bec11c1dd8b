"""One auction, two processes that serve it: the same for everybody, though one is killed."""

import pytest

from packages.arena.tests.apps.auctions.live.served import Person
from packages.arena.tests.processes.conftest import OpenDoor

pytestmark = pytest.mark.timeout(300)


async def bid(auction_id: str, by: Person, amount: str, *seen_by: Person) -> None:
    """Somebody bids, and these people have seen it."""
    answer = await by.bid(auction_id, amount)
    assert answer["accepted"], answer
    for person in seen_by:
        update = await person.hear("UPDATE_BID")
        assert (update["fromSeq"], update["seq"]) == (answer["seq"], answer["seq"])
        assert update["bid"]["totalBids"] == answer["seq"] - 1


async def counts(person: Person, until: int) -> list[int]:
    """How many looked, by what they were told, until it was so many."""
    heard: list[int] = []
    while not heard or heard[-1] != until:
        heard.append((await person.hear("auction:viewer_count"))["viewers"])
    return heard


async def test_all_see_the_same_through_any_process_and_a_killed_one_is_counted_no_more(
    open_door: OpenDoor,
) -> None:
    _, here = await open_door()
    dying, there = await open_door()
    seller, ann = await here.visit("seller"), await here.visit("ann")
    bob, carl = await there.visit("bob"), await there.visit("carl")
    auction_id = await here.sale(seller, paceMs=0)
    for number, person in enumerate((ann, bob, carl), start=1):
        joined = (await person.call("auction:join", auctionId=auction_id))["data"]
        assert joined["viewers"] == number
    # Whoever came before is told of those who came after, in both processes; of several together.
    for person in (ann, bob):
        told = await counts(person, 3)
        assert told == sorted(set(told))

    await bid(auction_id, ann, "20.00", ann, bob, carl)
    await bid(auction_id, bob, "30.00", ann, bob, carl)
    await bid(auction_id, ann, "40.00", ann, bob, carl)

    dying.kill()
    await bid(auction_id, ann, "50.00")  # her own silent raise
    assert await counts(ann, 1) == [1]
    # Bob comes back through the other process and has missed nothing.
    again = await here.come_back(bob)
    back = (await again.call("auction:join", auctionId=auction_id, fromSeq=4))["data"]
    assert (back["complete"], back["state"]["seq"], back["viewers"]) == (True, 5, 2)
    assert [(await ann.hear("UPDATE_BID"))["seq"], (await again.hear("UPDATE_BID"))["seq"]] == [
        5,
        5,
    ]
    await bid(auction_id, again, "60.00", ann, again)

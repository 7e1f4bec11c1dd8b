"""People bid against each other over sockets."""

from arena.base.db import Database
from packages.arena.tests.apps.auctions.faults.crowd import becomes
from packages.arena.tests.apps.auctions.live.served import Served


async def test_two_people_bid_against_each_other(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    auction_id = await served.sale(seller, buyNowPrice="500.00", reservePrice="400.00", paceMs=0)
    for number, person in enumerate((ann, bob), start=1):
        joined = (await person.call("auction:join", auctionId=auction_id))["data"]
        assert (joined["state"]["minNextBid"], joined["complete"]) == ("10.00", True)
        assert joined["viewers"] == number

    first = await ann.bid(auction_id, "20.00")
    assert (first["accepted"], first["price"], first["youLead"]) == (True, "10.00", True)
    assert (await ann.hear("BID_ACCEPTED"))["bidId"] == first["bidId"]
    seen = await bob.hear("UPDATE_BID")
    assert (seen["bid"]["amount"], seen["bid"]["totalBids"]) == ("10.00", 1)

    second = await bob.bid(auction_id, "30.00")
    assert (second["price"], second["youLead"]) == ("20.50", True)
    assert (await ann.hear("OUTBID"))["currentBid"] == "20.50"
    low = await ann.bid(auction_id, "20.50")
    assert (low["code"], low["minNextBid"]) == ("BID_TOO_LOW", "21.00")
    assert (await ann.hear("BID_REJECTED"))["code"] == "BID_TOO_LOW"

    bought = await ann.bid(auction_id, "500.00")
    assert (bought["price"], bought["seq"]) == ("500.00", 5)
    ended = await bob.hear("AUCTION_ENDED")
    assert (ended["winningBid"], ended["outcome"], ended["seq"]) == ("500.00", "SOLD", 5)
    assert (await bob.hear("auction:status_changed"))["status"] == "ended"


async def test_bids_are_masked_and_maxima_are_secret(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    auction_id = await served.sale(seller)
    await bob.call("auction:join", auctionId=auction_id)
    await ann.bid(auction_id, "77.77")
    told = await bob.hear("UPDATE_BID")
    state = (await bob.http.get(f"/api/items/{auction_id}/state")).json()["data"]
    assert state["leader"] == told["bid"]["leaderId"]
    assert "77.77" not in str(told) + str(state)
    own = (await ann.http.get(f"/api/items/{auction_id}/state")).json()["data"]
    assert (own["yourMax"], own["youLead"]) == ("77.77", True)


async def test_who_comes_back_is_told_what_was_missed(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    auction_id = await served.sale(seller)
    joined = (await bob.call("auction:join", auctionId=auction_id))["data"]
    await ann.bid(auction_id, "20.00")
    await bob.hear("UPDATE_BID")
    await bob.call("auction:leave", auctionId=auction_id)
    for amount in ("30.00", "40.00"):
        await ann.bid(auction_id, amount)  # too soon after each other
    carl = await served.visit("carl")
    await carl.bid(auction_id, "15.00")
    back = (await bob.call("auction:join", auctionId=auction_id, fromSeq=2))["data"]
    assert back["complete"]
    assert joined["state"]["seq"] < back["state"]["seq"] == 3
    assert (await bob.hear("UPDATE_BID"))["seq"] == 3
    gone = (await bob.call("auction:join", auctionId=auction_id, fromSeq=10**9))["data"]
    assert not gone["complete"]


async def test_viewers_are_counted(served: Served) -> None:
    seller, ann, bob = [await served.visit(name) for name in ("seller", "ann", "bob")]
    auction_id = await served.sale(seller)
    await ann.call("auction:join", auctionId=auction_id)
    await bob.call("auction:join", auctionId=auction_id)
    assert (await ann.call("auction:get_viewers", auctionId=auction_id))["data"]["viewers"] == 2
    # Of who comes and goes at one moment nobody is told.
    while (await ann.hear("auction:viewer_joined"))["viewers"] != 2:
        pass
    await bob.socket.disconnect()
    assert (await ann.hear("auction:viewer_left"))["viewers"] == 1


async def test_the_history_has_what_was_bid(served: Served, database: Database) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    auction_id = await served.sale(seller)
    await ann.bid(auction_id, "20.00")
    await becomes(database, "SELECT count(*) FROM auction_bids", 1)
    (bid,) = (await ann.call("GET_BID_HISTORY", auctionId=auction_id))["data"]["bids"]
    assert (bid["price"], bid["maxAmount"], bid["yours"]) == ("10.00", "20.00", True)


async def test_what_makes_no_sense_is_refused(served: Served) -> None:
    seller, ann = [await served.visit(name) for name in ("seller", "ann")]
    auction_id = await served.sale(seller)
    for event, data, code in (
        ("BID_PLACED", {"auctionId": auction_id, "bidId": "x", "maxAmount": "20"}, "INVALID_TERMS"),
        (
            "BID_PLACED",
            {"auctionId": "none", "bidId": "x", "maxAmount": "1"},
            "AUCTION_NOT_FOUND",
        ),
        ("auction:join", {"auctionId": 7}, "INVALID_TERMS"),
        ("auction:join", {"auctionId": auction_id, "fromSeq": "1"}, "INVALID_TERMS"),
    ):
        answer = await ann.call(event, **data)
        assert answer["error"]["code"] == code
    amount = await ann.call("BID_PLACED", auctionId=auction_id, bidId="1" * 32, maxAmount="7,500")
    assert amount["error"]["code"] == "INVALID_AMOUNT"

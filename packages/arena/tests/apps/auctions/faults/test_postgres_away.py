"""PostgreSQL away while people bid and real workers run: five minutes in a long run."""

from collections import Counter
from typing import Final

import pytest

from arena.apps.auctions.model.increments import Increments
from arena.base.clock import now_ms
from packages.arena.tests.apps.auctions.faults.crowd import (
    Sent,
    becomes,
    bid_all_at_once,
    bidding_desk,
    comes,
    kept_bids,
    sell,
    workers,
)
from packages.arena.tests.apps.auctions.sale import HOUR_MS, terms
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.fault_report import LONG, Finding, publish, size
from packages.backbeat.tests.support.private_server import PrivateServer

SEED: Final = 5
AWAY_MS: Final = size(ci=3_000, long=300_000)
PAUSE_MS: Final = size(ci=500, long=2_000)


@pytest.mark.timeout(1_200 if LONG else 300)
async def test_people_bid_on_and_all_of_it_is_kept_when_postgresql_is_back(
    valkey: PrivateServer, own_databases: Databases
) -> None:
    async with own_databases.fresh() as database, workers(valkey.url, database) as crew:
        desk = bidding_desk(valkey.url, database)
        held = terms(
            start_at_ms=now_ms(), end_at_ms=now_ms() + HOUR_MS, increments=Increments.of("fixed:1")
        )
        auction_id = await sell(desk, held)
        await crew.start()
        own_databases.server.close()
        back_ms = now_ms() + AWAY_MS
        sent: list[Sent] = []
        while now_ms() < back_ms:
            lowest = 10_00 + 1_00 * len(sent)
            sent += await bid_all_at_once([desk], [auction_id], 64, SEED, lowest=lowest)
            await comes(now_ms() + PAUSE_MS)
        accepted = Counter(each.bid.id for each in sent if each.placed.answer.accepted)
        own_databases.server.ensure()
        back_ms = now_ms()
        await desk.relay.settled()
        await becomes(database, "SELECT count(*) FROM auction_bids", len(accepted))
        kept_s = (now_ms() - back_ms) / 1_000
        assert await kept_bids(database) == accepted
        # The breaker let them wait: three attempts would have been used up in seconds.
        assert (await desk.jobs.persistence.counts()).failed == 0
        await desk.jobs.persistence.app.connections.close()
    publish(
        Finding(
            "auction: PostgreSQL away while people bid", len(accepted), SEED,
            figures={"away s": AWAY_MS / 1_000, "all kept after s": kept_s},
        )
    )  # fmt: skip

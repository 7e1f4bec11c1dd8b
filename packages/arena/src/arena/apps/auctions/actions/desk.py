"""What every use case of auctions works with."""

from dataclasses import dataclass

from arena.apps.auctions.actions.deposits import Deposits
from arena.apps.auctions.actions.notices import Notices
from arena.apps.auctions.actions.relaying import Relay
from arena.apps.auctions.jobs import AuctionJobs
from arena.apps.auctions.model.house_terms import HouseTerms
from arena.apps.auctions.store.live import LiveStore
from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.services.ledger import Ledger
from arena.services.notifications import Notifications
from backbeat import Backbeat


@dataclass(frozen=True, slots=True)
class Desk:
    """The stores and queues of auctions, and the services that they use.

    Attributes:
        database: Where auctions are kept for good.
        live: Where people bid on them.
        jobs: What is done outside of a bid.
        relay: From `live` to `jobs`.
        deposits: Holds money of bidders.
        notices: Tells people.
        clock: The time where no server is asked, in ms since 1970.
        house: Terms that are the house's own.
    """

    database: Database
    live: LiveStore
    jobs: AuctionJobs
    relay: Relay
    deposits: Deposits
    notices: Notices
    clock: Clock
    house: HouseTerms

    @classmethod
    def at(
        cls,
        app: Backbeat,
        database: Database,
        ledger: Ledger,
        notifications: Notifications,
        *,
        jobs: AuctionJobs | None = None,
        clock: Clock = now_ms,
        house: HouseTerms = HouseTerms(),  # noqa: B008 - it is frozen
    ) -> "Desk":
        """A desk in an application.

        Args:
            app: Has the queues, and the server on which people bid.
            database: Where auctions are kept for good.
            ledger: Has the money of bidders.
            notifications: Tells people; knows the kinds of `notices`.
            jobs: The queues. Defaults to those of the seed.
            clock: Defaults to that of this machine.
            house: Terms that are the house's own.
        """
        live, queues = LiveStore(app), jobs or AuctionJobs(app)
        relay = Relay(live, queues)
        deposits, notices = Deposits(database, ledger), Notices(database, notifications)
        return cls(database, live, queues, relay, deposits, notices, clock, house)

"""A desk of auctions as an application has it, without the rest of the house."""

from arena.apps.auctions.actions.desk import Desk
from arena.apps.auctions.actions.notices import KINDS
from arena.apps.auctions.jobs import AuctionJobs
from arena.base.clock import Clock, now_ms
from arena.base.db import Database
from arena.services.ledger import Ledger
from arena.services.notifications import Notifications
from arena.services.notifications.opening import CHANNELS
from backbeat import Backbeat


def open_desk(app: Backbeat, database: Database, clock: Clock = now_ms) -> Desk:
    """A desk whose bids go to PostgreSQL as fast as they can; people are told in their inbox."""
    notifications = Notifications(app, database, KINDS, unset=CHANNELS, clock=clock)
    jobs = AuctionJobs(app, persist_rate=None)
    return Desk.at(app, database, Ledger(database), notifications, jobs=jobs, clock=clock)

"""For the tests of your jobs: the real engine without a server, and time that you move.

async with application(app) as clock:      # same queues, same handlers, an empty store
    await welcome.enqueue("Ada")
    assert_enqueued(welcome, "Ada")
    await drain(app)                       # runs what waits, here and now
    clock.advance(3600)                    # an hour passes
"""

from backbeat.testing.asserts import assert_enqueued, enqueued
from backbeat.testing.clock import FakeClock
from backbeat.testing.draining import drain
from backbeat.testing.ran import Ran
from backbeat.testing.room import application
from backbeat.testing.store import FakeStore
from backbeat.testing.sync_transport import FakeSyncTransport
from backbeat.testing.transport import FakeTransport

__all__ = [
    "FakeClock",
    "FakeStore",
    "FakeSyncTransport",
    "FakeTransport",
    "Ran",
    "application",
    "assert_enqueued",
    "drain",
    "enqueued",
]

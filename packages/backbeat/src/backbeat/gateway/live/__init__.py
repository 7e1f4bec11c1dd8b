"""Live events: what happens in queues, over Socket.IO and as server-sent events.

Knows the public face of an application and `gateway.access`; reads each queue's stream once a
process, and says nothing to other processes.
"""

from backbeat.gateway.live.events import LiveEvents, attach
from backbeat.gateway.live.limits import LiveLimits

__all__ = ["LiveEvents", "LiveLimits", "attach"]

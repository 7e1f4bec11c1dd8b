"""Live events: what happens in queues, over Socket.IO and as server-sent events.

Reads each queue's stream once a process, and says nothing to other processes; who may follow what
is decided by the service, and who it is by the front of the gateway.
"""

from backbeat.gateway.live.events import LiveEvents
from backbeat.gateway.live.limits import LiveLimits
from backbeat.gateway.live.options import LiveOptions

__all__ = ["LiveEvents", "LiveLimits", "LiveOptions"]

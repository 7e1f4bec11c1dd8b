"""Socket.IO of the house: one server for all applications, at `/socket.io`.

Who connects is known by the same rules as who sends a request. Each process tells its own people:
who has something to tell reads it in every process, as Backbeat's live events do.
"""

from arena.base.sockets.caller import Caller
from arena.base.sockets.sockets import PATH, Handler, Leaver, Sockets

__all__ = ["PATH", "Caller", "Handler", "Leaver", "Sockets"]

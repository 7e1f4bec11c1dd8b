"""One short question to one server, for who has to find out where the others are."""

from collections.abc import Sequence
from typing import Any, Final

from backbeat.engine.transport.forks import after_fork, keep_unused
from backbeat.engine.transport.packing import pack
from backbeat.engine.transport.target import SyncConnection, Target
from backbeat.lua import Arg

# A server that is slower than that is as good as none: there are others to ask.
ANSWER_S: Final = 1.0


class Asker:
    """Asks servers in turn and keeps the connection that answered last. One thread at a time."""

    def __init__(self) -> None:
        """Connect nothing yet."""
        self._target: Target | None = None
        self._connection: SyncConnection | None = None
        after_fork(self._in_child)

    def ask(self, target: Target, *commands: Sequence[Arg]) -> list[Any]:
        """The answers of a server to some commands.

        Raises:
            redis.RedisError: It cannot be reached, or refuses.
            OSError: It cannot be reached.
        """
        if self._connection is None or self._target != target:
            self.close()
            self._connection = target.connect_sync(answer_timeout=ANSWER_S)
            self._target = target
        try:
            self._connection.send_packed_command(
                [pack(tuple(command)) for command in commands], check_health=False
            )
            return [self._connection.read_response(disable_decoding=True) for _ in commands]
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connection; safe to call twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _in_child(self) -> None:
        keep_unused(self._connection)
        self._connection = None

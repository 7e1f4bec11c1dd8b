"""Scripts of the user's own, on the server that has the jobs: one atomic step each."""

from pathlib import Path
from typing import Any, Final

from backbeat.app.connections import AsyncConnection, SyncConnection
from backbeat.app.following import Follower
from backbeat.app.home import Home
from backbeat.engine.ids import check_name
from backbeat.engine.session import PATIENCE_S
from backbeat.engine.transport.base import NotAnswered
from backbeat.engine.transport.resend import Resend, answered, answered_sync
from backbeat.errors import InvalidOption, OutcomeUnknown
from backbeat.lua import Arg, Script, load_folder

# A first argument of this name is the platform's to fill in.
_CLOCK: Final = "at_ms"


class Scripts:
    """The scripts of one folder. Safe to share; connects at its first call.

    Each call runs one script on one thing: all keys that its header declares lie in one slot, so
    the same code runs on a cluster. Calls made in one turn of the event loop travel together.

    Guarantees: a script runs at least once where the call answers, and more than once where an
    answer was lost on the way. So let a script be safe to repeat: remember what it did under an id
    that the caller gives, and answer the same again.

    Attributes:
        name: What the keys of these scripts begin with.
    """

    def __init__(self, app: Home, folder: Path, name: str, *, patience: float = PATIENCE_S) -> None:
        """Read the scripts, connect to nothing.

        Args:
            app: The application, on whose server they run at the time of each call.
            folder: Each `.lua` file in it is a script, by its header; see `backbeat.lua`. Those of
                its folder `includes`, if it has one, are functions.
            name: Tells their keys from those of others: letters, digits and `._-`.
            patience: Seconds for which a call is sent again. Defaults to 60.

        Raises:
            InvalidOption: The name is none, or the folder has no script.
            LuaError: A header is wrong.
        """
        self.name = check_name(name, "scripts")
        self._app = app
        self._patience = patience
        self._known = load_folder(folder, folder / "includes")
        if not self._known:
            raise InvalidOption(f"scripts {name!r}: there is no .lua file in {folder}")
        self._clocked = {
            script.name
            for script in self._known.values()
            if script.args and script.args[0].name == _CLOCK
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the scripts."""
        return tuple(self._known)

    async def run(self, script: str, on: str, *args: Arg) -> Any:
        """Run a script on one thing.

        Args:
            script: Its name.
            on: The thing, such as the id of an auction: letters, digits and `._-`, at most 128.
            *args: What the header declares, in its order, then the variable tail. A first argument
                `at_ms` is left out here: it is the time that tests have set, else 0.

        Returns:
            What the script returns: an int, bytes, None, or a list of these.

        Raises:
            InvalidOption: There is no such script, nothing of this name, or another number of
                arguments is needed.
            OutcomeUnknown: Given up after the patience, and it may have run.
            ServerUnavailable: Given up, and it did not run.
            StorageFull: The server is at its memory limit.
            ProtocolError: The script failed.
        """
        connection = await self._app.connections.open()
        known, command = self._command(connection, script, on, args)
        transport = connection.transport
        try:
            return await answered(lambda: transport.script(known, command), Resend(self._patience))
        except NotAnswered as error:
            raise _unknown(script, on) from error

    def run_sync(self, script: str, on: str, *args: Arg) -> Any:
        """`run` for code without an event loop, from any thread."""
        connection = self._app.connections.open_sync()
        known, command = self._command(connection, script, on, args)
        transport = connection.transport
        try:
            return answered_sync(lambda: transport.script(known, command), Resend(self._patience))
        except NotAnswered as error:
            raise _unknown(script, on) from error

    def follow(self, key: str) -> Follower:
        """What scripts append to the stream of each thing, as it comes.

        Args:
            key: Name of the stream in the headers.
        """
        return Follower(self._app.connections, lambda namespace, on: self._key(namespace, on) + key)

    def _key(self, namespace: str, on: str) -> str:
        # No queue can have this hash tag: the names of queues have no colon.
        return f"{namespace}:{{S:{self.name}:{check_name(on, 'what it runs on')}}}:"

    def _command(
        self,
        connection: AsyncConnection | SyncConnection,
        script: str,
        on: str,
        args: tuple[Arg, ...],
    ) -> tuple[Script, tuple[Arg, ...]]:
        """The script, and the whole EVALSHA command."""
        known = self._known.get(script)
        if known is None:
            raise InvalidOption(f"there is no script {script!r}: {', '.join(self._known)}")
        expected = len(known.args) - (script in self._clocked)
        if len(args) < expected or (len(args) > expected and known.rest is None):
            raise InvalidOption(f"script {script!r} takes {expected} arguments, not {len(args)}")
        prefix = self._key(connection.namespace, on)
        if script in self._clocked:
            args = (0 if connection.clock is None else connection.clock(), *args)
        keys = (prefix + key for key in known.keys)
        return known, ("EVALSHA", known.sha, len(known.keys), *keys, *args)


def _unknown(script: str, on: str) -> OutcomeUnknown:
    return OutcomeUnknown("", 0, f"script {script!r} on {on!r}")

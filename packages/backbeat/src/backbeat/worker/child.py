"""The program of a supervised child: `python -m backbeat.worker.child OPTIONS`."""

import asyncio
import faulthandler
import logging
import mmap
import signal
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import fields

from backbeat.app.application import Backbeat
from backbeat.app.collector import spare_the_collector
from backbeat.errors import BackbeatError, ConfigurationError
from backbeat.worker.handover import into
from backbeat.worker.leases.renewal import KeeperThread
from backbeat.worker.loading import load_app
from backbeat.worker.logs import configure_logging
from backbeat.worker.pulse import PULSE_BYTES, Pulse
from backbeat.worker.supervising.child_keeper import ChildKeeper
from backbeat.worker.supervising.child_options import MISCONFIGURED, STOPPED, WORN, ChildOptions
from backbeat.worker.supervising.control import (
    LONGEST_LINE,
    Counted,
    FromChild,
    FromParent,
    Ready,
    Stop,
    Worn,
    read_from_parent,
    to_line,
)
from backbeat.worker.worker import Worker

logger = logging.getLogger("backbeat.worker.child")


class Child:
    """One worker under a supervisor."""

    def __init__(self, app: Backbeat, options: ChildOptions) -> None:
        """Start nothing yet. Belongs to the running event loop."""
        self._app = app
        self._options = options
        self._status = STOPPED
        self._was_signalled = False
        self._keeper = ChildKeeper(self._say)
        self._own: KeeperThread | None = None
        self._stops: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """Work until told to stop; gives the exit status."""
        channel = socket.socket(fileno=self._options.channel)
        reader, self._writer = await asyncio.open_connection(sock=channel, limit=LONGEST_LINE)
        listening = asyncio.create_task(self._listen(reader), name="backbeat: supervisor")
        pulse = Pulse(mmap.mmap(self._options.pulse, PULSE_BYTES))
        options = self._options.options
        numbers = {field.name: getattr(options, field.name) for field in fields(options)}
        adaptive = numbers.pop("adaptive")
        numbers["concurrency"] = adaptive or options.concurrency
        self._worker = Worker(
            self._app, queues=self._options.queues, pool=self._options.pool, keeper=self._keeper,
            pulse=pulse, on_worn=self._wear_out, on_counted=self._count, **numbers,
        )  # fmt: skip
        self._obey_signals()
        running = asyncio.create_task(self._worker.run(), name="backbeat: worker")
        running.add_done_callback(lambda _: listening.cancel())
        ready = asyncio.create_task(self._announce(running))
        await asyncio.wait([running])
        await asyncio.wait([ready, listening])
        await self._app.close()
        self._writer.close()
        running.result()
        return self._status

    async def _announce(self, running: "asyncio.Task[None]") -> None:
        ready = asyncio.create_task(self._worker.ready())
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if not ready.cancel():
            self._say(Ready())

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._hear(read_from_parent(line))
        except ConnectionError:
            pass
        except Exception:
            logger.exception("what the supervisor says cannot be understood")
        logger.error("the supervisor is gone: this worker keeps its own leases and stops")
        self._take_over()
        self._stop()

    def _hear(self, message: FromParent) -> None:
        if isinstance(message, Stop):
            self._stop(message.grace)
        else:
            self._keeper.hear(message)

    def _say(self, message: FromChild) -> None:
        if not self._writer.is_closing():
            self._writer.write(to_line(message))

    def _count(self, queue: str, rows: Mapping[str, Sequence[int]]) -> None:
        counted = {handler: tuple(numbers) for handler, numbers in rows.items()}
        self._say(Counted(queue, counted, time.process_time()))

    def _take_over(self) -> None:
        self._own = KeeperThread(
            self._app.connections.separate,
            self._app.settings.namespace,
            lease=self._options.options.lease,
            deliver=into(asyncio.get_running_loop()),
            fresh=lambda: True,
        )
        self._own.start()
        self._keeper.take_over(self._own)

    def _stop(self, grace: float | None = None) -> None:
        task = asyncio.create_task(self._worker.stop(grace), name="backbeat: stop")
        self._stops.add(task)
        task.add_done_callback(self._stops.discard)

    def _wear_out(self, reason: str) -> None:
        logger.error("this worker process is to be replaced: %s", reason)
        self._status = WORN
        self._say(Worn(reason))
        self._stop()

    def _obey_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._signalled)

    def _signalled(self) -> None:
        """A signal that comes here directly: the first one stops, the second one at once."""
        self._stop(0 if self._was_signalled else None)
        self._was_signalled = True


def main() -> int:
    """Run one child; gives its exit status."""
    faulthandler.enable()
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    options = ChildOptions.decode(sys.argv[1])
    try:
        app = load_app(options.app)
        spare_the_collector()
        settings = app.settings
        configure_logging(settings.log_level, json=options.log_json or settings.log_json)
        with asyncio.Runner(loop_factory=_new_loop) as runner:
            return runner.run(Child(app, options).run())
    except ConfigurationError as error:
        sys.stderr.write(f"{error}\n")
        return MISCONFIGURED
    except BackbeatError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _new_loop() -> asyncio.AbstractEventLoop:
    if sys.platform == "win32":
        return asyncio.new_event_loop()
    import uvloop

    return uvloop.new_event_loop()


if __name__ == "__main__":
    sys.exit(main())

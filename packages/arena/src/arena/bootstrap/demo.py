"""The house on servers of its own, with simulated people: everything in one process."""

import asyncio
import socket
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from arena.base.errors import Misconfigured
from arena.base.http.options import HttpOptions
from arena.base.logs import configure_logs
from arena.base.settings import ArenaSettings
from arena.bootstrap.opening import Opened, open_house
from arena.bootstrap.people import People
from arena.bootstrap.serving import listen, serve, stop_on_signals
from arena.bootstrap.web import PAGES, PLATFORM, build_web
from arena.bootstrap.working import working
from arena.services.notifications.fake_provider import FakeProvider, fake_provider
from backbeat import Worker
from backbeat.app import spare_the_collector

# Everybody comes from one address there, and nobody is to be kept out.
_FREE = HttpOptions(visitor=None, read=None, write=None, attempts_from=None, attempts_at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chosen:
    host: str
    port: int
    people: int
    seed: int


class Demo:
    """Runs until it is told to stop, and leaves nothing behind."""

    def __init__(
        self, say: Callable[[str], None], *, host: str, port: int, people: int, seed: int
    ) -> None:
        """Start nothing yet.

        Args:
            say: Is told what there is to see.
            host: Address to listen on.
            port: Port to listen on; another where it is taken.
            people: How many come.
            seed: Of what they do.
        """
        self._say = say
        self._chosen = _Chosen(host=host, port=port, people=people, seed=seed)

    async def run(self) -> None:
        """Run it until SIGINT or SIGTERM.

        Raises:
            Misconfigured: The host is none of this machine's.
            Unavailable: A server did not start.
        """
        configure_logs(json=False, level="WARNING")
        stop = stop_on_signals()
        self._say("starting PostgreSQL and Valkey in a temporary folder")
        with _folder() as folder, self._listen() as listening, fake_provider() as mail:
            async with open_house(_settings(folder, mail.url)) as opened:
                await self._show(opened, listening, mail, stop)
        self._say(f"{mail.count} e-mails would have been sent")
        self._say("ended: nothing is left running")

    async def _show(
        self, opened: Opened, listening: socket.socket, mail: FakeProvider, stop: asyncio.Event
    ) -> None:
        host, port = listening.getsockname()[:2]
        web = build_web(opened, options=_FREE, here=True, believe=True)
        near = f"http://127.0.0.1:{port}"
        people = People(near, self._chosen.people, self._chosen.seed)
        doings = [people.come, *_simulations(opened, near)]
        empty = asyncio.Event()

        async def come_and_go() -> None:
            """People come when the house is open, and go before it closes."""
            async with asyncio.TaskGroup() as crowd:
                there = [crowd.create_task(doing()) for doing in doings]
                await stop.wait()
                for each in there:
                    each.cancel()
            empty.set()

        def ready() -> None:
            self._say(f"the house        http://{host}:{port}{PAGES}/")
            for show in web.state.shows:
                self._say(f"{show.name.lower():<16} http://{host}:{port}{PAGES}{show.path}")
            self._say(f"its jobs         http://{host}:{port}{PLATFORM}/dashboard/")
            self._say(f"its e-mails      {mail.url}/")
            self._say("Ctrl-C ends it")
            tasks.create_task(come_and_go())

        spare_the_collector()
        async with working(opened), _work(opened), asyncio.TaskGroup() as tasks:
            await serve(web, listening, empty, ready=ready)

    def _listen(self) -> socket.socket:
        try:
            return listen(self._chosen.host, self._chosen.port)
        except Misconfigured:
            return listen(self._chosen.host, 0)


def _simulations(opened: Opened, at: str) -> list[Callable[[], Coroutine[Any, Any, None]]]:
    found = [parts.simulate for parts in opened.parts.values() if parts.simulate is not None]
    return [partial(simulate, at) for simulate in found]


def _work(opened: Opened) -> AbstractAsyncContextManager[Any]:
    jobs = opened.house.jobs
    return Worker(jobs) if jobs.queues else nullcontext()


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="arena-demo-", ignore_cleanup_errors=True) as folder:
        path = Path(folder)
        # Of root's, PostgreSQL runs as another user, who has to get to its own folder.
        path.chmod(0o711)
        yield path


def _settings(folder: Path, mail: str) -> ArenaSettings:
    """Whatever the environment says, all of it is in this folder."""
    return ArenaSettings(
        node_env="development",
        data_dir=folder,
        database_url=SecretStr(f"embedded://{folder}/postgres"),
        backbeat_url=SecretStr(f"embedded://{folder}/valkey"),
        email_provider_url=mail,
        email_provider_token=SecretStr(""),
        push_provider_url=None,
        push_provider_token=SecretStr(""),
        sms_provider_url=None,
        sms_provider_token=SecretStr(""),
        chat_channels="",
    )

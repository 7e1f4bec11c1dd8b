"""The blocking transport, shared by threads and left behind by forks."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from backbeat.engine.transport.base import NotAnswered, NotSent
from backbeat.engine.transport.lookout import Lookout
from backbeat.engine.transport.sync import ThreadTransport
from backbeat.engine.transport.target import Target
from backbeat.errors import ProtocolError, ServerUnavailable
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.proxy import FaultProxy
from packages.backbeat.tests.support.scripts import ADD_100, ECHO, call


def test_threads_share_one_connection_and_get_their_own_answers(
    sync_transport: ThreadTransport, proxy: FaultProxy
) -> None:
    def ask(number: int) -> bool:
        return sync_transport.script(ECHO, call(ECHO, f"{number}")) == f"{number}".encode()

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(ask, range(400)))
    assert proxy.accepted == 1


def test_a_lost_reply_is_unknown_and_has_one_effect(
    sync_transport: ThreadTransport, proxy: FaultProxy, server: PrivateServer
) -> None:
    sync_transport.script(ADD_100, call(ADD_100))
    proxy.inject("cut_reply", b"EVALSHA")
    with pytest.raises(NotAnswered):
        sync_transport.script(ADD_100, call(ADD_100))
    assert server.client.get("credit") == b"200"
    assert sync_transport.script(ADD_100, call(ADD_100)) == 300


def test_reads_are_repeated_until_answered(
    sync_transport: ThreadTransport, proxy: FaultProxy, server: PrivateServer
) -> None:
    server.client.set("colour", "green")
    proxy.inject("cut_reply", b"GET", times=2)
    assert sync_transport.execute("GET", "colour") == b"green"


def test_a_frozen_server_is_noticed(sync_transport: ThreadTransport, server: PrivateServer) -> None:
    sync_transport.execute("PING")
    server.freeze()
    with pytest.raises(NotAnswered):
        sync_transport.script(ECHO, call(ECHO, "x"))
    server.thaw()
    assert sync_transport.execute("ECHO", "thawed") == b"thawed"


@pytest.mark.timeout(20)
def test_who_connects_to_a_frozen_server_that_may_be_replaced_does_not_wait_for_long(
    proxy: FaultProxy, server: PrivateServer
) -> None:
    stays = Lookout(moved=lambda: False, fresh=lambda _: True, look=lambda _: None)
    watched = replace(Target.parse(proxy.url).watched(stays), connect_timeout=0.3)
    transport = ThreadTransport(watched, answer_timeout=60.0)
    server.freeze()
    with pytest.raises(NotSent):
        transport.script(ECHO, call(ECHO, "x"))
    server.thaw()
    assert transport.execute("ECHO", "thawed") == b"thawed"
    transport.close()


def test_a_script_that_the_server_does_not_have_is_sent_along_with_the_call(
    sync_transport: ThreadTransport, server: PrivateServer
) -> None:
    # Loaded first and called then, it could be flushed in between.
    for number in range(2):
        assert sync_transport.script(ADD_100, call(ADD_100)) == 100 * (number + 1)
    commands = server.client.info("commandstats")
    sent = {name: commands[f"cmdstat_{name}"]["calls"] for name in ("evalsha", "eval")}
    assert sent == {"evalsha": 2, "eval": 1}
    assert "cmdstat_script|load" not in commands


def test_an_error_reply_leaves_the_connection_in_step(
    sync_transport: ThreadTransport, proxy: FaultProxy
) -> None:
    with pytest.raises(ProtocolError):
        sync_transport.execute("INCR")
    assert sync_transport.execute("ECHO", "in step") == b"in step"
    assert proxy.accepted == 1


def test_an_interrupted_call_does_not_leave_its_reply_to_the_next(
    sync_transport: ThreadTransport, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_transport.execute("PING")
    connection = sync_transport._connection
    assert connection is not None

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(connection, "read_response", interrupt)
    with pytest.raises(KeyboardInterrupt):
        sync_transport.execute("ECHO", "never read")
    assert sync_transport.execute("ECHO", "mine") == b"mine"
    assert proxy.accepted == 2


def test_without_a_server_nothing_is_sent(
    sync_transport: ThreadTransport, server: PrivateServer, proxy: FaultProxy
) -> None:
    server.kill()
    proxy.drop()
    with pytest.raises((NotSent, NotAnswered)):
        sync_transport.script(ECHO, call(ECHO, "x"))


def test_closing_ends_a_thread_that_waits_for_the_server(server: PrivateServer) -> None:
    server.kill()
    transport = ThreadTransport(Target.parse(server.url))
    errors: list[str] = []

    def ask() -> None:
        try:
            transport.execute("PING")
        except ServerUnavailable as error:
            errors.append(str(error))

    thread = threading.Thread(target=ask)
    thread.start()
    transport.close()
    thread.join(10)
    assert not thread.is_alive()
    assert errors


def test_a_forked_child_has_a_connection_of_its_own(
    sync_transport: ThreadTransport, proxy: FaultProxy
) -> None:
    sync_transport.execute("PING")
    sync_transport._turn.acquire()  # as a thread of the parent may hold it just then
    child = os.fork()
    if child == 0:
        os._exit(0 if sync_transport.execute("ECHO", "child") == b"child" else 1)
    sync_transport._turn.release()
    assert os.waitpid(child, 0)[1] == 0
    assert sync_transport.execute("ECHO", "parent") == b"parent"
    assert proxy.accepted == 2

"""What a live page may say over its socket."""

import pytest

from backbeat.pages.frames import bound, event_of, page_of

EVENT = '["event",{"client_id":"mine","id":3}]'


@pytest.mark.parametrize(
    ("said", "event"),
    [
        ("2", ""), ("3", ""), ("2probe", ""), ("40", ""), ('40{"token":1}', ""), ("41", ""),
        (f"42{EVENT}", "event"), (f"4217{EVENT}", "event"),
        ('42["ack",{"client_id":"mine"}]', "ack"),
    ],
)  # fmt: skip
def test_a_page_speaks_for_itself(said: str, event: str) -> None:
    assert event_of(said, "mine") == event


@pytest.mark.parametrize(
    "said",
    [
        "", '42["event",{"client_id":"other"}]', '42["event",{}]', '42["event"]', '42["event",[]]',
        "42[", '42["event",{"client_id":"mine"}', f"42/admin,{EVENT}", f"45{EVENT}",
        f"451-{EVENT}", '43["x"]', "6", f"42{EVENT}\0", '42{"client_id":"mine"}',
        "42" + "[" * 9_999,
        '42[7,{"client_id":"mine"}]', '42["event",{"client_id":["mine"]}]',
        '42["event",{"client_id":"mine","x":"' + "x" * 2**20 + '"}]',
    ],
)  # fmt: skip
def test_nothing_is_said_for_another_page_or_in_another_way(said: str) -> None:
    assert event_of(said, "mine") is None


@pytest.mark.parametrize(
    ("query", "page"),
    [
        (b"client_id=mine&EIO=4", "mine"),
        (b"EIO=4", ""),
        (b"client_id=a&client_id=b", ""),
        (b"\xff", ""),
    ],
)
def test_a_socket_is_for_the_one_page_that_it_names(query: bytes, page: str) -> None:
    assert page_of({"query_string": query}) == page


class Guest:
    """Somebody who may stay for so many messages."""

    root = ""

    def __init__(self, messages: int) -> None:
        self.left, self.used = messages, [False]

    async def enter(self) -> bool:
        return True

    async def stay(self, *, use: bool = False) -> bool:
        self.used.append(use)
        self.left -= 1
        return self.left >= 0


async def test_a_socket_ends_with_the_right_to_be_there() -> None:
    guest = Guest(2)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.receive", "text": f"42{EVENT}" if guest.left == 1 else "3"}

    hear = bound("mine", guest, receive)
    assert [(await hear())["type"] for _ in range(3)] == [
        "websocket.receive", "websocket.receive", "websocket.disconnect",
    ]  # fmt: skip
    assert guest.used == [False, False, True, False]


async def test_bytes_are_no_message() -> None:
    async def receive() -> dict[str, object]:
        return {"type": "websocket.receive", "bytes": b"x"}

    assert (await bound("mine", Guest(9), receive)())["code"] == 4403

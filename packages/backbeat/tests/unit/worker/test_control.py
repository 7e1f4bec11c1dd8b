"""What a supervisor and its children say to each other arrives as it was said."""

import socket

import pytest

from backbeat.worker import control
from backbeat.worker.control import FromChild, FromParent, Lines

FROM_CHILD: list[FromChild] = [
    control.Ready(),
    control.Holds(queue="q", wn=7, sid="abc", lease_ms=30_000),
    control.Gave(queue="q", wn=7),
    control.Worn(reason="4 zombies"),
]
FROM_PARENT: list[FromParent] = [
    control.Renewed(queue="q", wn=7, sent_at=12.5, active=3, cancels={"a": "why\nso"}),
    control.Lost(queue="q", wn=7),
    control.Stop(grace=2.5),
]


@pytest.mark.parametrize("message", FROM_CHILD)
def test_what_a_child_says_is_read_by_its_parent(message: FromChild) -> None:
    line = control.to_line(message)
    assert line.count(b"\n") == 1
    assert control.read_from_child(line) == message


@pytest.mark.parametrize("message", FROM_PARENT)
def test_what_a_parent_says_is_read_by_its_child(message: FromParent) -> None:
    line = control.to_line(message)
    assert line.count(b"\n") == 1
    assert control.read_from_parent(line) == message


def test_lines_are_put_together_from_pieces() -> None:
    text = b"".join(control.to_line(message) for message in FROM_CHILD)
    lines, read = Lines(), []
    for start in range(0, len(text), 7):
        read += lines.feed(text[start : start + 7])
    assert [control.read_from_child(line) for line in read] == FROM_CHILD


def test_sending_to_who_is_gone_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert not control.send(ours, control.Ready())

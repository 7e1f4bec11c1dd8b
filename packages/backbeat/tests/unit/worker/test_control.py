"""What a supervisor and its children say to each other arrives as it was said."""

import socket

import pytest

from backbeat.worker.supervising import control
from backbeat.worker.supervising.control import FromChild, FromParent, Lines

FROM_CHILD: list[FromChild] = [
    control.Ready(),
    control.Holds(queue="q", wn=7, sid="abc", lease_ms=30_000),
    control.Gave(queue="q", wn=7),
    control.Worn(reason="4 zombies"),
]
FROM_PARENT: list[FromParent] = [
    control.Renewed(queue="q", wn=7, sent_at=12.5, active=3, cancels={"a": (9, "why\nso")}),
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
    lines, read = Lines(), list[bytes]()
    for start in range(0, len(text), 7):
        read += lines.feed(text[start : start + 7])
    assert [control.read_from_child(line) for line in read] == FROM_CHILD


def test_sending_to_who_is_gone_says_so() -> None:
    ours, theirs = socket.socketpair()
    theirs.close()
    with ours:
        assert not control.send(ours, control.Ready())


def test_nothing_follows_a_message_that_was_sent_in_part_only() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.05)
        wishes = {f"j{number}": (number, "a long reason " * 100) for number in range(1_000)}
        assert control.send(ours, control.Lost(queue="q", wn=1))
        # Nobody reads, and it is more than the channel holds.
        assert not control.send(ours, control.Renewed("q", 2, 0.0, 3, wishes))
        theirs.settimeout(5)
        lines, read = Lines(), list[bytes]()
        assert not control.send(ours, control.Lost(queue="q", wn=3))
        while data := theirs.recv(1_000_000):
            read += lines.feed(data)
    assert [control.read_from_parent(line) for line in read] == [control.Lost(queue="q", wn=1)]


def test_a_message_that_found_no_room_at_all_is_left_out() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.settimeout(0.01)
        sent = 0
        while control.send(ours, control.Lost(queue="q", wn=sent)):
            sent += 1
        lines, read = Lines(), list[bytes]()
        while len(read) < sent:
            read += lines.feed(theirs.recv(1_000_000))
        assert control.send(ours, control.Stop(grace=1.0))
        read += lines.feed(theirs.recv(1_000_000))
    said = [control.read_from_parent(line) for line in read]
    assert said == [*(control.Lost("q", wn) for wn in range(sent)), control.Stop(grace=1.0)]


def test_the_longest_renewal_is_shorter_than_the_longest_line() -> None:
    wishes = {f"{number:0128}": (2**53, "r" * 4_000) for number in range(1_000)}
    assert len(control.to_line(control.Renewed("q", 1, 0.0, 1_000, wishes))) < control.LONGEST_LINE

"""Slots of commands: as the server counts them, and never several."""

from binascii import crc_hqx

import pytest

from backbeat.engine.transport.slots import guarded, keys_of, slot_of, slot_of_key
from backbeat.errors import ProtocolError
from backbeat.lua import Arg


def test_slots_are_those_of_the_specification() -> None:
    assert slot_of_key("123456789") == 0x31C3
    assert slot_of_key("foo") == 12182


@pytest.mark.parametrize(
    ("key", "same"),
    [
        ("bb:{mail}:meta", "mail"),
        ("{mail}", "mail"),
        ("a{b}{c}", "b"),
        ("a{{b}}", "x{{b}y"),
        ("a}b{c}", "c"),
    ],
)
def test_only_what_stands_in_the_first_braces_counts(key: str, same: str) -> None:
    assert slot_of_key(key) == slot_of_key(same.encode())


@pytest.mark.parametrize("key", ["a{}b", "a{b", "a}b"])
def test_without_something_in_braces_the_whole_key_counts(key: str) -> None:
    assert slot_of_key(key) == crc_hqx(key.encode(), 0) % 16384


@pytest.mark.parametrize(
    ("command", "keys"),
    [
        (("PING",), ()),
        (("SADD", "s", "a"), ("s",)),
        (("set", "s", "1", "NX", "PX", 5), ("s",)),
        (("BLPOP", "a", "b", "10"), ("a", "b")),
        (("BLMPOP", 10, 1, "a", "LEFT", "COUNT", 5), ("a",)),
        (("XREAD", "COUNT", 1, "BLOCK", 5, "STREAMS", "a", "b", "0", "0"), ("a", "b")),
        (("EVALSHA", "f" * 40, 2, "a", "b", "argument"), ("a", "b")),
        (("EVALSHA", "f" * 40, 0, "argument"), ()),
        (("UNLINK", "a", "b"), ("a", "b")),
        (("XINFO", "STREAM", "a"), ("a",)),
    ],
)
def test_the_keys_of_a_command_are_found(command: tuple[Arg, ...], keys: tuple[str, ...]) -> None:
    assert keys_of(command) == keys


def test_keys_of_several_slots_are_refused_before_they_are_sent() -> None:
    assert slot_of(("BLPOP", "{q}:a", "{q}:b", "10")) == slot_of_key("q")
    with pytest.raises(ProtocolError, match="several slots"):
        slot_of(("BLPOP", "{q}:a", "{r}:b", "10"))


def test_a_command_that_nobody_has_described_is_refused() -> None:
    with pytest.raises(ProtocolError, match=r"add it to slots\.py"):
        slot_of(("SORT", "a", "BY", "b"))


@pytest.mark.parametrize(
    ("key", "guard"),
    [("bb:{q}:meta", "bb:{q}:nothing"), ("{L:x}:conf", "{L:x}:nothing"), ("a", "{a}:nothing")],
)
def test_a_script_call_gets_a_missing_key_of_its_slot(key: str, guard: str) -> None:
    command = guarded(("EVALSHA", "f" * 40, 1, key, 7, "rest"))
    assert command == ("EVALSHA", "f" * 40, 2, key, guard, 7, "rest")
    assert slot_of(command) == slot_of_key(key)


def test_a_script_without_keys_needs_no_guard() -> None:
    assert guarded(("EVALSHA", "f" * 40, 0, "rest")) == ("EVALSHA", "f" * 40, 0, "rest")

"""Records: what is stored for a job, and read back."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.engine.record import (
    StoredBackoff,
    StoredOptions,
    body_of,
    decode_record,
    encode_record,
)


def test_a_plain_record_is_a_zero_and_readable_json() -> None:
    record = encode_record("analyze", 1_800_000_000_000, b'{"wallet":"0xabc"}')

    assert record[:1] == b"0"
    assert json.loads(record[1:]) == ["analyze", 1_800_000_000_000, {"wallet": "0xabc"}]


@pytest.mark.parametrize(
    ("priority", "lifo", "reply", "head"),
    [
        (7, False, "", b"x7;;\n"),
        (5, True, "", b"x5;l;\n"),
        (5, False, "s1", b"x5;;s1\n"),
        (0, True, "s1", b"x0;l;s1\n"),
    ],
)
def test_a_special_record_has_a_head(priority: int, lifo: bool, reply: str, head: bytes) -> None:
    record = encode_record("t", 1, b"null", priority=priority, lifo=lifo, reply=reply)

    assert record == head + b'["t",1,null]'
    read = decode_record(record)
    assert (read.priority, read.lifo, read.reply) == (priority, lifo, reply)


def test_group_cost_and_unique_key_follow_together() -> None:
    grouped = encode_record("t", 1, b"null", group="acme")
    costly = encode_record("t", 1, b"null", cost=4, unique="k")

    assert grouped == b'x5;;;acme;1;\n["t",1,null]'
    assert costly == b'x5;;;;4;k\n["t",1,null]'


def test_options_that_are_not_set_take_no_room() -> None:
    record = encode_record("t", 1, b"[]", StoredOptions(attempts=3, keep=0))

    assert record == b'0["t",1,[],{"attempts":3,"keep":0}]'


def test_fields_that_a_later_version_adds_to_head_and_options_are_passed_over() -> None:
    read = decode_record(b'x7;l;s1;acme;2;key;more\n["t",1,{},{"attempts":2,"new":true}]')

    assert (read.priority, read.lifo, read.reply) == (7, True, "s1")
    assert (read.group, read.cost, read.unique) == ("acme", 2, "key")
    assert read.options == StoredOptions(attempts=2)


def test_the_body_is_the_record_without_what_scripts_read() -> None:
    plain = encode_record("t", 1, b'"a\\nb"')
    special = encode_record("t", 1, b'"a\\nb"', priority=9)

    assert body_of(plain) == body_of(special) == b'["t",1,"a\\nb"]'


@pytest.mark.parametrize("record", [b"", b"0", b"0{}", b"0[1,2,3]", b'x7;;["t",1,2]', b"y[]"])
def test_what_is_no_record_is_refused(record: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, ValueError, IndexError)):
        decode_record(record)


@given(
    name=st.text(),
    created_ms=st.integers(0, 2**53),
    payload=st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    options=st.none()
    | st.builds(
        StoredOptions,
        attempts=st.none() | st.integers(1, 1_000),
        backoff=st.none()
        | st.builds(
            StoredBackoff, kind=st.sampled_from(["fixed", "linear"]), delay_ms=st.integers(0)
        ),
        keep_ms=st.none() | st.integers(0, 2**53),
        trace=st.none() | st.dictionaries(st.text(), st.text()),
    ),
    priority=st.integers(0, 10),
    lifo=st.booleans(),
    reply=st.from_regex(r"[a-z0-9]{0,9}", fullmatch=True),
    group=st.from_regex(r"[a-z0-9]{0,9}", fullmatch=True),
    cost=st.integers(1, 1_000),
    unique=st.from_regex(r"[a-z0-9:]{0,9}", fullmatch=True),
)
def test_what_goes_in_comes_out(
    name: str,
    created_ms: int,
    payload: object,
    options: StoredOptions | None,
    priority: int,
    lifo: bool,
    reply: str,
    group: str,
    cost: int,
    unique: str,
) -> None:
    stored = msgspec.json.encode(payload)
    record = encode_record(
        name, created_ms, stored, options, priority=priority, lifo=lifo, reply=reply,
        group=group, cost=cost, unique=unique,
    )  # fmt: skip

    read = decode_record(record)

    assert (read.name, read.created_ms, bytes(read.payload)) == (name, created_ms, stored)
    assert (read.options, read.priority, read.lifo, read.reply) == (options, priority, lifo, reply)
    assert (read.group, read.cost, read.unique) == (group, cost, unique)

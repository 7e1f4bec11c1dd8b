"""S8, S10: what is taken of a body is decided in one pass, and agrees with a parser."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.gateway.errors import BadRequest
from backbeat.gateway.http.bodies import BodyLimits, check_json

LIMITS = BodyLimits(depth=4, values=50)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@given(VALUES, st.sampled_from([None, 2]))
def test_a_body_is_refused_exactly_where_it_is_too_deep(value: Any, indent: int | None) -> None:
    body = json.dumps(value, indent=indent, ensure_ascii=False).encode("utf-8", "replace")
    limits = BodyLimits(depth=4)
    if depth_of(value) > 4:
        with pytest.raises(BadRequest, match="levels"):
            check_json(body, limits)
    else:
        check_json(body, limits)


@given(st.binary(max_size=200))
def test_whatever_comes_is_taken_or_refused(body: bytes) -> None:
    try:
        check_json(body, LIMITS)
    except BadRequest:
        return
    json.loads(body)


def test_many_values_are_refused() -> None:
    with pytest.raises(BadRequest, match="values"):
        check_json(json.dumps(list(range(52))).encode(), LIMITS)
    check_json(json.dumps(list(range(49))).encode(), LIMITS)


def test_brackets_in_texts_do_not_count() -> None:
    check_json(json.dumps({"a": '[[[[[[\\"[[['}).encode(), LIMITS)

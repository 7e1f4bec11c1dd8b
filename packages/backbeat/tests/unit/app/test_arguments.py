"""Arguments arrive as they were sent, and what does not fit is refused by the producer."""

import enum
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat.app.arguments import Arguments
from backbeat.app.depends import Depends
from backbeat.app.job import Job
from backbeat.app.signature import read_signature
from backbeat.errors import InvalidPayload


class Side(enum.Enum):
    BUY = "buy"
    SELL = "sell"


class Swap(msgspec.Struct):
    price: Decimal
    side: Side = Side.BUY


@dataclass
class Wallet:
    address: str
    swaps: list[Swap]


class Contact(pydantic.BaseModel):
    email: str
    age: int = pydantic.Field(ge=0, alias="ageYears")


class Person(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)

    born: date
    contacts: list[Contact] = []


def connection() -> object:
    return object()


TAGS = ["new"]


async def analyze(
    job: Job,
    wallet: Wallet,
    swap: Swap,
    person: Person | None = None,
    *,
    force: bool = False,
    tags: list[str] = TAGS,
    db: object = Depends(connection),
) -> None: ...


ANALYZE = Arguments(read_signature(analyze))
WALLET = Wallet("9xQe", [Swap(Decimal("1.5"))])
SWAP = Swap(Decimal("2.5"), Side.SELL)
PERSON = Person(born=date(1990, 2, 3), contacts=[Contact(email="a@b", ageYears=3)])


def test_every_kind_of_type_arrives_as_it_was_sent() -> None:
    payload = ANALYZE.encode((WALLET, SWAP), {"person": PERSON, "force": True})

    arrived = ANALYZE.decode(payload)

    assert arrived == {
        "wallet": WALLET, "swap": SWAP, "person": PERSON, "force": True, "tags": ["new"],
    }  # fmt: skip


def test_only_what_was_passed_travels_so_that_defaults_are_the_workers() -> None:
    payload = ANALYZE.encode((WALLET,), {"swap": SWAP})

    assert set(msgspec.json.decode(payload)) == {"wallet", "swap"}
    assert ANALYZE.decode(payload)["tags"] is TAGS


def call(*args: Any, **kwargs: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, kwargs


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (call(), "wallet"),
        (call(WALLET), "swap"),
        (call(3, SWAP), "wallet"),
        (call({"address": "x", "swaps": [{"price": "x"}]}, SWAP), "wallet.swaps[0].price"),
        (call({"address": "x"}, SWAP), "wallet.swaps"),
        (call(WALLET, Swap("x")), "swap.price"),  # type: ignore[arg-type] # the case
        (call(WALLET, {"price": "1", "side": "hold"}), "swap.side"),
        (call(WALLET, SWAP, {"born": "1990-02-03", "contacts": [{"email": "a"}]}),
         "person.contacts[0].ageYears"),
        (call(WALLET, SWAP, {"born": "soon"}), "person.born"),
        (call(WALLET, SWAP, force="yes"), "force"),
        (call(WALLET, SWAP, tags=["a", 2]), "tags[1]"),
        (call(WALLET, SWAP, tags=object()), "tags"),
        (call(WALLET, SWAP, tags=["\ud800"]), "tags"),
        (call(WALLET, SWAP, wallet=WALLET), "wallet"),
        (call(WALLET, SWAP, frce=True), "frce"),
        (call(WALLET, SWAP, db=object()), "db"),
        (call(WALLET, SWAP, job=None), "job"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_by_the_name_of_the_argument(
    arguments: tuple[tuple[Any, ...], dict[str, Any]], field: str
) -> None:
    with pytest.raises(InvalidPayload) as refused:
        ANALYZE.encode(*arguments)

    assert refused.value.field == field
    assert field in str(refused.value)
    assert "analyze" in str(refused.value)


def test_positional_arguments_end_where_the_worker_fills() -> None:
    with pytest.raises(InvalidPayload, match="takes 3 positional"):
        ANALYZE.encode((WALLET, SWAP, PERSON, True), {})


def test_an_unknown_argument_is_refused_by_the_worker_too() -> None:
    with pytest.raises(InvalidPayload) as refused:
        ANALYZE.decode(b'{"wallet":{"address":"x","swaps":[]},"swap":{"price":"1"},"more":1}')

    assert refused.value.field == "more"


@pytest.mark.parametrize("payload", [b"[]", b"3", b"", b'{"wallet"', b"\xff"])
def test_what_is_no_object_of_arguments_is_refused(payload: bytes) -> None:
    with pytest.raises(InvalidPayload):
        ANALYZE.decode(payload)


def anything(x: Any, when: datetime | None = None) -> None: ...


ANYTHING = Arguments(read_signature(anything))


@pytest.mark.parametrize("x", [float("nan"), [1.0, float("inf")], {"a": {"b": -float("inf")}}])
def test_numbers_that_would_arrive_as_null_are_refused(x: Any) -> None:
    with pytest.raises(InvalidPayload) as refused:
        ANYTHING.encode((x,), {})

    assert refused.value.field == "x"


def test_a_moment_without_time_zone_is_refused() -> None:
    with pytest.raises(InvalidPayload) as refused:
        ANYTHING.encode((1, datetime(2026, 1, 1)), {})  # noqa: DTZ001 - the case

    assert refused.value.field == "when"


def test_what_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)

    with pytest.raises(InvalidPayload) as refused:
        ANYTHING.encode((endless,), {})

    assert refused.value.field == "x"


def every(
    text: str, whole: int, real: float, truth: bool, nothing: None, raw: bytes, when: datetime,
    day: date, hour: time, span: timedelta, exact: Decimal, ident: UUID, side: Side,
    several: list[int], pair: tuple[int, str], some: set[str], table: dict[str, int | None],
    wallet: Wallet, free: Any,
) -> None: ...  # fmt: skip


EVERY = Arguments(read_signature(every))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NUMBERS = st.integers(-(2**63), 2**64 - 1)
REALS = st.floats(allow_nan=False, allow_infinity=False)
EXACT = st.decimals(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | REALS | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
SWAPS = st.builds(Swap, price=EXACT, side=st.sampled_from(Side))
ARGUMENTS = st.fixed_dictionaries(
    {
        "text": TEXT,
        "whole": NUMBERS,
        "real": REALS,
        "truth": st.booleans(),
        "nothing": st.none(),
        "raw": st.binary(max_size=20),
        "when": st.datetimes(timezones=st.just(UTC)),
        "day": st.dates(),
        "hour": st.times(),
        "span": st.timedeltas(timedelta(days=-9_999), timedelta(days=9_999)),
        "exact": EXACT,
        "ident": st.uuids(),
        "side": st.sampled_from(Side),
        "several": st.lists(NUMBERS, max_size=3),
        "pair": st.tuples(NUMBERS, TEXT),
        "some": st.sets(TEXT, max_size=3),
        "table": st.dictionaries(TEXT, st.none() | NUMBERS, max_size=3),
        "wallet": st.builds(Wallet, TEXT, st.lists(SWAPS, max_size=2)),
        "free": JSON,
    }
)


@given(ARGUMENTS)
def test_any_payload_arrives_as_it_was_sent(arguments: dict[str, Any]) -> None:
    assert EVERY.decode(EVERY.encode((), arguments)) == arguments

    in_order = tuple(arguments[name] for name in EVERY.signature.positional)
    assert EVERY.decode(EVERY.encode(in_order, {})) == arguments

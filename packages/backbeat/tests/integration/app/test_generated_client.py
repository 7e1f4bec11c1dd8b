"""The client module that was generated from a contract, against a real queue and its handlers."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest

from backbeat import Backbeat, Handler, InvalidPayload, State
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.tiny_worker import TinyWorker
from packages.backbeat.tests.unit.app import contract_app
from packages.backbeat.tests.unit.app import contract_client as client


@pytest.fixture
async def producer(valkey: PrivateServer) -> AsyncIterator[Backbeat]:
    """An application that has none of the handlers."""
    async with Backbeat(valkey.url) as app:
        yield app
    app.sync.close()


async def arrived(app: Backbeat, handler: Handler[..., Any], job_id: str) -> dict[str, Any]:
    """What the handler gets of a job."""
    info = await app.queue(handler.queue.name).get(job_id)
    assert info.name == handler.name
    return handler.decode_arguments(msgspec.json.encode(info.arguments))


async def test_arguments_arrive_as_the_handlers_own_types(producer: Backbeat) -> None:
    jobs = client.ShopJobs(producer)
    when = datetime(2026, 1, 1, tzinfo=UTC)

    handle = await jobs.every_type.enqueue(
        client.ShopEveryTypeArguments(
            raw=b"\x00", when=when, span=timedelta(hours=1), ident=UUID(int=7), side="sell",
            pair=(1, "a"), some={1, 2},
        )
    )  # fmt: skip

    assert await arrived(producer, contract_app.every_type, handle.id) == {
        "raw": b"\x00", "when": when, "span": timedelta(hours=1), "ident": UUID(int=7),
        "side": contract_app.Side.SELL, "pair": (1, "a"), "some": {1, 2},
        "real": 1.5, "free": None, "swap": contract_app.Swap(Decimal(1)),
    }  # fmt: skip


async def test_models_and_unions_arrive_too(producer: Backbeat) -> None:
    referrer = client.Customer(email="r@x", ageYears=50)
    arguments = client.ShopOrderArguments(
        customer=client.Customer(email="a@x", ageYears=30, referrer=referrer),
        items={"tea": 2},
        payment=client.Transfer(account="DE1"),
        deliver=date(2026, 1, 2),
        notes=["ring twice"],
    )

    handle = await client.ShopJobs(producer).order.enqueue(arguments)

    got = await arrived(producer, contract_app.order, handle.id)
    assert got["customer"].referrer.age == 50
    assert got["payment"] == contract_app.Transfer("DE1")
    assert (got["items"], got["deliver"], got["wrap"]) == ({"tea": 2}, date(2026, 1, 2), None)


async def test_what_does_not_fit_is_refused_before_it_is_sent(producer: Backbeat) -> None:
    arguments = client.ShopOrderArguments(
        customer=client.Customer(email="a@x", ageYears=30),
        items={"tea": 0},
        payment=client.Card(number="1"),
        deliver=date(2026, 1, 2),
    )

    with pytest.raises(InvalidPayload) as refused:
        await client.ShopJobs(producer).order.enqueue(arguments)

    assert refused.value.field == "items[...]"
    assert (await producer.queue("shop").counts()).waiting == 0


async def test_results_come_back_typed(producer: Backbeat, valkey: PrivateServer) -> None:
    jobs = client.AnalysisOperationsJobs(producer)
    worker = TinyWorker(valkey, producer.queue("analysis-operations"))
    report = contract_app.PnlReport("9xQe", Decimal("1.5"), [contract_app.Swap(Decimal(2))])
    encoded = contract_app.analyze_pnl.encode_result(report)
    arguments = client.AnalysisOperationsAnalyzePnlArguments(wallet="9xQe")

    handle = await jobs.analyze_pnl.options(wait=True).enqueue(arguments)
    (bulk,) = await producer.queue("analysis-operations").add_many(
        [jobs.analyze_pnl.options(delay=60).call(arguments)]
    )
    assert (await handle.info()).priority == 7
    assert await bulk.state() is State.DELAYED
    worker.complete(*worker.claim(), result=msgspec.json.decode(encoded or b""))

    expected = client.PnlReport(
        wallet="9xQe", total=Decimal("1.5"), swaps=[client.Swap(price=Decimal(2))]
    )
    assert await handle.result(20) == expected
    assert await jobs.analyze_pnl.handle(handle.id).result() == expected


def test_it_works_without_an_event_loop(valkey: PrivateServer) -> None:
    app = Backbeat(valkey.url)
    with app.sync:
        handle = client.AnalysisOperationsJobs(app).refresh.sync.enqueue(
            client.AnalysisOperationsRefreshArguments()
        )

        assert handle.created
        assert handle.info().arguments == {}

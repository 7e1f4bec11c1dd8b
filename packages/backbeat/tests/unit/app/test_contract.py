"""The published contract stays as it is, and the client module made from it follows."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import pytest

from backbeat import Backbeat, ConfigurationError
from backbeat.app import contract, contract_json, stub_module
from packages.backbeat.tests.unit.app.contract_app import app

# After an intended change write them anew: python -m packages.backbeat.tests.unit.app.test_contract
CONTRACT = Path(__file__).with_name("contract.json")
STUBS = Path(__file__).with_name("contract_client.py")


def published() -> dict[str, Any]:
    return contract(app, title="The shop", version="2.1.0")


def test_the_contract_is_what_was_published() -> None:
    assert contract_json(published()) == CONTRACT.read_text("utf-8")


def test_the_client_module_is_what_was_published() -> None:
    assert stub_module(json.loads(CONTRACT.read_text("utf-8"))) == STUBS.read_text("utf-8")


def test_the_order_of_declaration_does_not_show() -> None:
    def declare(*names: str) -> str:
        other = Backbeat("unix:///declared-only")
        for name in names:
            queue, _, job = name.partition("/")

            async def handler(x: int) -> None: ...

            other.queue(queue).job(job)(handler)
        return contract_json(contract(other))

    assert declare("a/x", "b/y", "a/z") == declare("b/y", "a/z", "a/x")


def test_every_reference_in_the_contract_leads_somewhere() -> None:
    document = published()

    def references(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
            return own.union(*map(references, value.values()))
        return set().union(*map(references, value)) if isinstance(value, list) else set()

    for reference in references(document):
        place = document
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_what_the_worker_fills_is_no_part_of_the_contract() -> None:
    schemas = published()["components"]["schemas"]

    arguments = schemas["analysis-operations.analyze-pnl.arguments"]
    assert set(arguments["properties"]) == {"wallet", "force"}
    assert arguments["required"] == ["wallet"]


def test_a_queue_without_handlers_is_a_channel_without_messages() -> None:
    application = Backbeat("unix:///declared-only")
    application.queue("taken-elsewhere")

    document = contract(application)

    assert document["channels"] == {
        "taken-elsewhere": {"address": "taken-elsewhere", "messages": {}}
    }
    assert document["operations"].keys() == {"taken-elsewhere"}
    assert "class " not in stub_module(document)


def test_two_types_of_one_name_are_refused() -> None:
    one = pydantic.create_model("Item", a=(int, 1))
    other = pydantic.create_model("Item", b=(int, 1))
    application = Backbeat("unix:///declared-only")

    def first(item: Any) -> None: ...
    def second(item: Any) -> None: ...

    first.__annotations__["item"], second.__annotations__["item"] = one, other
    application.queue("q").job()(first)
    application.queue("q").job()(second)

    with pytest.raises(ConfigurationError, match="called Item"):
        contract(application)


def test_names_that_python_does_not_allow_are_bent() -> None:
    class Odd(msgspec.Struct, rename={"class_": "class", "two_words": "two words"}):
        class_: int
        two_words: str = ""

    application = Backbeat("unix:///declared-only")

    def handler(odd: Any) -> None: ...

    handler.__annotations__["odd"] = Odd
    application.queue("2nd-queue").job("import")(handler)

    source = stub_module(contract(application))

    compile(source, "stubs", "exec")
    assert 'class_: int = msgspec.field(name="class")' in source
    assert "class _2ndQueueJobs:" in source
    assert "self.import_:" in source


def test_names_that_become_equal_are_refused() -> None:
    application = Backbeat("unix:///declared-only")
    for name in ("a-b", "a.b"):

        async def handler() -> None: ...

        application.queue("q").job(name)(handler)

    with pytest.raises(ConfigurationError, match="QABArguments in Python"):
        stub_module(contract(application))


if __name__ == "__main__":
    CONTRACT.write_text(contract_json(published()), "utf-8")
    STUBS.write_text(stub_module(published()), "utf-8")

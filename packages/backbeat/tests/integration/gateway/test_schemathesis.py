"""schemathesis over the whole document, against a gateway on a real socket: it finds nothing."""

import asyncio
import os
import re
import threading
from collections.abc import Iterator
from typing import Any, Final

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from typing_extensions import override

from backbeat import Backbeat
from backbeat.gateway.access import HostAccess, Loopback
from backbeat.gateway.application import make_gateway
from backbeat.gateway.http.options import GatewayOptions
from backbeat.gateway.serving import listen, make_server
from packages.backbeat.tests.support.desk import FREE, declare_shop, recognise
from packages.backbeat.tests.support.private_server import PrivateServer
from packages.backbeat.tests.support.servers import private_valkey

EXAMPLES: Final = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "8"))
SETTINGS: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
RULES: Final = frozenset({"NOT_CONFIRMED", "INVALID_OPTION", "INVALID_PAYLOAD", "BAD_REQUEST"})
TOGETHER: Final = re.compile(r"body(\.jobs\.\d+)?")
# Bytes of an address beyond which the parser of HTTP refuses it, before anything of ours is asked.
LONGEST_ADDRESS: Final = 65_000
ADMIN: Final = {"authorization": "Bearer admin"}


class Served(threading.Thread):
    """A gateway on a socket, in a thread with a loop of its own."""

    def __init__(self, valkey: PrivateServer) -> None:
        super().__init__(name="gateway", daemon=True)
        self.listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/backbeat"
        self._app = declare_shop(valkey.url)
        self._server = make_server(
            self._app, access=HostAccess(recognise), options=GatewayOptions(rates=FREE)
        )

    @override
    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        for queue in self._app.queues.values():
            await queue.configure()
        await self._app.schedules.sync()
        await self._app.queue("mail").add("send", {"to": "ada"}, id="a")
        await self._server.serve([self.listening])
        await self._app.close()

    def stop(self) -> None:
        self._server.should_exit = True
        self.join(timeout=30)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with private_valkey() as valkey:
        served = Served(valkey)
        served.start()
        yield served.url
        served.stop()


DOCUMENT: Final = make_gateway(Backbeat(), access=Loopback()).openapi()
OPERATIONS: Final = [
    (method, path) for path, methods in DOCUMENT["paths"].items() for method in methods
]


def is_endless(answer: requests.Response) -> bool:
    """Whether a stream of events has begun, of which there is no end to be read."""
    kind = answer.headers["content-type"].partition(";")[0]
    return answer.status_code == 200 and kind == "text/event-stream"


def breaks_a_rule(answer: requests.Response) -> bool:
    """Whether a request was refused by what no schema can say: how its fields go together."""
    error = answer.json().get("error", {}) if answer.status_code >= 400 else {}
    if error.get("code") == "VALIDATION_FAILED":
        return all(TOGETHER.fullmatch(each["where"]) for each in error["details"])
    return error.get("code") in RULES


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_document_says(
    url: str, method: str, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @given(operation.as_strategy(generation_mode=mode))
    @SETTINGS
    def ask(case: schemathesis.Case[Any]) -> None:
        request = case.as_transport_kwargs(base_url=url, headers=ADMIN)
        with requests.request(**request, stream=True, timeout=30) as answer:
            if len(answer.request.path_url) > LONGEST_ADDRESS:
                assert answer.status_code in {400, 414}
                return
            if is_endless(answer):
                assert case.path.startswith("/live/")
                return
            beyond: list[Any] = [positive_data_acceptance] if breaks_a_rule(answer) else []
            case.validate_response(answer, excluded_checks=beyond)

    try:
        ask()
    except Unsatisfiable:
        assert (
            mode is GenerationMode.NEGATIVE
        )  # an operation that takes nothing takes nothing wrong

"""schemathesis over the whole document of the house, on a real socket: it finds nothing."""

import asyncio
import os
import threading
from collections.abc import Iterator
from typing import Any, Final

import httpx
import pytest
import requests
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from pydantic import SecretStr
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance
from typing_extensions import override

from arena.base.db.opening import connect
from arena.base.http.options import HttpOptions
from arena.base.identity import Role
from arena.base.settings import ArenaSettings
from arena.bootstrap.applications import APPLICATIONS
from arena.bootstrap.opening import declare
from arena.bootstrap.serving import listen, serve
from arena.bootstrap.web import build_web
from arena.house import House
from backbeat import Backbeat
from packages.arena.tests.support.databases import Databases
from packages.backbeat.tests.support.private_server import PrivateServer

EXAMPLES: Final = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "5"))
SETTINGS: Final = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
FREE: Final = HttpOptions(
    visitor=None, read=None, write=None, refused=None, attempts_from=None, attempts_at=None
)
PASSWORD: Final = "correct horse"  # noqa: S105 - of nobody
SECRET: Final = SecretStr("x" * 40)


def web_at(valkey: str, postgres: str) -> tuple[FastAPI, House]:
    """The whole house, without the dashboard."""
    jobs, database = Backbeat(valkey), connect(postgres)
    house = House(settings=ArenaSettings(jwt_secret=SECRET), jobs=jobs, database=database)
    return build_web(declare(house, APPLICATIONS), options=FREE, pages=False), house


class Served(threading.Thread):
    """The house on a socket, in a thread of its own; its only user may do everything."""

    def __init__(self, valkey: str, postgres: str) -> None:
        super().__init__(name="house", daemon=True)
        self.listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.ready = threading.Event()
        self._stores = valkey, postgres
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()

    @override
    def run(self) -> None:
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        web, house = web_at(*self._stores)
        await web.state.accounts.sign_up("ada@example.com", "ada", PASSWORD)
        await web.state.accounts.grant("ada", frozenset(Role))
        await serve(web, self.listening, self._over, ready=self.ready.set)
        await house.close()
        await house.jobs.close()
        await house.database.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self.join(timeout=30)
        self._loop.close()


@pytest.fixture(scope="module")
def url(valkey_server: PrivateServer, databases: Databases) -> Iterator[str]:
    postgres = databases.address(asyncio.run(databases.named()))
    served = Served(valkey_server.url, postgres)
    served.start()
    assert served.ready.wait(60)
    yield served.url
    served.stop()


@pytest.fixture
def bearer(url: str) -> dict[str, str]:
    """Signed in anew for each operation: one of them is to sign out."""
    signed = httpx.post(f"{url}/api/auth/sign-in", json={"login": "ada", "password": PASSWORD})
    return {"authorization": f"Bearer {signed.json()['data']['token']}"}


DOCUMENT: Final = web_at("redis://127.0.0.1:1", "postgresql://a@127.0.0.1:1/a")[0].openapi()
OPERATIONS: Final = [
    (method, path) for path, methods in DOCUMENT["paths"].items() for method in methods
]


def breaks_a_rule(answer: requests.Response) -> bool:
    """Whether a request was refused by what no schema can say."""
    if answer.status_code not in (400, 422):
        return False
    error = answer.json()["error"]
    # What does not fit the schema has details that say where.
    return error["code"] in RULES or (
        error["code"] == "VALIDATION_FAILED" and "details" not in error
    )


RULES: Final = frozenset({"BAD_REQUEST", "INVALID_TERMS", "INVALID_AMOUNT"})


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_answer_is_as_the_document_says(
    url: str, bearer: dict[str, str], method: str, path: str, mode: GenerationMode
) -> None:
    operation = schemathesis.openapi.from_dict(DOCUMENT)[path][method]

    @given(operation.as_strategy(generation_mode=mode))
    @SETTINGS
    def ask(case: schemathesis.Case[Any]) -> None:
        request = case.as_transport_kwargs(base_url=url, headers=bearer)
        with requests.request(**request, timeout=30) as answer:
            beyond: list[Any] = [positive_data_acceptance] if breaks_a_rule(answer) else []
            case.validate_response(answer, excluded_checks=beyond)

    try:
        ask()
    except Unsatisfiable:
        # An operation that takes nothing takes nothing wrong.
        assert mode is GenerationMode.NEGATIVE

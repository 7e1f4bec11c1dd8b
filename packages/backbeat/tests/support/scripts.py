"""Small scripts of tests, sent the way the engine sends its own."""

import hashlib

from backbeat.lua import Script


def script(text: str) -> Script:
    """A script without declared names."""
    sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return Script("test", text, sha, keys=(), args=(), rest=None, codes=())


def call(of: Script, *args: str | bytes | int) -> tuple[str | bytes | int, ...]:
    """The command that runs it."""
    return ("EVALSHA", of.sha, 0, *args)


ADD_100 = script("return redis.call('INCRBY', 'credit', 100)")
ECHO = script("return ARGV[1]")

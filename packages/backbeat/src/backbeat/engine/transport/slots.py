"""Which slot of a cluster a command belongs to, told from its keys before it is sent.

A command whose keys lie in several slots never leaves this process.
"""

from binascii import crc_hqx
from collections.abc import Callable, Sequence
from typing import Final

from backbeat.errors import ProtocolError
from backbeat.lua import Arg

SLOTS: Final = 16_384

# A key that never exists, in the slot of the queue; see `guarded`.
_GUARD: Final = "nothing"

_Keys = Callable[[Sequence[Arg]], Sequence[Arg]]


def slot_of_key(key: str | bytes) -> int:
    """The slot of a key: of what stands in its first braces, else of all of it."""
    text = key.encode() if isinstance(key, str) else key
    start = text.find(b"{")
    if start >= 0:
        end = text.find(b"}", start + 1)
        if end > start + 1:
            text = text[start + 1 : end]
    return crc_hqx(text, 0) % SLOTS


def keys_of(command: Sequence[Arg]) -> tuple[str | bytes, ...]:
    """The keys that a command names; none for one to the server itself.

    Raises:
        ProtocolError: Nobody knows where this command has its keys.
    """
    name = str(command[0]).upper()
    find = _FINDERS.get(name)
    if find is None:
        raise ProtocolError(f"it is not known where {name} has its keys: add it to slots.py")
    return tuple(key for key in find(command) if not isinstance(key, int))


def slot_of(command: Sequence[Arg]) -> int | None:
    """The one slot of a command; None for one without keys.

    Raises:
        ProtocolError: Its keys lie in several slots, or it is not known where it has them.
    """
    keys = keys_of(command)
    found = {slot_of_key(key) for key in keys}
    if len(found) > 1:
        raise ProtocolError(f"CROSSSLOT: {command[0]!s} names keys of several slots: {keys!r:.200}")
    return found.pop() if found else None


def guarded(command: tuple[Arg, ...]) -> tuple[Arg, ...]:
    """A script call that names one more key, which never exists.

    A script that is running while its slot moves to another node meets keys that are not here any
    more, and stops half-way. With a key that is missing for certain the node refuses the whole call
    (TRYAGAIN, ASK) before it begins, as long as the slot is on its way.
    """
    count = int(command[2])
    if not count:
        return command
    head, brace, _ = str(command[3]).partition("}")
    guard = f"{head}{brace}:{_GUARD}" if brace else f"{{{head}}}:{_GUARD}"
    return (*command[:2], count + 1, *command[3 : 3 + count], guard, *command[3 + count :])


def _first(command: Sequence[Arg]) -> Sequence[Arg]:
    return command[1:2]


def _counted(place: int) -> _Keys:
    """Their number stands at a place, they follow."""
    return lambda command: command[place + 1 : place + 1 + int(command[place])]


def _streams(command: Sequence[Arg]) -> Sequence[Arg]:
    start = command.index("STREAMS") + 1
    return command[start : start + (len(command) - start) // 2]


_OF_ONE_KEY: Final = (
    "APPEND DECR DECRBY EXPIRE EXPIREAT EXPIRETIME GET GETDEL GETEX GETRANGE GETSET HDEL HEXISTS"
    " HGET HGETALL HINCRBY HKEYS HLEN HMGET HRANDFIELD HSCAN HSET HSETNX HSTRLEN HVALS INCR INCRBY"
    " LINDEX LINSERT LLEN LPOP LPOS LPUSH LPUSHX LRANGE LREM LSET LTRIM PERSIST PEXPIRE PEXPIREAT"
    " PEXPIRETIME PSETEX PTTL RPOP RPUSH RPUSHX SADD SCARD SET SETEX SETNX SISMEMBER SMEMBERS"
    " SMISMEMBER SPOP SRANDMEMBER SREM SSCAN STRLEN TTL TYPE XACK XADD XDEL XLEN XRANGE XREVRANGE"
    " XTRIM ZADD ZCARD ZCOUNT ZINCRBY ZLEXCOUNT ZMSCORE ZPOPMAX ZPOPMIN ZRANDMEMBER ZRANGE"
    " ZRANGEBYLEX ZRANGEBYSCORE ZRANK ZREM ZREMRANGEBYLEX ZREMRANGEBYRANK ZREMRANGEBYSCORE"
    " ZREVRANGE ZREVRANGEBYSCORE ZREVRANK ZSCAN ZSCORE"
)
_OF_NO_KEY: Final = "CLIENT CLUSTER COMMAND CONFIG DBSIZE INFO PING ROLE SCAN SCRIPT TIME"

_FINDERS: Final[dict[str, _Keys]] = {
    **dict.fromkeys(_OF_ONE_KEY.split(), _first),
    **dict.fromkeys(_OF_NO_KEY.split(), lambda command: ()),
    **dict.fromkeys(("DEL", "EXISTS", "MGET", "TOUCH", "UNLINK"), lambda command: command[1:]),
    **dict.fromkeys(("BLPOP", "BRPOP", "BZPOPMAX", "BZPOPMIN"), lambda command: command[1:-1]),
    **dict.fromkeys(("BLMOVE", "LMOVE", "COPY", "RENAME"), lambda command: command[1:3]),
    # After a word of their own.
    **dict.fromkeys(("MEMORY", "OBJECT", "XGROUP", "XINFO"), lambda command: command[2:3]),
    **dict.fromkeys(("EVAL", "EVALSHA", "EVALSHA_RO", "EVAL_RO"), _counted(2)),
    **dict.fromkeys(("BLMPOP", "BZMPOP"), _counted(2)),
    **dict.fromkeys(("LMPOP", "ZMPOP", "ZDIFF", "ZINTER", "ZUNION"), _counted(1)),
    "XREAD": _streams,
}

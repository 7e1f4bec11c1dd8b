"""Which commands the connected user may run, asked without running any of them."""

from typing import Any, Final

from redis.exceptions import RedisError

_IN_SCRIPTS: Final = (
    "DEL EXISTS GET HDEL HEXISTS HGET HGETALL HINCRBY HKEYS HLEN HMGET HSET HSTRLEN HVALS "
    "LINDEX LLEN LPOP LPOS LPUSH LRANGE LTRIM PERSIST PEXPIRE RENAME RPOP RPUSH TIME UNLINK "
    "XADD XTRIM ZADD ZCARD ZCOUNT ZMSCORE ZPOPMIN ZRANGE ZRANK ZREM ZREMRANGEBYRANK "
    "ZREMRANGEBYSCORE ZREVRANK ZSCORE"
)
_SENT: Final = (
    "BLMPOP 1 1 key LEFT",
    "BLPOP key 1",
    "EVAL text 1 key",
    "EVALSHA sha 1 key",
    "HSCAN key 0",
    "HSETNX key field value",
    "LSET key 0 value",
    "PING",
    "PTTL key",
    "SADD key member",
    "SCAN 0",
    "SET key value",
    "SISMEMBER key member",
    "SMEMBERS key",
    "SREM key member",
    "TYPE key",
    "XINFO STREAM key",
    "XRANGE key - +",
    "XREAD STREAMS key 0",
    "XREVRANGE key + -",
    "ZSCAN key 0",
)
# A key twice is a key and a value to most commands, and two keys to the others.
NEEDED: Final = (*(f"{name} key key" for name in _IN_SCRIPTS.split()), *_SENT)

_ASK: Final = """
local denied = {}
for _, line in ipairs(ARGV) do
  local words = {}
  for word in string.gmatch(line, '%S+') do
    words[#words + 1] = word == 'key' and KEYS[1] or word
  end
  local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
  if not (known and allowed) then
    denied[#denied + 1] = words[1]
  end
end
return denied
"""


def denied_commands(client: Any, namespace: str, tag: str = "doctor") -> list[str]:
    """Commands that the user of `client` may not run on keys of `namespace`.

    Args:
        client: A synchronous Redis client.
        namespace: Prefix of the keys.
        tag: Hash tag of the key that is asked about; in a cluster the server must have its slot.

    Returns:
        Their names in the order of need; scripts themselves when even those are denied.
    """
    key = f"{namespace}:{{{tag}}}:rights"
    try:
        answer = client.execute_command("EVAL", _ASK, 1, key, *NEEDED)
    except RedisError as error:
        return [f"scripts on keys of {namespace} ({error})"]
    return [name.decode() if isinstance(name, bytes) else str(name) for name in answer]

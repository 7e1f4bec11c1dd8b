"""No command of ours can name keys of several slots: CROSSSLOT is impossible.

Looked at here: the keys that scripts declare, and every plain command in the source. That a key
which a script builds begins with the prefix of its first key is looked at in test_lua_files.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

import backbeat
from backbeat.engine.keys import KEYS, QueueKeys, registry
from backbeat.engine.scripts import QueueScripts, scripts
from backbeat.engine.transport.slots import keys_of, slot_of, slot_of_key
from backbeat.errors import ProtocolError

SOURCE: Final = Path(backbeat.__file__).parent
OUR: Final = QueueKeys("bb", "mail")


@pytest.mark.parametrize("name", sorted(scripts()))
def test_the_keys_of_a_script_lie_in_the_slot_of_its_queue(name: str) -> None:
    script = scripts()[name]
    command = QueueScripts(OUR).command(name, [0])
    assert slot_of(command) == slot_of_key("mail")
    assert len(keys_of(command)) == len(script.keys) >= 1


def test_every_key_of_a_queue_carries_its_name_in_braces() -> None:
    made = [OUR.key(name) for name in KEYS]
    made += [OUR.log("7"), OUR.sessions(), OUR.replies("s"), OUR.mailbox(3)]
    made += [OUR.log("{x}"), OUR.replies("{y}")]
    assert {slot_of_key(key) for key in made} == {slot_of_key("mail")}


def test_names_cannot_carry_braces_of_their_own() -> None:
    for namespace, queue in [("b{b", "mail"), ("bb", "ma}il"), ("bb", "{x}")]:
        with pytest.raises(backbeat.InvalidOption):
            QueueKeys(namespace, queue)
    assert "{" not in registry("bb")


def test_every_plain_command_in_the_source_has_its_keys_in_one_slot() -> None:
    for file in sorted(SOURCE.rglob("*.py")):
        place = file.relative_to(SOURCE).as_posix()
        for line, name in plain_commands(ast.parse(file.read_text())):
            assert _is_known(name), f"{place}:{line}: tell slots.py where {name} has its keys"
            assert name not in SEVERAL or place in LOOKED_AT, (
                f"{place}:{line}: {name} may name several keys: see that all are of one queue"
            )


def test_commands_are_seen_wherever_they_are_written() -> None:
    code = 'transport.execute("SORT", k)\nawait c.block("BLPOP", *keys, 1)\nc = ("MGET", a, b)\n'
    assert {name for _, name in plain_commands(ast.parse(code))} == {"SORT", "BLPOP", "MGET"}


# Commands that can name several keys, and the files in which somebody has looked at them: there,
# all keys of one command are those of one queue, or of one thing wherever slots matter.
SEVERAL: Final = frozenset(
    {"BLPOP", "BLMPOP", "BZMPOP", "BLMOVE", "LMOVE", "DEL", "EXISTS", "MGET", "UNLINK", "XREAD"}
)
LOOKED_AT: Final = frozenset(
    {
        "app/following.py",
        "app/sync_watch.py",
        "engine/events.py",
        "engine/permits/client.py",
        "engine/permits/sync_client.py",
        "engine/retiring.py",
        "engine/transport/slots.py",
        "engine/watcher.py",
        "testing/room.py",
        "testing/waits.py",
        "worker/lanes/waiter.py",
    }
)


def plain_commands(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each command: what is sent, and tuples that begin with a known one."""
    for node in ast.walk(tree):
        name, sent = _first_word(node)
        if name is not None and (sent or _is_known(name)):
            yield getattr(node, "lineno", 0), name


def _first_word(node: ast.AST) -> tuple[str | None, bool]:
    """The word in capitals that a call or tuple begins with, and whether it is sent."""
    words: list[ast.expr] = []
    sent = False
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        sent = called in {"execute", "block"}
        words = node.args if sent else []
    elif isinstance(node, ast.Tuple) and len(node.elts) > 1:
        words = node.elts
    first = words[0] if words else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return None, False
    return (first.value if re.fullmatch(r"[A-Z_]{2,}", first.value) else None), sent


def _is_known(name: str) -> bool:
    try:
        keys_of((name, "1", "1", "STREAMS", "1"))
    except ProtocolError:
        return False
    return True

"""Money never passes through a float: not by name, by a literal, or by a division."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import arena.base.money
import arena.services.ledger

# Names of what is or makes a float, and of columns that would hold one.
FORBIDDEN = {"float", "Float", "Double", "DOUBLE_PRECISION", "REAL", "Numeric"}


def sources() -> list[Path]:
    ledger = Path(arena.services.ledger.__path__[0])
    return [Path(arena.base.money.__file__), *sorted(ledger.rglob("*.py"))]


def floats(tree: ast.AST) -> Iterator[int]:
    """Lines on which a float is named, written or made."""
    times = {id(each) for time in _times(tree) for each in ast.walk(time)}
    for node in ast.walk(tree):
        named = isinstance(node, ast.Name) and node.id in FORBIDDEN
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        divided = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        if (named or written or divided) and id(node) not in times:
            yield node.lineno  # type: ignore[attr-defined] # all three have one


def _times(tree: ast.AST) -> Iterator[ast.AST]:
    """What is a number of seconds by its name."""
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) if name.endswith(("_S", "_SECONDS")):
                yield node
            case ast.keyword(arg="retry_after" | "timeout"):
                yield node


@pytest.mark.parametrize("source", sources(), ids=lambda path: "/".join(path.parts[-2:]))
def test_no_float_is_in_the_code_of_money(source: Path) -> None:
    assert list(floats(ast.parse(source.read_text()))) == []


@pytest.mark.parametrize("line", ["x = 1.5", "x = float(y)", "x = y / z", "x /= 2", "c = Float()"])
def test_each_way_to_a_float_is_seen(line: str) -> None:
    assert list(floats(ast.parse(line))) == [1]


@pytest.mark.parametrize("line", ["x = y // z", "EVERY_S: Final = 0.5", "f(timeout=1.5)"])
def test_whole_numbers_and_seconds_are_fine(line: str) -> None:
    assert list(floats(ast.parse(line))) == []

"""S17: nothing compares a secret, a digest or a signature but `hmac.compare_digest`."""

import ast
import re
from collections.abc import Iterator
from typing import Final

import pytest

from packages.backbeat.tests.support.sources import SOURCE, findings

SECRET: Final = re.compile(
    r"(?:^|_)(?:secret|digest|hexdigest|signature|signed|hmac|mac|password|bearer|api_key|token)s?$"
)

# Names of claims and holders: nobody is let in who guesses one.
NO_SECRETS: Final = {
    ("app/repeats.py", "claimed.token == token"),
    ("worker/supervising/child_keeper.py", "each.token == message.token"),
}


def compared(source: str) -> Iterator[str]:
    """What a module compares with == or != that is secret by its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Compare) and any(
            isinstance(each, ast.Eq | ast.NotEq) for each in node.ops
        ):
            sides = [node.left, *node.comparators]
            if any(SECRET.search(_name(side)) for side in sides) and not any(
                isinstance(side, ast.Constant) for side in sides
            ):
                yield ast.unparse(node)


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Call):
        return _name(node.func)
    return ""


def test_no_secret_is_compared_byte_by_byte() -> None:
    assert findings(compared) == NO_SECRETS


@pytest.mark.parametrize(
    "line",
    [
        "a.digest == b", "key_digest != given", "hashlib.sha256(x).hexdigest() == y",
        "signature == expected", "self._secret == other", "x == hmac.digest(k, m, 'sha256')",
    ],
)  # fmt: skip
def test_a_comparison_that_tells_by_its_time_is_found(line: str) -> None:
    assert list(compared(f"found = {line}"))


def test_keys_and_signatures_are_compared_in_constant_time() -> None:
    users = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "compare_digest(" in path.read_text("utf-8")
    }
    assert {"app/api_keys.py", "alerts/channels/signing.py"} <= users

"""S15: nothing that comes from a server, a socket or a file of data becomes code."""

import ast
from collections.abc import Iterator
from typing import Final

import pytest

from packages.backbeat.tests.support.sources import findings

# What makes objects, or code, of bytes.
MODULES: Final = frozenset(
    {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "jsonpickle", "yaml", "code"}
    | {"runpy", "multiprocessing", "xmlrpc", "joblib"}
)
CALLS: Final = frozenset(
    {"eval", "exec", "compile", "__import__", "import_module", "import_string", "load_source"}
)

# Names of modules come from the command line, the settings, or the parent that was started so.
NAMED_BY_OPERATORS: Final = {
    ("cli/commands/web.py", "importlib.import_module(module_name)"),
    ("worker/loading.py", "importlib.import_module(name)"),
    ("worker/slot_main.py", "importlib.import_module(name)"),
    ("worker/slot_main.py", "runpy"),
}


def dangers(source: str) -> Iterator[str]:
    """What a module imports or calls that makes code of data."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named = {alias.name.partition(".")[0] for alias in node.names}
            yield from sorted(named & MODULES)
        elif isinstance(node, ast.ImportFrom):
            if (node.module or "").partition(".")[0] in MODULES:
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and _name(node.func) in CALLS:
            yield ast.unparse(node)


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        # A pattern is compiled, not code.
        of_pattern = function.attr == "compile" and ast.unparse(function.value) == "re"
        return "" if of_pattern else function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_s15_nothing_makes_code_of_data() -> None:
    assert findings(dangers) == NAMED_BY_OPERATORS


@pytest.mark.parametrize(
    "line",
    [
        "import pickle", "from pickle import loads", "import yaml as y", "eval(text)", "exec(text)",
        "builtins.eval(text)", "importlib.import_module(job.name)", "__import__(name)",
        "import multiprocessing.managers",
    ],
)  # fmt: skip
def test_what_would_is_found(line: str) -> None:
    assert list(dangers(line))

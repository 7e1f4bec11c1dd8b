"""Finds the application that "module:attribute" names."""

import importlib
import sys
from functools import reduce
from pathlib import Path

from backbeat.app.application import Backbeat
from backbeat.errors import ConfigurationError


def load_app(path: str) -> Backbeat:
    """Import the application.

    Args:
        path: Module and attribute, such as "shop.jobs:app"; see `load_object`.

    Raises:
        ConfigurationError: There is no such module, attribute or application.
    """
    app = load_object(path)
    if not isinstance(app, Backbeat):
        raise ConfigurationError(f"{path!r} is a {type(app).__name__}, not a Backbeat application")
    return app


def load_object(path: str) -> object:
    """Import what "module:attribute" names.

    Args:
        path: Module and attribute. Modules are also looked for in the working directory.

    Raises:
        ConfigurationError: There is no such module or attribute.
    """
    module_name, colon, attribute = path.partition(":")
    if not (module_name and colon and attribute):
        raise ConfigurationError(f"{path!r} must be module:attribute, such as shop.jobs:app")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    module = _import(module_name, path)
    try:
        return reduce(getattr, attribute.split("."), module)
    except AttributeError as error:
        raise ConfigurationError(f"{path!r}: {error}") from error


def _import(name: str, path: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        # A module that the application itself misses is an error of its own, with its traceback.
        if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
            raise
        raise ConfigurationError(
            f"{path!r}: there is no module {error.name!r} here or on the path; the working"
            f" directory is {Path.cwd()}"
        ) from error

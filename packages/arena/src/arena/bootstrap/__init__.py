"""The composition root: mounts the applications. `applications` is the only module that knows all.

`backbeat worker --app arena.bootstrap:jobs` runs their jobs.
"""

from typing import Any


def __getattr__(name: str) -> Any:
    """The jobs of this installation, made when they are first asked for."""
    if name == "jobs":
        from arena.bootstrap.working import jobs_of_this_installation

        return jobs_of_this_installation()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""An environment in which nothing of the house is set."""

from collections.abc import Iterator

from arena.base.settings import ArenaSettings


def variables() -> Iterator[str]:
    """Every variable that the settings read."""
    for name, field in ArenaSettings.model_fields.items():
        yield str(field.validation_alias or name).upper()

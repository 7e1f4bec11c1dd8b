"""A folder for one measurement that is gone afterwards, whenever Ctrl-C or SIGTERM comes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backbeat.cli.bench.signals import uninterrupted


@contextmanager
def scratch_folder(prefix: str) -> Iterator[Path]:
    """Make a folder, and remove it with all that is in it at the end of the block."""
    folder: Path | None = None
    try:
        # The standard library's own leaks the folder when a signal comes between making and noting.
        with uninterrupted():
            folder = Path(tempfile.mkdtemp(prefix=prefix))
        yield folder
    finally:
        with uninterrupted():
            if folder is not None:
                shutil.rmtree(folder)

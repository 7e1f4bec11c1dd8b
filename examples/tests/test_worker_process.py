"""The worker beside the work."""

import asyncio
from pathlib import Path

import pytest

from examples.draws import worker_process
from examples.draws.worker_process import WorkerBroken, WorkerProcess


async def test_a_worker_that_cannot_start_is_not_tried_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_process, "APPLICATION", "examples.draws.nowhere:app")
    log = tmp_path / "worker.log"
    variables = {"BACKBEAT_URL": f"embedded://{tmp_path}/server"}
    worker = WorkerProcess(variables, log)
    with pytest.raises(WorkerBroken, match=str(log)):
        await worker.beside(asyncio.Event().wait())
    assert worker.starts == 3
    assert "examples.draws.nowhere" in log.read_text()

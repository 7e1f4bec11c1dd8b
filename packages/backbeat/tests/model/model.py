"""The engine in plain Python: what every call has to answer, without keys and without Redis."""

from packages.backbeat.tests.model.operator_model import OperatorModel
from packages.backbeat.tests.model.worker_model import WorkerModel


class Model(OperatorModel, WorkerModel):
    """One queue: everything that producers, operators and workers do to it."""

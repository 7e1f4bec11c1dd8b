"""What a waiting job weighs on the server."""

from backbeat.cli.bench.probe import Account


def bytes_per_job(used: Account, jobs: int) -> float:
    """Growth of the server's memory per job added: payload, record, id and their share of tables.

    The producer has hung up when the second look is taken, so no buffer of a connection counts.
    """
    return used.memory / jobs

"""Which queues are encrypted, as the server remembers it: so that nobody adds plain text to one.

Who declares a queue as encrypted says so before the first job. Who declares nothing asks once a
connection: a process that began before the declaration goes on until it connects anew.
"""

from backbeat.engine.calls.reply import Arg, Reply
from backbeat.engine.keys import encrypted_queues
from backbeat.errors import QueueEncrypted


def declaration(namespace: str, queue: str, encrypted: bool | None) -> tuple[Arg, ...]:
    """The command that says whether a queue is encrypted, or asks.

    Args:
        namespace: That of the application.
        queue: Name of the queue.
        encrypted: What is declared here; None: nothing.
    """
    names = encrypted_queues(namespace)
    if encrypted is None:
        return ("SISMEMBER", names, queue)
    return ("SADD" if encrypted else "SREM", names, queue)


def may_add(queue: str, encrypted: bool | None, reply: Reply, *, adding: bool) -> bool:
    """Whether jobs may be added by who declares this, after the reply to `declaration`.

    Raises:
        QueueEncrypted: They may not, and are to be added.
    """
    allowed = encrypted is not None or not reply
    if adding and not allowed:
        raise QueueEncrypted(queue)
    return allowed

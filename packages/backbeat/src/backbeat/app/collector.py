"""The garbage collector of a process that is ours: spared what it need not look at."""

import gc


def spare_the_collector() -> None:
    """Let the garbage collector look at what comes from now on only, and less often.

    Belongs to the start of a process, once everything is imported. What was imported stays until
    the end; walking it again and again took a third of the time of a short job, and half of that of
    a socket among thousands that come at once. What has ended does not wait for the collector: next
    to nothing of ours is a circle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 20, 20)

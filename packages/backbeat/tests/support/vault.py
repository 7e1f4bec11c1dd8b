"""An application whose queue is encrypted, with handlers of every kind; slots import it, too."""

from typing import Any, Final

from backbeat import Backbeat, Batch, Job, Keyring, Permanent, Retry

# Keys of tests: whoever reads this reads what they encrypt.
KEYS: Final = {"new": b"n" * 32, "old": b"o" * 32}

app = Backbeat(keyring=Keyring(KEYS))
vault = app.queue("vault", encrypted=True, retry=Retry(attempts=1))
Plain = dict[str, Any]


@vault.job()
async def echo(word: str, refuse: bool = False) -> Plain:
    """Give back what it was given."""
    if refuse:
        raise Permanent("as told")
    return {"word": word}


@vault.job(lock="of:{word}")
async def locked(job: Job, word: str) -> str:
    """Under a lock that is named by what it was given."""
    return f"{word} {'locked' if job.lock_fence else 'free'}"


@vault.job(mode="thread")
def in_thread(word: str) -> str:
    """In a thread."""
    return word


@vault.job(mode="process")
def in_process(word: str) -> str:
    """In a process of its own."""
    return word


@vault.batch(size=2, max_wait=0.2)
async def together(batch: Batch[str]) -> list[str]:
    """With others."""
    return [item.upper() for item in batch]


@vault.job()
async def add_up(job: Job) -> list[Any]:
    """What its children gave, read by their handler and by nobody."""
    typed = sorted([each["word"] for each in await job.results(echo)])
    return [typed, [each.result async for each in job.child_results()]]


@vault.job()
async def undo(job: Job, word: str) -> Plain:
    """Undo what `echo` did."""
    children = [each.result async for each in job.child_results()]
    return {"undone": word, "of": children}

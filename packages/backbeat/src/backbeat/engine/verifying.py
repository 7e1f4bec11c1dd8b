"""The walk over a queue that finds what is wrong with it: which calls to make, and none is made.

Every judgement is a script's, of at most 200 jobs at one moment: so a queue may be verified while
it is in use. The walk brings the ids there, and has those that look wrong looked at once more.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Final

from backbeat.engine.calls.reply import Reply, items, number, text
from backbeat.engine.flaws import WORDS, Flaw
from backbeat.engine.keys import KEYS, QueueKeys
from backbeat.engine.verifying_kin import walk_kin
from backbeat.engine.verifying_tables import Call, Walk, pairs, scan, walk_tables
from backbeat.errors import ProtocolError

# Jobs in one call, and in one that searches the lists for them.
_PAGE: Final = 200
_SEARCHED: Final = 20
# Suspects that one walk looks at again.
_MOST_SUSPECTS: Final = 10_000
# Tables with ids of jobs in them, apart from `jobs` and the lists.
_HASHES: Final = (
    "results", "runs", "history", "progress", "cancels", "watchers", "kept_sizes", "starts",
)  # fmt: skip
_ZSETS: Final = (
    "active", "completed", "failed", "cancelled", "waiting_children", "delayed", "draining",
    "priority", "expiring", "dead",
)  # fmt: skip
_LISTS: Final = ("waiting", "front")


Rows = Generator[Call, Reply, list[tuple[str, str]]]
Meter = Callable[[int, int], None]
_Suspect = tuple[str, str]


class Verifying:
    """One walk over one queue."""

    def __init__(self, keys: QueueKeys, meter: Meter | None, *, repair: bool) -> None:
        """Walk nowhere yet.

        Args:
            keys: Of the queue.
            meter: Is told how many entries were looked at, and how many there are about; None:
                nobody is.
            repair: Whether to put right what is wrong.
        """
        self._keys = keys
        self._meter = meter
        self._repair = repair
        self._done = self._all = 0
        self._suspects: dict[_Suspect, None] = {}

    def walk(self) -> Walk:
        """All calls; its result is what was found."""
        try:
            books = yield from self._books()
        except ProtocolError:
            foreign = yield from self._foreign()
            if not foreign:
                raise
            return foreign
        if self._repair:
            yield Call("mend_books", (), numbered=True)
        named = yield from walk_tables(self._keys, repair=self._repair)
        named += yield from walk_kin(self._keys, repair=self._repair)
        yield from self._measure()
        listed = yield from self._lists()
        yield from self._groups()
        yield from self._jobs(listed)
        yield from self._others()
        if any(flaw.what == "total" for flaw in books):
            # Entries that count as dead and are in no list: each would have to be searched for.
            self._suspect((yield from self._scanned("HSCAN", self._keys.key("gone"))))
        flaws = yield from self._settle()
        flaws += yield from self._settle_groups()
        if self._repair:
            yield Call("mend_books", (), numbered=True)
            left = yield from self._books()
            stays = {(flaw.what, flaw.subject) for flaw in left}
            flaws += [_mended(flaw) for flaw in books if (flaw.what, flaw.subject) not in stays]
            books = left
        return [*flaws, *named, *books]

    def _books(self) -> Walk:
        rows = items((yield Call("verify_books", ())), 0)
        found = []
        for at in range(0, len(rows), 3):
            what, noted, counted = (text(part) for part in rows[at : at + 3])
            subject = noted if what == "worker" else counted if what == "hint" else ""
            detail = "" if subject or not counted else f"{noted} is noted, {counted} are there"
            found.append(self._flaw(what, subject, detail))
        return found

    def _foreign(self) -> Walk:
        """Keys of a type that is none of ours."""
        found = []
        for name, (kind, _) in KEYS.items():
            seen = text((yield Call("", ("TYPE", self._keys.key(name)))))
            if seen not in {kind, "none"}:
                found.append(self._flaw("wrong type", self._keys.key(name), f"{seen}, not {kind}"))
        return found

    def _measure(self) -> Generator[Call, Reply, None]:
        sized = [("HLEN", name) for name in ("jobs", *_HASHES)]
        sized += [("ZCARD", name) for name in _ZSETS] + [("LLEN", name) for name in _LISTS]
        for command, name in sized:
            self._all += number((yield Call("", (command, self._keys.key(name)))))

    def _lists(self) -> Generator[Call, Reply, set[int]]:
        """Have entries judged as such; a number for each id that stands in a list.

        From the left: there jobs come in, so that a page may show an entry twice, and leaves out
        none.
        """
        listed: set[int] = set()
        for name in _LISTS:
            start = 0
            while ids := items(
                (yield Call("", ("LRANGE", self._keys.key(name), start, start + _PAGE - 1))), 0
            ):
                fresh = [text(each) for each in ids]
                self._suspect((yield from self._judge(fresh, 1)))
                for job_id in fresh:
                    if (number_of := hash(job_id)) in listed:
                        self._suspect([job_id])
                    listed.add(number_of)
                start += len(ids)
        return listed

    def _groups(self) -> Generator[Call, Reply, None]:
        """Have the jobs in the lines of groups judged."""
        for group in (yield from self._group_names()):
            for job_ids in (yield from self._scanned_pages("ZSCAN", self._keys.group(group))):
                self._suspect((yield from self._judge(job_ids, 0, group)), group)

    def _jobs(self, listed: set[int]) -> Generator[Call, Reply, None]:
        cursor = b"0"
        while True:
            cursor, job_ids = yield from scan("HSCAN", self._keys.key("jobs"), cursor)
            rows = yield from self._judged(job_ids, 0)
            self._suspect(
                job_id for job_id, what in rows if what != "no place" or hash(job_id) not in listed
            )
            if cursor == b"0":
                return

    def _others(self) -> Generator[Call, Reply, None]:
        """What is kept beside the records: here only what has none is of interest."""
        tables = [("HSCAN", name) for name in _HASHES] + [("ZSCAN", name) for name in _ZSETS]
        for command, name in tables:
            cursor = b"0"
            while True:
                cursor, job_ids = yield from scan(command, self._keys.key(name), cursor)
                rows = yield from self._judged(job_ids, 0)
                self._suspect(job_id for job_id, what in rows if what == "no record")
                if cursor == b"0":
                    break

    def _settle(self) -> Walk:
        """Have the suspects looked at again, in all tables and at one moment; or put right."""
        flaws: list[Flaw] = []
        suspects = list(self._suspects)
        for group in dict.fromkeys(group for _, group in suspects[:_MOST_SUSPECTS]):
            ids = [job_id for job_id, line in suspects[:_MOST_SUSPECTS] if line == group]
            for start in range(0, len(ids), _SEARCHED):
                some = ids[start : start + _SEARCHED]
                if self._repair:
                    reply = yield Call("mend_jobs", (group, *some), numbered=True)
                    rows = pairs(reply)
                else:
                    rows = yield from self._judged(some, -1, group)
                flaws += [self._flaw(what, job_id, repaired=self._repair) for job_id, what in rows]
        if (beyond := len(suspects) - _MOST_SUSPECTS) > 0:
            flaws.append(self._flaw("more", "", f"{beyond:,} more look wrong"))
        return list(dict.fromkeys(flaws))

    def _settle_groups(self) -> Walk:
        flaws: list[Flaw] = []
        names = yield from self._group_names()
        for start in range(0, len(names), _PAGE):
            some = tuple(names[start : start + _PAGE])
            script = "mend_groups" if self._repair else "verify_groups"
            found = items((yield Call(script, some, numbered=self._repair)), 0)
            flaws += [self._flaw("group", text(name), repaired=self._repair) for name in found]
        return flaws

    def _group_names(self) -> Generator[Call, Reply, list[str]]:
        names = yield from self._scanned("ZSCAN", self._keys.key("group_names"))
        names += yield from self._scanned("HSCAN", self._keys.key("group_stats"))
        return [name for name in dict.fromkeys(names) if name != "*"]

    def _judge(
        self, job_ids: list[str], entries: int, group: str = ""
    ) -> Generator[Call, Reply, list[str]]:
        return [job_id for job_id, _ in (yield from self._judged(job_ids, entries, group))]

    def _judged(self, job_ids: list[str], entries: int, group: str = "") -> Rows:
        rows: list[tuple[str, str]] = []
        for start in range(0, len(job_ids), _PAGE):
            some = job_ids[start : start + _PAGE]
            rows += pairs((yield Call("verify_jobs", (entries, group, *some))))
            self._done += len(some)
            if self._meter is not None:
                self._meter(self._done, max(self._all, self._done))
        return rows

    def _scanned_pages(self, command: str, key: str) -> Generator[Call, Reply, list[list[str]]]:
        pages, cursor = [], b"0"
        while True:
            cursor, names = yield from scan(command, key, cursor)
            pages.append(names)
            if cursor == b"0":
                return pages

    def _scanned(self, command: str, key: str) -> Generator[Call, Reply, list[str]]:
        pages = yield from self._scanned_pages(command, key)
        return [name for page in pages for name in page]

    def _suspect(self, job_ids: Iterable[str], group: str = "") -> None:
        self._suspects.update(dict.fromkeys((job_id, group) for job_id in job_ids))

    def _flaw(self, what: str, subject: str, detail: str = "", *, repaired: bool = False) -> Flaw:
        words = WORDS.get(what, "a number does not agree with what it counts: it is set right")
        return Flaw(self._keys.queue, what, subject, detail or words, repaired)


def _mended(flaw: Flaw) -> Flaw:
    return Flaw(flaw.queue, flaw.what, flaw.subject, flaw.detail, repaired=True)

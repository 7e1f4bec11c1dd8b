"""What can be asked of a queue, for async code."""

from collections.abc import Iterable

from backbeat.app import commands
from backbeat.app.commands import Page, WorkerInfo
from backbeat.app.contact import Contact
from backbeat.app.history import HistoryPoint, read_history, span_ms
from backbeat.app.info import JobInfo, read_info
from backbeat.app.load import OLDEST_OF, QueueLoad, measure, window_ms
from backbeat.app.queue_events import QueueEvents
from backbeat.app.running import running_jobs
from backbeat.engine.calls.measure import Per
from backbeat.engine.calls.read import Counts
from backbeat.engine.flaws import Flaw
from backbeat.engine.states import State
from backbeat.engine.verifying import Meter
from backbeat.errors import JobNotFound
from backbeat.values import Seconds

# Inside the class below `list` is the command.
list_of = list
Lines = list[str]
Flaws = list[Flaw]
Workers = list[WorkerInfo]
Running = dict[int, tuple[str, ...]]


class Questions(Contact):
    """Questions to a queue; they change nothing."""

    async def get(self, job_id: str) -> JobInfo:
        """Everything that is known about a job.

        Raises:
            JobNotFound: It is not in the queue, or was not kept when it ended.
        """
        snapshot = await (await self.client()).get(job_id)
        if snapshot is None:
            raise JobNotFound(job_id)
        return read_info(self.name, job_id, snapshot)

    async def counts(self) -> Counts:
        """How many jobs are in each state; the cost does not grow with them."""
        return await (await self.client()).counts()

    async def list(self, state: State, *, cursor: str | None = None, limit: int = 50) -> Page:
        """A page of the jobs in a state: the next to run first, of ended ones the newest.

        Args:
            state: The state.
            cursor: That of the page before. Defaults to None: the first page.
            limit: At most so many, and never more than 200. Defaults to 50.
        """
        page = await (await self.client()).list(State(state), cursor or "", limit)
        return commands.read_page(self.name, State(state), page)

    async def logs(self, job_id: str, *, start: int = 0, count: int = 1_000) -> Lines:
        """Log lines of a job, the oldest first.

        Args:
            job_id: The job.
            start: Lines to leave out; negative counts from the end. Defaults to 0.
            count: At most so many, and never more than 1,000.
        """
        lines = await (await self.client()).logs(job_id, start, count)
        return [line.decode() for line in lines]

    async def workers(self) -> Workers:
        """The workers that hold a lease on the queue, by number."""
        replies = await (await self.client()).workers()
        return commands.read_workers(replies)

    async def running(self, most: int = 2_000) -> Running:
        """Which jobs each worker runs: ids of jobs by the number that `workers()` shows.

        Args:
            most: Look at so many jobs at most, of each partition. Defaults to 2,000.
        """
        connection = await self.connection()
        parts = [connection.client(part) for part in self.parts]
        return await running_jobs(self._client_of(connection), parts, most)

    def events(
        self, since: str | None = None, *, kinds: Iterable[str] | None = None
    ) -> QueueEvents:
        """What happens in the queue: an async iterator that never ends by itself.

        Args:
            since: Id of the last event that was read, "0-0" for all that are kept. Defaults to
                None: those from now on.
            kinds: Only events of these kinds. Defaults to all.
        """
        return QueueEvents(self.client, since, kinds)

    async def load(self, window: Seconds = 60.0) -> QueueLoad:
        """How loaded the queue is: for people, and for whoever adds and takes away workers.

        Args:
            window: Over how long rates are measured. Workers write down what they are measured by
                every half minute. Defaults to 60 seconds.

        Raises:
            InvalidOption: The window is none.
        """
        length = window_ms(window)
        parts = await (await self.client()).load(OLDEST_OF)
        return measure(parts, len(await self.workers()), length)

    async def history(
        self, last: Seconds = 3_600.0, *, per: Per = "minute"
    ) -> list_of[HistoryPoint]:
        """What came, ran and ended in each minute or hour, of the queue and of its handlers.

        Workers write down what they count every 15 seconds, and how the queue stands every half
        minute: what happened since then is missing, and stands in the minute of its writing.

        Args:
            last: How far back. Minutes are kept for a day, hours for 30 days. Defaults to an hour.
            per: "minute" or "hour". Defaults to "minute".

        Returns:
            The minutes or hours of which something is known, the oldest first.

        Raises:
            InvalidOption: The time is none.
        """
        client = await self.client()
        first_ms, last_ms = span_ms(last, per, (await client.counts()).now_ms)
        return read_history(await client.measured(per, first_ms, last_ms))

    async def verify(self, *, repair: bool = False, progress: Meter | None = None) -> Flaws:
        """Find what is wrong with what the server holds of the queue, in steps of 200 jobs.

        Each job is looked at in one moment, so the queue may be in use. A repair converges: what a
        second one finds was broken in between, or cannot be put right.

        Args:
            repair: Whether to put right what can be put right safely. A job that is in no state and
                left no trace of an end runs, perhaps once more. Defaults to False: reads only.
            progress: Is told how many entries were looked at, and how many there are about.

        Returns:
            What is or was wrong; nothing where all is well.
        """
        return await (await self.client()).checks.verify(repair=repair, meter=progress)

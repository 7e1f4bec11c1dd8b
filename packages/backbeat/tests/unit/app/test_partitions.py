"""Declaring partitions, and where keys go."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backbeat import Backbeat, ConfigurationError, InvalidOption, Keep, Rate
from backbeat.app.partitions import Spread, read_text
from backbeat.app.policy import QueueOptions
from backbeat.engine.client import QueueClient
from backbeat.engine.control import Control
from backbeat.engine.flow_control import FlowControl
from backbeat.engine.keys import QueueKeys
from backbeat.engine.partitioned import PartitionedClient
from backbeat.engine.partitions import Partitioning
from backbeat.engine.sync_client import SyncQueueClient
from backbeat.engine.sync_partitioned import SyncPartitionedClient
from backbeat.engine.transport.slots import slot_of_key


def test_a_key_goes_where_it_always_went() -> None:
    spread = Partitioning(16, by_id=True)
    assert [spread.of_key(key) for key in ("", "a", "wallet-7", "käse")] == [4, 15, 8, 9]


@given(st.text(), st.integers(2, 256))
def test_every_key_has_a_partition(key: str, count: int) -> None:
    assert 0 <= Partitioning(count, by_id=True).of_key(key) < count


def test_keys_are_spread_evenly() -> None:
    spread = Partitioning(16, by_id=True)
    hits = [0] * 16
    for number in range(16_000):
        hits[spread.of_key(f"wallet-{number}")] += 1
    assert 850 < min(hits) <= max(hits) < 1_150


def test_each_partition_is_in_a_slot_of_its_own() -> None:
    names = Partitioning(16, by_id=True).names("wallets")
    slots = {slot_of_key(QueueKeys("bb", name).key("meta")) for name in names}
    assert len(slots) == 16


@pytest.mark.parametrize("queue", ["a/b", "a/", "/1", "a/1/2", "a/-1", "a/\uff11"])
def test_only_a_number_may_follow_the_name_of_a_queue(queue: str) -> None:
    with pytest.raises(InvalidOption):
        QueueKeys("bb", queue)


def test_an_id_made_here_is_told_from_any_other() -> None:
    spread = Partitioning(16, by_id=False)
    assert spread.where(spread.mark("abc-1", 7)) == 7
    assert spread.where("abc-1") is None
    assert spread.where("order~seven") is None
    assert Partitioning(16, by_id=True).where("abc-1") == spread.of_key("abc-1")


@pytest.mark.parametrize("count", [0, 1, 257])
def test_numbers_of_partitions_have_bounds(count: int) -> None:
    with pytest.raises(InvalidOption, match="2 to 256"):
        Backbeat().queue("a", partitions=count)


def test_a_key_needs_partitions() -> None:
    with pytest.raises(InvalidOption, match="needs partitions="):
        Backbeat().queue("a", partition_by="{x}")


@pytest.mark.parametrize("template", ["wallet", "{}", "{0}", "{", "{wallet"])
def test_a_template_names_arguments(template: str) -> None:
    with pytest.raises(InvalidOption, match="partition_by"):
        Backbeat().queue("a", partitions=2, partition_by=template)


def test_a_handler_must_need_what_the_key_is_made_of() -> None:
    queue = Backbeat().queue("a", partitions=2, partition_by="{wallet}")
    with pytest.raises(ConfigurationError, match="needs the argument 'wallet'"):

        @queue.job()
        async def forgetful(purse: str) -> None: ...

    with pytest.raises(ConfigurationError, match="without a default"):

        @queue.job()
        async def lax(wallet: str = "w") -> None: ...


def test_what_a_queue_holds_is_divided() -> None:
    options = QueueOptions(partitions=4, max_jobs=400)
    fields = options.fields(Keep(completed=10, failed=0, max_bytes=4_000))
    assert fields["max_jobs"] == "100"
    assert (fields["keep_completed"], fields["keep_failed"]) == ("3", "0")
    assert fields["keep_bytes"] == "1000"
    with pytest.raises(InvalidOption, match=r"max_jobs=10.*partitions=4"):
        QueueOptions(partitions=4, max_jobs=10)


def test_what_a_queue_runs_is_one_limit_over_all_partitions() -> None:
    app = Backbeat()
    app.limit("api", rate=Rate(5))
    queue = app.queue("a", partitions=4, max_running=3, rate=Rate(10, burst=2), limits=["api"])
    whole, api = queue.limits
    assert (whole.name, whole.slots, whole.rate, whole.burst) == ("a/*", 3, 10, 2)
    assert api.name == "api"
    fields = queue.options.fields(Keep())
    assert (fields["max_running"], fields["rate"]) == ("3", "")


@pytest.mark.parametrize("options", [{"partitions": 4}, {"max_running": 3, "rate": Rate(10)}])
def test_without_partitions_or_without_limits_there_is_none(options: dict[str, Any]) -> None:
    assert Backbeat().queue("a", **options).limits == []


def test_a_rate_that_is_too_large_to_be_shared_is_refused_at_once() -> None:
    with pytest.raises(InvalidOption, match="at most 1,000,000"):
        Backbeat().queue("a", partitions=4, rate=Rate(2_000_000))


@pytest.mark.parametrize("by", [None, "{wallet}", "{user[id]}-{wallet}"])
def test_the_server_remembers_how_a_queue_is_spread(by: str | None) -> None:
    spread = Spread("a", 16, by)
    assert read_text(spread.text) == (16, by)


def test_code_that_makes_keys_is_only_remembered_as_such() -> None:
    count, by = read_text(Spread("a", 16, lambda arguments: str(arguments)).text)
    assert count == 16
    assert callable(by)
    with pytest.raises(ConfigurationError, match="made by code"):
        by({})


def test_a_queue_with_partitions_has_every_command_of_one_without() -> None:
    for whole, part in [
        (PartitionedClient, QueueClient),
        (SyncPartitionedClient, SyncQueueClient),
    ]:
        # Jobs are added to the partitions themselves.
        wanted = _public(part) - {"add", "add_many", "close", "expect", "reply_session"}
        # So are jobs of flows, and what is asked about flows.
        wanted -= _public(FlowControl) - _public(Control)
        assert wanted <= _public(whole)


def _public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}

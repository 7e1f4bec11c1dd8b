"""The tests run on the servers that they are said to run on."""

import pytest

from packages.backbeat.tests.support.private_server import PrivateServer


def test_the_server_of_the_wheel_is_valkey_9(valkey: PrivateServer) -> None:
    about = valkey.client.info("server")
    assert about["server_name"] == "valkey"
    assert about["valkey_version"].startswith("9.")


@pytest.mark.needs_redis7
def test_the_server_on_path_is_redis_7_or_newer(redis7: PrivateServer) -> None:
    about = redis7.client.info("server")
    assert "valkey_version" not in about
    assert int(about["redis_version"].partition(".")[0]) >= 7

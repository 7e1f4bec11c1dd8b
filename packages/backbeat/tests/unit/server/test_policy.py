"""Where a server that nobody asked for is refused, warned of, or at home."""

import pytest

from backbeat.errors import ConfigurationError
from backbeat.server.policy import judge_unasked
from backbeat.server.surroundings import Surroundings


@pytest.mark.parametrize(
    ("surroundings", "place"),
    [
        (Surroundings(production=True), "production"),
        (Surroundings(kubernetes=True, container=True), "Kubernetes"),
        (Surroundings(systemd_unit=True), "systemd unit"),
    ],
)
def test_it_is_refused_with_the_place_and_the_remedy(
    surroundings: Surroundings, place: str
) -> None:
    with pytest.raises(ConfigurationError, match=place) as error:
        judge_unasked(surroundings)
    assert "BACKBEAT_URL" in str(error.value)
    assert "embedded://folder" in str(error.value)


def test_it_is_warned_of_in_any_other_container() -> None:
    warning = judge_unasked(Surroundings(container=True))
    assert warning is not None
    assert "BACKBEAT_URL" in warning


def test_it_is_at_home_on_a_desk() -> None:
    assert judge_unasked(Surroundings()) is None

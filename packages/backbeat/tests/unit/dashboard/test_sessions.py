"""A sign-in ends by itself: when nobody uses it, and in any case after a time."""

from backbeat.dashboard.sessions import Sessions


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_one_that_nobody_uses_ends() -> None:
    clock = Clock()
    sessions = Sessions(idle=10, longest=100, clock=clock)
    name = sessions.begin("key")
    clock.now = 9
    assert sessions.get(name) is not None
    clock.now = 11
    assert sessions.get(name) is None


def test_use_prolongs_it_but_not_beyond_its_longest_time() -> None:
    clock = Clock()
    sessions = Sessions(idle=10, longest=25, clock=clock)
    name = sessions.begin("key")
    for now in (8, 16, 24):
        clock.now = now
        assert sessions.get(name, use=True) is not None
    clock.now = 26
    assert sessions.get(name, use=True) is None


def test_signing_out_ends_it_and_a_key_is_in_no_repr() -> None:
    sessions = Sessions(idle=10, longest=25, clock=Clock())
    name = sessions.begin("bb_secret")
    assert "bb_secret" not in repr(sessions.get(name))
    sessions.end(name)
    assert sessions.get(name) is None

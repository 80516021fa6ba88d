"""How often somebody may ask: a bucket that empties by the request and fills by the second."""

from contextlib import suppress

import pytest

from api.problems import Stopped
from api.signin import limits
from api.signin.limits import Limit


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_as_many_as_a_minute_has_are_let_through_at_once(clock: Clock) -> None:
    limit = Limit(60, clock)
    for _ in range(60):
        limit.take("a")
    with pytest.raises(Stopped, match="too-many-requests") as refusal:
        limit.take("a")
    assert refusal.value.status == 429
    assert refusal.value.headers == {"Retry-After": "1"}
    limit.take("b")


def test_a_bucket_fills_by_the_second_and_not_over_its_brim(clock: Clock) -> None:
    limit = Limit(60, clock)
    for _ in range(60):
        limit.take("a")
    clock.now = 2
    limit.take("a")
    limit.take("a")
    with pytest.raises(Stopped):
        limit.take("a")
    clock.now = 10_000
    assert limit.left("a") == 60


def test_who_is_told_to_wait_and_does_is_let_through(clock: Clock) -> None:
    limit = Limit(10, clock)
    for _ in range(10):
        limit.take("a")
    with pytest.raises(Stopped) as refusal:
        limit.take("a")
    clock.now += int(refusal.value.headers["Retry-After"])
    limit.take("a")


def test_a_refused_request_costs_nothing(clock: Clock) -> None:
    limit = Limit(10, clock)
    for _ in range(30):
        with suppress(Stopped):
            limit.take("a")
    clock.now = 6
    limit.take("a")


def test_no_more_buckets_are_kept_than_there_is_room_for(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MOST", 3)
    limit = Limit(2, clock)
    limit.take("first")
    for key in "abc":
        limit.take(key)
    assert limit.left("first") == 2
    assert limit.left("c") == 1

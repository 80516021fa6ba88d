"""How often somebody may ask: a bucket for each, which fills again by the second.

It is in memory, so every process counts for itself, and a restart begins anew.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from math import ceil
from time import monotonic

from api.problems import Stopped

MOST = 50_000  # buckets that are kept; the one that was left alone for longest goes first


class Limit:
    """So many requests a minute for each key, and as many at once. Used from one thread."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self.most = per_minute
        self.clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def left(self, key: Hashable) -> float:
        """How many requests the key has left."""
        now = self.clock()
        left, at = self._buckets.get(key, (float(self.most), now))
        return min(float(self.most), left + (now - at) * self.most / 60)

    def check(self, key: Hashable) -> None:
        """Raise `Stopped` (429) where the key has none left."""
        left = self.left(key)
        if left < 1:
            raise too_many(ceil((1 - left) * 60 / self.most))

    def take(self, key: Hashable) -> None:
        """Count a request of the key. Raises `Stopped` (429) where it has none left."""
        self.check(key)
        self._buckets[key] = self.left(key) - 1, self.clock()
        self._buckets.move_to_end(key)
        while len(self._buckets) > MOST:
            self._buckets.popitem(last=False)


def too_many(seconds: int) -> Stopped:
    return Stopped(
        429,
        "too-many-requests",
        f"Too many requests came from here. Wait {seconds} s, then send it again.",
        headers={"Retry-After": str(seconds)},
    )

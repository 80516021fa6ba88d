"""Counters for a monitoring system. Labels are route templates and names of ours: no data."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from projections.standing import Lag

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "throughline_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "throughline_http_request_seconds",
            "Time from the request to the end of its answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._behind = self._gauge("lag_events", "Events a projection has yet to take in.")
        self._seconds_behind = self._gauge("lag_seconds", "Age of the first of those events.")
        self._parked = self._gauge("parked_events", "Events a projection could not take.")

    def _gauge(self, name: str, text: str) -> Gauge:
        return Gauge(f"throughline_projection_{name}", text, ("projection",),
                     registry=self.registry)  # fmt: skip

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self, lags: list[Lag]) -> bytes:
        """All metrics in the Prometheus text format."""
        for lag in lags:
            self._behind.labels(lag.projection).set(lag.behind)
            self._seconds_behind.labels(lag.projection).set(lag.seconds)
            self._parked.labels(lag.projection).set(lag.parked)
        return generate_latest(self.registry)

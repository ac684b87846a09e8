"""Figures for Prometheus."""

from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "doorward_requests_total",
    "Requests by service, operation and HTTP status.",
    ["service", "operation", "status"],
    registry=REGISTRY,
)
SECONDS = Histogram(
    "doorward_request_seconds",
    "Time from the head of a request to its answer, by service.",
    ["service"],
    registry=REGISTRY,
)


@lru_cache(maxsize=4096)
def _figures(service: str, operation: str, status: int) -> tuple[Counter, Histogram]:
    return REQUESTS.labels(service, operation, status), SECONDS.labels(service)


def count(service: str, operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    requests, times = _figures(service, operation, status)
    requests.inc()
    times.observe(seconds)


def text() -> bytes:
    """All figures in Prometheus's text format."""
    return generate_latest(REGISTRY)

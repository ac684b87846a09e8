"""Figures for Prometheus."""

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


def count(service: str, operation: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    REQUESTS.labels(service, operation, status).inc()
    SECONDS.labels(service).observe(seconds)


def text() -> bytes:
    """All figures in Prometheus's text format."""
    return generate_latest(REGISTRY)

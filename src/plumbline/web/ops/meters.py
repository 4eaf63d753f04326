"""What is measured of every request, for Prometheus; processes add up in the folder PROMETHEUS_MULTIPROC_DIR."""

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import REGISTRY
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = Histogram(
    "plumbline_request_seconds",
    "Server time of a request",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STATEMENTS = Histogram(
    "plumbline_request_sql_statements",
    "SQL statements of a request",
    ["method", "route"],
    buckets=(0, 1, 2, 5, 10, 15, 20, 25, 30, 50, 100),
)
ANSWERS = Counter("plumbline_requests", "Requests answered", ["method", "route", "status"])


def registry() -> CollectorRegistry:
    """Return the registry to read: of all processes where they share a folder, else of this one."""
    if not settings.METRICS_SHARED:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def text() -> bytes:
    """Return everything measured, in Prometheus' text format."""
    return generate_latest(registry())

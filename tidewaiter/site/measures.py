"""What the node measures of itself: requests as they pass, and gauges asked of the database when somebody looks."""

from __future__ import annotations

import logging
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tidewaiter.cases.models import Case
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.models import Cursor
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.people.models import Officer

_log = logging.getLogger("tidewaiter.access")
REQUESTS = Counter(
    "tidewaiter_requests", "Requests answered, by route, method and status", ["route", "method", "status"]
)
SECONDS = Histogram(
    "tidewaiter_request_seconds",
    "How long answers took, by route",
    ["route"],
    buckets=(0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)
LOW_DISK = 200 * 1024**2


class measured:
    """Counts and times every answer, by the name of its route; writes one line about it. Addresses are kept nowhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Passes the request on, with an identifier that the answer carries too."""
        began = time.perf_counter()
        identifier = uuid.uuid4().hex[:16]
        answer = self._get_response(request)
        took = time.perf_counter() - began
        match = request.resolver_match
        route = (match.view_name if match else "") or "none"
        if request.path.startswith("/static/"):
            return answer
        REQUESTS.labels(route, request.method or "", str(answer.status_code)).inc()
        SECONDS.labels(route).observe(took)
        answer["X-Request-Id"] = identifier
        _log.info(
            "answered",
            extra={
                "route": route,
                "method": request.method,
                "status": answer.status_code,
                "ms": round(took * 1000, 1),
                "request": identifier,
            },
        )
        return answer


class Node(Collector):
    """The node's state, asked of the database at the moment of looking."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges."""
        end = ledger_end()
        yield GaugeMetricFamily("tidewaiter_ledger_entries", "Entries of the ledger", value=end)
        lag = GaugeMetricFamily(
            "tidewaiter_follower_lag_entries", "Ledger entries a follower has not read yet", labels=["follower"]
        )
        for name, seq in Cursor.objects.values_list("name", "seq"):
            lag.add_metric([name], end - seq)
        yield lag
        cases = GaugeMetricFamily("tidewaiter_cases", "Cases by state, newest versions", labels=["status"])
        for status, number in Case.objects.filter(latest=True).values_list("status").annotate(n=Count("pk")).order_by():
            cases.add_metric([status], number)
        yield cases
        jobs = GaugeMetricFamily("tidewaiter_jobs", "Work by state", labels=["state"])
        for state, number in Job.objects.values_list("state").annotate(n=Count("pk")).order_by():
            jobs.add_metric([state], number)
        yield jobs
        yield GaugeMetricFamily(
            "tidewaiter_accounts_open", "Open accounts", value=Officer.objects.filter(is_active=True).count()
        )
        yield GaugeMetricFamily(
            "tidewaiter_disk_free_bytes",
            "Free space beside the data",
            value=shutil.disk_usage(settings.TIDEWAITER_HOME).free,
        )


def exposition() -> bytes:
    """All of it in Prometheus' text format; the counts of every web process together where `serve` runs several."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(Node())
    return generate_latest(registry)


def unready() -> list[str]:
    """Why the node cannot serve now, in codes; empty when it can."""
    why = []
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            why.append("migrations_waiting")
    except DatabaseError:
        why.append("database")
    home = Path(settings.TIDEWAITER_HOME)
    if not os.access(home, os.W_OK):
        why.append("data_folder")
    elif shutil.disk_usage(home).free < LOW_DISK:
        why.append("disk_full")
    if (home / "restoring").exists():
        why.append("restoring")
    return why

"""What the node measures of itself: requests as they pass, and gauges asked of the database when somebody looks."""

from __future__ import annotations

import logging
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tidewaiter.cases.models import Case
from tidewaiter.jobs.models import Job
from tidewaiter.ledger.queries import ledger_end
from tidewaiter.people.models import Officer
from tidewaiter.site.readiness import Readiness, readiness

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
        state = readiness()
        for follower in state.followers:
            lag.add_metric([follower.name], follower.lag)
        yield lag
        yield from _of_the_clock(state)
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


def _of_the_clock(state: Readiness) -> Iterator[GaugeMetricFamily]:
    """What the clock does, how far followers are behind, and what was set aside; a
    deed that never succeeded has no age.
    """
    yield GaugeMetricFamily("tidewaiter_ready", "Whether the node is ready (as /readyz)", value=float(not state.why))
    if state.clock_age is not None:
        yield GaugeMetricFamily(
            "tidewaiter_clock_age_seconds", "Since the clock last beat", value=_since(state.clock_age)
        )
    age = GaugeMetricFamily("tidewaiter_deed_age_seconds", "Since a scheduled deed last succeeded", labels=["deed"])
    every = GaugeMetricFamily("tidewaiter_deed_every_seconds", "How often a deed is due", labels=["deed"])
    overdue = GaugeMetricFamily("tidewaiter_deed_overdue", "Whether a deed is overdue", labels=["deed"])
    for deed in state.deeds:
        every.add_metric([deed.name], deed.every)
        overdue.add_metric([deed.name], float(deed.overdue))
        if deed.age is not None:
            age.add_metric([deed.name], _since(deed.age))
    oldest = GaugeMetricFamily(
        "tidewaiter_follower_oldest_seconds", "Age of the oldest entry a follower has not read", labels=["follower"]
    )
    for follower in state.followers:
        oldest.add_metric([follower.name], follower.oldest)
    yield from (age, every, overdue, oldest)
    yield GaugeMetricFamily(
        "tidewaiter_heads_not_sent", "Heads of the ledger that have not left the node", value=state.heads_waiting
    )
    deaths = GaugeMetricFamily("tidewaiter_child_deaths_hour", "Deaths of a process within an hour", labels=["child"])
    for child in state.children:
        deaths.add_metric([child.name], child.deaths)
    yield deaths
    items = GaugeMetricFamily("tidewaiter_failed_items", "Items of the clock's work that failed", labels=["state"])
    items.add_metric(["set_aside"], state.set_aside)
    items.add_metric(["waiting"], state.waiting)
    yield items


def exposition() -> bytes:
    """All of it in Prometheus' text format; the counts of every web process together where `serve` runs several."""
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it is not typed there
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(Node())
    return generate_latest(registry)


def _since(age: int) -> float:
    """Seconds as a gauge: for ever where the stamp lies in the future, so that an alarm on a great age goes off."""
    return float(age) if age >= 0 else float("inf")

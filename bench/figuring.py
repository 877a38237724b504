"""What analysts do on a large node: the dashboard, the map, a table, the report; what a change costs."""

from __future__ import annotations

import random
import time

from django.db import transaction
from django.test import Client

from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import NODE
from tidewaiter.ledger.actions import record
from tidewaiter.people.models import Officer
from tidewaiter.site.warming import warm
from tidewaiter.statistics import store
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html, as_pdf


def asked_for_figures(username: str, password: str, times: int = 40) -> dict[str, list[float]]:
    """Seconds of each page, as its person gets it, for many periods and commodities."""
    warm()  # as a web process is before its first request
    client = Client(SERVER_NAME="127.0.0.1")
    client.login(username=username, password=password)
    chance = random.Random(7)
    spent: dict[str, list[float]] = {}
    for name, address in (
        ("dashboard", "/statistics/"),
        ("map", "/statistics/map/"),
        ("table", "/statistics/table/?by=commodity&and=region&"),
        ("signals", "/statistics/signals/"),
    ):
        for _n in range(times):
            year = chance.randrange(2015, 2025)
            narrowed = chance.choice(("", "&commodity=WPN", "&commodity=DRG", "&region=R3"))
            mark = "" if address.endswith("&") else "?"
            start = time.perf_counter()
            answer = client.get(f"{address}{mark}since={year}-01&until={year}-12{narrowed}")
            spent.setdefault(name, []).append(time.perf_counter() - start)
            assert answer.status_code == 200, (address, answer.status_code)
    return spent


def seconds_of_a_change() -> float:
    """From a change in the record to figures that hold it."""
    case = Case.objects.filter(counted=True).order_by("-pk")[0]
    store.bring_up_to_date()
    with transaction.atomic():
        record(by=NODE, deed="cases.validated", ref=case.ref, version=case.version)
    start = time.perf_counter()
    store.bring_up_to_date()
    return time.perf_counter() - start


def seconds_of_a_report(username: str, year: int) -> tuple[float, float]:
    """(the whole report as HTML, and as PDF), freezing among both."""
    by = Officer.objects.get(username=username)
    start = time.perf_counter()
    frozen = freeze(name="bench", since=f"{year}-01", until=f"{year}-12", audience="members", by=by)
    freezing = time.perf_counter() - start
    start = time.perf_counter()
    as_html(frozen, "en")
    html = time.perf_counter() - start
    start = time.perf_counter()
    as_pdf(frozen, "en")
    return freezing + html, freezing + time.perf_counter() - start

"""The report that stays of a room: figures by country and day, goods and units, no names and no words of anybody."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.operations.certificates import folder
from tidewaiter.operations.figures import by_country, days_of, figures_of, seized
from tidewaiter.operations.models import Operation
from tidewaiter.operations.opened import opened


def report_of(operation: Operation) -> dict[str, Any]:
    """The figures of a whole room, as a document."""
    messages = sorted(opened(operation).messages.values(), key=lambda one: one.number)
    owed, moment = list(operation.owed.all()), now()
    days = days_of(operation, messages, moment.date(), most=400)
    return {
        "operation": operation.ref,
        "title": operation.title,
        "made_at": stamp(moment),
        "countries": operation.countries,
        "figures": figures_of(messages, owed, moment).plain(),
        "messages_by_template": _by_template(messages),
        "seized": [{**row, "quantity": str(row["quantity"])} for row in seized(messages)],
        "days": [day.isoformat() for day in days],
        "by_country": [row.plain() for row in by_country(messages, owed, days, moment)],
    }


def _by_template(messages: list[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in messages:
        found[one.template.code] = found.get(one.template.code, 0) + 1
    return found


def report_path(ref: str) -> Path:
    """Where the report of an operation lies."""
    return folder() / f"{ref}-report.json"


def write_report(operation: Operation) -> Path:
    """Writes the report, and its digest into the operation's counts; gives its path."""
    path = report_path(operation.ref)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = canonical(report_of(operation)) + b"\n"
    with whole(path) as part:
        part.write_bytes(content)
    operation.counts = {**operation.counts, "report_sha256": hashlib.sha256(content).hexdigest()}
    return path

"""Taking cases away as a file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet

from tidewaiter.cases.export import counted, noted, records_of, write_records
from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.refs import new_ref
from tidewaiter.ledger.actions import record


def export_cases(
    *,
    cases: QuerySet[Case],
    to: Path,
    kind: str,
    by: Actor,
    told: Callable[[int], None] = lambda _done: None,
    named: Callable[[str], None] = lambda _ref: None,
) -> int:
    """Writes cases to a file (`cases.export.KINDS`) and records who took how many; gives how many. `told` hears how
    many are read, `named` the ref of each.

    Other cases are named in it as far as the person sees them.
    """
    with (
        whole(to) as part,
        closing(records_of(cases, by)) as records,
    ):  # its cursor ends here, whatever stops the writing
        done = write_records(counted(noted(records, named), told), part, kind)
    with transaction.atomic():
        record(by=by, deed="cases.exported", ref=new_ref("EX"), detail={"cases": done, "kind": kind})
    return done

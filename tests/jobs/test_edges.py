"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from types import SimpleNamespace

import pytest


@pytest.mark.django_db
def test_work_that_was_cancelled_before_it_began_costs_no_turn(people: SimpleNamespace) -> None:
    from tests.jobs.test_lanes import _asked, _next
    from tidewaiter.jobs.actions import cancel
    from tidewaiter.jobs.models import Job

    _asked(people.contact, "B1", "B2", "B3")
    _asked(people.officer, "A1", "A2", "A3", "A4")
    for job in Job.objects.filter(asked_by=people.officer.username):
        cancel(job=job, by=people.officer)
    _asked(people.officer, "A5")
    assert [_next() for _ in range(4)] == ["B1", "A5", "B2", "B3"]

"""The monthly check: what an administration sent in a month, and what is missing."""

from __future__ import annotations

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from tests.making import made_by_worker
from tests.review.test_review import _client, _waits
from tidewaiter.cases.actions import open_case, return_case, validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.people.actions import add_officer
from tidewaiter.people.models import Officer
from tidewaiter.review.monthly import monthly_check, read_month

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_monthly_check_counts_what_came_and_what_is_missing(people: SimpleNamespace, capsys: Any) -> None:
    month = f"{now():%Y-%m}"
    today = f"{now():%Y-%m-%d}"
    good, bad = _waits(people, "M-1", date=today), _waits(people, "M-2", date=today)
    return_case(case=bad, reason="", by=people.reviewer, fields=[FieldReason("lines.1.quantity", "implausible")])
    open_case(case=good, by=people.reviewer)
    validate(cases=Case.objects.filter(pk=good.pk), by=people.reviewer)
    (country,) = monthly_check(people.reviewer, read_month(month), "KE")
    whole = country.whole
    assert (whole.received, whole.returned, whole.validated, whole.fields["lines.quantity"]) == (2, 1, 1, 1)
    assert whole.median_days == 0.0
    assert len(country.gaps) == 11
    assert monthly_check(people.chilean, read_month(month), "KE") == []
    client = _client(people.reviewer)
    page = client.get(f"/review/monthly/?month={month}")
    assert "Kenya" in page.content.decode()
    assert client.get(f"/review/monthly/?month={month}&format=csv").status_code == 200
    assert client.get(f"/review/monthly/?month={month}&format=xlsx").content[:2] == b"PK"
    assert made_by_worker(client, f"/review/monthly/?month={month}&format=pdf")[:5] == b"%PDF-"
    assert "1" in client.get(f"/review/monthly/KE/letter/?month={month}").content.decode()
    assert made_by_worker(client, f"/review/monthly/KE/letter/?month={month}&format=pdf")[:5] == b"%PDF-"
    assert _client(people.chilean).post(f"/review/monthly/KE/letter/?month={month}&format=pdf").status_code == 404
    assert client.get("/review/monthly/?month=soon").status_code == 400
    call_command("monthly_check", month, by="reviewer.ug", country="KE", format="json")
    assert json.loads(capsys.readouterr().out)[0]["received"] == 2


def test_the_monthly_check_counts_no_case_that_its_reader_may_not_see(people: SimpleNamespace) -> None:
    """A country's own steward reads the check of all countries: of others over what
    stands in the figures for everybody.
    """
    steward = add_officer(
        username="steward.us", administration="US", role="steward", password="kettle-harbour-violin-7", by=NODE
    )
    today = f"{now():%Y-%m-%d}"
    places = {"place": "", "date": today}
    seen, marked = _waits(people, "M-1", **places), _waits(people, "M-2", handling="RED", **places)
    back, _waiting = _waits(people, "M-3", **places), _waits(people, "M-4", **places)
    for case in (seen, marked):
        open_case(case=case, by=people.reviewer)
        validate(cases=Case.objects.filter(pk=case.pk), by=people.reviewer)
    return_case(case=back, reason="", by=people.reviewer, fields=[FieldReason("lines.1.quantity", "implausible")])
    Case.objects.filter(ref=back.ref).update(changed_at=now() - timedelta(days=60))
    month = read_month(f"{now():%Y-%m}")

    def told(person: Officer) -> tuple[int, int, int, int, int]:
        (country,) = monthly_check(person, month, "KE")
        whole = country.whole
        return whole.received, whole.returned, whole.validated, whole.fields.total(), country.overdue

    assert told(people.contact) == (4, 1, 2, 1, 1)
    assert told(people.reviewer) == (4, 1, 2, 1, 1), "what goes back is known to the office that sent it"
    assert told(people.steward) == (4, 1, 2, 1, 1)
    assert told(steward) == (1, 0, 1, 0, 0)

"""The whole JSON door as its OpenAPI document describes it, asked by schemathesis: no answer is a surprise.

Not asked of it: that a body which fits the schema is always taken (a date may lie in the future, a code may have been
retired), nor that a body which does not fit is always refused (the doors also take labels for codes, CONTRACT.md).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.people.actions import make_token

pytestmark = pytest.mark.django_db
application = get_wsgi_application()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    ignored_auth,
    unsupported_method,
]


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(_context: Any, value: Any) -> bytes:
    """A batch as schemathesis makes one up: any text."""
    return str(value).encode("utf-8", "replace")


LIFE = settings(
    max_examples=14, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
)
OPERATIONS = {
    "GET /api/v1/cases",
    "POST /api/v1/cases",
    "POST /api/v1/cases/batch",
    "GET /api/v1/cases/{ref}",
    "POST /api/v1/cases/{ref}/submit",
    "POST /api/v1/cases/{ref}/validate",
    "POST /api/v1/cases/{ref}/return_case",
    "POST /api/v1/cases/{ref}/take_back",
    "POST /api/v1/cases/{ref}/withdraw",
    "GET /api/v1/statistics",
    "GET /api/v1/library",
    "POST /api/v1/library",
    "GET /api/v1/library/feed.atom",
    "GET /api/v1/library/{ref}",
    "POST /api/v1/library/{ref}/submit",
    "POST /api/v1/library/{ref}/pictures",
    "GET /api/v1/library/{ref}/pictures/{digest}",
    "POST /api/v1/library/{ref}/publish",
    "POST /api/v1/library/{ref}/send_back",
    "POST /api/v1/library/{ref}/withdraw",
    "POST /api/v1/library/{ref}/read",
    "POST /api/v1/library/{ref}/files",
    "GET /api/v1/library/{ref}/files/{digest}",
    "GET /api/v1/people/duty",
    "GET /api/v1/people/contact-points",
    "POST /api/v1/people/contact-points",
    "POST /api/v1/people/contact-points/{ref}/try",
    "GET /api/v1/ringing",
    "POST /api/v1/ringing/{ref}/acknowledge",
    "GET /api/v1/statistics/snapshots",
    "GET /api/v1/statistics/cites/{party}/{year}",
    "GET /api/v1/statistics/signals",
    "GET /api/v1/statistics/gtric",
    "GET /api/v1/statistics/wildlife",
    "GET /api/v1/statistics/questions",
    "POST /api/v1/statistics/snapshots",
    "GET /api/v1/statistics/snapshots/{ref}/report.{kind}",
    "GET /api/v1/codelists",
    "GET /api/v1/codelists/{name}",
    "GET /api/v1/forms",
    "GET /api/v1/forms/{code}",
    "GET /api/v1/cases/export",
    "POST /api/v1/receipts",
    "GET /api/v1/receipts/{ref}",
    "GET /api/v1/receipts/{ref}/rejected_file",
    "POST /api/v1/receipts/{ref}/take_proposals",
    "POST /api/v1/receipts/{ref}/hidden",
    "POST /api/v1/mappings/propose",
    "GET /api/v1/jobs",
    "GET /api/v1/jobs/{ref}",
    "GET /api/v1/jobs/{ref}/result",
    "POST /api/v1/jobs/{ref}/cancel",
    "GET /api/v1/review/queue",
    "POST /api/v1/review/validate",
    "POST /api/v1/cases/{ref}/dismiss",
    "POST /api/v1/cases/{ref}/assign",
    "GET /api/v1/review/checks",
    "GET /api/v1/review/monthly",
    "GET /api/v1/review/requests",
    "POST /api/v1/review/requests",
    "GET /api/v1/review/requests/{ref}",
    "POST /api/v1/review/requests/{ref}/answer",
    "GET /api/v1/cases/{ref}/similar",
    "GET /api/v1/cases/{ref}/links",
    "POST /api/v1/cases/{ref}/links",
    "DELETE /api/v1/cases/{ref}/links/{other}/{kind}",
    "GET /api/v1/photos",
    "POST /api/v1/photos/like",
    "GET /api/v1/watches",
    "POST /api/v1/watches",
    "DELETE /api/v1/watches/{name}",
    "GET /api/v1/trade/files",
    "POST /api/v1/trade/files",
    "GET /api/v1/trade/runs",
    "POST /api/v1/trade/runs",
    "GET /api/v1/trade/runs/{ref}",
    "GET /api/v1/trade/runs/{ref}/rows",
    "GET /api/v1/trade/runs/{ref}/file/{kind}",
    "GET /api/v1/trade/runs/{ref}/beside/{other}",
    "DELETE /api/v1/trade/runs/{ref}",
    "POST /api/v1/cases/{ref}/photos",
    "GET /api/v1/cases/{ref}/photos/{digest}",
    "GET /api/v1/trade/referrals",
    "POST /api/v1/trade/referrals/{ref}/{deed}",
    "GET /api/v1/trade/referral-counts",
    "GET /api/v1/trade/referrals/{ref}/evidence",
    "POST /api/v1/trade/runs/{ref}/referrals",
    "GET /api/v1/trade/referrals/{ref}",
    "GET /api/v1/advisories",
    "GET /api/v1/advisories/collections",
    "GET /api/v1/advisories/{ref}",
    "GET /api/v1/advisories/{ref}/bundle",
    "GET /api/v1/exchange/outbox",
    "GET /api/v1/exchange/questions",
    "GET /api/v1/exchange/requests",
    "GET /api/v1/exchange/status",
    "GET /api/v1/experts/answers/{ref}",
    "GET /api/v1/experts/groups",
    "GET /api/v1/experts/groups/{code}",
    "GET /api/v1/experts/meetings/{ref}",
    "GET /api/v1/experts/reports/{ref}",
    "GET /api/v1/experts/rounds/{ref}",
    "GET /api/v1/experts/threads/{ref}",
    "POST /api/v1/advisories",
    "POST /api/v1/advisories/drafts",
    "POST /api/v1/advisories/import",
    "POST /api/v1/advisories/sightings/{ref}/withdraw",
    "POST /api/v1/advisories/{ref}/acknowledge",
    "POST /api/v1/advisories/{ref}/decline",
    "POST /api/v1/advisories/{ref}/publish",
    "POST /api/v1/advisories/{ref}/revise",
    "POST /api/v1/advisories/{ref}/revoke",
    "POST /api/v1/advisories/{ref}/sightings",
    "POST /api/v1/exchange/outbox/{ref}/hold",
    "POST /api/v1/exchange/outbox/{ref}/release",
    "POST /api/v1/exchange/questions",
    "POST /api/v1/exchange/questions/{ref}/reply",
    "POST /api/v1/exchange/records/{ref}/recall",
    "POST /api/v1/exchange/requests",
    "POST /api/v1/exchange/requests/{ref}/reply",
    "POST /api/v1/experts/answers/{ref}/{deed}",
    "POST /api/v1/experts/groups",
    "POST /api/v1/experts/groups/{code}/{deed}",
    "POST /api/v1/experts/questionnaires",
    "POST /api/v1/experts/reports/{ref}/file",
}


@pytest.fixture(autouse=True)
def _one_connection(db: None) -> Any:
    """The test's transaction stays open between requests, as Django's own test client has it."""
    for moment in (signals.request_started, signals.request_finished):
        moment.disconnect(close_old_connections)
    yield
    for moment in (signals.request_started, signals.request_finished):
        moment.connect(close_old_connections)


@pytest.mark.long
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fitting", "unfitting"])
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_an_operation_answers_as_its_document_says(
    people: SimpleNamespace, settings: Any, label: str, mode: GenerationMode
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.API_REQUESTS_A_MINUTE = 10_000_000
    draft(cases=[case_in(national_ref=f"S-{n}") for n in range(3)], by=people.contact, channel="csv")
    _token, text = make_token(officer=people.contact, scope="write", by=people.contact)
    headers = {"Authorization": f"Bearer {text}", "Accept-Encoding": "identity"}  # its client unpacks nothing
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application, headers=headers)
    operations = {operation.ok().label: operation.ok() for operation in schema.get_all_operations()}
    assert set(operations) == OPERATIONS, "a new operation is asked too"
    asked = 0

    @LIFE
    @given(case=operations[label].as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    ask()
    print(f"asked {label} {mode.value}: {asked}")

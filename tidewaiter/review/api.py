"""The JSON door of the regional office."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.cases.actions import dismiss, take_back
from tidewaiter.cases.api_schemas import CaseMoved, CaseVersionIn
from tidewaiter.cases.as_read import must_be_as_read
from tidewaiter.cases.policy import MAY as MAY_CASE
from tidewaiter.cases.queries import case_by_ref, own_decision
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.parameters import MONTH
from tidewaiter.people.tokens import reader, writer
from tidewaiter.review import actions
from tidewaiter.review.monthly import as_rows, monthly_check, read_month
from tidewaiter.review.policy import MAY, reviewers_page
from tidewaiter.review.queries import in_order, precision_for, request_named, requests_of, rows_of, waiting

router = Router(tags=["review"])


class QueueAsked(Schema):
    """Which part of the queue, in which order."""

    order: str = Field("oldest", pattern="^(oldest|findings|country)$")
    form: list[str] = []
    administration: list[str] = []
    assigned: str = Field("", pattern="^(|me|nobody)$")
    overdue: bool = False
    limit: int = Field(50, ge=1, le=200)


class Waiting(Schema):
    """A case that waits."""

    ref: str
    version: int
    national_ref: str
    administration: str
    form: str
    worst: str
    submitted_at: str
    due_at: str
    late: bool
    opened_by: str
    given_to: str


@router.get(
    "/review/queue", response=list[Waiting], operation_id="review_queue", summary="Cases that wait for one's office"
)
def review_queue(request: HttpRequest, asked: Query[QueueAsked]) -> list[dict[str, Any]]:
    """Oldest first unless another order is asked for; nothing for whoever reviews nothing."""
    by = reader(request)
    known_only(request, QueueAsked.model_fields)
    wanted = {name: getattr(asked, name) for name in ("form", "administration") if getattr(asked, name)}
    if asked.assigned:
        wanted["assigned"] = [asked.assigned]
    if asked.overdue:
        wanted["overdue"] = ["1"]
    rows = rows_of(in_order(waiting(by, wanted), asked.order), by, asked.limit)
    return [
        {
            "ref": row.case.ref,
            "version": row.case.version,
            "national_ref": row.case.national_ref,
            "administration": row.case.administration,
            "form": row.case.form,
            "worst": row.case.worst,
            "submitted_at": row.case.changed_at.isoformat(),
            "due_at": row.due.isoformat(),
            "late": row.late,
            "opened_by": row.case.opened_by,
            "given_to": row.to,
        }
        for row in rows
    ]


class Together(Schema):
    """Cases to validate together."""

    refs: list[str] = Field(..., max_length=5000)


class ValidatedOut(Schema):
    """How many, and how many were left for which reason."""

    cases: int
    refused: dict[str, int]


@router.post(
    "/review/validate", response=ValidatedOut, operation_id="validate_together", summary="Validate several cases"
)
def validate_several(request: HttpRequest, said: Body[Together]) -> dict[str, Any]:
    """Opened cases, and unopened ones of countries that are sampled, but for those drawn."""
    done, refused = actions.validate_together(cases=said.refs, by=writer(request))
    return {"cases": done, "refused": refused}


class Dismissed(CaseVersionIn):
    """Which finding of which version, and why it is none."""

    code: str = Field(..., max_length=40)
    path: str = Field("", max_length=100)
    reason: str = Field("", max_length=500)


@router.post(
    "/cases/{ref}/dismiss",
    response=dict[str, str],
    operation_id="dismiss_finding",
    summary="Say that a finding is none",
)
def dismiss_finding(request: HttpRequest, ref: str, said: Body[Dismissed]) -> dict[str, str]:
    """For who may validate the case."""
    by = writer(request)
    case = case_by_ref(by, ref)
    MAY_CASE["validate"](by, case)
    must_be_as_read(case, said.version, said.digest)
    dismiss(case=case, code=said.code, path=said.path, reason=said.reason, by=by)
    return {"ref": ref, "code": said.code, "path": said.path}


@router.post(
    "/cases/{ref}/take_back",
    response=CaseMoved,
    operation_id="take_back",
    summary="Take one's own decision back within a minute",
)
def take_decision_back(request: HttpRequest, ref: str, about: Body[CaseVersionIn]) -> dict[str, Any]:
    """From validated or returned to submitted, for who decided, while nobody has acted on it since."""
    by = writer(request)
    case = own_decision(by, ref)
    must_be_as_read(case, about.version, about.digest)
    take_back(case=case, by=by)
    case.refresh_from_db()
    return {"ref": case.ref, "version": case.version, "digest": case.digest, "status": case.status}


class Given(Schema):
    """To whom."""

    to: str = Field(..., max_length=150)
    note: str = Field("", max_length=300)


@router.post(
    "/cases/{ref}/assign",
    response=dict[str, str],
    operation_id="assign_case",
    summary="Give a waiting case to a reviewer",
)
def assign_case(request: HttpRequest, ref: str, said: Body[Given]) -> dict[str, str]:
    """For who may validate the case, to one who may too."""
    by = writer(request)
    case = case_by_ref(by, ref)
    MAY_CASE["validate"](by, case)
    actions.assign(cases=[case], to=said.to, by=by, note=said.note)
    return {"ref": ref, "to": said.to}


@router.get(
    "/review/checks", response=list[dict[str, Any]], operation_id="check_precision", summary="How right the checks are"
)
def check_figures(request: HttpRequest) -> list[dict[str, Any]]:
    """How often each check fired, was accepted and was overruled, over the cases of one's office."""
    by = reader(request)
    known_only(request, ())
    reviewers_page(by)
    return precision_for(by)


class Checked(Schema):
    """Which month, which country."""

    month: str = Field(..., pattern=MONTH)
    country: str = Field("", max_length=3)


@router.get("/review/monthly", response=list[dict[str, Any]], operation_id="monthly_check", summary="The monthly check")
def monthly_figures(request: HttpRequest, asked: Query[Checked]) -> list[dict[str, Any]]:
    """A row for each country and commodity one looks after, and one for each country as a whole."""
    by = reader(request)
    known_only(request, Checked.model_fields)
    return as_rows(monthly_check(by, read_month(asked.month), asked.country))


class OfficeQuestionIn(Schema):
    """What the office is asked."""

    subject: str = Field(..., max_length=150)
    question: str = Field(..., max_length=8000)


class RequestOut(Schema):
    """A question and its answer."""

    ref: str
    administration: str
    region: str
    subject: str
    question: str
    status: str
    asked_by: str
    due_at: str
    answer: str
    search: str
    cases: list[list[Any]]
    digest: str
    figures: dict[str, Any]


def _out(by: Actor, ref: str) -> dict[str, Any]:
    asked = request_named(by, ref)
    return {name: getattr(asked, name) for name in RequestOut.model_fields} | {"due_at": asked.due_at.isoformat()}


@router.get("/review/requests", response=list[RequestOut], operation_id="list_requests", summary="Questions one sees")
def list_requests(request: HttpRequest) -> list[dict[str, Any]]:
    """Those that wait first; two hundred at most."""
    by = reader(request)
    known_only(request, ())
    return [
        {name: getattr(asked, name) for name in RequestOut.model_fields} | {"due_at": asked.due_at.isoformat()}
        for asked in requests_of(by)[:200]
    ]


@router.post(
    "/review/requests", response={201: RequestOut}, operation_id="ask_office", summary="Ask the regional office"
)
def ask_office(request: HttpRequest, said: Body[OfficeQuestionIn]) -> Status[dict[str, Any]]:
    """For contacts, analysts and investigators; the office's clock starts."""
    by = writer(request)
    return Status(201, _out(by, actions.ask(subject=said.subject, question=said.question, by=by).ref))


@router.get("/review/requests/{ref}", response=RequestOut, operation_id="get_request", summary="One question")
def get_request(request: HttpRequest, ref: str) -> dict[str, Any]:
    """With its answer and what that rests on."""
    return _out(reader(request), ref)


class Answer(Schema):
    """The answer and the search it rests on."""

    text: str = Field(..., max_length=8000)
    search: str = Field("", max_length=2000, description="a query of the list of cases: form=WPN&departure=CL")


@router.post(
    "/review/requests/{ref}/answer", response=RequestOut, operation_id="answer_request", summary="Answer a question"
)
def answer_request(request: HttpRequest, ref: str, said: Body[Answer]) -> dict[str, Any]:
    """For the office; takes the question first where nobody has."""
    by = writer(request)
    asked = request_named(by, ref)
    if asked.status == "asked":
        actions.take(request=asked, by=by)
    MAY["answer"](by, asked)
    actions.answer(request=asked, text=said.text, search=said.search, by=by)
    return _out(by, ref)

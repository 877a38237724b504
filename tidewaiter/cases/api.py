"""The JSON door of cases: the same deeds and the same visibility as the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Status
from pydantic import ValidationError

from tidewaiter.cases.actions import draft, move_one, open_case, return_case, submit, withdraw
from tidewaiter.cases.api_schemas import (
    Back,
    CaseAsked,
    CaseMoved,
    CasesOut,
    CaseVersionIn,
    Described,
    NamedOrNot,
    Narrowed,
    Pictured,
    Reason,
    Taken,
    Taking,
)
from tidewaiter.cases.as_read import must_be_as_read
from tidewaiter.cases.models import Case, CaseFinding, IdempotencyKey, Line
from tidewaiter.cases.personal_stretches import told
from tidewaiter.cases.photo_views import picture_answer
from tidewaiter.cases.photos.case_photos import add_photos, asked_of_caption
from tidewaiter.cases.policy import MAY, may_amend, may_file
from tidewaiter.cases.queries import case_by_ref, findings_for, links_for, narrowed, page_of, sought, visible_cases
from tidewaiter.cases.returning import FieldReason
from tidewaiter.cases.rows import CaseIn, record_of
from tidewaiter.cases.taking import exported, is_long
from tidewaiter.cases.tasks import take_cases
from tidewaiter.cases.validate_record import check_record
from tidewaiter.forms.attachments import CAPTION
from tidewaiter.forms.judgements import judged_by_field
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.problems import problem
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.notices.documents import document_asked
from tidewaiter.people.sign_ins import keyed
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["cases"])


_NOTHING = NamedOrNot(version=None, digest=None)
_ABOUT = {"required": False, "content": {"application/json": {"schema": NamedOrNot.model_json_schema()}}}


@router.get("/cases", response=CasesOut, operation_id="list_cases", summary="Cases one may see, newest first")
def list_cases(request: HttpRequest, wanted: Query[Narrowed]) -> dict[str, Any]:
    """Narrow by any field; follow `next_cursor` to its end."""
    by = reader(request)
    known_only(request, Narrowed.model_fields)
    found = sought(by, wanted.narrowing(), to_the_end=True)
    cases = found.cases.prefetch_related(Prefetch("lines", Line.objects.order_by("number")), "findings")
    page = page_of(cases, wanted.cursor, wanted.limit, whole=True, few=found.keys is not None)
    findings, links = findings_for(by, page.cases), links_for(by, page.cases)
    records = [_record(case, case.lines.all(), findings[case.pk], links[case.pk]) for case in page.cases]
    return {"cases": records, "next_cursor": page.next_cursor or None}


@router.get(
    "/cases/export",
    operation_id="export_cases",
    summary="Cases as a file",
    openapi_extra={
        "responses": {
            200: {"description": "The file", "content": {"application/octet-stream": {}}},
            202: {"description": "A piece of work that makes it", "content": {"application/json": {}}},
        }
    },
)
def export_file(request: HttpRequest, wanted: Query[Taking]) -> HttpResponseBase:
    """Whole records of cases one may see, narrowed by any field; what comes out goes in again. At most 100,000 cases.

    Up to 2,000 come at once (200); more are written by the worker (202): ask for the job, then for its result.
    """
    by = reader(request)
    known_only(request, Taking.model_fields)
    cases = narrowed(by, wanted.narrowing())
    if is_long(cases, wanted.format):
        asked = {"wanted": wanted.narrowing(), "kind": wanted.format}
        return document_asked(task=take_cases, subject="cases", asked=asked, by=by)
    return exported(cases, wanted.format, by)


@router.get("/cases/{ref}", response=dict[str, Any], operation_id="get_case", summary="One case")
def get_case(request: HttpRequest, ref: str) -> dict[str, Any]:
    """The one version of a case that this person sees. A reviewer's look opens it, as on the page. `version` and
    `digest` are what a decision about it must name.
    """
    by = reader(request)
    case = case_by_ref(by, ref)
    if by.scope == "write":
        open_case(case=case, by=by)
    findings, links = findings_for(by, [case])[case.pk], links_for(by, [case])[case.pk]
    return _record(case, case.lines.order_by("number"), findings, links)


def _record(case: Case, lines: Iterable[Line], findings: Iterable[CaseFinding], links: Sequence[str]) -> dict[str, Any]:
    return {**record_of(case, lines, findings, links), "digest": case.digest}


_KEY = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "maxLength": 200}}


@router.post(
    "/cases",
    response={201: Taken, 200: Taken},
    operation_id="draft_case",
    summary="Bring a case",
    openapi_extra={"parameters": [_KEY]},
)
def draft_case(request: HttpRequest, document: Body[dict[str, Any]], asked: Query[CaseAsked]) -> HttpResponse:
    """A new case is a draft; the same again changes nothing; other content under the same `national_ref` amends it.

    A record that names `version` and `digest`, as the GET of the case gives them, is written over that version alone:
    where another stands the answer is 409, and nothing is changed. `hidden` says what was taken for a person; sent
    again with `judged` (`["narrative=Santa Marta"]`) it stays. With `Idempotency-Key` (kept for a week) a request that
    is sent twice is done once and answered 200 with the same `ref`.
    """
    by = writer(request)
    may_file(by, by.administration_code)
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 200:
        raise BadInput("key_too_long", _("An Idempotency-Key has at most 200 signs."))
    key = keyed("idempotency key", by.username, key) if key else ""  # somebody's words: never kept themselves
    sent = digest([document, asked.submit])
    known = IdempotencyKey.objects.filter(username=by.username, key=key).first() if key else None
    if known is not None:
        return _again(by, known, sent)
    checked, problems = check_record(document)
    if checked is None:
        errors = [
            {
                "field": item.path,
                "code": item.code,
                "message": item.sentence(),
                "proposals": [code for code, _label in item.proposals],
            }
            for item in problems
        ]
        return problem(422, "not_valid", _("The case was not taken: fields are wrong."), errors)
    read = _read_of(by, checked, document)
    try:
        with transaction.atomic():
            outcome = draft(cases=[checked], by=by, channel="api", read=read)
            ref, word = outcome.refs[0], outcome.words[0]
            if word == "withdrawn":
                raise Refusal("withdrawn_case", _("A withdrawn case has this reference; give another."))
            if asked.submit and word != "unchanged":
                submit(cases=Case.objects.filter(ref=ref, latest=True), by=by)
            if key:
                IdempotencyKey.objects.create(
                    username=by.username, key=key, digest=sent, ref=ref, outcome=word, at=now()
                )
    except IntegrityError:
        return problem(409, "in_progress", _("A request with this Idempotency-Key is being done."))
    return _taken(by, ref, word, 201 if word == "accepted" else 200, told(checked.found))


def _read_of(by: Actor, checked: CaseIn, document: dict[str, Any]) -> Case | None:
    """The case that a record is written over, where it names the version that was read. Raises `Outdated` where
    another stands and says something else than the record.
    """
    version, named = document.get("version"), document.get("digest")
    if not isinstance(version, int) or not isinstance(named, str):
        return None
    home = str(checked.header["country"])
    mine = visible_cases(by).filter(administration=home, national_ref=checked.national_ref, latest=True)
    case = mine.first()
    if case is None or case.digest == checked.digest():
        return None
    must_be_as_read(case, version, named)
    return case


def _again(by: Actor, known: IdempotencyKey, sent: str) -> HttpResponse:
    if known.digest != sent:
        return problem(422, "key_reused", _("This Idempotency-Key came before with another body."))
    return _taken(by, known.ref, known.outcome, 200)


def _taken(by: Actor, ref: str, word: str, status: int, hidden: Sequence[dict[str, Any]] = ()) -> HttpResponse:
    case = case_by_ref(by, ref)
    findings = [
        {"code": row.code, "severity": row.severity, "path": row.path, "says": row.says}
        for row in findings_for(by, [case])[case.pk]
    ]
    body = {
        "ref": ref,
        "version": case.version,
        "digest": case.digest,
        "status": case.status,
        "outcome": word,
        "findings": findings,
        "hidden": hidden,
    }
    answer = HttpResponse(canonical(body), status=status, content_type="application/json")
    answer["Location"] = f"/api/v1/cases/{ref}"
    return answer


@router.post(
    "/cases/{ref}/photos",
    response={201: Pictured},
    operation_id="add_photo",
    summary="Add a photo to a case",
    openapi_extra={
        "requestBody": {"required": True, "content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}
    },
)
def add_photo(request: HttpRequest, ref: str, said: Query[Described]) -> Status[dict[str, Any]]:
    """The picture's bytes as the body, 20 MiB at most; everything but its points is stripped before it is kept.

    `hidden` says what was taken for a person in the caption; sent with `judged` (`photos.caption=Santa Marta`) it
    stays, in the captions of all photos of the case.
    """
    by = writer(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    nobody = judged_by_field(said.judged).get(CAPTION, [])
    hidden = told(asked_of_caption(case, said.caption, nobody))
    with scratch() as folder:
        path = folder / "picture"
        path.write_bytes(request.body)
        add_photos(case=case, files=[path], by=by, caption=said.caption, shows=said.shows, nobody=nobody)
    case = case_by_ref(by, ref)
    photos = case.header.get("photos", [])
    return Status(201, {"ref": ref, "version": case.version, "photos": photos, "hidden": hidden})


@router.get(
    "/cases/{ref}/photos/{digest}",
    operation_id="get_photo",
    summary="A photo of a case",
    openapi_extra={"responses": {200: {"description": "The picture", "content": {"image/jpeg": {}}}}},
)
def get_photo(request: HttpRequest, ref: str, digest: str, small: bool = False) -> HttpResponse:
    """Small for whoever sees the case, whole for its administration, its reviewers and the secretariat."""
    by = reader(request)
    return picture_answer(case_by_ref(by, ref), digest, by, small=small)


_MOVES: dict[str, tuple[bool, Callable[[Case, Actor, str, Sequence[FieldReason]], object]]] = {
    "submit": (False, lambda case, by, *_said: move_one(deed="submit", case=case, by=by)),
    "validate": (False, lambda case, by, *_said: move_one(deed="validate", case=case, by=by)),
    "return_case": (True, lambda case, by, why, fields: return_case(case=case, reason=why, by=by, fields=fields)),
    "withdraw": (True, lambda case, by, why, _fields: withdraw(case=case, reason=why, by=by)),
}
"""What a program can do with a case: whether it must say why, and how."""


def _move(
    request: HttpRequest,
    ref: str,
    deed: str,
    named: CaseVersionIn | None,
    reason: str = "",
    fields: Sequence[FieldReason] = (),
) -> dict[str, Any]:
    by = writer(request)
    case = case_by_ref(by, ref)
    MAY[deed](by, case)
    if named is not None:
        must_be_as_read(case, named.version, named.digest)
    needs_reason, do = _MOVES[deed]
    if needs_reason and not reason.strip() and not fields:
        raise BadInput("reason", _("Say why: the colleagues on the other side need it."))
    do(case, by, reason, fields)
    case.refresh_from_db()
    return {"ref": case.ref, "version": case.version, "digest": case.digest, "status": case.status}


@router.post(
    "/cases/{ref}/submit",
    response=CaseMoved,
    operation_id="submit_case",
    summary="Hand a case to the reviewer",
    openapi_extra={"requestBody": _ABOUT},
)
def submit_case(request: HttpRequest, ref: str) -> dict[str, Any]:
    """From draft or returned to submitted. What is handed on is read by the reviewer, so nothing need be named;
    where version and digest are, they must be the current ones.
    """
    said = _said(request)
    if said == _NOTHING:
        return _move(request, ref, "submit", None)
    if said.version is None or said.digest is None:
        raise BadInput("no_version", _("Name both the version and the digest of the case, as its GET gives them."))
    return _move(request, ref, "submit", CaseVersionIn(version=said.version, digest=said.digest))


def _said(request: HttpRequest) -> NamedOrNot:
    """What a body in JSON says, if there is one: this door took any body, and none, before it had a use for one."""
    if request.content_type != "application/json" or not request.body:
        return _NOTHING
    try:
        return NamedOrNot.model_validate(read_json(request.body))
    except ValidationError as error:
        raise BadInput(
            "no_version", _("Name both the version and the digest of the case, as its GET gives them.")
        ) from error


@router.post(
    "/cases/{ref}/validate", response=CaseMoved, operation_id="validate_case", summary="Take a case into the figures"
)
def validate_case(request: HttpRequest, ref: str, about: Body[CaseVersionIn]) -> dict[str, Any]:
    """From submitted to validated; the call counts as opening the case."""
    return _move(request, ref, "validate", about)


@router.post("/cases/{ref}/return_case", response=CaseMoved, operation_id="return_case", summary="Send a case back")
def return_one_case(request: HttpRequest, ref: str, why: Body[Back]) -> dict[str, Any]:
    """From submitted to returned, with reasons in words, field by field, or both."""
    return _move(request, ref, "return_case", why, why.reason, [FieldReason(**one.model_dump()) for one in why.fields])


@router.post(
    "/cases/{ref}/withdraw", response=CaseMoved, operation_id="withdraw_case", summary="Take a case back for good"
)
def withdraw_case(request: HttpRequest, ref: str, why: Body[Reason]) -> dict[str, Any]:
    """The end of a case, with a reason."""
    return _move(request, ref, "withdraw", why, why.reason)

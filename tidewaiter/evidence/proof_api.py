"""The JSON door of proof: asking for an export, receipts of events, stamps, a look whether everything holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Field, Router, Schema

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions import verifying
from tidewaiter.evidence.api import of_the_room
from tidewaiter.evidence.models import StampBatch
from tidewaiter.evidence.queries import case_exhibits, event_named, exhibit_named
from tidewaiter.evidence.tasks import make_evidence_export
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.notices.documents import document_asked
from tidewaiter.people.tokens import reader, writer

router = Router(tags=["evidence"])


class EvidenceExportIn(Schema):
    """For what a case is exported, and by which order."""

    purpose: str = Field(max_length=200)
    order: str = Field("", max_length=300)


class EvidenceCheckedOut(Schema):
    """What a look at chain and stamps has shown."""

    intact: bool
    events: int
    stamped: int
    stamped_at: datetime | None = None
    first_fault: str = ""


class StampBatchOut(Schema):
    """A batch, and its stamp once there is one."""

    number: int
    at: datetime
    count: int
    digest: str
    stamped_at: datetime | None = None
    authority: str
    good_until: datetime | None = None
    renewed_in: int | None = None


@router.post(
    "/evidence/cases/{case}/export",
    operation_id="export_case_evidence",
    summary="Export the exhibits of a case",
    response={202: dict[str, Any]},
)
def asked_evidence(request: HttpRequest, case: str, said: Body[EvidenceExportIn]) -> HttpResponse:
    """202: the worker makes it; the answer says where the file will be."""
    by = of_the_room(writer(request))
    policy.must_order(by)
    rows = case_exhibits(by, case)
    if not rows:
        raise Missing("no_exhibit", _("There are no exhibits of such a case for you."))
    if any(one.restricted for one in rows) and not said.order.strip():
        raise BadInput("order", _("Some of it is restricted: it leaves by an order alone. Name the order."))
    asked = {"case": case, "purpose": policy.must_have_purpose(said.purpose), "order": said.order.strip()}
    return document_asked(task=make_evidence_export, subject=case[:64], asked=asked, by=by)


@router.get(
    "/evidence/exhibits/{ref}/events/{event}/receipt",
    response=dict[str, Any],
    operation_id="get_custody_receipt",
    summary="The receipt of an event",
)
def custody_receipt(request: HttpRequest, ref: str, event: str) -> dict[str, Any]:
    """Signed by the node: `verify_evidence --receipt` holds a later export to it."""
    by = of_the_room(reader(request))
    return verifying.give_receipt(event=event_named(exhibit_named(by, ref), event), by=by)


@router.post(
    "/evidence/exhibits/{ref}/check",
    response=EvidenceCheckedOut,
    operation_id="check_exhibit",
    summary="Read chain and stamps anew",
)
def checked_exhibit(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Whether the chain holds, and how many events stamps cover that hold."""
    by = of_the_room(writer(request))
    found = verifying.check_exhibit(exhibit=exhibit_named(by, ref), by=by)
    fault = f"event {found.broken.sequence}: {found.broken.what}" if found.broken else found.wrong
    told = {"intact": found.holds, "first_fault": fault}
    return {"events": found.events, "stamped": found.stamped, "stamped_at": found.stamped_at, **told}


@router.get("/evidence/stamps", response=list[StampBatchOut], operation_id="list_stamps", summary="Time stamps")
def list_stamps(request: HttpRequest, before: int = 0) -> list[dict[str, Any]]:
    """Two hundred batches, the last first; `before` is the number of the last one of the page before."""
    of_the_room(reader(request))
    rows = StampBatch.objects.filter(number__lt=before) if before > 0 else StampBatch.objects.all()
    names = ("number", "at", "count", "digest", "stamped_at", "authority", "good_until")
    return [
        {name: getattr(one, name) for name in names} | {"renewed_in": one.renewed_in_id}
        for one in rows.order_by("-number")[:200]
    ]

"""Pages of proof: the export of a case, a receipt of an event, a look whether chain and stamps hold, the stamps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions import verifying
from tidewaiter.evidence.models import Bundle, Exhibit, StampBatch, StampLeaf
from tidewaiter.evidence.proof.boxes import canonical
from tidewaiter.evidence.queries import case_exhibits, event_named, exhibit_named
from tidewaiter.evidence.tasks import make_evidence_export
from tidewaiter.evidence.views import of_the_room
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.notices.documents import ask_document

LISTED = 200


@require_http_methods(["GET", "POST"])
def export_page(request: HttpRequest, case: str) -> HttpResponse:
    """For what a case is exported, and by which order: then the worker makes it."""
    by = of_the_room(request)
    policy.must_order(by)
    rows = case_exhibits(by, case)
    if not rows:
        raise Missing("no_exhibit", _("There is no such exhibit for you."))
    restricted = sum(one.restricted for one in rows)
    refusal = ""
    if request.method == "POST":
        try:
            return redirect("job_page", asked_export(case, request.POST, restricted, by))
        except BadInput as wrong:
            refusal = wrong.sentence
    shown = {
        "case": rows[0].case or case,
        "case_reference": rows[0].case_reference or rows[0].case,
        "exhibits": len(rows),
        "events": sum(one.events_count for one in rows),
        "restricted": restricted,
        "refusal": refusal,
        "typed": request.POST,
        "bundles": bundles_of(by, rows[0].case),
    }
    return render(request, "evidence/export.html", shown, status=400 if refusal else 200)


def asked_export(case: str, said: Any, restricted: int, by: Actor) -> str:
    """Lets the export wait for the worker; gives the job's ref. Raises `BadInput`."""
    purpose, order = policy.must_have_purpose(str(said.get("purpose", ""))), str(said.get("order", "")).strip()
    if restricted and not order:
        raise BadInput("order", _("Some of it is restricted: it leaves by an order alone. Name the order."))
    asked = {"case": case, "purpose": purpose, "order": order[:300]}
    return ask_document(task=make_evidence_export, subject=case[:64], asked=asked, by=by).ref


def bundles_of(by: Actor, case: str) -> list[Bundle]:
    """The exports of a case by one's administration, the last first."""
    found = Bundle.objects.filter(administration=by.administration_code, case=case) if policy.reads(by) else ()
    return list(found.order_by("-made_at")[:20]) if case and found else []


@require_GET
def receipt_file(request: HttpRequest, ref: str, event: str) -> HttpResponse:
    """The receipt of an event, signed by the node."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    found = event_named(exhibit, event)
    said = verifying.give_receipt(event=found, by=by)
    answer = HttpResponse(canonical(said), content_type="application/json")
    return attached(answer, f"receipt-{exhibit.reference}-{found.sequence}.json")


@require_POST
def exhibit_checked(request: HttpRequest, ref: str) -> HttpResponse:
    """Reads chain and stamps anew, and says what holds."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    found = verifying.check_exhibit(exhibit=exhibit, by=by)
    if found.broken is not None:
        messages.error(request, _("The chain does not hold at event %(n)s.") % {"n": found.broken.sequence})
    elif found.wrong:
        messages.error(request, _("A stamp does not hold: batch %(what)s.") % {"what": found.wrong})
    else:
        said = _("Chain unbroken, %(n)s events; stamps that hold cover %(m)s of them.")
        messages.info(request, said % {"n": found.events, "m": found.stamped})
    return redirect("evidence_exhibit", ref=exhibit.ref)


@require_GET
def stamps_page(request: HttpRequest) -> HttpResponse:
    """The batches that were stamped, and those that wait."""
    of_the_room(request)
    waiting = StampBatch.objects.filter(stamped_at=None)
    shown = {
        "batches": list(StampBatch.objects.order_by("-number")[:LISTED]),
        "waiting": waiting.count(),
        "oldest": waiting.order_by("number").first(),
    }
    return render(request, "evidence/stamps.html", shown)


def proof_panel(request: HttpRequest, exhibit: Exhibit) -> str:
    """When the exhibit's events were stamped, and the look whether everything holds."""
    leaves = StampLeaf.objects.filter(exhibit=exhibit).select_related("batch")
    last = leaves.exclude(batch__stamped_at=None).order_by("-sequence").first()
    shown = {"exhibit": exhibit, "last": last, "left": exhibit.events_count - (last.sequence if last else 0)}
    return render_to_string("evidence/_stamped.html", shown, request=request)


def case_button(request: HttpRequest, case: str) -> str:
    """The button that exports, for whoever may."""
    if not case or not policy.orders(actor_of(request)):
        return ""
    return render_to_string("evidence/_export_button.html", {"case": case}, request=request)


def case_exports(request: HttpRequest, case: str) -> str:
    """What left of a case: by whom, when, for what."""
    bundles = bundles_of(actor_of(request), case)
    return render_to_string("evidence/_exports.html", {"bundles": bundles}, request=request) if bundles else ""

"""Pages of a room's shape and its end: phases, templates, closing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal, passes
from tidewaiter.operations import policy, states
from tidewaiter.operations.actions.ending import ask_destruction, close, confirm_destruction, open_again, take_share
from tidewaiter.operations.actions.opening import ask_renewal, hold, move
from tidewaiter.operations.actions.shaping import define, retire, trim
from tidewaiter.operations.actions.taking import give_up, take_own
from tidewaiter.operations.certificates import certificate_of, folder, paper
from tidewaiter.operations.definitions import TYPES, template_of
from tidewaiter.operations.models import Operation
from tidewaiter.operations.queries import ending_named, homes_of, room_of, shares_of
from tidewaiter.operations.reports import report_path
from tidewaiter.operations.room_page import phases
from tidewaiter.operations.views import open_templates, sent_pack
from tidewaiter.operations.waiting import destroyable_from, must_be_due
from tidewaiter.operations.wording import label
from tidewaiter.people.views.again import second_again

NEW_FIELDS = 8
GRAVE = ("ask", "destroy", "open_again")
"""Deeds that ask for the second factor again."""


@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest, ref: str) -> HttpResponse:
    """The templates of a room: trimmed, or made anew, without programming."""
    by = actor_of(request)
    room = room_of(by, ref)
    refused: Refusal | None = None
    if request.method == "POST":
        try:
            code = request.POST.get("code", "")
            if "retire" in request.POST:
                retire(room=room, code=code, by=by)
            elif "keep" in request.POST or "trim" in request.POST:
                trim(room=room, code=code, keep=request.POST.getlist("keep"), by=by)
            else:
                define(room=room, template=template_of(_defined(request)), by=by)
            return redirect("operation_templates", ref)
        except BadInput as refusal:
            refused = refusal
    lang = get_language() or "en"
    shown = {
        "operation": room.operation,
        "templates": [
            (one, one.named(lang), [(field, label(field, lang)) for field in one.fields])
            for one in open_templates(room)
        ],
        "coordinates": policy.allowed("coordinate", room.member, room.operation),
        "types": TYPES,
        "lists": [name for name in _LISTS if list_view(name).codes],
        "rows": range(1, NEW_FIELDS + 1),
        "typed": request.POST,
        "refused": refused,
    }
    return render(request, "operations/templates.html", shown, status=422 if refused else 200)


_LISTS = (
    "country",
    "commodity",
    "mode",
    "technique",
    "risk_indicator",
    "requested_action",
    "control_result",
    "detection_method",
    "concealment_place",
    "concealment_method",
    "location_type",
    "direction",
    "weapon",
    "ecrime_offence",
    "person_role",
    "unit",
)


def _defined(request: HttpRequest) -> dict[str, Any]:
    """What was typed into the form of a new template; its words are in the language of the page."""
    lang = (get_language() or "en").split("-")[0]
    fields = []
    for number in range(1, NEW_FIELDS + 1):
        said = {name: request.POST.get(f"{name}.{number}", "").strip() for name in ("name", "label", "type", "list")}
        if not said["label"]:
            continue
        of_codes = said["type"] in ("code", "codes")
        fields.append(
            {
                "name": said["name"] or f"field_{number}",
                "type": said["type"] or "text",
                "label": {lang: said["label"]},
                "list": said["list"] if of_codes else "",
                "needed": "always" if f"needed.{number}" in request.POST else "never",
                "nominal": f"nominal.{number}" in request.POST,
            }
        )
    return {
        "code": request.POST.get("code", "").strip(),
        "label": {lang: request.POST.get("label", "").strip()},
        "asks": "reply" if "asks" in request.POST else "",
        "title": [field["name"] for field in fields[:2]],
        "fields": fields,
    }


@require_POST
def phase_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Moves an operation to another phase, or renews a project."""
    by = actor_of(request)
    room = room_of(by, ref)
    if "renew" in request.POST:
        ask_renewal(room=room, by=by)
    else:
        move(room=room, phase=request.POST.get("phase", ""), by=by)
    return redirect("operation_closing", ref)


@require_GET
def closing(request: HttpRequest, ref: str) -> HttpResponse:
    """The end of a room on one page: what is done, what waits, what will go, and what cannot be erased."""
    by = actor_of(request)
    return _closing(request, ending_named(by, ref))


def _closing(
    request: HttpRequest, operation: Operation, refused: Refusal | None = None, share: str = ""
) -> HttpResponse:
    by = actor_of(request)
    due = destroyable_from(operation)
    shares = shares_of(operation)
    member = operation.members.filter(username=by.username, ended_at=None, joined_at__isnull=False).first()
    taken = list(operation.taken.order_by("administration"))
    waited = (now() - operation.sealed_at).days if operation.sealed_at else 0
    shown = {
        "operation": operation,
        "member": member,
        "coordinates": member is not None and policy.allowed("coordinate", member, operation),
        "writes": member is not None and passes(policy.may_answer_for, member, operation),
        "is_open": operation.phase in states.OPEN,
        "sealed": operation.phase == states.SEALED,
        "destroyed": operation.phase == states.DESTROYED,
        "moves": states.next_phases(operation.phase),
        "phases": phases(operation, now().date()),
        "shares": shares,
        "own_share": next((one for one in shares if one.holder == by.username), None),
        "due": due,
        "is_due": passes(must_be_due, operation),
        "days": range(1, operation.waiting_days + 1),
        "waited": waited,
        "today": waited + 1,
        "left": max(0, operation.waiting_days - waited),
        "taken": taken,
        "owners": sorted(homes_of(operation)),
        "took": {one.administration for one in taken},
        "certificate": certificate_of(operation.ref),
        "report": report_path(operation.ref).exists(),
        "reads_report": policy.reads_report(by, operation),
        "destroys": passes(policy.may_destroy, by, operation),
        "asked": operation.asked_what == "destroy" and operation.asked_by,
        "asked_me": operation.asked_by == by.username,
        "refused": refused,
        "share": share,
    }
    return render(request, "operations/closing.html", shown, status=422 if refused else 200)


def _close(request: HttpRequest, operation: Operation, by: Actor) -> HttpResponse:
    if request.POST.get("sure", "").strip() != operation.title:
        raise BadInput("sure", _("Type the title of the operation, so that no wrong click closes it."))
    done = close(operation=operation, by=by)
    return _closing(request, done.operation, share=done.share)


def _share(request: HttpRequest, operation: Operation, by: Actor) -> HttpResponse:
    said = take_share(operation=operation, by=by)
    return _closing(request, ending_named(by, operation.ref), share=said)


def _open_again(request: HttpRequest, operation: Operation, by: Actor) -> HttpResponse:
    second = request.POST.get("second", "").strip()
    shares = {by.username: request.POST.get("share", ""), second: request.POST.get("second_share", "")}
    open_again(operation=operation, by=by, second=second, shares=shares)
    return redirect("operation_room", operation.ref)


def _hold(_request: HttpRequest, operation: Operation, by: Actor) -> None:
    hold(operation=operation, on=True, by=by)


def _free(_request: HttpRequest, operation: Operation, by: Actor) -> None:
    hold(operation=operation, on=False, by=by)


def _ask(_request: HttpRequest, operation: Operation, by: Actor) -> None:
    ask_destruction(operation=operation, by=by)


def _destroy(_request: HttpRequest, operation: Operation, by: Actor) -> None:
    confirm_destruction(operation=operation, by=by)


def _give_up(_request: HttpRequest, operation: Operation, by: Actor) -> None:
    give_up(room=room_of(by, operation.ref), by=by)


_DEEDS: dict[str, Callable[[HttpRequest, Operation, Actor], HttpResponse | None]] = {
    "close": _close,
    "share": _share,
    "open_again": _open_again,
    "hold": _hold,
    "free": _free,
    "ask": _ask,
    "destroy": _destroy,
    "give_up": _give_up,
}


@require_POST
def closing_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Closing, taking a share, opening again, holding, asking for destruction and confirming it."""
    by = actor_of(request)
    operation = ending_named(by, ref)
    if deed not in _DEEDS:
        raise Missing("missing", _("There is no such page."))
    if deed in GRAVE:
        policy.may_destroy(by, operation)
        if (question := second_again(request)) is not None:
            return question
    try:
        answer = _DEEDS[deed](request, operation, by)
    except BadInput as refusal:
        return _closing(request, ending_named(by, ref), refused=refusal)
    return answer or redirect("operation_closing", ref)


@require_POST
def own_data(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The data of one's administration, signed."""
    by = actor_of(request)
    return sent_pack(take_own(room=room_of(by, ref), by=by))


@require_GET
def paper_of_end(request: HttpRequest, ref: str, which: str) -> HttpResponse:
    """The certificate, or the report without names, as a file."""
    by = actor_of(request)
    operation = ending_named(by, ref)
    if which == "report" and not policy.reads_report(by, operation):
        raise Missing("missing", _("There is no such paper yet."))
    path = {"certificate": folder() / f"{operation.ref}.json", "report": report_path(operation.ref)}.get(which)
    if path is None or not path.exists():
        raise Missing("missing", _("There is no such paper yet."))
    return attached(HttpResponse(paper(path), content_type="application/json"), path.name)

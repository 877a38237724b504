"""Pages of exhibits: the list, one exhibit, its deeds, its files, a case's exhibits, a new one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.cases.models import Case
from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.chain import first_break
from tidewaiter.evidence.custody_rows import rows_of, seal_photos, tests_of
from tidewaiter.evidence.event_doors import do_event
from tidewaiter.evidence.files import keep
from tidewaiter.evidence.labels import code_drawn
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.presenters import holder_name, with_holders
from tidewaiter.evidence.queries import (
    BOXES,
    PAGE,
    case_exhibits,
    counted,
    event_named,
    events_of,
    exhibit_named,
    exhibits_in,
    looks_waiting,
    seen_by,
    stores_of,
    to_witness,
)
from tidewaiter.evidence.words import DANGEROUS, MATERIALS, PURPOSES, STAGES
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import has_second_factor, zone_of
from tidewaiter.people.views.again import second_again

PURPOSE = "custody"


def of_the_room(request: HttpRequest) -> Actor:
    """The person who asks. Raises `Missing` for whoever has nothing to do with exhibits."""
    by = actor_of(request)
    policy.must_read(by)
    return by


def purpose_here(request: HttpRequest) -> str:
    """For what a page is read: as it was said in this session (registry's own page), else the custody itself."""
    return str(request.session.get("registry_purpose", "")) or PURPOSE


@require_GET
def evidence(request: HttpRequest) -> HttpResponse:
    """What is with me, what waits for me, what is due, what is where."""
    by = of_the_room(request)
    counts = counted(by)
    box = request.GET.get("box") or ("awaited" if counts["awaited"] else "mine" if counts["mine"] else "all")
    text = request.GET.get("q", "")[:100]
    rows = exhibits_in(box, by, text=text, before=request.GET.get("before", ""), most=PAGE + 1)
    shown = {
        "rows": with_holders(rows[:PAGE]),
        "more": rows[PAGE - 1].ref if len(rows) > PAGE else "",
        "box": box,
        "boxes": BOXES,
        "counts": counts,
        "typed": text,
        "keeps": policy.keeps(by),
        "orders": policy.orders(by),
        "steward": policy.stewards(by),
    }
    return render(request, "evidence/evidence.html", shown)


@require_GET
def exhibit_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One exhibit; that it was read is written down."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    actions.look_at(exhibits=[exhibit], purpose=purpose_here(request), by=by)
    return show_exhibit(request, by, exhibit)


def show_exhibit(
    request: HttpRequest, by: Actor, exhibit: Exhibit, refusal: Refusal | None = None, deed: str = ""
) -> HttpResponse:
    """The page of an exhibit, with what was refused and what was typed."""
    events = events_of(exhibit)
    shown = {
        "exhibit": exhibit,
        "holder": holder_name(exhibit),
        "rows": rows_of(events),
        "tests": tests_of(events),
        "seals": seal_photos(events),
        "awaited": next((one for one in events if one.ref == exhibit.awaits), None),
        "broken": first_break(events, exhibit.head, exhibit.events_count),
        "seen": seen_by(exhibit),
        "looks": looks_waiting(exhibit) if exhibit.restricted else [],
        "code": code_drawn(exhibit.reference),
        "inside": list(exhibit.inside.order_by("pk")[:200]),
        "parts": list(exhibit.parts.order_by("pk")[:200]),
        "may": {name: policy.allowed(name, exhibit, by) for name in policy.MAY},
        "may_take": policy.is_taker(by, exhibit),
        "may_withdraw": policy.may_withdraw(by, exhibit),
        "stores": stores_of(by),
        "words": {"purposes": PURPOSES, "materials": MATERIALS, "dangerous": DANGEROUS, "stages": STAGES},
        "zone": zone_of(exhibit.administration),
        "refusal": refusal.sentence if refusal else "",
        "deed": deed,
        "typed": request.POST,
    }
    return render(request, "evidence/exhibit.html", shown, status=400 if refusal else 200)


def kept_uploads(request: HttpRequest, by: Actor, role: str, *, restricted: bool = False) -> list[dict[str, Any]]:
    """The files that came with a form, kept. Raises `BadInput`, `OverLimit`."""
    uploads = request.FILES.getlist("files")
    if not uploads:
        return []
    with on_disk(uploads) as paths:
        return [
            keep(path, upload.name or "file", role, by, restricted=restricted)
            for path, upload in zip(paths, uploads, strict=True)
        ]


type _Do = Callable[[Exhibit, Mapping[str, Any], Actor], object]


def _awaited_event(exhibit: Exhibit) -> CustodyEvent:
    if not exhibit.awaits:
        raise Refusal("answered", _("This hand-over waits for nobody any more."))
    return event_named(exhibit, exhibit.awaits)


_MORE: dict[str, _Do] = {
    "take": lambda exhibit, said, by: actions.take(event=_awaited_event(exhibit), said=said, by=by),
    "decline": lambda exhibit, said, by: actions.decline(
        event=_awaited_event(exhibit), reason=str(said.get("note", "")), by=by
    ),
    "mark": lambda exhibit, said, by: actions.mark(
        exhibit=exhibit, handling=str(said.get("handling", "")), restricted="restricted" in said, by=by
    ),
}
"""Deeds of the page beside those that are events of their own (`event_doors.EVENTS`)."""


HANDS = ("hand_over", "take")
"""Deeds of an exhibit's page by which it changes hands."""


def hand_again(request: HttpRequest) -> HttpResponse | None:
    """The question for a second factor, of whoever has one, before their hand on custody; nothing where it was shown in
    the last five minutes. A desk that was left open gives nothing away.
    """
    person = request.user
    return second_again(request) if isinstance(person, Officer) and has_second_factor(person) else None


@takes_files
@require_POST
def exhibit_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Sealing, handing over, taking, testing and the rest, with photos where there are."""
    by = of_the_room(request)
    exhibit = exhibit_named(by, ref)
    if deed in HANDS and (question := hand_again(request)) is not None:
        return question
    said: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    try:
        said["files"] = kept_uploads(request, by, deed, restricted=exhibit.restricted)
        if deed in _MORE:
            _MORE[deed](exhibit, said, by)
        else:
            do_event(exhibit, deed, said, by)
    except (BadInput, Refusal) as refusal:
        if isinstance(refusal, Missing):
            raise
        return show_exhibit(request, by, exhibit_named(by, ref), refusal, deed)
    messages.info(request, _("%(ref)s: written down.") % {"ref": exhibit.reference})
    return redirect("evidence_exhibit", ref=exhibit.ref)


@takes_files
@require_http_methods(["GET", "POST"])
def new_exhibit(request: HttpRequest) -> HttpResponse:
    """The page on which something is numbered."""
    by = of_the_room(request)
    typed = {name: str(value) for name, value in request.POST.items()} or {
        "case": request.GET.get("case", ""),
        "kind": request.GET.get("kind", ""),
    }
    wrong: dict[str, str] = {}
    refusal = ""
    if request.method == "POST":
        try:
            said: dict[str, Any] = {**typed, "files": kept_uploads(request, by, "seize")}
            exhibit = actions.seize(said=said, by=by)
            messages.info(request, _("%(ref)s is numbered: print its label.") % {"ref": exhibit.reference})
            return redirect("evidence_exhibit", ref=exhibit.ref)
        except WrongFields as found:
            wrong, refusal = found.fields, found.sentence
        except Missing as found:
            wrong, refusal = {"case": found.sentence}, found.sentence
        except BadInput as found:
            wrong, refusal = {found.code: found.sentence}, found.sentence
    shown = {
        "typed": typed,
        "wrong": wrong,
        "refusal": refusal,
        "materials": MATERIALS,
        "dangerous": DANGEROUS,
        "zone": zone_of(by.administration_code),
    }
    return render(request, "evidence/new.html", shown, status=400 if refusal else 200)


@require_GET
def case_page(request: HttpRequest, case: str) -> HttpResponse:
    """All exhibits of a case, and where each is."""
    by = of_the_room(request)
    rows = case_exhibits(by, case)
    if not rows:
        raise Missing("no_exhibit", _("There is no such exhibit for you."))
    actions.look_at(exhibits=rows, purpose=purpose_here(request), by=by)
    shown = {
        "rows": with_holders(rows),
        "case": rows[0].case,
        "case_reference": rows[0].case_reference or rows[0].case,
        "codes": urlencode([("code", one.reference) for one in rows]),
    }
    return render(request, "evidence/case.html", shown)


def case_panel(request: HttpRequest, case: Case) -> str:
    """The exhibits of a case, on its own page."""
    by = actor_of(request)
    if not policy.reads(by) or case.administration != by.administration_code:
        return ""
    rows = case_exhibits(by, case.ref)
    shown = {"rows": with_holders(rows[:8]), "number": len(rows), "case": case}
    return render_to_string("evidence/_case.html", shown, request=request)


def start_panel(request: HttpRequest, _thing: Any) -> str:
    """What waits for the person's hand: to take, to give back, to decide."""
    by = actor_of(request)
    if not policy.reads(by):
        return ""
    awaited = exhibits_in("awaited", by, most=5)
    due = exhibits_in("due", by, most=5) if policy.keeps(by) else []
    decide = exhibits_in("decide", by, most=5) if policy.orders(by) else []
    witness = to_witness(by)
    if not (awaited or due or decide or witness):
        return ""
    shown = {"awaited": awaited, "due": due, "decide": decide, "witness": witness}
    return render_to_string("evidence/_start.html", shown, request=request)

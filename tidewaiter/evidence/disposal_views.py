"""Pages of disposals: what is ordered, one disposal with its methods and its gate, its deeds, its certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.disposal.figures import expected_figures
from tidewaiter.evidence.disposal.methods import columns, matrix_row, never
from tidewaiter.evidence.disposal.papers import certificate_of
from tidewaiter.evidence.handing_views import codes_of
from tidewaiter.evidence.models import Disposal, DisposalItem
from tidewaiter.evidence.presenters import hands_called
from tidewaiter.evidence.queries import disposal_named, disposals_of, exhibits_named, to_witness
from tidewaiter.evidence.views import hand_again, kept_uploads, of_the_room, purpose_here
from tidewaiter.evidence.words import MATERIALS, WAY_WORDS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import takes_files
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields


@require_GET
def disposals_page(request: HttpRequest) -> HttpResponse:
    """What is ordered, what waits for witnesses, what is done."""
    by = of_the_room(request)
    shown = {
        "rows": disposals_of(by),
        "witness": to_witness(by),
        "ways": WAY_WORDS,
        "orders": policy.orders(by),
    }
    return render(request, "evidence/disposals.html", shown)


@require_http_methods(["GET", "POST"])
def new_disposal(request: HttpRequest) -> HttpResponse:
    """An order: what goes, scanned one after another, and by whose word."""
    by = of_the_room(request)
    policy.must_order(by)
    exhibits, unknown = exhibits_named(by, codes_of(request))
    refusal, wrong = "", {}
    if request.method == "POST" and request.POST.get("deed") == "order":
        said = {name: str(value) for name, value in request.POST.items()}
        try:
            if unknown:
                raise BadInput("code", _("Leave out what is no exhibit: %(codes)s.") % {"codes": ", ".join(unknown)})
            made = actions.order_disposal(exhibits=exhibits, said=said, by=by)
            return redirect("evidence_disposal", ref=made.ref)
        except (BadInput, Refusal) as found:
            if isinstance(found, Missing):
                raise
            refusal = found.sentence
            wrong = found.fields if isinstance(found, WrongFields) else {}
    shown = {
        "rows": exhibits,
        "unknown": unknown,
        "ways": WAY_WORDS,
        "typed": request.POST,
        "refusal": refusal,
        "wrong": wrong,
        "last": exhibits[-1] if exhibits and request.POST.get("scan") and not unknown else None,
    }
    return render(request, "evidence/new_disposal.html", shown, status=400 if refusal else 200)


@require_GET
def disposal_page(request: HttpRequest, ref: str) -> HttpResponse:
    """One disposal."""
    by = of_the_room(request)
    return _page(request, by, disposal_named(by, ref))


def _page(request: HttpRequest, by: Actor, one: Disposal, refusal: Refusal | None = None) -> HttpResponse:
    items = list(one.items.select_related("exhibit__store").order_by("exhibit_id"))
    chosen = {line["material"]: line for line in one.methods}
    materials = sorted({item.exhibit.material or "mixed" for item in items} | set(chosen))
    hands = [each["hand"] for each in one.witnesses]
    shown = {
        "one": one,
        "items": items,
        "matrix": [(code, MATERIALS[code], chosen.get(code), matrix_row(code)) for code in materials],
        "columns": columns(),
        "never": never(),
        "open": [MATERIALS[code] for code in materials if code not in chosen],
        "figures": expected_figures(one),
        "course": course_of(one, items),
        "ways": WAY_WORDS,
        "materials": MATERIALS,
        "called": hands_called(hands),
        "may": policy.orders(by),
        "may_witness": one in to_witness(by),
        "may_undo": policy.may_undo(by, one),
        "refusal": refusal.sentence if refusal else "",
        "typed": request.POST,
    }
    return render(request, "evidence/disposal.html", shown, status=400 if refusal else 200)


def course_of(one: Disposal, items: list[DisposalItem]) -> list[tuple[str, str, str]]:
    """The six posts of the course: word, what is known of it, `done`, `now` or nothing."""
    counted = bool(items) and all(item.quantity is None or item.counted is not None for item in items)
    fixed = one.state in ("method_fixed", "disposal_witnessing", "disposal_done")
    signed = sum(1 for each in one.witnesses if each["signed"])
    carried = one.state in ("disposal_witnessing", "disposal_done")
    posts = [
        (_("Order"), one.order, True),
        (_("Right holder told"), one.told_on.isoformat() if one.told_on else _("not told"), one.told_on is not None),
        (_("Method"), "", fixed),
        (_("Weighed and counted"), "", carried or (fixed and counted)),
        (_("Done before witnesses"), _("%(n)s of 2 signed") % {"n": signed} if carried else "", signed == 2),
        (_("Certificate"), "", one.state == "disposal_done"),
    ]
    need = [at for at, (_word, _said, done) in enumerate(posts) if not done and at != 1]
    return [
        (word, said, "done" if done else "now" if need and at == need[0] else "")
        for at, (word, said, done) in enumerate(posts)
    ]


type _Do = Callable[[HttpRequest, Disposal, dict[str, Any], Actor], object]


def _carried(request: HttpRequest, one: Disposal, said: dict[str, Any], by: Actor) -> object:
    return actions.carry_out(disposal=one, said={**said, "files": kept_uploads(request, by, "disposal")}, by=by)


_DEEDS: dict[str, _Do] = {
    "method": lambda _request, one, said, by: actions.choose_method(disposal=one, said=said, by=by),
    "fix": lambda _request, one, _said, by: actions.fix_methods(disposal=one, by=by),
    "told": lambda _request, one, said, by: actions.tell_right_holder(disposal=one, said=said, by=by),
    "count": lambda _request, one, said, by: actions.count_at_gate(disposal=one, said=said, by=by),
    "carry_out": _carried,
    "witness": lambda _request, one, _said, by: actions.witness_disposal(disposal=one, by=by),
    "undo": lambda _request, one, said, by: actions.undo_disposal(
        disposal=one, reason=str(said.get("reason", "")), by=by
    ),
    "cancel": lambda _request, one, said, by: actions.cancel_disposal(
        disposal=one, reason=str(said.get("reason", "")), by=by
    ),
}


@takes_files
@require_POST
def disposal_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """Methods, the gate, the act, the witnesses' words."""
    by = of_the_room(request)
    one = disposal_named(by, ref)
    if deed not in _DEEDS:
        raise Missing("missing", _("There is no such page."))
    if deed == "witness" and (question := hand_again(request)) is not None:
        return question
    said: dict[str, Any] = {name: str(value) for name, value in request.POST.items()}
    try:
        _DEEDS[deed](request, one, said, by)
    except (BadInput, Refusal) as refusal:
        if isinstance(refusal, Missing):
            raise
        return _page(request, by, disposal_named(by, ref), refusal)
    messages.info(request, _("%(ref)s: written down.") % {"ref": one.reference})
    return redirect("evidence_disposal", ref=ref)


@require_GET
def certificate(request: HttpRequest, ref: str) -> HttpResponse:
    """The certificate as PDF; `?for=right_holder` leaves out names."""
    by = of_the_room(request)
    one = disposal_named(by, ref)
    names = request.GET.get("for") != "right_holder"
    actions.take_certificate(disposal=one, names=names, purpose=purpose_here(request), by=by)
    name = f"{one.reference.replace('/', '-')}.pdf"
    return attached(HttpResponse(certificate_of(one, names=names), content_type="application/pdf"), name)

"""Pages on which several exhibits change hands: scanning them one after another, and taking what waits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tidewaiter.evidence import actions, policy
from tidewaiter.evidence.labels import labels_of, sheet_of
from tidewaiter.evidence.models import CustodyEvent, Exhibit
from tidewaiter.evidence.presenters import hands_called
from tidewaiter.evidence.queries import contents_of, exhibits_in, exhibits_named, plain_code, stores_of
from tidewaiter.evidence.views import hand_again, of_the_room
from tidewaiter.evidence.words import PURPOSES
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.people.queries import zone_of

MOST = 500
_TYPED = (
    *("to", "purpose", "authority", "place", "due_at", "condition", "name", "organisation", "document", "seal_whole"),
    "signature",
)


def codes_of(request: HttpRequest) -> list[str]:
    """The codes of a batch so far, and those that were just scanned; without what is left out."""
    given = request.POST if request.method == "POST" else request.GET
    codes = [plain_code(one) for one in given.getlist("code")]
    codes += [plain_code(one) for one in given.get("scan", "").replace(",", " ").split()]
    left = plain_code(given.get("leave", ""))
    return [one for one in dict.fromkeys(codes) if one and one != left][:MOST]


@require_http_methods(["GET", "POST"])
def hand_over_page(request: HttpRequest) -> HttpResponse:
    """Scans exhibits into a batch, and gives them into another hand."""
    by = of_the_room(request)
    codes = codes_of(request)
    exhibits, unknown = exhibits_named(by, codes)
    refusal = ""
    if request.method == "POST" and request.POST.get("deed") == "give":
        if (question := hand_again(request)) is not None:
            return question
        said = {name: request.POST.get(name, "") for name in _TYPED}
        try:
            if unknown:
                raise BadInput("code", _("Leave out what is no exhibit: %(codes)s.") % {"codes": ", ".join(unknown)})
            actions.hand_over(exhibits=exhibits, said=said, by=by)
            messages.info(
                request, _("Handed over: %(n)s. It stands when the taker has confirmed.") % {"n": len(exhibits)}
            )
            return redirect("evidence")
        except (BadInput, Refusal) as found:
            if isinstance(found, Missing):
                raise
            refusal = found.sentence
    return render(
        request, "evidence/hand_over.html", _shown(request, by, exhibits, unknown, refusal), status=_status(refusal)
    )


def _status(refusal: str) -> int:
    return 400 if refusal else 200


def _shown(
    request: HttpRequest, by: Actor, exhibits: list[Exhibit], unknown: list[str], refusal: str
) -> dict[str, Any]:
    wrong = {one.pk: _wrong(by, one) for one in exhibits}
    rows = [(one, wrong[one.pk]) for one in exhibits]
    return {
        "rows": rows,
        "unknown": unknown,
        "fit": [one for one, problem in rows if not problem],
        "number": len(exhibits) + len(contents_of(exhibits)),
        "last": exhibits[-1] if exhibits and request.POST.get("scan") and not unknown else None,
        "stores": stores_of(by),
        "purposes": PURPOSES,
        "typed": request.POST,
        "zone": zone_of(by.administration_code),
        "refusal": refusal,
    }


def _wrong(by: Actor, exhibit: Exhibit) -> str:
    """Why an exhibit is not handed over by this person; nothing where it can be."""
    try:
        policy.may_handle(by, exhibit)
    except Refusal as refusal:
        return refusal.sentence
    return ""


@require_http_methods(["GET", "POST"])
def taking_page(request: HttpRequest) -> HttpResponse:
    """What waits for the person's hand: chosen or scanned, then taken at once."""
    by = of_the_room(request)
    rows = [one for one in exhibits_in("awaited", by, most=MOST) if one.box is None or not one.box.awaits]
    events = CustodyEvent.objects.in_bulk([one.awaits for one in rows])
    chosen = set(codes_of(request))
    refusal = ""
    if request.method == "POST" and request.POST.get("deed") == "take":
        if (question := hand_again(request)) is not None:
            return question
        picked = [events[one.awaits] for one in rows if {one.reference, one.ref} & chosen]
        try:
            if not picked:
                raise BadInput("code", _("Scan or tick what you take."))
            _take(picked, request, by)
            messages.info(request, _("Taken: %(n)s. They are with you now.") % {"n": len(picked)})
            return redirect("evidence")
        except (BadInput, Refusal) as found:
            if isinstance(found, Missing):
                raise
            refusal = found.sentence
    called = hands_called(sorted({one.giver for one in events.values()} | {one.taker for one in events.values()}))
    shown = {
        "rows": [(one, events[one.awaits], bool({one.reference, one.ref} & chosen)) for one in rows],
        "called": called,
        "unknown": sorted(chosen - {code for one in rows for code in (one.reference, one.ref)}),
        "purposes": PURPOSES,
        "refusal": refusal,
        "typed": request.POST,
    }
    return render(request, "evidence/taking.html", shown, status=_status(refusal))


def _take(picked: list[CustodyEvent], request: HttpRequest, by: Actor) -> None:
    """Takes what was chosen, hand by hand: a store's and one's own are two."""
    said = {name: request.POST.get(name, "") for name in ("seal_whole", "condition", "shelf", "place")}
    for hand in dict.fromkeys(one.taker for one in picked):
        actions.take_all(events=[one for one in picked if one.taker == hand], said=said, by=by)


@require_GET
def labels_page(request: HttpRequest) -> HttpResponse:
    """Labels of exhibits, to be printed on any printer, or as a PDF (`?format=pdf`)."""
    by = of_the_room(request)
    exhibits, unknown = exhibits_named(by, codes_of(request))
    if unknown or not exhibits:
        raise Missing("no_exhibit", _("There is no such exhibit for you."))
    if request.GET.get("format") == "pdf":
        return attached(HttpResponse(sheet_of(exhibits), content_type="application/pdf"), "labels.pdf")
    return render(request, "evidence/labels.html", {"labels": labels_of(exhibits), "query": request.GET.urlencode()})

"""Pages of things that report: devices, what they said last, what is wrong, and clearing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tidewaiter.evidence import policy
from tidewaiter.evidence.actions.readings import clear_finding, fit_device, remove_device
from tidewaiter.evidence.devices import device_named
from tidewaiter.evidence.models import Device, Exhibit, ReadingFinding
from tidewaiter.evidence.queries import stores_of, visible_exhibits
from tidewaiter.evidence.views import of_the_room
from tidewaiter.evidence.words_of_proof import DEVICES, FINDINGS
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.typed_fields import WrongFields

LISTED = 300


def devices_of(by: Actor) -> list[Device]:
    """The devices of one's administration, those with something open first."""
    seen = Q(exhibit=None) | Q(exhibit__in=visible_exhibits(by))
    found = Device.objects.filter(seen, administration=by.administration_code, removed_at=None)
    wrong = Count("findings", filter=Q(findings__cleared_at=None))
    return list(found.annotate(wrong=wrong).select_related("exhibit", "store").order_by("-wrong", "number")[:LISTED])


@require_http_methods(["GET", "POST"])
def devices_page(request: HttpRequest) -> HttpResponse:
    """All devices; posted, one more is fitted."""
    by = of_the_room(request)
    refusal, wrong = "", {}
    if request.method == "POST":
        try:
            one = fit_device(said={name: str(value) for name, value in request.POST.items()}, by=by)
            return redirect("evidence_device", number=one.ref)
        except (BadInput, Refusal) as found:
            refusal, wrong = found.sentence, found.fields if isinstance(found, WrongFields) else {}
    shown: dict[str, Any] = {
        "rows": devices_of(by),
        "kinds": DEVICES,
        "stores": stores_of(by),
        "may": policy.orders(by),
        "refusal": refusal,
        "wrong": wrong,
        "typed": request.POST or {"exhibit": request.GET.get("exhibit", "")},
    }
    return render(request, "evidence/devices.html", shown, status=400 if refusal else 200)


@require_http_methods(["GET"])
def device_page(request: HttpRequest, number: str) -> HttpResponse:
    """One device: its readings and findings."""
    by = of_the_room(request)
    one = device_named(by, number)
    findings = one.findings.order_by("cleared_at", "-since")[:LISTED]
    shown = {
        "one": one,
        "kind": DEVICES[one.kind],
        "findings": [(each, FINDINGS[each.kind]) for each in findings],
        "readings": list(one.readings.order_by("-at")[:100]),
        "may": policy.orders(by),
    }
    return render(request, "evidence/device.html", shown)


@require_POST
def device_deed(request: HttpRequest, number: str, deed: str) -> HttpResponse:
    """Clearing a finding, taking the device off."""
    by = of_the_room(request)
    one = device_named(by, number)
    try:
        _DEEDS[deed](one, request, by)
    except KeyError as error:
        raise Missing("missing", _("There is no such page.")) from error
    except (BadInput, Refusal) as found:
        if isinstance(found, Missing):
            raise
        messages.error(request, found.sentence)
    return redirect("evidence_device", number=one.ref)


def _cleared(one: Device, request: HttpRequest, by: Actor) -> None:
    clear_finding(finding=finding_of(one, request.POST.get("finding", "")), why=request.POST.get("why", ""), by=by)


def _removed(one: Device, _request: HttpRequest, by: Actor) -> None:
    remove_device(device=one, by=by)


_DEEDS = {"clear": _cleared, "remove": _removed}


def finding_of(device: Device, ref: str) -> ReadingFinding:
    """A finding of a device. Raises `Missing`."""
    found = device.findings.filter(pk=ref).first()
    if found is None:
        raise Missing("no_finding", _("The device has no such finding."))
    return found


def devices_panel(request: HttpRequest, exhibit: Exhibit) -> str:
    """What devices on an exhibit said, and what is wrong."""
    rows = list(exhibit.devices.filter(removed_at=None).order_by("number")[:10])
    if not rows:
        return ""
    found = ReadingFinding.objects.filter(device__in=rows, cleared_at=None).select_related("device")
    findings = [(each, FINDINGS[each.kind]) for each in found.order_by("-since")[:20]]
    shown = {"rows": rows, "findings": findings, "kinds": DEVICES, "exhibit": exhibit}
    return render_to_string("evidence/_devices.html", shown, request=request)

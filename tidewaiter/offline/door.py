"""The door of devices: what comes in is signed by one that is in use, what goes out is signed by the node.

No cookie and no token opens it, so a queue goes when there is a line, whether or not somebody has signed in again.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from tidewaiter.exchange.jose import NotOurs
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.doors import bytes_sent, takes_envelopes
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.problems import MEDIA_TYPE, problem
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.offline import states, wire
from tidewaiter.offline.actions.arriving import announce, receipt_of, receive
from tidewaiter.offline.actions.devices import greet, standing_of
from tidewaiter.offline.keys import public_keys
from tidewaiter.offline.models import Item

MOST_ASKED = 500


def _answer(said: dict[str, Any], status: int = 200) -> HttpResponse:
    return JsonResponse({"now": stamp(now()), **said}, status=status)


def _refused(refusal: Refusal) -> HttpResponse:
    status = 401 if isinstance(refusal, NotOurs) else 410 if refusal.code == "device_ended" else 409
    return problem(status, refusal.code, refusal.sentence)


def _ended(refusal: Refusal, device: str) -> HttpResponse:
    """A refusal to a device: what ends it is signed, for a device believes nobody else."""
    if refusal.code != "device_ended":
        return _refused(refusal)
    said = {"code": refusal.code, "detail": refusal.sentence, "status": 410}
    return JsonResponse({**said, "note": _note(standing_of(device))}, status=410, content_type=MEDIA_TYPE)


def _note(said: dict[str, Any]) -> str:
    return wire.signed_by_node({**said, "keys": public_keys()}, wire.NOTE)


def _text(request: HttpRequest) -> str:
    try:
        return bytes_sent(request).decode("ascii")
    except UnicodeDecodeError as error:
        raise NotOurs("unsigned", _("This is not signed by a device.")) from error


@csrf_exempt  # no cookie is looked at: the device has signed what it says
@login_not_required
@takes_envelopes
@require_POST
def hello(request: HttpRequest) -> HttpResponse:
    """How a device stands; answered with what the node knows of it, signed, and its keys."""
    try:
        said = greet(token=_text(request))
    except Refusal as refusal:
        return _refused(refusal)
    return _answer({"note": _note(said)})


@csrf_exempt  # as above
@login_not_required
@takes_envelopes
@require_POST
def item_head(request: HttpRequest) -> HttpResponse:
    """The head of an item: answered with how much of it is here, and the receipt where all is."""
    try:
        head = _text(request)
    except NotOurs as refusal:
        return _refused(refusal)
    try:
        return _answer(_said(announce(head=head)))
    except Refusal as refusal:
        return _ended(refusal, wire.device_of(head) if refusal.code == "device_ended" else "")


@csrf_exempt  # as above: the bytes are those whose digest the device has signed, or they are thrown away
@login_not_required
@takes_envelopes
@require_POST
def item_bytes(request: HttpRequest, ref: str) -> HttpResponse:
    """A piece of an item, from `from` on."""
    start = whole(request.GET.get("from", "0"), least=0)
    try:
        if start is None:
            raise Refusal("from", _("Say from which byte on the piece is."))
        return _answer(_said(receive(ref=ref, start=start, chunk=bytes_sent(request))))
    except Refusal as refusal:
        sender = Item.objects.filter(pk=ref).values_list("device_id", flat=True).first()
        return _ended(refusal, sender or "")


@csrf_exempt  # as above; nothing changes by it
@login_not_required
@takes_envelopes
@require_POST
def items_asked(request: HttpRequest) -> HttpResponse:
    """How items stand that a device still waits for, by their numbers, which nobody can guess."""
    try:
        asked = read_json(bytes_sent(request))
    except Refusal as refusal:
        return _refused(refusal)
    refs = [str(one) for one in asked[:MOST_ASKED]] if isinstance(asked, list) else []
    found = Item.objects.filter(pk__in=refs).select_related("device")
    return _answer({"items": {item.ref: _said(item) for item in found}})


def _said(item: Item) -> dict[str, Any]:
    coming = item.status == states.COMING
    return {"id": item.ref, "status": item.status, "got": item.got, "receipt": "" if coming else receipt_of(item)}

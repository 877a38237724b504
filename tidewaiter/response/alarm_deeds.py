"""What the page of an alarm posts: each name with its deed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.response import actions
from tidewaiter.response.actions.alarms import leg_of
from tidewaiter.response.models import Alarm, Request
from tidewaiter.response.queries import order_named, request_named


def _number(said: str) -> int | None:
    """Of what a page was made of: the version of an alarm, how many answers stood there."""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def read_answer(post: Any, asked: Request) -> actions.AnswerSaid:
    """What a page posts of an answer."""
    onward = {
        name: post.get(f"onward_{name}", "")
        for name in ("to_account", "to_bank", "to_bic", "to_country", "currency", "amount")
    }
    return actions.AnswerSaid(
        leg=leg_of(asked.alarm, post.get("leg", "")).number,
        kind=post.get("kind", ""),
        amount=post.get("amount", ""),
        reason=post.get("reason", ""),
        onward=onward,
        seen=_number(post.get("seen", "")),
    )


def _requested(request: HttpRequest, alarm: Alarm, by: Actor, _post: Mapping[str, str]) -> dict[str, Any]:
    """Sends a request; a bank's link and code are shown once, on the page that answers."""
    post = request.POST
    numbers = [leg_of(alarm, one).number for one in post.getlist("leg")]
    kind, _colon, to = post.get("to", "").partition(":")
    sent, secret, code = actions.request_freeze(
        alarm=alarm,
        legs=numbers,
        scheme=post.get("scheme", ""),
        to_kind=kind,
        to=post.get("bank", "") if kind == "bank" else to,
        language=post.get("language", ""),
        by=by,
    )
    messages.info(request, _("The request to %(to)s is written. Its text is ready to be sent.") % {"to": sent.to_name})
    return {"secret": secret, "code": code, "sent": sent}


def _answered(alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
    """What a counterpart said to the desk, of one request and one payment of it."""
    ref, leg, seen = (*post.get("of", "").split(":"), "", "", "")[:3]
    asked = request_named(by, ref)
    if asked.alarm_id != alarm.pk:
        raise Missing("no_request", _("There is no such request for you."))
    actions.answer_request(request=asked, said=read_answer({**post, "leg": leg, "seen": seen}, asked), by=by)


def _silently(do: Callable[[Alarm, Actor, Mapping[str, str]], object]) -> Callable[..., None]:
    """A deed whose page has nothing to show but the alarm."""

    def done(_request: HttpRequest, alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
        do(alarm, by, post)

    return done


def _ordered(request: HttpRequest, alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
    """A freezing order, of the payments that are chosen."""
    actions.order_freeze(alarm=alarm, said={**post, "legs": request.POST.getlist("leg")}, by=by)


def _followed(alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
    order = order_named(alarm, post.get("order", ""))
    actions.follow_order(order=order, reference=post.get("reference", ""), by=by)


def _mended(alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
    actions.mend_alarm(alarm=alarm, said=post, version=_number(post.get("version", "")), by=by)


def _payment_mended(alarm: Alarm, by: Actor, post: Mapping[str, str]) -> None:
    actions.mend_payment(
        alarm=alarm, number=post.get("leg", ""), said=post, version=_number(post.get("version", "")), by=by
    )


def _message_came(request: HttpRequest, alarm: Alarm, by: Actor, _post: Mapping[str, str]) -> None:
    """A bank's answer as a message (camt.029, pacs.004)."""
    upload = request.FILES.get("message")
    if upload is None:
        raise BadInput("message", _("Choose the file of the message."))
    with on_disk([upload]) as paths:
        given = actions.take_bank_message(alarm=alarm, path=paths[0], name=upload.name or "message.xml", by=by)
    messages.info(
        request,
        ngettext("%(n)s answer is written down.", "%(n)s answers are written down.", len(given)) % {"n": len(given)},
    )


DEEDS: dict[str, Callable[..., dict[str, Any] | None]] = {
    "take": _silently(lambda alarm, by, _post: actions.take_alarm(alarm=alarm, by=by)),
    "when": _silently(
        lambda alarm, by, post: actions.say_when(alarm=alarm, what=post.get("what", ""), at=post.get("at", ""), by=by)
    ),
    "legs": _silently(lambda alarm, by, post: actions.add_legs(alarm=alarm, legs=[post], by=by)),
    "mend": _silently(_mended),
    "payment": _silently(_payment_mended),
    "request": _requested,
    "answer": _silently(lambda alarm, by, post: _answered(alarm, by, post)),
    "parties": _silently(
        lambda alarm, by, post: actions.name_parties(alarm=alarm, number=post.get("leg", ""), said=post, by=by)
    ),
    "order": _ordered,
    "follow_order": _silently(_followed),
    "message": _message_came,
    "close": _silently(
        lambda alarm, by, post: actions.close_alarm(alarm=alarm, outcome=post.get("outcome", ""), by=by)
    ),
    "reopen": _silently(lambda alarm, by, _post: actions.reopen_alarm(alarm=alarm, by=by)),
}
"""What the page of an alarm posts, and the deed."""

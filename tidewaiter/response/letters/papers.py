"""What goes out on paper as PDF, in the language of the other side: a preservation, a request, an order, assistance."""

from __future__ import annotations

from hashlib import sha256

from django.template.loader import render_to_string
from django.utils import translation

from tidewaiter.drawing.printing import pdf_of
from tidewaiter.people.called import office_called
from tidewaiter.people.models import ContactPoint
from tidewaiter.response.letters.bases import bases
from tidewaiter.response.letters.text import request_text, signer
from tidewaiter.response.models import FreezingOrder, Preservation, Request
from tidewaiter.response.payments.schemes import scheme_names
from tidewaiter.response.words import FORMS, FRAUD_KINDS


def own_point(administration: str) -> ContactPoint | None:
    """How the asking side is reached, as it is kept among the contact points: the T-CY form asks for it."""
    return ContactPoint.objects.filter(country=administration).order_by("name").first()


def html_of(one: Preservation, language: str, form: str = "") -> str:
    """The form as HTML: the parts of its kind, in the reader's language; what a person wrote stays as written."""
    with translation.override(language):
        shown = {
            "one": one,
            "form": form or one.form,
            "title": str(FORMS[form or one.form]),
            "basis": bases()[one.basis],
            "signer": signer(one.made_by, one.administration),
            "point": own_point(one.administration),
            "lang": language,
        }
        return render_to_string("response/preservation_print.html", shown)


def paper_of(one: Preservation, language: str, form: str = "") -> bytes:
    """The same as PDF. Raises `BadInput` where the machine cannot print."""
    return pdf_of(html_of(one, language, form))[0]


def request_paper(asked: Request, language: str) -> bytes:
    """A request to freeze; in its own language as it was sent. Raises `BadInput` where the machine cannot print."""
    return pdf_of(request_html(asked, language))[0]


def request_html(asked: Request, language: str) -> str:
    """The same as HTML."""
    legs = list(asked.legs.order_by("number"))
    with translation.override(language):
        text = asked.text
        if language != asked.language:
            text = request_text(
                alarm=asked.alarm,
                legs=legs,
                scheme=scheme_names().get(asked.scheme, asked.scheme),
                asking=signer(asked.by, asked.alarm.administration),
                to=asked.to_name,
                language=language,
            )
        shown = {
            "asked": asked,
            "text": text,
            "signer": signer(asked.by, asked.alarm.administration),
            "asking": office_called(asked.alarm.administration),
            "digest": sha256(text.encode()).hexdigest(),
            "lang": language,
        }
        return render_to_string("response/request_print.html", shown)


def order_paper(order: FreezingOrder, language: str, kind: str) -> bytes:
    """What goes with a freezing order (`order`), or the request for mutual assistance that follows it (`mla`)."""
    return pdf_of(order_html(order, language, kind))[0]


def order_html(order: FreezingOrder, language: str, kind: str) -> str:
    """The same as HTML."""
    alarm = order.alarm
    with translation.override(language):
        shown = {
            "order": order,
            "kind": kind,
            "alarm": alarm,
            "legs": list(order.legs.order_by("number")),
            "fraud": FRAUD_KINDS[alarm.kind],
            "asking": office_called(alarm.administration),
            "signer": signer(order.by, alarm.administration),
            "point": own_point(alarm.administration),
            "lang": language,
        }
        return render_to_string("response/order_print.html", shown)

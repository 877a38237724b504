"""The page on which an alarm is written: by hand, or from the victim's mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.doors import takes_files
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.typed_fields import WrongFields
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.people.queries import zone_of
from tidewaiter.response import actions
from tidewaiter.response.models import EvidenceFile
from tidewaiter.response.payments.statements import Offered, payments_in
from tidewaiter.response.queries import file_named
from tidewaiter.response.views import of_the_room
from tidewaiter.response.words import ENTRY, FRAUD_KINDS, METHODS
from tidewaiter.response.written import LEG_FIELDS

_OFFERED = ("to_account", "to_bic", "to_name", "amount", "currency", "uetr")
_OF_LEG = tuple(name for name in LEG_FIELDS if name not in ("currency", "amount", "after"))


@takes_files
@require_http_methods(["GET", "POST"])
def new_alarm(request: HttpRequest) -> HttpResponse:
    """An empty alarm; a mail that was brought fills in what it names; «submit» writes it down."""
    by = of_the_room(request)
    if request.method != "POST":
        return _page(request, by, {}, None)
    typed = {name: str(value) for name, value in request.POST.items()}
    file = file_named(by, typed["file"]) if typed.get("file") else None
    try:
        if upload := request.FILES.get("mail"):
            with on_disk([upload]) as paths:
                file = actions.bring_mail(path=paths[0], name=clean_name(upload.name or "mail.eml"), by=by)
            return _page(request, by, offered(file.facts, typed), file)
        if typed.get("deed") in ("statement", "use"):
            return _statement(request, by, typed, file)
        if typed.get("deed") == "look":
            return _page(request, by, typed, file)
        alarm = actions.raise_alarm(said=typed, legs=_legs_of(typed), by=by, files=[file] if file else [])
    except WrongFields as wrong:
        return _page(request, by, typed, file, wrong.fields, wrong.sentence)
    except BadInput as wrong:
        return _page(request, by, typed, file, {wrong.code: wrong.sentence}, wrong.sentence)
    messages.info(
        request, _("Alarm %(reference)s is written, and the desk is called.") % {"reference": alarm.reference}
    )
    return redirect("response_alarm", ref=alarm.ref)


def _statement(request: HttpRequest, by: Actor, typed: dict[str, str], file: EvidenceFile | None) -> HttpResponse:
    """What a pasted statement names is offered; what is chosen goes into the form, to be looked at there."""
    found = payments_in(typed.get("statement", ""))
    if typed["deed"] == "statement":
        return _page(request, by, typed, file, found=found)
    wanted = set(request.POST.getlist("use"))
    chosen = [one for place, one in enumerate(found) if str(place) in wanted]
    if not chosen:
        raise BadInput("statement", _("Choose the payments that were fraudulent."))
    if not typed.get("to_account"):
        first = chosen.pop(0)
        typed |= {name: getattr(first, name) or typed.get(name, "") for name in _OFFERED}
    lines = [f"{one.to_account}; {one.amount}; {one.currency}" for one in chosen]
    typed["list"] = "\n".join([*typed.get("list", "").splitlines(), *lines]).strip()
    return _page(request, by, {name: value for name, value in typed.items() if name != "statement"}, file)


def _legs_of(typed: dict[str, str]) -> list[dict[str, str]]:
    """The payment of the form, then one for each line of the list of accounts (`account amount currency`)."""
    legs = [{name: typed[name] for name in _OF_LEG if typed.get(name)} | {"sent_at": typed.get("transferred_at", "")}]
    listed = [line.strip() for line in typed.get("list", "").splitlines() if line.strip()]
    if listed and not typed.get("to_account", "").strip():
        legs = []
    for line in listed:
        parts = line.replace("\t", ";").split(";") if (";" in line or "\t" in line) else line.rsplit(None, 1)
        if len(parts) < 2:
            raise BadInput(
                "list", _("«%(line)s»: write the account, a semicolon, and the amount.") % {"line": line[:60]}
            )
        legs.append(
            {
                "to_account": parts[0].strip(),
                "amount": parts[1].strip(),
                "currency": parts[2].strip() if len(parts) > 2 else "",
            }
        )
    return legs


def offered(facts: dict[str, Any], typed: dict[str, str]) -> dict[str, str]:
    """What a mail names, put where nothing was typed: offered, and marked so on the page."""
    found: dict[str, str] = {}
    accounts = facts.get("accounts", [])
    if accounts:
        found["to_account"] = accounts[0]["value"]
    if facts.get("bics"):
        found["to_bic"] = facts["bics"][0]
    if facts.get("uetrs"):
        found["uetr"] = facts["uetrs"][0]
    amounts = facts.get("amounts", [])
    if amounts:
        found["amount"], found["currency"] = amounts[-1]["said"], amounts[-1]["currency"]
    if facts.get("to"):
        found["victim_contact"] = facts["to"][0]["address"]
        found["victim"] = facts["to"][0]["name"]
    found["summary"] = facts.get("subject", "")
    return {
        **{name: value for name, value in found.items() if value},
        **{name: value for name, value in typed.items() if value},
    }


def _page(
    request: HttpRequest,
    by: Actor,
    typed: dict[str, str],
    file: EvidenceFile | None,
    wrong: dict[str, str] | None = None,
    refusal: str = "",
    found: Sequence[Offered] = (),
) -> HttpResponse:
    facts = file.facts if file else {}
    typed = {"zone": zone_of(by.administration_code), **{name: value for name, value in typed.items() if value}}
    from_mail = {name for name, value in offered(facts, {}).items() if typed.get(name) == value} if facts else set()
    shown = {
        "typed": typed,
        "file": file,
        "facts": facts,
        "from_mail": from_mail,
        "wrong": wrong or {},
        "refusal": refusal,
        "kinds": FRAUD_KINDS,
        "methods": METHODS,
        "labels": ENTRY,
        "moments": ("transferred_at", "detected_at", "recall_at"),
        "grave": ("domain_looks_like", "reply_to_differs"),
        "zone": typed["zone"],
        "offered": found,
    }
    return render(request, "response/new.html", shown, status=400 if wrong else 200)

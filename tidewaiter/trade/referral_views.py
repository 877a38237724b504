"""Pages of referrals: from a finding to an agency, what became of it, and how many there are."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tidewaiter.codelists.queries import code_view, list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated
from tidewaiter.ledger.queries import history
from tidewaiter.trade import actions, states
from tidewaiter.trade.actions import AGENCIES, OUTCOMES, WITHOUT_ACCEPTANCE, Agency, Result
from tidewaiter.trade.files.sources import run_named
from tidewaiter.trade.models import Referral, TradeRun
from tidewaiter.trade.parameters import ANALYSES
from tidewaiter.trade.policy import allowed, analyses_trade, mark_of_referral, refers
from tidewaiter.trade.queries import counted, referral_named, referrals_of
from tidewaiter.trade.referral_evidence import evidence_of
from tidewaiter.vault.actions import size_of, stream

SHOWN = 200
WORDS: dict[str, str | Promise] = {
    states.DRAFTED: gettext_lazy("Drafted"),
    states.SENT: gettext_lazy("Sent, waits for the agency"),
    states.ACCEPTED: gettext_lazy("Taken on by the agency"),
    states.DECLINED: gettext_lazy("Declined"),
    states.CONCLUDED: gettext_lazy("Concluded"),
    states.WITHDRAWN: gettext_lazy("Withdrawn"),
}
"""States as pages say them."""


def _referrer(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not refers(by):
        raise Missing("missing", _("There is no such page."))
    return by


def _word(name: str, code: str) -> str:
    view = code_view(name, code) if code else None
    return view.label(get_language() or "en") if view else code


def _choices(name: str, only: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(code, _word(name, code)) for code in (only or list_view(name).codes)]


@require_GET
def referrals(request: HttpRequest) -> HttpResponse:
    """The referrals of one's administration, and how many by agency and result."""
    by = _referrer(request)
    rows = [
        {
            "one": one,
            "state": WORDS[one.status],
            "agency": _word(AGENCIES, one.agency),
            "outcome": _word(OUTCOMES, one.outcome),
        }
        for one in referrals_of(by)[:SHOWN]
    ]
    counts = [
        one
        | {
            "word": _word(AGENCIES, one["agency"]),
            "open": sum(one["states"].get(state, 0) for state in states.OWNERS),
            "results": [(_word(OUTCOMES, code), number) for code, number in one["outcomes"].items()],
            "withdrawn": one["states"].get(states.WITHDRAWN, 0),
        }
        for one in counted(by)
    ]
    return render(request, "trade/referrals.html", {"rows": rows, "counts": counts, "analyses": analyses_trade(by)})


@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest, ref: str) -> HttpResponse:
    """To whom a finding is referred; posted, it is drafted and its evidence frozen."""
    by = actor_of(request)
    run = run_named(ref, by)
    said: JsonObject = {"run": run, "of": ANALYSES[run.analysis], "agencies": _choices(AGENCIES), "refusal": ""}
    finding = request.POST.get("finding", "") or request.GET.get("finding", "")
    status = 200
    if request.method == "POST":
        try:
            made = actions.refer(run=ref, finding=finding, to=_agency(request), by=by)
        except BadInput as refusal:
            said["refusal"], status = refusal.sentence, 400
        else:
            messages.info(request, _("The evidence is frozen. Send it to the agency, then say so here."))
            return redirect("referral", made.ref)
    frozen = evidence_of(run, finding, by)
    said |= {"finding": finding, "title": frozen.title, "size": len(frozen.content), "asked": request.POST}
    return render(request, "trade/refer.html", said, status=status)


def _agency(request: HttpRequest) -> Agency:
    said = request.POST
    return Agency(said.get("agency", ""), said.get("agency_name", ""), said.get("note", ""))


@require_GET
def referral(request: HttpRequest, ref: str) -> HttpResponse:
    """One referral: its evidence, its state with the next step, what was done."""
    return _page(request, referral_named(ref, _referrer(request)), _referrer(request))


def _page(request: HttpRequest, one: Referral, by: Actor, refusal: str = "") -> HttpResponse:
    run = TradeRun.objects.filter(ref=one.run, administration=one.administration).first()
    said = {
        "one": one,
        "state": WORDS[one.status],
        "agency": _word(AGENCIES, one.agency),
        "outcome": _word(OUTCOMES, one.outcome),
        "moves": {deed for deed in states.MOVES if allowed(deed, one, by)},
        "mark": mark_of_referral(one),
        "agencies": _choices(AGENCIES),
        "outcomes": _choices(OUTCOMES, WITHOUT_ACCEPTANCE.get(one.status, ())),
        "accepted": one.status == states.ACCEPTED,
        "size": size_of(one.evidence),
        "run": run if run and analyses_trade(by) else None,
        "entries": history(one.ref),
        "refusal": refusal,
        "asked": request.POST,
        "waits": one.status in states.OWNERS,
    }
    return render(request, "trade/referral.html", said, status=400 if refusal else 200)


@require_POST
def move(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """One deed with a referral."""
    by = _referrer(request)
    one = referral_named(ref, by)
    mark = request.POST.get("mark", "")
    try:
        if deed == "amend":
            actions.amend_referral(referral=one, to=_agency(request), by=by, mark=mark)
        else:
            said = Result(**{name: request.POST.get(name, "") for name in Result.__slots__})
            actions.move_referral(referral=one, deed=deed, said=said, by=by, mark=mark)
    except BadInput as refusal:
        return _page(request, one, by, refusal.sentence)
    except Outdated as outdated:
        messages.warning(request, outdated.sentence)
    return redirect("referral", ref)


@require_GET
def evidence(request: HttpRequest, ref: str) -> HttpResponseBase:
    """The frozen evidence as a file; its SHA-256 stands on the page."""
    one = referral_named(ref, _referrer(request))
    return attached(FileResponse(stream(one.evidence), content_type="application/json"), f"{one.ref}.json")

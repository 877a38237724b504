"""The queue with its case beside it: open, judge, go on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases import presenters
from tidewaiter.cases.actions import dismiss, move_one, open_case, return_case, take_back
from tidewaiter.cases.as_read import must_be_as_read
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import MAY
from tidewaiter.cases.queries import case_by_ref, own_decision
from tidewaiter.cases.return_form import fields_of_return, read_named, read_return
from tidewaiter.cases.returning import changes_since, last_return
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Outdated
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import reviewers_of
from tidewaiter.review.actions import assign, validate_together
from tidewaiter.review.policy import is_reviewer, reviewers_page
from tidewaiter.review.queries import (
    COUNTED,
    ORDERS,
    done_today,
    in_order,
    just_decided,
    next_after,
    rows_of,
    waiting,
    waiting_case,
)

_NARROWING = ("form", "administration", "worst", "assigned", "overdue")
_REFUSED = {
    "unopened": gettext_lazy("not opened yet"),
    "drawn": gettext_lazy("drawn for the sample: to be opened"),
    "not_waiting": gettext_lazy("judged meanwhile"),
}


def _asked(request: HttpRequest) -> tuple[str, dict[str, list[str]]]:
    """The order of the queue and what it is narrowed by, as the address says."""
    order = request.GET.get("order", "oldest")
    wanted = {name: request.GET.getlist(name) for name in _NARROWING if any(request.GET.getlist(name))}
    return order if order in ORDERS else "oldest", wanted


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    for name in list(kept):
        if name not in (*_NARROWING, "order") or not kept[name]:
            del kept[name]
    return kept.urlencode()


@require_GET
def queue(request: HttpRequest) -> HttpResponse:
    """The first case of the queue; with no case, that nothing waits."""
    by = actor_of(request)
    reviewers_page(by)
    order, wanted = _asked(request)
    first = in_order(waiting(by, wanted), order).first()
    if first is None or not is_reviewer(by):
        return render(request, "review/queue.html", _queue(request, by, None))
    query = _query(request)
    return redirect(reverse("review_case", args=[first.ref]) + (f"?{query}" if query else ""))


@require_GET
def review_case(request: HttpRequest, ref: str) -> HttpResponse:
    """One waiting case beside the queue. Looking at it opens it."""
    by = actor_of(request)
    reviewers_page(by)
    return _case_page(request, waiting_case(by, ref), by)


def _case_page(
    request: HttpRequest, case: Case, by: Actor, outdated: Outdated | None = None, deed: str = ""
) -> HttpResponse:
    """The case beside the queue; with `outdated` why the deed that was asked for was
    not done, and what was typed for it.
    """
    open_case(case=case, by=by)
    lang = get_language() or "en"
    last = last_return(case.ref)
    context = {
        **_queue(request, by, case),
        **presenters.case_shown(case, by, lang),
        "last": last,
        "changes": changes_since(case, last, lang) if last else [],
        "back": fields_of_return(case, lang, request.POST if deed == "return_case" else None),
        "colleagues": _colleagues(case),
        "outdated": outdated.sentence if outdated else "",
    }
    if deed == "dismiss":
        for finding in context["findings"]:
            if (finding["code"], finding["path"]) == (request.POST.get("code"), request.POST.get("path")):
                finding["why_none"] = request.POST.get("reason", "")
    return render(request, "review/queue.html", context, status=409 if outdated else 200)


def _queue(request: HttpRequest, by: Actor, case: Case | None) -> dict[str, Any]:
    order, wanted = _asked(request)
    cases = waiting(by, wanted)
    rows = rows_of(in_order(cases, order), by)
    if case is not None and all(row.case.pk != case.pk for row in rows):
        rows = [*rows_of(Case.objects.filter(pk=case.pk), by), *rows]
    number = cases[: COUNTED + 1].count()
    at = next((n for n, row in enumerate(rows) if case is not None and row.case.pk == case.pk), 0)
    done = done_today(by)
    return {
        "rows": rows,
        "order": order,
        "orders": ORDERS,
        "undo": just_decided(by),
        "number": min(number, COUNTED),
        "more": number > COUNTED,
        "query": _query(request),
        "done": done,
        "share": round(100 * done / max(1, done + number)),
        "wanted": wanted,
        "here": rows[at] if rows and case else None,
        "before": rows[at - 1].case.ref if case and at else "",
        "after": rows[at + 1].case.ref if case and at + 1 < len(rows) else "",
        "administrations": sorted({row.case.administration for row in rows} | set(wanted.get("administration", []))),
    }


def _colleagues(case: Case) -> list[Officer]:
    """Who else may judge the case."""
    return [one for one in reviewers_of(case.region) if one.administration_id != case.administration]


@require_POST
def review_deed(request: HttpRequest, ref: str, deed: str) -> HttpResponse:
    """One deed with the case as its page has shown it, then the next of the queue; where it was changed since, the page
    as it is now with what was typed."""
    by = actor_of(request)
    reviewers_page(by)
    query = _query(request)
    rest = f"?{query}" if query else ""
    if deed == "take_back":
        case = own_decision(by, ref)
        must_be_as_read(case, *read_named(request.POST))
        take_back(case=case, by=by)
        messages.info(request, _("%(ref)s waits for you again.") % {"ref": case.reference})
        return redirect(reverse("review_case", args=[ref]) + rest)
    case = case_by_ref(by, ref)
    order, wanted = _asked(request)
    if deed == "assign":
        MAY["validate"](by, case)
        assign(cases=[case], to=request.POST.get("to", ""), by=by, note=request.POST.get("note", ""))
        messages.info(request, _("Given to %(name)s.") % {"name": request.POST.get("to", "")})
        return redirect(reverse("review_case", args=[ref]) + rest)
    if deed not in _DEEDS:
        raise Http404
    rule, do = _DEEDS[deed]
    MAY[rule](by, case)
    named = read_named(request.POST)
    following = next_after(waiting(by, wanted), order, case)
    try:
        must_be_as_read(case, *named)
        do(request, case, by)
    except Outdated as outdated:
        return _case_page(request, waiting_case(by, ref), by, outdated, deed)
    if deed == "dismiss":
        return redirect(reverse("review_case", args=[ref]) + rest)
    if following is None:
        return redirect(reverse("review") + rest)
    return redirect(reverse("review_case", args=[following.ref]) + rest)


def _dismiss(request: HttpRequest, case: Case, by: Actor) -> None:
    said = request.POST
    dismiss(case=case, code=said.get("code", ""), path=said.get("path", ""), reason=said.get("reason", ""), by=by)


def _validate(_request: HttpRequest, case: Case, by: Actor) -> None:
    move_one(deed="validate", case=case, by=by)


def _send_back(request: HttpRequest, case: Case, by: Actor) -> None:
    reasons, text = read_return(request.POST)
    return_case(case=case, reason=text, by=by, fields=reasons)


_DEEDS = {
    "validate": ("validate", _validate),
    "return_case": ("return_case", _send_back),
    "dismiss": ("validate", _dismiss),
}
"""What the queue can do with a case: by whose rule, and how."""


@require_POST
def together(request: HttpRequest) -> HttpResponse:
    """Validates several cases at once: those chosen, or all that are opened."""
    by = actor_of(request)
    reviewers_page(by)
    if not is_reviewer(by):
        MAY["validate"](by, Case())
    refs = request.POST.getlist("ref")
    if not refs:
        raise BadInput("none_chosen", _("Choose the cases to validate."))
    done, refused = validate_together(cases=refs, by=by)
    said = [_("Validated: %(n)s.") % {"n": done}]
    said += [f"{_REFUSED.get(reason, reason)}: {number}." for reason, number in refused.items()]
    if done != 1 or refused:  # of one alone the page says itself what it is, with the way back
        messages.info(request, " ".join(str(part) for part in said))
    query = _query(request)
    return redirect(reverse("review") + (f"?{query}" if query else ""))

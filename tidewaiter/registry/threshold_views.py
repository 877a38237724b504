"""The steward's page of thresholds: what each would find, what it would take for one that is not, and the choice."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import read_number
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal, passes
from tidewaiter.registry.actions.thresholds import set_thresholds
from tidewaiter.registry.names.labelled import measured
from tidewaiter.registry.policy import may_see_thresholds, may_set_thresholds
from tidewaiter.registry.thresholds import thresholds_of


@require_http_methods(["GET", "POST"])
def thresholds(request: HttpRequest) -> HttpResponse:
    """Shows precision and recall of each threshold; posted, sets both."""
    by = actor_of(request)
    may_see_thresholds(by)
    refused = None
    if request.method == "POST":
        try:
            set_thresholds(screening=_number(request, "screening"), doubles=_number(request, "doubles"), by=by)
            messages.success(request, _("Set. They hold from the next name on."))
            return redirect("registry_thresholds")
        except Missing:
            raise
        except Refusal as refusal:
            refused = refusal
    rows, number = measured()
    shown = {
        "rows": rows,
        "pairs": number,
        "holds": thresholds_of(by),
        "sets": passes(may_set_thresholds, by),
        "refused": refused,
    }
    return render(request, "registry/thresholds.html", shown, status=422 if refused else 200)


def _number(request: HttpRequest, name: str) -> float:
    try:
        return read_number(request.POST.get(name, ""), low=0, high=1)
    except BadInput as error:
        raise BadInput(name, _("Choose a threshold for screening and one for doubles.")) from error

"""What is done with the cases that a person chose in the list: submitting, validating, taking away.

Each stands with the version in which the list showed it; one that is another by now is left as it is, and said.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tidewaiter.cases.actions import submit, validate
from tidewaiter.cases.export import must_be_kind
from tidewaiter.cases.filter_params import query_to_keep, read_query
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import PAGE, narrowed, visible_cases
from tidewaiter.cases.taking import exported
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import BadInput

_DIGEST = 12
"""Signs of a digest that stand in the list: enough to tell a version from what became of it."""


def mark_of(case: Case) -> str:
    """How a row of the list names its case and what it showed of it."""
    return f"{case.ref}:{case.version}:{case.digest[:_DIGEST]}"


@require_POST
def chosen(request: HttpRequest) -> HttpResponseBase:
    """One deed with the chosen cases; the list says what became of them."""
    by, deed = actor_of(request), request.POST.get("deed", "")
    query = query_to_keep(read_query(request.POST.get("query", "")))
    back = redirect(f"{reverse('case_list')}?{query}" if query else reverse("case_list"))
    named = [_read(mark) for mark in request.POST.getlist("case")][:PAGE]
    if not named:
        messages.error(request, _("Choose cases first: tick the box at the start of their rows."))
        return back
    if deed == "export":
        kind = request.POST.get("format", "csv")
        must_be_kind(kind)
        return exported(narrowed(by, {"ref": [ref for ref, _version, _digest in named]}), kind, by)
    if deed not in ("submit", "validate"):
        raise Http404
    for sentence in _done(deed, named, by):
        messages.info(request, sentence)
    return back


def _read(mark: str) -> tuple[str, int, str]:
    ref, _colon, rest = mark.partition(":")
    version, _colon, digest = rest.partition(":")
    number = whole(version, least=1)
    if number is None or len(digest) < _DIGEST:
        raise BadInput("no_version", _("The list does not say which version of a case it showed. Open the list again."))
    return ref, number, digest


def _as_shown(by: Actor, named: Sequence[tuple[str, int, str]]) -> QuerySet[Case]:
    same = Q()
    for ref, version, digest in named:
        same |= Q(ref=ref, version=version, digest__startswith=digest)
    return visible_cases(by).filter(same)


def _done(deed: str, named: Sequence[tuple[str, int, str]], by: Actor) -> list[str]:
    """Does it, and says in sentences how many were done and why others were not."""
    cases = _as_shown(by, named)
    shown = cases.count()
    done, refused = submit(cases=cases, by=by) if deed == "submit" else validate(cases=cases, by=by)
    if deed == "submit":
        said = [ngettext("%(n)s case submitted.", "%(n)s cases submitted.", done) % {"n": done}]
    else:
        said = [ngettext("%(n)s case validated.", "%(n)s cases validated.", done) % {"n": done}]
    said += [_why(code, number) for code, number in sorted(refused.items())]
    if other := shown - done - sum(refused.values()):
        said.append(
            ngettext("%(n)s is not in a state for it.", "%(n)s are not in a state for it.", other) % {"n": other}
        )
    if changed := len(named) - shown:
        said.append(
            ngettext(
                "%(n)s was changed since the list was drawn: look at it again.",
                "%(n)s were changed since the list was drawn: look at them again.",
                changed,
            )
            % {"n": changed}
        )
    return said


def _why(code: str, number: int) -> str:
    if code == "unopened":
        said = ngettext(
            "%(n)s was opened by no reviewer yet: open it before you validate it.",
            "%(n)s were opened by no reviewer yet: open them before you validate them.",
            number,
        )
    elif code == "findings":
        said = ngettext(
            "%(n)s has findings that must be settled first.", "%(n)s have findings that must be settled first.", number
        )
    else:
        said = ngettext("%(n)s is not yours to decide.", "%(n)s are not yours to decide.", number)
    return said % {"n": number}

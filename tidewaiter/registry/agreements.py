"""What another agency's people see of an administration's records: by database, group of records, purpose and day.

An agreement is made by a steward of the administration whose records they are. Nothing is granted by a role: an account
of an agency is named in an agreement that stands today, or it finds no registry.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.models import AgencyAgreement, CaseTie, Entity

ROLE = "partner"
DATABASE_WORDS: dict[str, Promise] = {
    "seizures": gettext_lazy("Seizures, with who has part in them"),
    "suspects": gettext_lazy("Suspects"),
    "companies": gettext_lazy("Companies"),
}
MARKS = {"GREEN": ("GREEN", "CLEAR"), "AMBER": ("AMBER", "GREEN", "CLEAR")}
"""The marks that go to an agency by the gravest that is agreed; `AMBER+STRICT` and `RED` never do."""


def agreements_of(actor: Actor) -> list[AgencyAgreement]:
    """The agreements by which the person is let in today."""
    today = now().date()
    return list(
        AgencyAgreement.objects.filter(
            members__username=actor.username, ended_at=None, begins_on__lte=today, ends_on__gte=today
        ).order_by("ref")
    )


def agreed_entities(agreements: Sequence[AgencyAgreement], before: str = "") -> Q:
    """The records into which agreements let: of each its databases, within its group."""
    made = Q(pk__in=[])
    for one in agreements:
        group = Q(pk__in=[])
        if "companies" in one.databases:
            group |= Q(kind="company")
        if "suspects" in one.databases:
            group |= Q(suspect__state__in=one.states) if one.states else Q(suspect__isnull=False)
        if "seizures" in one.databases:
            group |= Q(pk__in=CaseTie.objects.filter(case__in=agreed_cases([one]).values("ref")).values("entity"))
        made |= group & Q(administration=one.administration, listed="", handling__in=MARKS[one.most])
    return Q(**{f"{before}pk__in": Entity.objects.filter(made).values("pk")})


def agreed_cases(agreements: Sequence[AgencyAgreement]) -> QuerySet[Case]:
    """The seizures into which agreements let; withdrawn ones are in none."""
    made = Q(pk__in=[])
    for one in agreements:
        if "seizures" in one.databases:
            forms = Q(form__in=one.forms) if one.forms else Q()
            made |= forms & Q(administration=one.administration)
    return Case.objects.filter(made, latest=True).exclude(status__in=("withdrawn", "draft"))


def agreed_marks(agreements: Sequence[AgencyAgreement]) -> set[str]:
    """The marks of statements that go to the person."""
    return {mark for one in agreements for mark in MARKS[one.most]}


def agreed_purpose(agreements: Sequence[AgencyAgreement], said: str) -> str:
    """The purpose as it was agreed. Raises `BadInput` for another one."""
    wanted = " ".join(said.split()).casefold()
    purposes: list[str] = list(dict.fromkeys(purpose for one in agreements for purpose in one.purposes))
    for purpose in purposes:
        if purpose.casefold() == wanted:
            return purpose
    raise BadInput("purpose", _("Your agreement lets you read for: %(purposes)s.") % {"purposes": "; ".join(purposes)})

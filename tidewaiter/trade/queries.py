"""Referrals: the ones a person sees, and how they are counted."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade import states
from tidewaiter.trade.models import Referral
from tidewaiter.trade.policy import own_referrals


def referrals_of(by: Actor) -> QuerySet[Referral]:
    """Those of one's administration, the latest change first."""
    return Referral.objects.filter(own_referrals(by)).order_by("-changed_at", "ref")


def referral_named(ref: str, by: Actor) -> Referral:
    """One that this person sees. Raises `Missing`."""
    found = Referral.objects.filter(own_referrals(by), ref=ref).first()
    if found is None:
        raise Missing("no_referral", _("There is no such referral."))
    return found


def counted(by: Actor) -> list[JsonObject]:
    """`[{"agency", "referrals", "states": {state: n}, "outcomes": {outcome: n}, "recovered": {currency: amount}}]`, by
    kind of agency, the busiest first. Amounts of different currencies are never added.
    """
    own = Referral.objects.filter(own_referrals(by))
    states_, outcomes = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for agency, status, outcome, number in own.values_list("agency", "status", "outcome").annotate(n=Count("pk")):
        states_[agency, status] += number
        if outcome:
            outcomes[agency, outcome] += number
    sums: dict[str, dict[str, str]] = {}
    paid = own.exclude(recovered=None).values_list("agency", "currency").annotate(total=Sum("recovered"))
    for agency, currency, total in paid.order_by("currency"):
        sums.setdefault(agency, {})[currency] = f"{Decimal(total):.2f}"
    rows = [
        {
            "agency": agency,
            "referrals": sum(n for (of, _status), n in states_.items() if of == agency),
            "states": {state: states_[agency, state] for state in states.STATES if states_[agency, state]},
            "outcomes": {code: n for (of, code), n in sorted(outcomes.items()) if of == agency},
            "recovered": sums.get(agency, {}),
        }
        for agency in {of for of, _status in states_}
    ]
    return sorted(rows, key=lambda one: (-int(str(one["referrals"])), str(one["agency"])))

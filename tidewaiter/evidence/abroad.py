"""What went to other countries and came from them: its kinds, what leaves of an exhibit, finding it again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.evidence import policy
from tidewaiter.evidence.models import Abroad, Exhibit
from tidewaiter.evidence.typed import decimal_text
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import stamp
from tidewaiter.foundation.refusals import Missing

EXHIBIT, TRANSFER, REQUEST, ANSWER, RECEIPT = (
    *("exhibit", "custody_transfer", "evidence_request", "evidence_answer", "custody_receipt"),
)
KINDS = (EXHIBIT, TRANSFER, REQUEST, ANSWER, RECEIPT)


def facts_of(exhibit: Exhibit) -> dict[str, str]:
    """What of an exhibit leaves: what it is, and nobody's name."""
    names = ("reference", "kind", "description", "material", "unit", "case_reference", "seal", "handling", "head")
    found = {name: str(getattr(exhibit, name)) for name in names}
    return found | {"quantity": decimal_text(exhibit.quantity), "found_at": stamp(exhibit.found_at)}


def abroad_named(actor: Actor, ref: str) -> Abroad:
    """Something of one's administration that went or came. Raises `Missing`."""
    found = Abroad.objects.filter(pk=ref, administration=actor.administration_code).first()
    if found is None or not policy.orders(actor):
        raise Missing("no_abroad", _("There is nothing of that reference for you."))
    return found

"""The JSON door of agreements with other agencies: who is let in, into what, until when. They are made on the page and
at the shell: a steward's token looks after nothing (docs/decisions/0010).
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from tidewaiter.foundation.doors import known_only
from tidewaiter.people.tokens import reader
from tidewaiter.registry.models import AgencyAgreement
from tidewaiter.registry.queries import agreements_seen

router = Router(tags=["registry"])


class AgreementOut(Schema):
    """What was agreed with an agency, and who of it is let in."""

    ref: str
    agency: str
    paper: str
    databases: list[str]
    forms: list[str]
    states: list[str]
    most: str
    purposes: list[str]
    begins_on: str
    ends_on: str
    ended: bool
    members: list[str]


def agreement_out(one: AgencyAgreement) -> dict[str, Any]:
    """An agreement as data."""
    names = ("ref", "agency", "paper", "databases", "forms", "states", "most", "purposes")
    return {name: getattr(one, name) for name in names} | {
        "begins_on": one.begins_on.isoformat(),
        "ends_on": one.ends_on.isoformat(),
        "ended": one.ended_at is not None,
        "members": sorted(member.username for member in one.members.all()),
    }


@router.get(
    "/registry/agencies", response=list[AgreementOut], operation_id="list_agencies", summary="Agencies that are let in"
)
def list_agencies(request: HttpRequest) -> list[dict[str, Any]]:
    """Agreements of one's administration, the newest first; for its data-protection officers."""
    by = reader(request)
    known_only(request, ())
    return [agreement_out(one) for one in agreements_seen(by)]

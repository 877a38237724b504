"""Who owns a company, as programs and commands have it; each owner is written down as read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.registry.actions.reading import read_names
from tidewaiter.registry.ownership import Owner, ownership
from tidewaiter.registry.policy import may_read
from tidewaiter.registry.queries import entity_named, members_of


def owners_of(*, ref: str, by: Actor, purpose: str, on: str = "") -> dict[str, Any]:
    """Owners of owners with the shares that are said (per cent, as text), and what each holds in the end.

    Raises `Missing`, and `BadInput` for a day that is none or without a purpose.
    """
    may_read(by)
    found = read_date(on).value if on.strip() else None
    if on.strip() and (found is None or found.precision != "day"):
        raise BadInput("on", _("«%(said)s» is no day. Write it as 2027-04-14.") % {"said": on[:40]})
    members = members_of(entity_named(by, ref), by)
    made = ownership(members, by, date.fromisoformat(found.iso) if found else None)
    owners = [_owner(one) for one in made.owners]
    read_names(refs=[*(one.ref for one in members), *_refs(owners)], by=by, purpose=purpose)
    return {
        "owners": owners,
        "in_the_end": [
            {
                "ref": one.entity.ref,
                "caption": one.entity.caption,
                "least": f"{one.least.normalize():f}",
                "most": f"{one.most.normalize():f}",
            }
            for one in made.in_the_end
        ],
        "over": f"{made.over.normalize():f}" if made.over is not None else "",
        "cut": made.cut,
    }


def _owner(one: Owner) -> dict[str, Any]:
    return {
        "ref": one.holding.owner.ref,
        "caption": one.holding.owner.caption,
        "shares": [f"{share.normalize():f}" for share in one.holding.shares],
        "contradicts": one.holding.contradicts,
        "sources": [link.source for link in one.holding.links],
        "owners": [_owner(above) for above in one.owners],
    }


def _refs(owners: list[dict[str, Any]]) -> list[str]:
    return [ref for one in owners for ref in (str(one["ref"]), *_refs(one["owners"]))]

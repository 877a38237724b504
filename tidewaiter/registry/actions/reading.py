"""Reads of names, written down: who read whom, for what. Content never stands in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, TextIO

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.exporting import write_lines
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.ownership import Owner, ownership
from tidewaiter.registry.policy import may_consult, may_read, must_have_purpose, purpose_for, purpose_kept
from tidewaiter.registry.queries import entity_named, members_of
from tidewaiter.registry.screening import Screened, screen_many
from tidewaiter.registry.thresholds import thresholds_of


def read_names(*, refs: Iterable[str], by: Actor, purpose: str, deed: str = "registry.read") -> str:
    """Writes down that these were read. Raises `BadInput` where no purpose is said; gives it as it was kept."""
    may_consult(by)
    said = purpose_for(by, purpose)
    with transaction.atomic():
        things = [(ref, 0) for ref in dict.fromkeys(refs)]
        record_many(by=by, deed=deed, things=things, detail=purpose_kept(by, said))
    return said


def screen_names(
    *, names: list[tuple[Known, str]], by: Actor, purpose: str, least: float | None = None
) -> list[Screened]:
    """Screens names (each with a number of a document, or none), and writes down that it was done and who was hit."""
    may_consult(by)
    said = purpose_for(by, purpose)
    kept = purpose_kept(by, said)
    least = thresholds_of(by).screening if least is None else least
    made = screen_many(names, by, least=least)
    hits = dict.fromkeys(hit.ref for one in made for hit in one.hits)
    with transaction.atomic():
        record(
            by=by,
            deed="registry.screened",
            ref="registry",
            detail=kept | {"names": len(names), "hits": len(hits)},
        )
        record_many(by=by, deed="registry.read", things=[(ref, 0) for ref in hits], detail=kept)
    return made


def export_entities(*, to: TextIO, by: Actor, purpose: str) -> int:
    """Writes what the person sees as lines of FollowTheMoney; gives how many entities, each recorded as taken."""
    may_read(by)
    said = must_have_purpose(purpose)
    refs = write_lines(by, to)
    with transaction.atomic():
        record(by=by, deed="registry.exported", ref="registry", detail={"purpose": said, "entities": len(refs)})
        record_many(by=by, deed="registry.taken", things=[(ref, 0) for ref in refs], detail={"purpose": said})
    return len(refs)


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

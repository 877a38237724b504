"""What is held on somebody, from where, who read it and where copies went: the answer to a person who asks
(the right of access), given by the administration's data-protection officer. Each answer is itself a reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Prefetch
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.actions import record_many
from tidewaiter.ledger.models import Entry
from tidewaiter.people.models import Officer
from tidewaiter.registry import states
from tidewaiter.registry.models import CaseTie, Entity, Link, Statement, Suspect
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.policy import INT, may_answer, must_have_purpose, visible_links
from tidewaiter.registry.queries import visible_entities
from tidewaiter.registry.screening import screen

READ = ("registry.read", "registry.listed", "registry.held_on")
TAKEN = ("registry.taken", "registry.printed")
MOST_RECORDS = 200
NOT_LOOKED = ("backups", "photos", "files")
"""Where no name is looked for: sealed backups, faces on photos, files that people keep for themselves."""


@dataclass(slots=True)
class Reading:
    """That somebody read for a purpose: how often, from when to when."""

    by: str
    purpose: str
    number: int = 0
    first: str = ""
    last: str = ""


@dataclass(slots=True)
class HeldOn:
    """Everything that is held on one who asks."""

    records: list[dict[str, Any]] = field(default_factory=list)
    reads: list[Reading] = field(default_factory=list)
    copies: list[Reading] = field(default_factory=list)
    erased: list[tuple[str, str]] = field(default_factory=list)
    """(ref, when) of what was erased before."""
    looked: dict[str, int] = field(default_factory=dict)
    """Where was looked, and how much was found there."""

    def as_json(self) -> dict[str, Any]:
        """As a file or a program has it."""
        told = [
            {name: getattr(one, name) for name in ("by", "purpose", "number", "first", "last")} for one in self.reads
        ]
        copies = [
            {name: getattr(one, name) for name in ("by", "purpose", "number", "first", "last")} for one in self.copies
        ]
        erased = [{"ref": ref, "at": at} for ref, at in self.erased]
        return {
            "records": self.records,
            "reads": told,
            "copies": copies,
            "erased": erased,
            "looked": self.looked,
            "not_looked": list(NOT_LOOKED),
        }


def held_on(*, by: Actor, purpose: str, ref: str = "", name: str = "", birth: str = "") -> HeldOn:
    """What is held under a ref, or on somebody of a name: all that the name may mean, across scripts and spellings.

    RED statements and those of a running inquiry are marked as not to be told, with why; the officer sees them all.
    Raises `Missing` for whoever is no data-protection officer and for a ref of nothing, `BadInput` where neither is
    said or no purpose is.
    """
    may_answer(by)
    said = must_have_purpose(purpose)
    if not ref.strip() and len(name.strip()) < 2:
        raise BadInput("name", _("Say a reference or a name."))
    heads = _by_ref(ref.strip(), by) if ref.strip() else _by_name(name.strip(), birth.strip(), by)
    erased = _erased(ref.strip()) if ref.strip() else []
    if ref.strip() and not heads and not erased:
        raise Missing("no_entity", _("There is no such record in the registry."))
    members = list(
        visible_entities(by).filter(canonical__in=among(sorted(heads))).order_by("canonical", "ref")[:MOST_RECORDS]
    )
    refs = [one.ref for one in members]
    answer = HeldOn(erased=erased, looked=_looked(refs, by))
    answer.records = [_record(one, by) for one in _with_all(members, by)]
    with transaction.atomic():
        record_many(by=by, deed="registry.held_on", things=[(one, 0) for one in refs], detail={"purpose": said})
    entries = _entries(refs, by)
    answer.reads = _gathered(one for one in entries if one.deed in READ)
    answer.copies = _gathered(one for one in entries if one.deed in TAKEN)
    return answer


def _by_ref(ref: str, by: Actor) -> set[str]:
    return set(visible_entities(by).filter(ref=ref).values_list("canonical", flat=True))


def _by_name(name: str, birth: str, by: Actor) -> set[str]:
    """Under which refs those are read whom the name may mean; a name that many have still finds those called so."""
    found = screen(Known(name=name, birth=birth), by)
    plain = visible_entities(by).filter(statements__value__iexact=name).values_list("canonical", flat=True)
    hits = [hit.ref for hit in found.hits]
    return set(visible_entities(by).filter(ref__in=hits).values_list("canonical", flat=True)) | set(plain)


def _erased(ref: str) -> list[tuple[str, str]]:
    found = Entry.objects.filter(deed="registry.erased", ref=ref).order_by("seq")
    return [(entry.ref, entry.at) for entry in found]


def _with_all(members: list[Entity], by: Actor) -> Iterable[Entity]:
    seen = Link.objects.filter(visible_links(by))
    names = (
        "statements",
        Prefetch("links_out", seen.select_related("object")),
        Prefetch("links_in", seen.select_related("subject")),
        "case_ties",
        "suspect__steps",
    )
    return Entity.objects.filter(pk__in=among([one.pk for one in members])).prefetch_related(*names).order_by("ref")


def _record(one: Entity, by: Actor) -> dict[str, Any]:
    suspect: Suspect | None = getattr(one, "suspect", None)
    running = suspect is not None and suspect.state != states.CLOSED
    links = [(link, link.object) for link in one.links_out.all()] + [
        (link, link.subject) for link in one.links_in.all()
    ]
    return {
        "ref": one.ref,
        "read_as": one.canonical,
        "kind": one.kind,
        "caption": one.caption,
        "list": one.listed,
        "handling": one.handling,
        "entered_by": one.made_by,
        "entered_at": one.made_at.isoformat(),
        "statements": [_statement(row, by, running) for row in one.statements.all()],
        "links": [{"schema": link.schema, "role": link.role, "other": other.ref} for link, other in links],
        "cases": [{"case": tie.case, "role": tie.role} for tie in one.case_ties.all()],
        "suspect": _suspicion(suspect) if suspect is not None else None,
    }


def _statement(row: Statement, by: Actor, running: bool) -> dict[str, Any]:
    if row.handling == "RED":
        withheld = "red"
    elif row.owner and row.owner != by.administration_code:
        withheld = "owner"
    else:
        withheld = "inquiry" if running else ""
    return {
        "property": row.prop,
        "value": row.value,
        "source": row.source,
        "date": row.said_on.isoformat() if row.said_on else "",
        "grading": f"{row.scheme} {row.grade}".strip(),
        "handling": row.handling,
        "owner": row.owner,
        "withheld": withheld,
    }


def _suspicion(one: Suspect) -> dict[str, Any]:
    return {
        "state": one.state,
        "since": one.made_at.date().isoformat(),
        "review_on": one.review_on.isoformat(),
        "erased_on": one.expires_on.isoformat(),
        "steps": len(one.steps.all()),
    }


def _looked(refs: list[str], by: Actor) -> dict[str, int]:
    held, seen = among(refs), Link.objects.filter(visible_links(by))
    return {
        "records": len(refs),
        "statements": Statement.objects.filter(entity__in=held).count(),
        "links": seen.filter(subject__in=held).count() + seen.filter(object__in=held).count(),
        "cases": CaseTie.objects.filter(entity__in=held).count(),
        "suspects": Suspect.objects.filter(pk__in=held).count(),
    }


def _entries(refs: list[str], by: Actor) -> list[Entry]:
    """Who read and took it; what another administration's people did with a published list is theirs to answer."""
    others = Officer.objects.exclude(administration__in=(by.administration_code, INT)).values("username")
    entries = Entry.objects.filter(ref__in=among(refs), deed__in=[*READ, *TAKEN])
    return list(entries.exclude(by__in=others).order_by("seq"))


def _gathered(entries: Iterable[Entry]) -> list[Reading]:
    """By person and purpose, who read last first."""
    found: dict[tuple[str, str], Reading] = {}
    for entry in entries:
        purpose = str(read_json(entry.detail or "{}").get("purpose", ""))
        one = found.setdefault((entry.by, purpose), Reading(by=entry.by, purpose=purpose, first=entry.at))
        one.number += 1
        one.last = entry.at
    return sorted(found.values(), key=lambda one: one.last, reverse=True)

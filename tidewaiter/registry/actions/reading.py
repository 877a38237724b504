"""Reads of names, written down: who read whom, for what. Content never stands in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from django.db import transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.ledger.actions import record, record_many
from tidewaiter.registry.exporting import write_lines
from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.policy import may_read, must_have_purpose
from tidewaiter.registry.screening import HIT_FROM, Screened, screen


def read_names(*, refs: Iterable[str], by: Actor, purpose: str, deed: str = "registry.read") -> str:
    """Writes down that these were read. Raises `BadInput` where no purpose is said; gives it as it was kept."""
    may_read(by)
    said = must_have_purpose(purpose)
    with transaction.atomic():
        record_many(by=by, deed=deed, things=[(ref, 0) for ref in dict.fromkeys(refs)], detail={"purpose": said})
    return said


def screen_names(*, names: list[tuple[Known, str]], by: Actor, purpose: str, least: float = HIT_FROM) -> list[Screened]:
    """Screens names (each with a number of a document, or none), and writes down that it was done and who was hit."""
    may_read(by)
    said = must_have_purpose(purpose)
    made = [screen(known, by, least=least, document=document) for known, document in names]
    hits = dict.fromkeys(hit.ref for one in made for hit in one.hits)
    with transaction.atomic():
        record(
            by=by,
            deed="registry.screened",
            ref="registry",
            detail={"purpose": said, "names": len(names), "hits": len(hits)},
        )
        record_many(by=by, deed="registry.read", things=[(ref, 0) for ref in hits], detail={"purpose": said})
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

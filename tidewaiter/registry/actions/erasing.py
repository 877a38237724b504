"""Erasing: what is held of somebody leaves the registry, and the ledger keeps that it did, without a name.

An entity goes with its statements, links, keys, ties to cases, candidates, and decisions; what a decision held together
with it is read anew. SQLite overwrites what it lets go (`secure_delete`), and the write-ahead file is emptied after.
PostgreSQL keeps deleted rows until VACUUM, and sealed backups keep them until they lapse: docs/production.md says both.
"""

from __future__ import annotations

from django.db import transaction

from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import run_each
from tidewaiter.ledger.actions import record
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.registry.graph_keeping import forget_in_graphs
from tidewaiter.registry.keeping import empty_log, read_anew
from tidewaiter.registry.models import Entity, Suspect, SuspectTask
from tidewaiter.registry.policy import must_be_own, must_have_reason
from tidewaiter.registry.queries import entity_named
from tidewaiter.registry.suspect_queries import due_suspects, due_tasks, ended_suspects, tied_records

EXPIRED = "expired"


def erase(*, ref: str, reason: str, by: Actor) -> int:
    """Erases a record of one's administration now, with all that is read as one with it; gives how many records.

    For investigators and contact points. The reason is not kept, for it may name somebody: the ledger says `asked`.
    Raises `Missing`, `NotAllowed`, `BadInput` without a reason.
    """
    entity = entity_named(by, ref)
    must_be_own(entity, by)
    must_have_reason(reason)
    with transaction.atomic():
        erased = _erase(entity, by, "asked")
    empty_log()
    return erased


def _erase(entity: Entity, by: Actor, why: str) -> int:
    """Inside a transaction."""
    gone = tied_records(entity)
    refs = [one.ref for one in gone]
    under = {one.canonical for one in gone}
    statements = sum(one.statements.count() for one in gone)
    Entity.objects.filter(pk__in=refs).delete()
    forget_in_graphs(refs)
    read_anew(sorted(under))
    for ref in refs:
        record(by=by, deed="registry.erased", ref=ref, detail={"why": why, "with": len(refs), "statements": statements})
    return len(refs)


def erase_expired() -> int:
    """What has reached its end without a review is erased; gives how many suspects. One that fails is set aside.

    A person on a published list stays there: only that one looked out for them goes. Records that are read as one go
    together, when the last suspect among them has ended.
    """
    today = now().date()

    def end(suspect: Suspect) -> None:
        held = Suspect.objects.select_for_update(of=("self",)).select_related("entity").filter(pk=suspect.pk).first()
        if held is None or held.expires_on > today:
            return
        owner, entity = held.owner, held.entity
        running = Suspect.objects.filter(entity__canonical=entity.canonical, expires_on__gt=today)
        if entity.listed or running.exists():
            held.delete()
            record(by=NODE, deed="registry.suspect_ended", ref=entity.ref, detail={"why": EXPIRED})
        else:
            _erase(entity, NODE, EXPIRED)
        if owner:
            tell(to=[(owner, entity.ref, 1)], deed="registry.erased", by=NODE)

    ran = run_each(list(ended_suspects(today)[:500]), end, deed="suspects_end", ref_of=lambda one: one.pk)
    if ran.done:
        empty_log()
    return len(ran.done)


def remind_of_suspects() -> int:
    """Tells who has a suspect that its review has come or its end is near, and whoever has a task due today.

    Once a week for each; where nobody has it, the administration's investigators. Gives how many were told.
    """
    today = now().date()
    told = 0

    def remind(suspect: Suspect) -> None:
        nonlocal told
        named = [name for name in [suspect.owner, *suspect.helpers] if name]
        if not named:
            named = sorted(
                set(
                    Officer.objects.filter(
                        is_active=True, administration_id=suspect.administration, grants__role="investigator"
                    ).values_list("username", flat=True)
                )
            )
        tell(to=[(name, suspect.pk, 1) for name in named], deed="registry.suspect_due", by=NODE)
        Suspect.objects.filter(pk=suspect.pk).update(reminded_on=today)
        told += len(named)

    def remind_of_task(task: SuspectTask) -> None:
        nonlocal told
        tell(to=[(task.to, task.suspect_id, 1)], deed="registry.task_due", by=NODE)
        SuspectTask.objects.filter(pk=task.pk).update(reminded=True)
        told += 1

    run_each(list(due_suspects(today)[:500]), remind, deed="suspects_due", ref_of=lambda one: one.pk)
    run_each(list(due_tasks(today)[:500]), remind_of_task, deed="suspects_due", ref_of=lambda one: one.pk)
    return told


def erase_listed(*, key: str, listed: str, by: Actor) -> int:
    """Erases what came from another node under that key, because it recalls it; gives how many records went."""
    with transaction.atomic():
        entity = Entity.objects.filter(listed=listed, source_key=key).first()
        if entity is None:
            return 0
        refs, under = [entity.ref], {entity.canonical}
        statements = entity.statements.count()
        entity.delete()
        forget_in_graphs(refs)
        read_anew(sorted(under))
        record(by=by, deed="registry.erased", ref=refs[0], detail={"why": "recalled", "statements": statements})
    return 1

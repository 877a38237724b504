"""Deeds of search: watching, and comparing notes when something new matches."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tidewaiter.cases.filter_params import query_to_keep, read_kept, read_query
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import read_name
from tidewaiter.jobs.set_aside import due_refs, forget_failure, missed_since, run_each, set_aside_refs
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import advance, follow, is_behind, ledger_end, position, take_turn
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs
from tidewaiter.search.models import Hit, Watch

FOLLOWER, DEED = "watches", "watches_follow"
"""As which it follows the ledger, and as which it stands on the schedule."""
OF_CASES = ("cases.drafted", "cases.mended", "cases.amended", "cases.submitted", "cases.validated")
MOST = 30
_BATCH = 2_000
_BEFORE = timedelta(hours=1)


def watch(*, name: str, query: str, by: Actor) -> Watch:
    """Watches a search from now on; the same name again changes it. Raises
    `BadInput` for a search that narrows nothing.
    """
    wanted = read_query(query)
    name = read_name(name, 60)
    if not name or not wanted or not is_customs(by):
        raise BadInput("watch", _("Search for something first, then give the watch a name."))
    kept = query_to_keep(wanted)
    filtered(visible_cases(by), wanted).exists()  # a date or a year that is none is refused here
    mine = Watch.objects.filter(username=by.username)
    if mine.exclude(name=name).count() >= MOST:
        raise BadInput("watch", _("Thirty watches are enough: drop one first."))
    with transaction.atomic():
        made, _new = Watch.objects.update_or_create(
            username=by.username, name=name, defaults={"query": kept, "made_at": now(), "hits": 0}
        )
        made.found.all().delete()
        forget_failure(deed=DEED, ref=ref_of_watch(made))
        record(by=by, deed="search.watched", ref=new_ref("WL"))
    return made


def unwatch(*, name: str, by: Actor) -> None:
    """Ends one of one's own watches."""
    with transaction.atomic():
        gone = Watch.objects.filter(username=by.username, name=name).first()
        if gone:
            forget_failure(deed=DEED, ref=ref_of_watch(gone))
            gone.delete()
            record(by=by, deed="search.unwatched", ref=new_ref("WL"))


def look_for_watchers() -> int:
    """Follows the ledger: tells the owners of watches which new cases match, as
    each may see them. Gives how many were told.

    A watch that cannot be looked for is tried again, then set aside, and its owner is
    told; the others do not wait for it.
    """
    told = 0
    if not Watch.objects.exists():
        if is_behind(FOLLOWER):
            with transaction.atomic():
                if take_turn(FOLLOWER):
                    advance(FOLLOWER, ledger_end())
        return 0
    while is_behind(FOLLOWER):
        with transaction.atomic():
            if not take_turn(FOLLOWER):
                return told
            changed, reached = follow(FOLLOWER, OF_CASES, limit=_BATCH)
            told += _tell([ref for ref, _version in changed]) if changed else 0
            advance(FOLLOWER, reached)
    if due_refs(DEED):
        with transaction.atomic():
            told += _tell([])
    return told


def ref_of_watch(one: Watch) -> str:
    """As which a watch is named where it has failed."""
    return f"watch:{one.pk}"


def _tell(refs: list[str]) -> int:
    """Looks for every watch among cases; for one that had failed, among all that
    changed since. Gives how many were told.
    """
    people = {one.username: one for one in Officer.objects.filter(is_active=True).select_related("administration")}
    missed = missed_since(DEED)
    told: list[int] = []

    def look(one: Watch) -> None:
        cases = visible_cases(people[one.username]).exclude(made_by=one.username)
        ref = ref_of_watch(one)
        if ref in missed:
            told.append(_tell_one(one, cases.filter(changed_at__gte=max(one.made_at, _moment_of(missed[ref])))))
        elif refs:
            told.append(_tell_one(one, cases.filter(ref__in=among(refs), changed_at__gte=one.made_at)))

    watches = [one for one in Watch.objects.order_by("pk") if one.username in people]
    ran = run_each(watches, look, deed=DEED, ref_of=ref_of_watch, after=position(FOLLOWER), whole=True)
    lost = set_aside_refs(DEED) if ran.failed else set()
    for one in (failure.item for failure in ran.failed):
        if ref_of_watch(one) in lost:
            tell(to=[(one.username, ref_of_watch(one), 1)], deed="search.watch_failed", by=NODE)
    return sum(told)


def _tell_one(one: Watch, fresh: QuerySet[Case]) -> int:
    known = Hit.objects.filter(watch=one).values("ref")
    matching = filtered(fresh, read_kept(one.query)).exclude(ref__in=known)
    found = list(matching.order_by("pk").values_list("ref", flat=True))
    if not found:
        return 0
    moment = now()
    Hit.objects.bulk_create([Hit(watch=one, ref=ref, at=moment) for ref in found], batch_size=500)
    Watch.objects.filter(pk=one.pk).update(hits=one.hits + len(found), last_hit_at=moment)
    tell(to=[(one.username, found[0], len(found))], deed="search.matched", by=NODE)
    return len(found)


def _moment_of(seq: int) -> datetime:
    """When the first case that a failing watch has missed was changed, at the earliest: a deed
    takes its time before it is recorded.
    """
    entry = Entry.objects.filter(seq__gt=seq).order_by("seq").first()
    return (datetime.fromisoformat(entry.at) if entry else now()) - _BEFORE

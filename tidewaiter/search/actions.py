"""Deeds of search: watching, and comparing notes when something new matches."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.cases.selection import query_of, read_query
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.queries import advance, follow, is_behind, ledger_end, take_turn
from tidewaiter.notices.actions import tell
from tidewaiter.people.models import Officer
from tidewaiter.people.policy import is_customs
from tidewaiter.search.models import Hit, Watch

FOLLOWER = "watches"
OF_CASES = ("cases.drafted", "cases.mended", "cases.amended", "cases.submitted", "cases.validated")
MOST = 30
_BATCH = 2_000


def watch(*, name: str, query: str, by: Actor) -> Watch:
    """Watches a search from now on; the same name again changes it. Raises `BadInput` for a search that narrows nothing."""
    wanted = read_query(query)
    name = name.strip()[:60]
    if not name or not wanted or not is_customs(by):
        raise BadInput("watch", _("Search for something first, then give the watch a name."))
    filtered(visible_cases(by), wanted).exists()  # a date or a year that is none is refused here
    mine = Watch.objects.filter(username=by.username)
    if mine.exclude(name=name).count() >= MOST:
        raise BadInput("watch", _("Thirty watches are enough: drop one first."))
    with transaction.atomic():
        made, _new = Watch.objects.update_or_create(
            username=by.username, name=name, defaults={"query": query_of(wanted), "made_at": now(), "hits": 0}
        )
        made.found.all().delete()
        record(by=by, deed="search.watched", ref=new_ref("WL"))
    return made


def unwatch(*, name: str, by: Actor) -> None:
    """Ends one of one's own watches."""
    with transaction.atomic():
        gone, _rows = Watch.objects.filter(username=by.username, name=name).delete()
        if gone:
            record(by=by, deed="search.unwatched", ref=new_ref("WL"))


def look_for_watchers() -> int:
    """Follows the ledger: tells the owners of watches which new cases match, as each may see them. Gives how many were told."""
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
                break
            changed, reached = follow(FOLLOWER, OF_CASES, limit=_BATCH)
            told += _tell([ref for ref, _version in changed]) if changed else 0
            advance(FOLLOWER, reached)
    return told


def _tell(refs: list[str]) -> int:
    told = 0
    people = {one.username: one for one in Officer.objects.filter(is_active=True).select_related("administration")}
    for one in Watch.objects.order_by("pk"):
        owner = people.get(one.username)
        if owner is None:
            continue
        fresh = (
            visible_cases(owner)
            .filter(ref__in=among(refs), changed_at__gte=one.made_at)
            .exclude(made_by=owner.username)
        )
        known = Hit.objects.filter(watch=one).values("ref")
        found = list(
            filtered(fresh, read_query(one.query)).exclude(ref__in=known).order_by("pk").values_list("ref", flat=True)
        )
        if not found:
            continue
        moment = now()
        Hit.objects.bulk_create([Hit(watch=one, ref=ref, at=moment) for ref in found], batch_size=500)
        Watch.objects.filter(pk=one.pk).update(hits=one.hits + len(found), last_hit_at=moment)
        tell(to=[(owner.username, found[0], len(found))], deed="search.matched", by=NODE)
        told += len(found)
    return told

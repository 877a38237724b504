"""Deeds of statistics: keeping a table."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.models import KeptTable

MOST = 60


def keep_table(*, name: str, query: str, shared: bool, by: Actor) -> KeptTable:
    """Keeps a table of the builder under a name, for oneself or for all; the same name again replaces it. Raises `BadInput`."""
    name = name.strip()[:80]
    if not name or not query.strip() or len(query) > 2000 or not is_customs(by):
        raise BadInput("table", _("Give the table a name."))
    mine = KeptTable.objects.filter(username=by.username)
    if mine.exclude(name=name).count() >= MOST:
        raise BadInput("table", _("Sixty tables are enough: drop one first."))
    with transaction.atomic():
        made, _new = KeptTable.objects.update_or_create(
            username=by.username, name=name, defaults={"query": query.strip(), "shared": shared, "kept_at": now()}
        )
        record(by=by, deed="statistics.table_kept", ref=new_ref("ST"))
    return made


def drop_table(*, name: str, by: Actor) -> None:
    """Forgets one of one's own tables; one that is not there is forgotten already."""
    with transaction.atomic():
        gone, _rows = KeptTable.objects.filter(username=by.username, name=name).delete()
        if gone:
            record(by=by, deed="statistics.table_dropped", ref=new_ref("ST"))

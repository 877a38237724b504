"""Deeds of statistics: keeping a table, writing a report. Freezing is `freezing.freeze`."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.ledger.actions import record
from tidewaiter.people.policy import is_customs
from tidewaiter.statistics.models import KeptTable, Report, Snapshot
from tidewaiter.statistics.policy import may_freeze
from tidewaiter.statistics.report import WRITTEN

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


def write_report(
    *, snapshot: Snapshot, lang: str, title: str, texts: dict[str, str], studies: dict[str, str], by: Actor
) -> Report:
    """Keeps what an editor writes between the figures, in one language. `studies` says by section, one after a blank line, a
    case's reference and what happened. Raises `BadInput` for a case that not everybody may see, `NotAllowed`.
    """
    may_freeze(by)
    chosen = {name: _read_studies(text) for name, text in studies.items() if name in WRITTEN}
    refs = [ref for rows in chosen.values() for ref, _text in rows]
    known = set(Case.objects.filter(ref__in=refs, counted=True, wide=True).values_list("ref", flat=True))
    for ref in refs:
        if ref not in known:
            raise BadInput("no_case", _("«%(ref)s» is no validated case that everybody may see.") % {"ref": ref[:64]})
    said = {
        "title": title.strip()[:150], "texts": {name: kept(text.strip()[:20_000]) for name, text in texts.items() if name in WRITTEN and text.strip()},
        "studies": {name: rows for name, rows in chosen.items() if rows}, "written_by": by.username, "written_at": now(),
    }  # fmt: skip
    with transaction.atomic():
        made, _new = Report.objects.update_or_create(snapshot=snapshot, lang=lang[:8], defaults=said)
        record(by=by, deed="statistics.report_written", ref=snapshot.ref, detail={"lang": lang[:8]})
    return made


def _read_studies(text: str) -> list[tuple[str, str]]:
    rows = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        ref, _space, said = part.strip().partition("\n" if "\n" in part.strip() else " ")
        if ref:
            rows.append((ref.strip(" :"), kept(said.strip()[:4000])))
    return rows[:12]

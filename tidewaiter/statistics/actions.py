"""Deeds of statistics: keeping a table, writing a report. Freezing is `frozen_data.freeze`."""

from __future__ import annotations

import re

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import PUBLIC_RULE
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Outdated
from tidewaiter.foundation.stored_queries import read_query_text, text_to_keep
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.people.policy import is_customs
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.statistics.dashboard.scope import read_scope
from tidewaiter.statistics.models import FormerText, KeptTable, Report, Snapshot
from tidewaiter.statistics.policy import may_write_report
from tidewaiter.statistics.queries import WHERE
from tidewaiter.statistics.report.illicit_trade_report import WRITTEN
from tidewaiter.statistics.tables.cross_tables import checked

MOST = 60
LONGEST_STUDY, MOST_STUDIES = 4_000, 12
ASKED = ("by", "and", "since", "until", "measure", "audience", "year-of")
"""What the builder's address says beside what it narrows to."""


def keep_table(*, name: str, query: str, shared: bool, by: Actor) -> KeptTable:
    """Keeps a table of the builder under a name, for oneself or for all; the same name
    again replaces it. Raises `BadInput`.
    """
    name = read_name(name, 80)
    if not name or not query.strip() or not is_customs(by):
        raise BadInput("table", _("Give the table a name."))
    kept_query = _judged(query)
    mine = KeptTable.objects.filter(username=by.username)
    if mine.exclude(name=name).count() >= MOST:
        raise BadInput("table", _("Sixty tables are enough: drop one first."))
    with transaction.atomic():
        made, _new = KeptTable.objects.update_or_create(
            username=by.username, name=name, defaults={"query": kept_query, "shared": shared, "kept_at": now()}
        )
        record(by=by, deed="statistics.table_kept", ref=new_ref("ST"))
    return made


def _judged(query: str) -> str:
    """The question as it is kept. Raises `BadInput` for one that could not be asked again, or would be another."""
    asked = read_query_text(query)
    if unknown := sorted(set(asked) - set(ASKED) - set(WHERE)):
        raise BadInput(
            "unknown_field",
            _("Figures cannot be narrowed by «%(name)s». Fields: %(names)s.")
            % {"name": unknown[0][:40], "names": ", ".join(WHERE)},
        )
    checked(asked.get("by") or "commodity", asked.get("and", ""))
    read_scope(asked, "2000-01", "2000-12")
    return text_to_keep(asked)


def drop_table(*, name: str, by: Actor) -> None:
    """Forgets one of one's own tables; one that is not there is forgotten already."""
    with transaction.atomic():
        gone, _rows = KeptTable.objects.filter(username=by.username, name=name).delete()
        if gone:
            record(by=by, deed="statistics.table_dropped", ref=new_ref("ST"))


def write_report(
    *, snapshot: Snapshot, lang: str, title: str, texts: dict[str, str], studies: dict[str, str], read: int, by: Actor
) -> Report:
    """Keeps what an editor writes between the figures, in one language; what stood there before is kept beside
    (`FormerText`).

    `studies` says by section, one after a blank line, a case's reference and what happened. `read` is the version of
    the text that was read before (0: there was none). Raises `BadInput` for a case that not everybody may see,
    `NotAllowed`, and `Outdated` where somebody has written meanwhile.
    """
    may_write_report(by, snapshot)
    chosen = {name: _read_studies(text) for name, text in studies.items() if name in WRITTEN}
    refs = [ref for rows in chosen.values() for ref, _text in rows]
    known = set(Case.objects.filter(PUBLIC_RULE.query(), ref__in=refs).values_list("ref", flat=True))
    for ref in refs:
        if ref not in known:
            raise BadInput("no_case", _("«%(ref)s» is no validated case that everybody may see.") % {"ref": ref[:64]})
    said = {
        "title": read_name(title, 150),
        "texts": {
            name: mask_personal_data(text.strip()[:20_000])
            for name, text in texts.items()
            if name in WRITTEN and text.strip()
        },
        "studies": {name: rows for name, rows in chosen.items() if rows},
        "written_by": by.username,
        "written_at": now(),
    }
    with transaction.atomic():
        Snapshot.objects.select_for_update().get(pk=snapshot.pk)  # two who write at once write one after the other
        made = Report.objects.filter(snapshot=snapshot, lang=lang[:8]).first()
        if read != (made.version if made else 0):
            whom = made.written_by if made else ""
            raise Outdated(
                "written_meanwhile",
                _("%(name)s has written here since you read it. Look at their text, then keep yours.") % {"name": whom},
                made.version if made else 0,
            )
        if made is None:
            made = Report.objects.create(snapshot=snapshot, lang=lang[:8], **said)
        else:
            former = {
                name: getattr(made, name)
                for name in ("version", "title", "texts", "studies", "written_by", "written_at")
            }
            FormerText.objects.create(report=made, **former)
            Report.objects.filter(pk=made.pk).update(version=made.version + 1, **said)
            made.refresh_from_db()
        record(by=by, deed="statistics.report_written", ref=snapshot.ref, detail={"lang": lang[:8]})
    return made


def _read_studies(text: str) -> list[tuple[str, str]]:
    rows = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        ref, _space, said = part.strip().partition("\n" if "\n" in part.strip() else " ")
        if ref:
            if len(said) > LONGEST_STUDY:
                raise BadInput("study", _("A case study may have 4,000 signs: «%(ref)s» has more.") % {"ref": ref[:64]})
            rows.append((ref.strip(" :"), mask_personal_data(said.strip())))
    if len(rows) > MOST_STUDIES:
        raise BadInput("studies", _("A section may have twelve case studies."))
    return rows

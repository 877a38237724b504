"""Cases that are kept already, masked as those that come in today: some at a time, for the command that does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tidewaiter.cases.models import Case, Line, Return
from tidewaiter.cases.rows import CaseIn
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.stored import masked_header, masked_line
from tidewaiter.foundation.refusals import Missing
from tidewaiter.privacy.finding import find

AT_ONCE = 500


@dataclass(slots=True)
class Masked:
    """What became of some rows."""

    last: int
    """Key of the last of them; those beyond it are next."""
    looked_at: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    """By column."""
    things: list[tuple[str, int]] = field(default_factory=list)
    """Cases that say something else now: (ref, version)."""
    references: int = 0
    """References that look like personal data; they stay, for by them a case is known."""


def masked_cases(after: int, *, write: bool) -> Masked | None:
    """Looks at the cases with keys beyond `after`, and writes what is masked anew where `write`; nothing when there are
    no more. A case that was changed has the digest of what it says now. Call inside a transaction.
    """
    cases = list(Case.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    if not cases:
        return None
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(case_id__in=[case.pk for case in cases]).order_by("case_id", "number"):
        lines.setdefault(line.case_id, []).append(line)
    done = Masked(cases[-1].pk, {"cases.Case.header": len(cases), "cases.Line.document": sum(map(len, lines.values()))})
    forms: dict[tuple[str, int], Form | None] = {}
    changed: list[Case] = []
    documents: list[Line] = []
    headers = 0
    for case in cases:
        form = _form(case.form, case.form_version, forms)
        done.references += bool(find(case.national_ref, "code"))
        header, own = masked_header(form, case.header), lines.get(case.pk, [])
        fresh = [(line, masked_line(form, line.document)) for line in own]
        other = [line for line, document in fresh if document is not line.document]
        if header is case.header and not other:
            continue
        headers += header is not case.header
        documents += other
        case.header = header
        for line, document in fresh:
            line.document = document
        case.digest = CaseIn(case.header, [line.document for line in own]).digest()
        changed.append(case)
    done.things = [(case.ref, case.version) for case in changed]
    done.changed = {"cases.Case.header": headers, "cases.Line.document": len(documents)}
    if write:
        Case.objects.bulk_update(changed, ["header", "digest"], batch_size=200)
        Line.objects.bulk_update(documents, ["document"], batch_size=200)
    return done


def masked_returns(after: int, *, write: bool) -> Masked | None:
    """The same for what returned cases said when they were sent back."""
    rows = list(Return.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    if not rows:
        return None
    forms: dict[tuple[str, int], Form | None] = {}
    changed = []
    for row in rows:
        record: dict[str, Any] = row.record
        form = _form(row.form, 0, forms)
        header = masked_header(form, record.get("header", {}))
        lines = [masked_line(form, line) for line in record.get("lines", [])]
        if header != record.get("header", {}) or lines != record.get("lines", []):
            row.record = {**record, "header": header, "lines": lines}
            changed.append(row)
    if write:
        Return.objects.bulk_update(changed, ["record"], batch_size=200)
    return Masked(rows[-1].pk, {"cases.Return.record": len(rows)}, {"cases.Return.record": len(changed)})


def _form(code: str, version: int, forms: dict[tuple[str, int], Form | None]) -> Form | None:
    key = (code, version)
    if key not in forms:
        try:
            forms[key] = form_named(code, version or None)
        except Missing:
            forms[key] = None
    return forms[key]

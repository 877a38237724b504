"""Cases that are kept already, masked as those that come in today: some at a time, for the command that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tidewaiter.cases.models import Case, CasePhoto, Line, Return
from tidewaiter.cases.rows import CaseIn
from tidewaiter.forms.engine import Form
from tidewaiter.forms.judgements import JUDGED
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.stored import masked_header, masked_line
from tidewaiter.foundation.bulk import among
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
        _keep_captions(changed)
    return done


def _keep_captions(changed: Sequence[Case]) -> None:
    """Writes the captions of photos as their cases have them now."""
    said = {case.pk: [str(one.get("caption") or "") for one in case.header.get("photos", [])] for case in changed}
    other = []
    for row in CasePhoto.objects.filter(case_id__in=among([key for key, captions in said.items() if captions])):
        captions = said[row.case_id]
        if row.number <= len(captions) and row.caption != captions[row.number - 1]:
            row.caption = captions[row.number - 1]
            other.append(row)
    CasePhoto.objects.bulk_update(other, ["caption"], batch_size=200)


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


def mask_earlier(stands: Mapping[str, frozenset[str]]) -> list[tuple[str, int]]:
    """Masks what earlier versions of cases say, by today's rules and the judgements of the version that stands.

    `stands`: what is judged of that version, by ref, as `field=words`. Words that were judged to be nobody before and
    are not now are masked in earlier versions, and in what was sent back, too. Gives the (ref, version) that say
    something else now; each has the digest of what it says. Call inside a transaction.
    """
    earlier = list(Case.objects.filter(ref__in=among(list(stands)), latest=False).order_by("pk"))
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(case_id__in=among([case.pk for case in earlier])).order_by("case_id", "number"):
        lines.setdefault(line.case_id, []).append(line)
    forms: dict[tuple[str, int], Form | None] = {}
    changed: list[Case] = []
    documents: list[Line] = []
    for case in earlier:
        form, own, still = _form(case.form, case.form_version, forms), lines.get(case.pk, []), stands[case.ref]
        header = _under(case.header, still, form, masked_header)
        other = [line for line in own if _mask_line(line, still, form)]
        if header is case.header and not other:
            continue
        case.header = header
        case.digest = CaseIn(case.header, [line.document for line in own]).digest()
        changed.append(case)
        documents += other
    Case.objects.bulk_update(changed, ["header", "digest"], batch_size=200)
    Line.objects.bulk_update(documents, ["document"], batch_size=200)
    _keep_captions(changed)
    _mask_sent_back(stands, forms)
    return [(case.ref, case.version) for case in changed]


def _mask_line(line: Line, still: frozenset[str], form: Form | None) -> bool:
    """Whether a line says something else now."""
    before = line.document
    line.document = _under(before, still, form, masked_line)
    return line.document is not before


def _mask_sent_back(stands: Mapping[str, frozenset[str]], forms: dict[tuple[str, int], Form | None]) -> None:
    changed = []
    for row in Return.objects.filter(ref__in=among(list(stands))):
        record: dict[str, Any] = row.record
        form, still = _form(row.form, 0, forms), stands[row.ref]
        old = record.get("lines", [])
        header = _under(record.get("header", {}), still, form, masked_header)
        lines = [_under(line, still, form, masked_line) for line in old]
        if header is not record.get("header") or any(one is not other for one, other in zip(lines, old, strict=True)):
            row.record = {**record, "header": header, "lines": lines}
            changed.append(row)
    Return.objects.bulk_update(changed, ["record"], batch_size=200)


_Mask = Callable[[Form | None, dict[str, Any]], dict[str, Any]]


def _under(part: dict[str, Any], still: frozenset[str], form: Form | None, mask: _Mask) -> dict[str, Any]:
    """A part of a record masked where nobody is judged but `still`; the same object where no text is another."""
    fresh = mask(form, {**part, JUDGED: sorted(still)})
    same = {name: value for name, value in fresh.items() if name != JUDGED} == {
        name: value for name, value in part.items() if name != JUDGED
    }
    return part if same else fresh


def _form(code: str, version: int, forms: dict[tuple[str, int], Form | None]) -> Form | None:
    key = (code, version)
    if key not in forms:
        try:
            forms[key] = form_named(code, version or None)
        except Missing:
            forms[key] = None
    return forms[key]

"""Rows of files that wait to be mended, masked as those that come in today."""

from __future__ import annotations

from tidewaiter.cases.stored_masking import AT_ONCE, Masked
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named
from tidewaiter.forms.stored import masked_header, masked_line
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.refusals import Missing
from tidewaiter.intake.models import StagedRow


def masked_rows(after: int, *, write: bool) -> Masked | None:
    """Looks at the rows with keys beyond `after`, and writes what is masked anew where `write`; nothing when there
    are no more. Call inside a transaction.
    """
    rows = list(StagedRow.objects.filter(pk__gt=after).order_by("pk")[:AT_ONCE])
    if not rows:
        return None
    headers, lines = [], []
    forms: dict[str, Form | None] = {}
    for row in rows:
        form = _form(row.form, forms)
        header, own = masked_header(form, row.header), [masked_line(form, line) for line in row.lines]
        if header != row.header:
            row.header_text = canonical(header).decode()
            headers.append(row)
        if own != row.lines:
            row.lines_text = canonical(own).decode()
            lines.append(row)
    if write:
        StagedRow.objects.bulk_update(headers, ["header_text"], batch_size=200)
        StagedRow.objects.bulk_update(lines, ["lines_text"], batch_size=200)
    names = ("intake.StagedRow.header_text", "intake.StagedRow.lines_text")
    return Masked(
        rows[-1].pk, dict.fromkeys(names, len(rows)), dict(zip(names, (len(headers), len(lines)), strict=True))
    )


def _form(code: str, forms: dict[str, Form | None]) -> Form | None:
    if code not in forms:
        try:
            forms[code] = form_named(code)
        except Missing:
            forms[code] = None
    return forms[code]

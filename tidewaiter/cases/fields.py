"""What the form of a return shows and says."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.html import format_html_join

from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import MOST, REASONS, FieldReason, path_title
from tidewaiter.cases.settling import dismissed_of
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.queries import form_named

EMPTY_ROWS = 3


def fields_of_return(case: Case, lang: str) -> dict[str, Any]:
    """`options` for the fields that can come back and `reasons`, drawn once for all rows; `rows`: one for each open finding, and empty ones."""
    form = form_named(case.form, case.form_version)
    paths = [column.path for column in form.columns if column.scope == "header" and column.path != "date_precision"]
    for line in case.lines.order_by("number"):
        own = line.document.get("fields", {})
        for column in form.columns:
            if column.scope == "line" or (
                column.scope == "fields" and (form.applies(column, line.subtype) or column.path in own)
            ):
                paths.append(f"lines.{line.number}.{column.path}")
    listed = {path: path_title(form, path, lang) for path in (*paths, "photos")}
    dismissed = dismissed_of(case)
    rows = [
        {"path": finding.path, "title": listed[finding.path]}
        for finding in case.findings.all()
        if finding.path in listed and (finding.code, finding.path) not in dismissed
    ]
    rows += [{"path": "", "title": ""} for _n in range(EMPTY_ROWS)]
    reasons = [(code.code, code.label(lang)) for code in list_view(REASONS).current()]
    options = format_html_join("", '<option value="{}">{}</option>', listed.items())
    return {
        "options": options,
        "reasons": format_html_join("", '<option value="{}">{}</option>', reasons),
        "rows": rows,
    }


def read_return(posted: QueryDict) -> tuple[list[FieldReason], str]:
    """The fields with their reasons, and the words, as they were posted; rows without a field are passed over."""
    reasons = []
    paths, codes, says = posted.getlist("path"), posted.getlist("code"), posted.getlist("say")
    for n, path in enumerate(paths[:MOST]):
        code = codes[n] if n < len(codes) else ""
        said = says[n] if n < len(says) else ""
        if path and (code or said.strip()):
            reasons.append(FieldReason(path, code or "other", said))
    return list({reason.path: reason for reason in reasons}.values()), posted.get("reason", "").strip()

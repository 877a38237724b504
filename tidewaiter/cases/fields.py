"""What the form of a return shows and says."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import MOST, REASONS, FieldReason, path_title
from tidewaiter.cases.settling import dismissed_of
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.queries import form_named

EMPTY_ROWS = 3
_GUESS = {
    "unit_not_allowed": "unit", "hs_mismatch": "code", "personal_data": "personal_data", "duplicate_probable": "duplicate",
    "quantity_outlier": "implausible", "value_outlier": "implausible",
}  # fmt: skip
"""The reason that a finding suggests; of the others, that the value is wrong."""


def fields_of_return(case: Case, lang: str) -> dict[str, Any]:
    """`fields` that can come back (path, title), `reasons` (code, label), `rows` to fill: one for each open finding, and empty ones."""
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
        {"path": finding.path, "code": _GUESS.get(finding.code, "wrong"), "on": False}
        for finding in case.findings.all()
        if finding.path in listed and (finding.code, finding.path) not in dismissed
    ]
    rows += [{"path": "", "code": "", "on": True} for _n in range(EMPTY_ROWS)]
    reasons = [(code.code, code.label(lang)) for code in list_view(REASONS).current()]
    return {"fields": list(listed.items()), "reasons": reasons, "rows": rows, "photos": _("Photos")}


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

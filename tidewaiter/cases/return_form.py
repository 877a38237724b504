"""What the form of a return shows and says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tidewaiter.cases.findings.finding_outcomes import dismissed_of
from tidewaiter.cases.models import Case
from tidewaiter.cases.returning import MOST, REASONS, FieldReason, path_title
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import flatten_header, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.refusals import Refusal

EMPTY_ROWS = 3
_OPTION = '<option value="{}">{}</option>'


def read_named(posted: QueryDict) -> tuple[int, str]:
    """The version and the digest that a form says its decision is about. Raises `BadInput` where it lacks one."""
    version, digest = whole(posted.get("version", ""), least=1), posted.get("digest", "")
    if version is None or not digest:
        raise Refusal(
            "no_version",
            _("The form does not say which version of the case it is about. Open the case again and decide there."),
        )
    return version, digest


def fields_of_return(case: Case, lang: str, typed: QueryDict | None = None) -> dict[str, Any]:
    """`options` for the fields that can come back and `reasons`, drawn once for all rows; `rows`: one for each open
    finding, and empty ones.

    With `typed` the rows hold what was said before; what was said of a field that
    the case has no longer keeps its words.
    """
    form = form_named(case.form, case.form_version)
    own = [path for path, _value in flatten_header(case.header)]
    paths = _paths_of_header(form, own)
    for line in case.lines.order_by("number"):
        given = line.document.get("fields", {})
        for column in form.columns:
            if column.scope == "line" or (
                column.scope == "fields" and (form.applies(column, line.subtype) or column.path in given)
            ):
                paths.append(f"lines.{line.number}.{column.path}")
    listed = {path: path_title(form, path, lang) for path in (*paths, "photos")}
    dismissed = dismissed_of(case)
    reasons = [(code.code, code.label(lang)) for code in list_view(REASONS).current()]
    rows = _rows_typed(typed, listed, reasons)
    rows += [
        {"path": finding.path, "title": listed[finding.path]}
        for finding in case.findings.all()
        if finding.path in listed
        and (finding.code, finding.path) not in dismissed
        and all(row["path"] != finding.path for row in rows)
    ]
    rows += [{"path": "", "title": ""} for _n in range(EMPTY_ROWS)]
    options = format_html_join("", _OPTION, listed.items())
    return {
        "options": options,
        "reasons": format_html_join("", _OPTION, reasons),
        "rows": rows,
        "reason": typed.get("reason", "") if typed is not None else "",
    }


def _paths_of_header(form: Form, own: Sequence[str]) -> list[str]:
    """Fields of the header in the form's order; legs and persons beyond those that the form names follow the last one
    it does.
    """
    paths = [column.path for column in form.columns if column.scope == "header" and column.path != "date_precision"]
    for path in own:
        described = normal_path(path)[1]
        if path not in paths and described != path and described in form.header_columns:
            block, _point, name = path.partition(".")
            like = name.split(".")[0]
            last = max(at for at, one in enumerate(paths) if one.startswith(_family(block, like)))
            paths.insert(last + 1, path)
    return paths


def _family(block: str, like: str) -> str:
    return f"{block}.{like}." if block == "route" and like == "transit" else f"{block}."


def _rows_typed(
    typed: QueryDict | None, listed: dict[str, str], reasons: list[tuple[str, str]]
) -> list[dict[str, str | SafeString]]:
    rows: list[dict[str, str | SafeString]] = []
    for path, code, said in _rows_posted(typed) if typed is not None else ():
        if code or said.strip():
            here = path if path in listed else ""
            chosen = format_html_join(
                "",
                "{}",
                (
                    (format_html('<option value="{}" selected>{}</option>' if one == code else _OPTION, one, label),)
                    for one, label in reasons
                ),
            )
            rows.append({"path": here, "title": listed.get(here, ""), "reasons": chosen, "say": said})
    return rows


def _rows_posted(posted: QueryDict) -> list[tuple[str, str, str]]:
    """(field, reason, words) of each row that was posted."""
    paths, codes, says = posted.getlist("path"), posted.getlist("code"), posted.getlist("say")
    return [
        (path, codes[n] if n < len(codes) else "", says[n] if n < len(says) else "")
        for n, path in enumerate(paths[:MOST])
    ]


def read_return(posted: QueryDict) -> tuple[list[FieldReason], str]:
    """The fields with their reasons, and the words, as they were posted; rows without a field are passed over."""
    reasons = []
    for path, code, said in _rows_posted(posted):
        if path and (code or said.strip()):
            reasons.append(FieldReason(path, code or "other", said))
    return list({reason.path: reason for reason in reasons}.values()), posted.get("reason", "").strip()

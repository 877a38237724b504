"""What the node itself says of records: by the deeds' own reader and checks, not by anything of the off-line desk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.offline.records import thousand
from tidewaiter.cases.queries import functions_of
from tidewaiter.checks.checks import run_checks
from tidewaiter.checks.context import Context
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named, forms_in_use

ALONE = {
    *("date_in_future", "date_impossible", "unit_not_allowed", "place_mismatch", "route_conflict", "carrier_mode"),
    *("check_digit", "hs_mismatch", "not_in_list"),
}
"""Findings that rest on the record and the definitions alone."""


def records(number: int = 1_000) -> list[dict[str, Any]]:
    """The thousand, by the forms that this node has."""
    forms = []
    for form in forms_in_use():
        subtypes = [view.code for view in list_view(form.definition.list_of_subtypes).current()][:40]
        columns = [{"path": column.path, "scope": column.scope} for column in form.columns]
        example = form.definition.example
        forms.append({"code": form.code, "example": example, "subtypes": subtypes, "columns": columns})
    return thousand(forms, number)


def answers(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """For each record its header, lines, what is wrong (path and code), and the findings."""
    today = datetime.now(UTC).date()
    made = []
    for document in asked:
        form = form_named(document["form"])
        header, lines, problems = CaseReader(form).record(document)
        places = {str(header["place"])} if header.get("place") else set()
        found = run_checks(header, lines, Context(form, today, place_functions=functions_of(places)))
        made.append(
            {
                "header": header,
                "lines": lines,
                "problems": sorted([one.path, one.code] for one in problems),
                "findings": sorted([one.code, one.severity, one.path] for one in found if one.code in ALONE),
            }
        )
    return made

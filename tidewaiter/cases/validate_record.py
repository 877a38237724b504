"""A record as JSON gives it, cleaned by its form and looked at by the checks."""

from __future__ import annotations

from typing import Any

from tidewaiter.cases.queries import context_for
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.checks import run_checks
from tidewaiter.forms.engine import CaseReader, Form
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Missing


def check_record(document: dict[str, Any]) -> tuple[CaseIn | None, list[Problem]]:
    """The case with its findings, or what is wrong with the record, field by field."""
    try:
        form = form_named(str(document.get("form") or ""))
    except Missing:
        return None, [
            Problem(
                "form", "unknown_form" if document.get("form") else "required", str(document.get("form") or "")[:80]
            )
        ]
    reader = CaseReader(form, ReadingRules(long=document.get("long") is True))
    header, lines, problems = reader.record(document)
    if problems:
        return None, problems
    return with_findings(form, CaseIn(header, lines, found=reader.found)), []


def with_findings(form: Form, case: CaseIn) -> CaseIn:
    """The same case with what the checks say of it."""
    places = {str(case.header["place"])} if case.header.get("place") else set()
    case.findings = run_checks(
        case.header, case.lines, context_for(form, places, administration=str(case.header["country"]))
    )
    return case

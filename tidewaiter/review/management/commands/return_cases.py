"""Sends cases back, field by field, from a table."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import return_case
from tidewaiter.cases.policy import MAY
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`return_cases FILE.csv --by USERNAME`: columns ref, path, code, text; rows of one ref are one return."""

    help = "sends cases back with reasons for each field"

    def add_arguments(self, parser: CommandParser) -> None:
        """The table, and who."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"cases", "refused": {ref: sentence}}`."""
        by = officer_at_shell(options["by"])
        reasons: dict[str, list[FieldReason]] = {}
        words: dict[str, list[str]] = {}
        for row in _rows(options["file"]):
            ref, path, text = row["ref"].strip(), (row.get("path") or "").strip(), (row.get("text") or "").strip()
            reasons.setdefault(ref, [])
            if path:
                reasons[ref].append(FieldReason(path, (row.get("code") or "other").strip(), text))
            elif text:
                words.setdefault(ref, []).append(text)
        done, refused = 0, {}
        for ref, fields in reasons.items():
            try:
                case = case_by_ref(by, ref)
                MAY["return_case"](by, case)
                return_case(case=case, reason=" ".join(words.get(ref, [])), by=by, fields=fields)
                done += 1
            except Refusal as refusal:
                refused[ref] = refusal.sentence
        self.done_in_part = bool(refused)
        return {"cases": done, "refused": refused}


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput("unreadable", _("The table cannot be read: a CSV file in UTF-8 is expected.")) from error
    if not rows or "ref" not in rows[0]:
        raise BadInput("no_ref", _("The table needs the columns ref, path, code, text."))
    return [row for row in rows if (row.get("ref") or "").strip()]
